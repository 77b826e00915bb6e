"""`dutydeck replay`: a recording on the deck, or headless for what came of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeds.canonical import canonical
from feeds.errors import InputError

if TYPE_CHECKING:
    from console.desk import DeskThread
    from console.desk_core import DeskCore
    from console.replaying import Input


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("replay")(replay)


def replay(
    recording: Annotated[Path, typer.Argument(help="A recording, as `import`, `record` or `drill --record` wrote it.")],
    speed: Annotated[
        float, typer.Option("--speed", min=0.1, max=3600.0, help="Seconds of the recording per second.")
    ] = 1.0,
    start: Annotated[str, typer.Option("--from", help="Show from this long after the beginning, such as 10m.")] = "0s",
    headless: Annotated[
        bool, typer.Option("--headless", help="No screen: run through and print what came of it.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line (with --headless).")] = False,
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
    load_only: Annotated[
        bool, typer.Option("--load-only", help="Its load as a drill: the same contacts, other people and decisions.")
    ] = False,
    minutes: Annotated[
        float | None, typer.Option("--minutes", help="So much of it, a day at most (with --load-only).")
    ] = None,
    staff: Annotated[
        list[str] | None,
        typer.Option("--staff", help="site/category=+20, =-5, =+10% or =120; * for all (with --load-only)."),
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", help="A roster.csv to staff it by (with --load-only).")
    ] = None,
    decisions: Annotated[
        str,
        typer.Option(
            "--decisions",
            help="`none`, `auto`, or a file; else as recorded (with --load-only --headless).",
        ),
    ] = "",
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of what is drawn; 7 (with --load-only).")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write a report into this folder (with --load-only --headless).")
    ] = None,
    journal: Annotated[
        Path | None, typer.Option("--journal", help="Keep the drill's journal in this file (with --load-only).")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="SCENARIO", help="Write it as a scenario (with --load-only).")
    ] = None,
) -> None:
    """Replay a recording on the deck; or with --load-only, its load under other staffing and decisions."""
    if load_only:
        from console.commands.replaying_load import Asked, run_load
        from feeds.durations import parse_duration as seconds_of

        chosen = 7 if seed is None else seed
        asked = Asked(
            recording, seconds_of(start, "--from"), minutes, tuple(staff or ()), roster, decisions, chosen, headless,
            json_, report, journal, write, speed, lang,
        )  # fmt: skip
        raise typer.Exit(run_load(asked))
    _refuse_of_load(
        minutes=minutes, staff=staff, roster=roster, decisions=decisions or None, seed=seed, report=report,
        journal=journal, write=write,
    )  # fmt: skip
    _replay_exactly(recording, speed, start, headless=headless, as_json=json_, lang=lang)


def _refuse_of_load(**given: object) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"--{name}", "an exact replay is what it was", "--load-only beside it")


def _replay_exactly(recording: Path, speed: float, start: str, *, headless: bool, as_json: bool, lang: str) -> None:
    from console.i18n import _
    from console.progress import REPLAYING, working
    from console.replaying import inputs_of, replay_core
    from feeds.durations import parse_duration
    from feeds.recording import RecordingReader

    reader = RecordingReader(recording)
    skip = parse_duration(start)
    entries = iter(inputs_of(reader))
    first = next(entries, None)
    if first is None:
        raise InputError(str(recording), "there is nothing in this recording to replay", "frames or contacts")
    core = replay_core(reader, seen=not headless)
    everything = itertools.chain([first], entries)
    if headless:
        with working(_(REPLAYING)):
            report = _run_through(core, first.at, everything)
        print(canonical(report) if as_json else _summary(report))
        return
    raise typer.Exit(_on_screen(core, first.at, everything, speed, skip, lang))


def _run_through(core: DeskCore, started: float, entries: Iterable[Input]) -> dict[str, Any]:
    from console.headless import desk_report
    from console.replaying import feed_all

    core.begin(started)
    last = started
    for at in feed_all(core, entries):
        core.outgoing()  # a recording answers nobody
        last = at
    core.advance(last)
    figures = {site.id: site for site in core.board.view(last).sites}
    sites = [{"site": site, "state": view.state, "rows": len(view.rows)} for site, view in figures.items()]
    return {"seconds": round(last - started, 6), "sites": sites, **desk_report(core, started)}


def _summary(report: dict[str, Any]) -> str:
    fired = sum(alert["to"] == "firing" for alert in report["alerts"])
    counts = f"{len(report['sites'])} sites, {fired} alerts fired, {len(report['playbooks'])} playbooks ran"
    return f"{report['seconds']:.0f} s, {counts}"


def _on_screen(core: DeskCore, started: float, entries: Iterable[Input], speed: float, skip: float, lang: str) -> int:
    from console.clock import DeskClock
    from console.commands.screen import show
    from console.desk import DeskThread
    from console.replaying import feed

    clock = DeskClock(started, speed)
    core.set_pace(speed)

    async def play(desk: DeskThread) -> None:
        for number, entry in enumerate(entries):
            if entry.at <= started + skip:
                clock.advance_to(entry.at)
            while (ahead := clock.wall(entry.at)) > 0.0:  # the pace may change while we wait
                core.advance(min(clock.now(), entry.at))
                desk.changed()
                await asyncio.sleep(min(ahead, 0.1))
            feed(core, entry)
            desk.changed()
            if number % 500 == 0:
                await asyncio.sleep(0.0)
        await asyncio.Event().wait()

    desk = DeskThread(core, clock, feed=play)
    desk.start()
    try:
        return show(desk, lang)
    finally:
        desk.stop()
