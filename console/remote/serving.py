"""A desk that runs alone and lets consoles sit at it: the socket, the signals, and what is read again on SIGHUP."""

from __future__ import annotations

import asyncio
import signal
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web

from console.config import DeskConfig, ServeEntry
from console.desk import DeskThread
from console.directory import DIRECTORY, load_directory
from console.i18n import N_
from console.intents import AskReload, ReloadRules
from console.remote.server import ConsoleServer
from console.remote.token_file import TokenFile
from feeds.errors import InputError

_LOOK_AT_DESK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and with which certificate."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def url(self, port: int) -> str:
        """What to attach to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'wss' if self.tls else 'ws'}://{host}:{port}"


def listening(entry: ServeEntry, folder: Path, where: str = "serve") -> Listening:
    """Where a configuration says to listen. Raises InputError for what would send tokens about in the clear."""
    if bool(entry.cert) != bool(entry.key):
        raise InputError(where, "one of cert and key is missing", "both, or none")
    tls = None
    if entry.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            tls.load_cert_chain(folder / entry.cert, folder / entry.key)
        except (OSError, ssl.SSLError) as error:
            raise InputError(where, f"{entry.cert}, {entry.key}: {error}", "a certificate and its key, PEM") from None
    elif not entry.plain and not is_loopback(entry.host):
        raise InputError(
            where,
            f"{entry.host} is not this machine, and without a certificate tokens would be read on the way",
            "--cert and --key, or --plain behind a proxy that has them",
        )
    return Listening(entry.host, entry.port, tls)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


async def begun(app: web.Application, where: Listening, what: str, *, shutdown_s: float) -> web.AppRunner:
    """The application, listening. Raises InputError where the port cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=shutdown_s)
    await runner.setup()
    try:
        await web.TCPSite(runner, where.host, where.port, ssl_context=where.tls).start()
    except OSError as error:
        await runner.cleanup()
        raise InputError(what, f"{where.host}:{where.port}: {error.strerror or error}", "a free port") from error
    return runner


async def serve_consoles(
    desk: DeskThread, config: DeskConfig, where: Listening, tokens: TokenFile, say: Callable[[str], None]
) -> None:
    """Let consoles sit at a started desk until SIGINT or SIGTERM, or until the desk dies. Raises InputError."""
    server = ConsoleServer(desk, tokens, origins=config.file.serve.origins)
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    # before anything is said: whoever reads it may send a signal at once, and an unheard SIGHUP is the desk's end
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    again: set[asyncio.Task[None]] = set()

    def hang_up() -> None:
        task = asyncio.create_task(reread(desk, config, tokens, server, say))
        again.add(task)
        task.add_done_callback(again.discard)

    loop.add_signal_handler(signal.SIGHUP, hang_up)
    runner = await begun(server.app(), where, "serve", shutdown_s=2.0)
    port = runner.addresses[0][1]
    say(f"listening on {where.url(port)} · {len(tokens.entries)} tokens · {len(config.file.sites)} sites")
    if not tokens.entries:
        say("nobody may sit here yet: dutydeck token add NAME --role duty, then SIGHUP")
    publishing = asyncio.create_task(server.publish())
    try:
        while not stopping.is_set() and desk.failure is None and not publishing.done():
            await asyncio.wait([asyncio.create_task(stopping.wait())], timeout=_LOOK_AT_DESK_EVERY_S)
        if publishing.done():
            publishing.result()
    finally:
        publishing.cancel()
        await server.close(N_("the desk is being stopped") if desk.failure is None else N_("the desk has failed"))
        await runner.cleanup()


async def reread(
    desk: DeskThread, config: DeskConfig, tokens: TokenFile, server: ConsoleServer, say: Callable[[str], None]
) -> None:
    """Read again what can be while the desk is at work: tokens, directory, rules. What is wrong changes nothing."""
    try:
        tokens.read()
        await server.check_tokens()
        say(f"{len(tokens.entries)} tokens")
        sites = {site.id for site in config.file.sites}
        desk.core.people.directory = load_directory(config.folder / DIRECTORY, sites)
        say(f"{len(desk.core.people.directory)} people in the directory")
    except InputError as error:
        say(str(error))
    offered = await asyncio.wrap_future(desk.submit(AskReload(), "SIGHUP"))
    if offered.proposal is None:
        say(offered.en)
    elif offered.proposal.diff:
        taken = ReloadRules(offered.proposal.rules, offered.proposal.before)
        outcome = await asyncio.wrap_future(desk.submit(taken, "SIGHUP"))
        say(outcome.en or f"rules: {offered.proposal.diff.words()[1]}")
    else:
        say("rules: no change")


def say_on_stderr(line: str) -> None:
    """One line with its time, for whatever keeps a service's log."""
    stamp = datetime.now().astimezone().isoformat(timespec="seconds")
    with suppress(OSError):  # the terminal that it was started from is gone: the desk goes on
        print(f"{stamp} dutydeck serve: {' '.join(line.split())}", file=sys.stderr, flush=True)
