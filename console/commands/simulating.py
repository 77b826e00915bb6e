"""The sites of a scenario alone, on sockets, until interrupted."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path

from console.clock import DeskClock
from feeds.errors import InputError
from simulators.scenario import Scenario
from simulators.serve import SimulatedSites
from simulators.world import World


async def serve_sites(
    scenario: Scenario, seed: int, speed: float, host: str, port: int, token: str, config: Path | None
) -> None:
    """Listen, say where, and run until SIGINT or SIGTERM. Raises InputError when a port cannot be had."""
    world = World(scenario, seed)
    clock = DeskClock(world.now, speed)
    sites = SimulatedSites(world, clock.now, token=token, host=host, first_port=port)
    try:
        await sites.start()
    except OSError as error:
        raise InputError("--port", f"{host}:{port}: {error.strerror or error}", "free ports, or --port 0") from error
    if config is not None:
        _write_config(config, scenario, sites.urls, token)
    for site, url in sites.urls.items():
        print(f"{site:<14} {url}", flush=True)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    work = asyncio.create_task(sites.run())
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait([work, stop], return_when=asyncio.FIRST_COMPLETED)
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    await sites.stop()


def _write_config(folder: Path, scenario: Scenario, urls: dict[str, str], token: str) -> None:
    """Write a configuration that opens a desk on these sites; an existing one is never overwritten."""
    path = folder / "dutydeck.yaml"
    if path.exists():
        raise InputError(str(path), "a configuration is here already", "a folder without one")
    folder.mkdir(parents=True, exist_ok=True)
    secret = ", token_env: DUTYDECK_TOKEN" if token else ""
    lines = [f'  - {{id: {site}, url: "{url}"{secret}}}' for site, url in urls.items()]
    title = f"desk: {{zh: {scenario.title.zh!r}, en: {scenario.title.en!r}}}"
    path.write_text("\n".join((title, "mode: drill", "sites:", *lines, "")), encoding="utf-8")
