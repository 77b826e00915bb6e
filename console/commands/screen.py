"""A desk with a screen on it: started, shown, and stopped again whatever happens."""

from __future__ import annotations

import gc
import getpass
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from console.clock import DeskClock
from console.config import DeskConfig
from console.desk import DeskThread
from console.headless import drill_core, drill_hash, drill_meta
from feeds.errors import InputError
from feeds.journal import MEMORY, Journal
from feeds.link import Address
from feeds.recording import RecordingWriter
from simulators.scenario import load_scenario
from simulators.sites_thread import SitesThread
from simulators.world import World


def operator_name() -> str:
    """Who sits at this deck, for the journal: `$DUTYDECK_OPERATOR`, else the login."""
    return os.environ.get("DUTYDECK_OPERATOR") or _login()


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "duty"


def freeze_what_stands() -> None:
    """Keep the collector off what is loaded by now: going through it stops every thread for a tenth of a second."""
    gc.collect()
    gc.freeze()


def need_terminal() -> None:
    """Raise InputError where there is none to draw on."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        # The screen is drawn on stderr, so that `dutydeck … 2>log` would show nothing at all.
        raise InputError("terminal", "the deck needs one for its input and stderr", "no redirection, or --headless")


def show(desk: DeskThread, lang: str, config: DeskConfig | None = None) -> int:
    """Open the console on a started desk; returns the exit code. Raises what killed the desk, if anything did."""
    from console.app import run_console
    from console.i18n import choose_language
    from console.preflight.gather import Gatherer

    need_terminal()
    freeze_what_stands()
    preflight = Gatherer(config, os.environ)
    code = run_console(desk, choose_language(lang, os.environ), operator_name(), preflight=preflight)
    if desk.failure is not None:
        raise desk.failure
    if desk.core.journal.lost_ever:
        from console.exit_codes import EXIT_UNJOURNALLED

        return EXIT_UNJOURNALLED
    return code


def drill_on_screen(name: str, seed: int, speed: float, journal: Path | None, record: Path | None, lang: str) -> int:
    """Rehearse on the deck: every site its own WebSocket server on loopback, the desk connected as on the day."""
    scenario = load_scenario(name)
    world = World(scenario, seed)
    clock = DeskClock(world.now, speed)
    with ExitStack() as stack:
        sites = SitesThread(world, clock.now)
        urls = sites.start()
        stack.callback(sites.stop)
        book = Journal(journal or MEMORY)
        stack.callback(book.close)
        writer = None
        if record is not None:
            writer = stack.enter_context(
                RecordingWriter(record, config_hash=drill_hash(scenario), meta=drill_meta(scenario, seed))
            )
        core = drill_core(scenario, seed, book, writer)
        core.set_pace(speed)
        desk = DeskThread(core, clock, [Address(site, url) for site, url in urls.items()], operator=operator_name())
        desk.start()
        stack.callback(desk.stop)
        return show(desk, lang)
