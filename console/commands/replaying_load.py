"""`dutydeck replay --load-only`: the load of a recording under other staffing and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from feeds.canonical import canonical
from feeds.errors import InputError

if TYPE_CHECKING:
    from console.load_replay import Replayed
    from simulators.recorded.build import Recorded, Staffing


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of a replay of the load."""

    recording: Path
    skip_s: float
    minutes: float | None
    staff: tuple[str, ...]
    roster: Path | None
    decisions: str
    seed: int
    headless: bool
    as_json: bool
    report: Path | None
    journal: Path | None
    write: Path | None
    speed: float
    lang: str


def run_load(asked: Asked) -> int:
    """Do what was asked; the exit code. Raises InputError."""
    from feeds.recording import RecordingReader
    from simulators.recorded.build import Recorded, Staffing
    from simulators.recorded.reading import read_load
    from simulators.recorded.staffing import read_change

    if asked.minutes is not None and not 1 <= asked.minutes <= 1440:
        raise InputError("--minutes", f"{asked.minutes:g} is no length of a drill", "1 to 1440")
    staffing = Staffing(tuple(read_change(one) for one in asked.staff), asked.roster)
    recorded = Recorded(read_load(RecordingReader(asked.recording), asked.skip_s, asked.minutes))
    if asked.write is not None:
        _write(asked.write, recorded.day(staffing, as_it_was=False).text)
        if not asked.headless:
            return 0
    return _headless(asked, recorded, staffing) if asked.headless else _on_deck(asked, recorded, staffing)


def _headless(asked: Asked, recorded: Recorded, staffing: Staffing) -> int:
    from console.commands.rehearsing import told_of
    from console.drill_journal import drill_journal
    from console.drill_report import write_report
    from console.i18n import _
    from console.load_replay import as_report, replay_load, section
    from console.progress import SIMULATING, working
    from console.rehearsal import read_choice

    choice = read_choice(asked.decisions) if asked.decisions else None
    book = drill_journal(asked.journal)
    try:
        with working(_(SIMULATING)):
            done = replay_load(recorded, staffing, choice, asked.seed, book)
    finally:
        book.close()
    report = as_report(done)
    if asked.report is not None:
        kind = choice.kind if choice is not None else "recorded"
        write_report(
            asked.report, done.day.scenario, done.run, kind, None, extra=(section(done),), more={"load": report}
        )
    print(canonical(report) if asked.as_json else summary(done))
    return told_of(done.run.result)


def _on_deck(asked: Asked, recorded: Recorded, staffing: Staffing) -> int:
    from console.commands.screen import world_on_screen
    from console.load_replay import recorded_world

    if asked.decisions or asked.as_json or asked.report is not None:
        raise InputError("--load-only", "--decisions, --json and --report go with --headless", "on the deck you decide")
    day = recorded.day(staffing, as_it_was=False)
    world = recorded_world(day, asked.seed)
    return world_on_screen(world, min(asked.speed, 60.0), asked.journal, None, asked.lang)


def _write(path: Path, text: str) -> None:
    if path.suffix not in (".yaml", ".yml"):
        raise InputError("--write", f"{path.name} is not named as a scenario", "a name that ends in .yaml")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}", "a file that can be written") from error


def summary(done: Replayed) -> str:
    """The comparison for people, with what was not known and what was assumed."""
    from console.load_outcome import FIGURES
    from console.load_replay import written

    load = done.recorded.load
    queues = sum(len(site.rows) for site in load.sites)
    what = f"{load.name}: {len(load.sites)} sites, {queues} queues, {load.seconds / 60:g} min from"
    when = f"{done.day.scenario.starts.isoformat()}, contacts as recorded in each {load.every_s:g} s"
    lines = [f"{what} {when}", *_unsure(done)]
    outcomes = [done.was, done.same, *([done.other] if done.other is not None else [])]
    found = [one.of() for one in outcomes]
    heads = ["recorded", "same staffing", "off by"] + (["asked for", "other - same"] if len(found) > 2 else [])
    lines.append(" " * 52 + "".join(f"{head:>15}" for head in heads))
    for key, _, en, form in FIGURES:
        values = [one[key] for one in found]
        cells = [written(values[0], form), written(values[1], form), _off(values[1], values[0], form)]
        if len(values) > 2:
            cells += [written(values[2], form), _off(values[2], values[1], form)]
        lines.append(f"{en:<52}" + "".join(f"{cell:>15}" for cell in cells))
    if done.words:
        lines.append(f"asked for: {'; '.join(done.words)}; {len(done.run.report['playbooks'])} playbooks ran")
    return "\n".join(lines)


def _off(value: float | None, than: float | None, form: str) -> str:
    return "–" if value is None or than is None else f"{value - than:+{form}}"


def _unsure(done: Replayed) -> list[str]:
    load, lines = done.recorded.load, []
    for site, (spread, guessed) in load.unknown().items():
        said = [f"{spread} known in total only, spread evenly"] if spread else []
        said += [f"{guessed} unknown, drawn between those around them"] if guessed else []
        lines.append(f"{site}: of {load.intervals} intervals {'; '.join(said)}")
    if load.silent:
        lines.append(f"left out, for it told nothing: {', '.join(load.silent)}")
    if done.recorded.estimated:
        who = ", ".join(done.recorded.estimated)
        lines.append(f"agents are not in the recording of {who}: as many as give the abandonment seen")
    return lines
