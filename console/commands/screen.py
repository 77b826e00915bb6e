"""A desk with a screen on it: started, shown, and stopped again whatever happens."""

from __future__ import annotations

import gc
import getpass
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from console.config import DeskConfig
from console.desk import DeskThread
from console.drill_journal import drill_journal
from console.drill_room import DrillRoom
from console.headless import drill_hash, drill_meta
from feeds.errors import InputError
from feeds.recording import RecordingWriter
from simulators.scenario import load_scenario
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
    if os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver"):
        return  # `dutydeck web` is at the other end, with a browser
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        # The screen is drawn on stderr, so that `dutydeck … 2>log` would show nothing at all.
        raise InputError("terminal", "the deck needs one for its input and stderr", "no redirection, or --headless")


def show(desk: DeskThread | DrillRoom, lang: str, config: DeskConfig | None = None, *, wall: bool = False) -> int:
    """Open the console on a started desk; returns the exit code. Raises what killed the desk, if anything did."""
    from console.app import run_console
    from console.personal import read_personal
    from console.preflight.gather import Gatherer
    from console.resuming.session_file import SessionFile

    need_terminal()
    freeze_what_stands()
    preflight, personal = Gatherer(config, os.environ), read_personal(os.environ)
    operator = operator_name()
    session = SessionFile.of(os.environ, operator, desk.view.mode)
    code = run_console(
        desk,
        personal.language(lang, os.environ),
        operator,
        preflight=preflight,
        personal=personal,
        wall=wall,
        session=session,
    )
    if desk.failure is not None:
        raise desk.failure
    if desk.core.journal.lost_ever:
        from console.exit_codes import EXIT_UNJOURNALLED

        return EXIT_UNJOURNALLED
    return code


def drill_on_screen(
    name: str, seed: int, speed: float, journal: Path | None, record: Path | None, lang: str, *, wall: bool = False
) -> int:
    """Rehearse on the deck: every site its own WebSocket server on loopback, the desk connected as on the day.

    Nothing of a configuration is read on the way.
    """
    return world_on_screen(World(load_scenario(name), seed), speed, journal, record, lang, wall=wall)


def world_on_screen(
    world: World, speed: float, journal: Path | None, record: Path | None, lang: str, *, wall: bool = False
) -> int:
    """The same on a world that has been made."""
    with ExitStack() as stack:
        book = drill_journal(journal)
        stack.callback(book.close)
        writer = None
        if record is not None:
            meta = drill_meta(world.scenario, world.seed)
            recording = RecordingWriter(record, config_hash=drill_hash(world.scenario), meta=meta)
            writer = stack.enter_context(recording)
        room = DrillRoom(world, book, speed=speed, operator=operator_name(), writer=writer)
        room.start()
        stack.callback(room.stop)
        return show(room, lang, wall=wall)
