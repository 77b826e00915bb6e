"""A recording's load under other staffing and decisions: as it was recorded, as it is simulated, and as asked for.

The day is simulated twice by the machinery of drills. First with the same people and the same course of bot, limits and
loans: how far that is from the recording says how much the second can be believed. Then with other people, or with
somebody else at the desk, and the same contacts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from console.load_outcome import FIGURES, Outcome, distance, recorded_outcome, tally_watcher
from console.progress import reached
from console.rehearsal import NOBODY, Choice, Rehearsal, rehearse
from console.report_content import Section
from feeds.journal import Journal
from simulators.pooled import best_possible
from simulators.recorded.build import Day, Recorded, Staffing
from simulators.recorded.world import PooledRecordedWorld, RecordedWorld


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it. `other` is None where nothing else than the recorded day was asked for."""

    recorded: Recorded
    seed: int
    was: Outcome
    same: Outcome
    other: Outcome | None
    run: Rehearsal
    """The drill that was asked for: on the other day, else on the one with the recorded staffing."""
    day: Day
    words: tuple[str, ...]
    """What was different, in words."""


def recorded_world(day: Day, seed: int) -> RecordedWorld:
    """The world of a day."""
    return RecordedWorld(day.scenario, seed, day.course)


def replay_load(
    recorded: Recorded, staffing: Staffing, choice: Choice | None, seed: int, journal: Journal | None = None
) -> Replayed:
    """Simulate the day as it was, and as asked for. Without a `choice` bot, limits and loans are as recorded.

    Raises InputError for a staffing that does not fit. The same arguments give the same value.
    """
    day = recorded.day(staffing, as_it_was=choice is None)
    other = staffing.other or choice is not None
    found, run = _drilled(recorded, day, seed, choice or NOBODY, journal)
    same = _simulated(recorded, seed) if other else found
    was = recorded_outcome(recorded.load)
    words = tuple(_words(staffing, choice, day))
    return Replayed(recorded, seed, was, same, found if other else None, run, day, words)


def _simulated(recorded: Recorded, seed: int) -> Outcome:
    """The day as it was, without a desk: nobody would do anything at it."""
    world = recorded_world(recorded.day(Staffing(), as_it_was=True), seed)
    outcome = tally_watcher(world.tally, world.layout.queue_site)
    seconds = round(recorded.load.seconds)
    for second in range(seconds):
        reached(second, seconds)
        world.step()
    return outcome()


def _drilled(
    recorded: Recorded, day: Day, seed: int, choice: Choice, journal: Journal | None
) -> tuple[Outcome, Rehearsal]:
    minutes = recorded.load.seconds / 60.0
    world = recorded_world(day, seed)
    outcome = tally_watcher(world.tally, world.layout.queue_site)
    best = best_possible(day.scenario, seed, minutes, partial(PooledRecordedWorld, course=day.course))
    run = rehearse(day.scenario, seed, minutes, choice, journal=journal, best=best, world=world)
    return outcome(), run


def _words(staffing: Staffing, choice: Choice | None, day: Day) -> Iterator[str]:
    for one in staffing.changes:
        yield f"{one.site}/{one.category}={one.sign}{one.count:g}{'%' if one.share else ''}"
    if staffing.roster is not None:
        yield f"roster {staffing.roster.name}"
        if day.kept:
            yield f"{len(day.kept)} categories as recorded where the roster says nothing"
    if choice is not None:
        yield {"none": "nobody decides", "auto": "the built-in player decides", "file": "decisions from a file"}[
            choice.kind
        ]


def as_report(done: Replayed) -> dict[str, Any]:
    """All of it as plain data, for `--json`."""
    load = done.recorded.load
    names = [one.site for one in done.recorded.names]
    days: dict[str, Outcome | None] = {"recorded": done.was, "same_staffing": done.same, "other": done.other}
    return {
        "recording": load.name,
        "starts": done.day.scenario.starts.isoformat(),
        "seed": done.seed,
        "minutes": round(load.seconds / 60.0, 6),
        "interval_s": load.every_s,
        "unknown": {name: {"spread": spread, "guessed": guessed} for name, (spread, guessed) in load.unknown().items()},
        "silent": list(load.silent),
        "agents_estimated": done.recorded.estimated,
        "changed": list(done.words),
        **{name: _figures(outcome, names) for name, outcome in days.items() if outcome is not None},
        "distance": distance(done.was, done.same, names),
        **({"saved": distance(done.same, done.other, names)["all"]} if done.other is not None else {}),
        "run": done.run.report,
    }


def _figures(outcome: Outcome, names: list[str]) -> dict[str, Any]:
    return {"all": outcome.of(), "sites": [{"site": n, **outcome.of_site(i)} for i, n in enumerate(names)]}


def section(done: Replayed) -> Section:
    """The comparison as a section of a drill's report."""
    outcomes = [done.was, done.same, *([done.other] if done.other is not None else [])]
    found = [one.of() for one in outcomes]
    rows = []
    for key, zh, en, form in FIGURES:
        cells = [written(one[key], form) for one in found]
        off = written(_less(found[1][key], found[0][key]), "+" + form)
        saved = [written(_less(found[2][key], found[1][key]), "+" + form)] if len(found) > 2 else []
        rows.append((zh, en, *cells[:2], off, *cells[2:], *saved))
    columns = [("量", ""), ("", "measure"), ("录制", "recorded"), ("同样人手", "same staffing"), ("偏差", "off by")]
    if done.other is not None:
        columns += [("另一种", "; ".join(done.words)), ("与同样人手之差", "other less same")]
    return Section("负荷回放", "The recorded load", tuple(columns), tuple(rows), _NOTE)


_NOTE = (
    "进线按录制逐区间原样放入；“偏差”是同样人手下模拟与录制之差，它越小，另一种结果越可信。",
    "Contacts are dealt out as recorded. “Off by”: simulated less recorded, same staffing: as good as the rest can be.",
)


def _less(value: float | None, than: float | None) -> float | None:
    return None if value is None or than is None else value - than


def written(value: float | None, form: str) -> str:
    """A figure as people read it; – where it is unknown."""
    return "–" if value is None else f"{value:{form}}"
