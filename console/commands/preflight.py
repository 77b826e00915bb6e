"""`dutydeck preflight`: go or no-go, half an hour before the peak."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.canonical import canonical
from feeds.errors import InputError

if TYPE_CHECKING:
    from console.preflight.check import Check
    from console.preflight.facts import PreflightFacts

LONGEST_WAIT_S = 600.0


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("preflight")(preflight)


def preflight(
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml.")] = "",
    peak: Annotated[
        str, typer.Option("--peak", help="FROM or FROM/UNTIL; else desk.peak, else the next 0:00-2:00.")
    ] = "",
    wait: Annotated[str, typer.Option("--wait", help="Watch the sites for at most so long.")] = "10s",
    robots: Annotated[bool, typer.Option("--robots/--no-robots", help="Send each receiver a test message.")] = True,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", help="A check whose unknown you have seen to yourself; repeatable.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
) -> None:
    """Go or no-go before the peak: feeds, clocks, tokens, people, receivers, files, disk. Exit 0 go, 1 no-go."""
    from console import i18n
    from console.exit_codes import EXIT_FAILED
    from console.preflight.check import is_go
    from console.preflight.run import run_checks

    i18n.use(i18n.choose_language(lang, os.environ))
    facts = _facts(config, peak, wait, _known(accept or []), robots=robots)
    checks = run_checks(facts)
    if json_:
        span = {"begins": facts.peak.begins, "ends": facts.peak.ends, "stated": facts.peak.stated}
        print(canonical({"go": is_go(checks), "at": facts.now, "peak": span, "checks": [c.as_dict() for c in checks]}))
    else:
        _print(checks)
    raise typer.Exit(0 if is_go(checks) else EXIT_FAILED)


def _facts(option: str, peak: str, wait: str, accepted: set[str], *, robots: bool) -> PreflightFacts:
    import asyncio
    import time
    from dataclasses import replace

    from console.config import DeskConfig, find_config
    from console.peak import peak_of
    from console.preflight.gather import Gatherer
    from console.preflight.journal_reading import beside_a_desk
    from console.preflight.watch import watch

    folder = find_config(option)
    if folder is None:
        raise InputError("--config", "nothing is configured", "a folder with dutydeck.yaml: the desk to check")
    config = DeskConfig(folder)
    peak_of(peak, None, None, time.time())  # a wrong --peak is said before anything is waited for
    gatherer = Gatherer(config, os.environ, peak=peak, accepted=accepted | (set() if robots else {"receivers"}))
    watched = watch(config, os.environ, _seconds(wait))
    if robots:
        asyncio.run(gatherer.try_receivers(watched.view))
    columns, rows = shutil.get_terminal_size((0, 0)) if sys.stdout.isatty() else (0, 0)
    facts = gatherer.facts(watched.view, encoding=sys.stdout.encoding or "", columns=columns, rows=rows)
    return beside_a_desk(replace(facts, unmoved=watched.unmoved), config, config.journal_path(os.environ))


def _seconds(text: str) -> float:
    from feeds.durations import parse_duration

    return min(parse_duration(text, "--wait"), LONGEST_WAIT_S)


def _known(ids: Sequence[str]) -> set[str]:
    from console.preflight.run import CHECKS

    for name in ids:
        if name not in CHECKS:
            raise InputError("--accept", f"unknown check {name!r}", f"one of: {', '.join(CHECKS)}")
    return set(ids)


def _print(checks: Sequence[Check]) -> None:
    from console.preflight.report import report_lines

    for line in report_lines(checks):
        print(line)
