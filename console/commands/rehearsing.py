"""`dutydeck drill --headless`: one drill with its score and report, or the same drill under many seeds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feeds.canonical import canonical
from feeds.errors import InputError

if TYPE_CHECKING:
    from console.headless import HeadlessResult
    from console.wire import Wire

LONGEST_MINUTES = 7 * 24 * 60
MOST_REPLICATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of a headless drill."""

    scenario: str
    seed: int
    minutes: float | None
    decisions: str
    journal: Path | None
    record: Path | None
    wire: str
    report: Path | None
    as_json: bool


def run_once(asked: Asked) -> int:
    """Run and judge one drill, print what came of it, and write its report; the exit code. Raises InputError."""
    from console.drill_journal import drill_journal
    from console.drill_report import write_report
    from console.headless import drill_hash, drill_meta
    from console.i18n import _
    from console.progress import JUDGING, SIMULATING, working
    from console.rehearsal import NOBODY, read_choice, rehearse
    from feeds.recording import RecordingWriter
    from simulators.scenario import load_scenario

    scenario, seed = load_scenario(asked.scenario), asked.seed
    length, choice = _length(asked.minutes, scenario.minutes), read_choice(asked.decisions, scenario.id)
    with ExitStack() as stack:
        link = _wire(asked.wire, [site.id for site in scenario.sites])
        stack.callback(link.close)
        book = drill_journal(asked.journal)
        stack.callback(book.close)
        writer = None
        if asked.record:
            recording = RecordingWriter(asked.record, config_hash=drill_hash(scenario), meta=drill_meta(scenario, seed))
            writer = stack.enter_context(recording)
        with working(_(SIMULATING)):
            run = rehearse(scenario, seed, length, choice, wire=link, journal=book, writer=writer)
    if asked.report is not None:
        with working(_(JUDGING)):
            other = rehearse(scenario, seed, length, NOBODY, best=run.best) if choice.kind != "none" else None
        write_report(asked.report, scenario, run, choice.kind, other)
    return _told(run.result, run.report, asked.as_json)


def run_many(asked: Asked, replications: int) -> int:
    """Run one drill under so many seeds from `seed` on and print the distribution. Raises InputError."""
    from console.i18n import _
    from console.progress import SIMULATING, working
    from console.rehearsal import read_choice
    from console.replications import replicate, table
    from simulators.scenario import load_scenario

    if not 1 <= replications <= MOST_REPLICATIONS:
        raise InputError("--replications", f"{replications} is no number of seeds", f"1 to {MOST_REPLICATIONS}")
    for name, given in (("--journal", asked.journal), ("--record", asked.record), ("--report", asked.report)):
        if given is not None:
            raise InputError(name, "goes with one drill, not with --replications", "one of the two")
    scenario = load_scenario(asked.scenario)
    length = _length(asked.minutes, scenario.minutes)
    seeds = range(asked.seed, asked.seed + replications)
    with working(_(SIMULATING)):
        found = replicate(asked.scenario, seeds, length, read_choice(asked.decisions, scenario.id))
    print(canonical(found) if asked.as_json else table(found))
    return 0


def _length(asked: float | None, usual: float) -> int | float:
    length = plain(usual if asked is None else asked)
    if not 0 < length <= LONGEST_MINUTES:
        raise InputError("--minutes", f"{length} is no length of a drill", f"more than 0, at most {LONGEST_MINUTES}")
    return length


def plain(number: float) -> int | float:
    """A whole number as one."""
    return int(number) if float(number).is_integer() else float(number)


def _wire(name: str, sites: Sequence[str]) -> Wire:
    from console.wire import MemoryWire, SocketWire

    if name not in ("memory", "sockets"):
        raise InputError("--wire", f"unknown wire {name!r}", "memory or sockets")
    return SocketWire(sites) if name == "sockets" else MemoryWire()


def told_of(result: HeadlessResult) -> int:
    """Say on stderr what was refused and what could not be written down; the exit code."""
    from console.exit_codes import EXIT_UNJOURNALLED

    for _, reason in result.refused:
        print(f"dutydeck: a decision was refused: {reason}", file=sys.stderr)
    if result.journal_error:
        print(f"dutydeck: {result.journal_error}", file=sys.stderr)
        return EXIT_UNJOURNALLED
    return 0


def _told(result: HeadlessResult, report: dict[str, Any], as_json: bool) -> int:
    """Print what came of a drill; the exit code says whether all of it could be written down."""
    print(canonical(report) if as_json else _summary(report))
    return told_of(result)


def _summary(report: dict[str, Any]) -> str:
    columns = ("offered", "answered", "abandoned", "timed_out", "bot_contained", "open")
    lines = [f"{report['scenario']}, seed {report['seed']}, {report['minutes']} min"]
    lines.append(f"{'site':<14}" + "".join(f"{name:>15}" for name in columns))
    lines += [f"{row['site']:<14}" + "".join(f"{row.get(name, 0):>15,}" for name in columns) for row in report["sites"]]
    fired = sum(alert["to"] == "firing" for alert in report["alerts"])
    lines.append(f"{fired} alerts fired, {len(report['playbooks'])} playbooks ran")
    return "\n".join([*lines, *_score_lines(report["score"])])


def _score_lines(score: dict[str, Any]) -> list[str]:
    total = score["total"]
    points = "–" if total["points"] is None else f"{total['points']:g}"
    lines = [f"score {points} of {total['of']:g}"]
    for name, part in score["parts"].items():
        known = part["points"] is not None
        said = f"{part['points']:.1f} of {part['of']:g}" if known else f"– {part['why']['en']}"
        lines.append(f"  {name:<12}{said}")
    return lines
