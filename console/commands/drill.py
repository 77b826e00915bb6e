"""`dutydeck drill` and `dutydeck simulate`: rehearse on the deck, without it, or run the sites alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from console.commands.rehearsing import Asked, plain, run_many, run_once
from feeds.canonical import canonical


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("drill")(drill)
    app.command("simulate")(simulate)


def drill(
    scenario: Annotated[
        str, typer.Argument(help="A scenario's id, or the path of a scenario file.")
    ] = "double11-midnight",
    list_: Annotated[bool, typer.Option("--list", help="Name the scenarios and stop.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line.")] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="No screen: a virtual clock, faster than real time.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same drill, bit for bit.")] = 7,
    minutes: Annotated[
        float | None, typer.Option("--minutes", help="How long; default: the scenario's length.")
    ] = None,
    speed: Annotated[float, typer.Option("--speed", min=0.1, max=60.0, help="Seconds of the drill per second.")] = 1.0,
    decisions: Annotated[
        str,
        typer.Option(
            "--decisions",
            help="`none`, `auto`, a file of decisions, or `good` or `naive` as they ship with the fifteen (headless).",
        ),
    ] = "none",
    report: Annotated[Path | None, typer.Option("--report", help="Write a report into this folder (headless).")] = None,
    replications: Annotated[
        int | None,
        typer.Option("--replications", help="Run so many seeds, from --seed on, and print the distribution."),
    ] = None,
    journal: Annotated[Path | None, typer.Option("--journal", help="Keep the journal in this file.")] = None,
    record: Annotated[Path | None, typer.Option("--record", help="Keep a recording in this folder.")] = None,
    wire: Annotated[
        str, typer.Option("--wire", help="memory, or sockets: real ones, in lock step (headless).")
    ] = "memory",
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
) -> None:
    """Rehearse a scenario: on the screen, or headless with one line of JSON as the outcome."""
    if list_:
        _list(json_)
    elif headless:
        asked = Asked(scenario, seed, minutes, decisions, journal, record, wire, report, json_)
        raise typer.Exit(run_once(asked) if replications is None else run_many(asked, replications))
    else:
        from console.commands.screen import drill_on_screen

        raise typer.Exit(drill_on_screen(scenario, seed, speed, journal, record, lang))


def _list(as_json: bool) -> None:
    from simulators.scenario import list_scenarios

    scenarios = list_scenarios()
    if as_json:
        rows = [
            {"id": s.id, "title": {"zh": s.title.zh, "en": s.title.en}, "minutes": plain(s.minutes)} for s in scenarios
        ]
        print(canonical({"scenarios": rows}))
        return
    for scenario in scenarios:
        print(f"{scenario.id:<20} {scenario.minutes:>4g} min  {scenario.title.zh} · {scenario.title.en}")


def simulate(
    scenario: Annotated[
        str, typer.Argument(help="A scenario's id, or the path of a scenario file.")
    ] = "double11-midnight",
    seed: Annotated[int, typer.Option("--seed", min=0)] = 7,
    speed: Annotated[
        float, typer.Option("--speed", min=0.1, max=60.0, help="Seconds of the scenario per second.")
    ] = 1.0,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65000, help="First port, one a site; 0: any free ones.")
    ] = 8700,
    token: Annotated[str, typer.Option("--token", envvar="DUTYDECK_TOKEN", help="What a desk must show.")] = "",
    write_config: Annotated[
        Path | None, typer.Option("--write-config", help="Write a folder that a desk can be opened on.")
    ] = None,
) -> None:
    """Run the sites of a scenario alone, each its own WebSocket server, for any desk."""
    from console.commands.simulating import serve_sites
    from simulators.scenario import load_scenario

    asyncio.run(serve_sites(load_scenario(scenario), seed, speed, host, port, token, write_config))
