"""`dutydeck` itself on a configured desk, and `dutydeck record`: the feeds of the day into a recording."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from feeds.errors import DutyDeckError, InputError


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("record")(record)


def open_console(config: str, lang: str, *, wall: bool = False) -> int:
    """The console on the configured desk, or, with nothing configured, on the built-in drill."""
    from console.commands.screen import drill_on_screen, operator_name, show
    from console.config import DeskConfig, find_config
    from console.opening import open_desk

    folder = find_config(config)
    if folder is None:
        return drill_on_screen("double11-midnight", 7, 1.0, None, None, lang, wall=wall)
    settings = DeskConfig(folder)
    with open_desk(settings, os.environ, operator_name()) as desk:
        return show(desk, lang, settings, wall=wall)


def record(
    output: Annotated[Path, typer.Option("-o", "--output", help="The recording to write, a new folder.")],
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml.")] = "",
    minutes: Annotated[float, typer.Option("--minutes", min=0.0, help="How long; 0: until interrupted.")] = 0.0,
    force: Annotated[bool, typer.Option("--force", help="Replace a recording that is there.")] = False,
) -> None:
    """Record live feeds: connect to the configured sites and keep everything that comes in."""
    from console.commands.screen import operator_name
    from console.config import DeskConfig, find_config
    from console.opening import open_desk

    folder = find_config(config)
    if folder is None:
        raise InputError("--config", "nothing is configured", "a folder with dutydeck.yaml: the sites to record")
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with open_desk(DeskConfig(folder), os.environ, operator_name(), record=output, overwrite=force) as desk:
        stopped.wait(minutes * 60.0 if minutes else None)
        view, error = desk.view, desk.core.recorder.error
        live = sum(site.state in ("live", "late") for site in view.board.sites)
    print(f"{output}: {live} of {len(view.board.sites)} sites were live at the end", file=sys.stderr)
    if error:
        raise DutyDeckError(error)
