"""A headless drill that is judged: somebody at the desk, the world's own counters, the journal, and the score."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from console.auto_player import AutoPlayer
from console.decisions import Decision, Script, read_decisions
from console.decisions_shipped import SHIPPED_DECISIONS, shipped_decisions
from console.desk_core import DeskCore
from console.drill_course import CourseKeeper, clock_rows
from console.headless import HeadlessResult, Player, drill_core, headless_result, play
from console.wire import MemoryWire, Wire
from feeds.journal import Entry, Journal
from feeds.recording import RecordingWriter
from simulators.opening import Opening
from simulators.outside import OTHER_DESK
from simulators.pooled import best_possible
from simulators.scenario import Scenario
from simulators.scoring import Score, Session, score
from simulators.suffering import COUNTERS, Suffering, harm, suffering
from simulators.world import World

OUTCOME = "drill.outcome"
"""The journal entry that holds the world's own counters: what the score of the customers' part is traced to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who plays: nobody (`none`), the built-in player (`auto`), or a script: a file's (`file`), `good` or `naive`.

    With `only`, no other playbook is started by them.
    """

    kind: str
    decisions: tuple[Decision, ...] = ()
    only: frozenset[str] | None = None

    def seat(self, core: DeskCore, started: float, opening: Sequence[Opening] = ()) -> Player:
        """The player at a desk whose drill starts at `started`, after what the shift before does in `opening`."""
        before = tuple(of_the_opening(one) for one in opening)
        player = AutoPlayer(core, started, self.only) if self.kind == "auto" else Script(core, self.decisions, started)
        return InTurn(Script(core, tuple(sorted(before, key=lambda one: one.at)), started), player)

    def limited(self, only: Collection[str]) -> Choice:
        """The same, starting and reverting none but these playbooks."""
        named = [(one.run or one.renew or one.revert, one) for one in self.decisions]
        kept = tuple(one for name, one in named if name is None or name in only)
        return Choice(self.kind, kept, frozenset(only))


def of_the_opening(one: Opening) -> Decision:
    """The decision of somebody of the shift before."""
    if one.hand_over:
        return Decision.model_validate({"at": one.at, "who": one.who, "handover": "offer", "note": one.hand_over})
    return Decision.model_validate({"at": one.at, "who": one.who, "run": one.run, "with": one.with_})


NOBODY = Choice("none")


class InTurn:
    """Two players at one desk; each second the first decides first."""

    def __init__(self, first: Player, second: Player) -> None:
        self._players = first, second

    @property
    def refused(self) -> list[tuple[float, str]]:
        """What either was refused, in the order of its time."""
        return sorted(one for player in self._players for one in player.refused)

    def __call__(self, now: float) -> None:
        """Decide what is due at `now`."""
        for player in self._players:
            player(now)


def read_choice(text: str, scenario: str = "") -> Choice:
    """`none`, `auto`, `good` or `naive` as shipped beside a scenario, or the path of a file. Raises InputError."""
    if text in ("none", "auto"):
        return Choice(text)
    if text in SHIPPED_DECISIONS:
        return Choice(text, shipped_decisions(scenario, text))
    return Choice("file", read_decisions(Path(text)))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of one drill. `entries` is its journal, `points` its course by the minute."""

    result: HeadlessResult
    suffered: Suffering
    best: Suffering
    score: Score
    entries: tuple[Entry, ...]
    points: tuple[dict[str, float], ...]
    started: float

    @property
    def report(self) -> dict[str, Any]:
        """What a headless drill prints, with its score and its clocks."""
        return self.result.report | {"score": self.score.as_dict(), "clocks": clock_rows(self.suffered)}


def rehearse(
    scenario: Scenario,
    seed: int,
    minutes: float,
    choice: Choice,
    *,
    wire: Wire | None = None,
    journal: Journal | None = None,
    writer: RecordingWriter | None = None,
    best: Suffering | None = None,
    world: World | None = None,
    every: int = 1,
) -> Rehearsal:
    """Run a drill and judge it; the same arguments give the same value. `best` saves working it out again.

    With `every` (a divisor of 60) everybody looks only so many seconds apart: rougher, and some three times as fast.

    `world` is that of the scenario, where it is another than the usual one; it must not have been stepped.
    """
    if every > 1:
        scenario = scenario.model_copy(update={"beat": float(every)})
    world = world or World(scenario, seed)
    book = journal or Journal()
    core = drill_core(scenario, seed, book, writer, seen=False)
    started, keeper = world.now, CourseKeeper()
    player = choice.seat(core, started, scenario.opening)
    play(world, core, minutes, wire or MemoryWire(), player, keeper, every)
    before = keeper.before or suffering(world)
    suffered, left = suffering(world).since(before), left_over(world)
    best = best or best_possible(scenario, seed, minutes)
    outcome = _written(core, world.now, suffered, best, left)
    entries = tuple(book.entries())
    session = Session(
        entries, started, minutes * 60.0, suffered, best, scenario.objectives, scenario.truth, left, outcome
    )
    result = headless_result(world, core, minutes, started, player)
    return Rehearsal(result, suffered, best, score(session), entries, tuple(keeper.points), started)


def left_over(world: World) -> dict[str, int]:
    """What is lent or switched on in the world now, but for what another desk lent."""
    others = sum(
        loan.pending + loan.on_the_way + loan.at_work
        for name, loan in world.transfers.loans.items()
        if name.startswith(OTHER_DESK)
    )
    usual = np.array([group.staff.cap for group in world.layout.groups], dtype=np.int64)
    return {
        "lent": max(0, int(world.staff.out.sum()) - others),
        "bot": int((world.bot.share != world.bot.usual_share).sum()),
        "cap": int((world.staff.cap != usual).sum()),
    }


def _written(core: DeskCore, now: float, suffered: Suffering, best: Suffering, left: dict[str, int]) -> int | None:
    """Write the world's counters into the journal; the entry's number, or None where it could not be written."""
    body = {"suffered": _plain(suffered), "best": _plain(best), "left_over": left}
    return core.journal.journal.number if core.journal.append(now, OUTCOME, "drill", body) else None


def _plain(one: Suffering) -> dict[str, Any]:
    found = harm(one)
    shares = {"late": found.late, "abandoned": found.abandoned, "sales": found.sales, "whole": found.whole}
    return {
        "harm": {name: round(value, 6) if value == value else None for name, value in shares.items()},
        "counts": {name: float(one.counts[name].sum()) for name in COUNTERS},
        "sales_cny": {
            "expected": round(float(one.expected_sales.sum()), 2),
            "lost": round(float(one.lost_sales.sum()), 2),
        },
        "clocks": {
            clock.id: {"met": round(float(one.met[n].sum()), 6), "late": round(float(one.late[n].sum()), 6)}
            for n, clock in enumerate(one.clocks)
        },
    }
