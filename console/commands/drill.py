"""`dutydeck drill` and `dutydeck simulate`: rehearse on the deck, without it, or run the sites alone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeds.canonical import canonical
from feeds.errors import InputError

if TYPE_CHECKING:
    from console.headless import HeadlessResult
    from console.wire import Wire

_LONGEST_MINUTES = 7 * 24 * 60


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
    decisions: Annotated[str, typer.Option("--decisions", help="`none`, or a file of decisions (headless).")] = "none",
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
        raise typer.Exit(_headless(scenario, seed, minutes, decisions, journal, record, wire, json_))
    else:
        from console.commands.screen import drill_on_screen

        raise typer.Exit(drill_on_screen(scenario, seed, speed, journal, record, lang))


def _list(as_json: bool) -> None:
    from simulators.scenario import list_scenarios

    scenarios = list_scenarios()
    if as_json:
        rows = [
            {"id": s.id, "title": {"zh": s.title.zh, "en": s.title.en}, "minutes": _plain(s.minutes)} for s in scenarios
        ]
        print(canonical({"scenarios": rows}))
        return
    for scenario in scenarios:
        print(f"{scenario.id:<20} {scenario.minutes:>4g} min  {scenario.title.zh} · {scenario.title.en}")


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)


def _headless(
    name: str,
    seed: int,
    minutes: float | None,
    decisions: str,
    journal: Path | None,
    record: Path | None,
    wire: str,
    as_json: bool,
) -> int:
    from console.decisions import read_decisions
    from console.headless import drill_hash, drill_meta, run_headless
    from feeds.journal import MEMORY, Journal
    from feeds.recording import RecordingWriter
    from simulators.scenario import load_scenario

    scenario = load_scenario(name)
    length = _plain(scenario.minutes if minutes is None else minutes)
    if not 0 < length <= _LONGEST_MINUTES:
        raise InputError("--minutes", f"{length} is no length of a drill", f"more than 0, at most {_LONGEST_MINUTES}")
    script = () if decisions == "none" else read_decisions(Path(decisions))
    with ExitStack() as stack:
        link = _wire(wire, [site.id for site in scenario.sites])
        stack.callback(link.close)
        book = Journal(_fresh(journal) if journal else MEMORY)
        stack.callback(book.close)
        writer = (
            stack.enter_context(
                RecordingWriter(record, config_hash=drill_hash(scenario), meta=drill_meta(scenario, seed))
            )
            if record
            else None
        )
        result = run_headless(scenario, seed, length, link, decisions=script, journal=book, writer=writer)
    return _told(result, as_json)


def _wire(name: str, sites: Sequence[str]) -> Wire:
    from console.wire import MemoryWire, SocketWire

    if name not in ("memory", "sockets"):
        raise InputError("--wire", f"unknown wire {name!r}", "memory or sockets")
    return SocketWire(sites) if name == "sockets" else MemoryWire()


def _told(result: HeadlessResult, as_json: bool) -> int:
    """Print what came of a drill; the exit code says whether all of it could be written down."""
    from console.exit_codes import EXIT_UNJOURNALLED

    for _, reason in result.refused:
        print(f"dutydeck: a decision was refused: {reason}", file=sys.stderr)
    print(canonical(result.report) if as_json else _summary(result.report))
    if result.journal_error:
        print(f"dutydeck: {result.journal_error}", file=sys.stderr)
        return EXIT_UNJOURNALLED
    return 0


def _fresh(path: Path) -> Path:
    """A journal of a drill begins empty: another drill's entries in it would no longer be the outcome of a seed."""
    if path.exists() and path.stat().st_size:
        raise InputError(str(path), "there is something in this file already", "the path of a new journal")
    return path


def _summary(report: dict[str, Any]) -> str:
    columns = ("offered", "answered", "abandoned", "bot_contained", "open")
    lines = [f"{report['scenario']}, seed {report['seed']}, {report['minutes']} min"]
    lines.append(f"{'site':<14}" + "".join(f"{name:>15}" for name in columns))
    lines += [f"{row['site']:<14}" + "".join(f"{row[name]:>15,}" for name in columns) for row in report["sites"]]
    fired = sum(alert["to"] == "firing" for alert in report["alerts"])
    lines.append(f"{fired} alerts fired, {len(report['playbooks'])} playbooks ran")
    return "\n".join(lines)


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
