"""`python -m benchmarks.fifteen`: the fifteen drills with nobody, used well, naively, and with the built-in player.

Prints the table of docs/drills.md. Exit status 1 where the scores do not differ the right way: used well must beat
nobody and naive decisions in the total, and neither leave customers worse off.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.rehearsal import Rehearsal, read_choice, rehearse
from simulators.scenario import list_scenarios, load_scenario
from simulators.suffering import harm

PLAYERS = ("none", "naive", "auto", "good")
PROCESSES = 2

EVERY_S = 5
"""Sites send and everybody looks so many seconds apart: three times as fast as life's every second."""

SLACK = 0.05
"""Points of the customers' part within which two drills are alike: where nothing is to be done nothing can be won."""


@dataclass(frozen=True, slots=True)
class Line:
    """One drill. `points` are those of the parts that could be judged, out of `of`; customers' points out of 40."""

    scenario: str
    seed: int
    player: str
    points: float
    of: float
    customers: float
    harm: float
    least: float
    runs: int
    refused: int
    cpu_s: float

    @property
    def share(self) -> float:
        """Of the points that could be had."""
        return self.points / self.of


@dataclass(frozen=True, slots=True)
class Task:
    """All players of one scenario under one seed: they share the best possible."""

    scenario: str
    seed: int
    players: tuple[str, ...]
    every: int = EVERY_S


def fifteen() -> tuple[str, ...]:
    """The ids of the fifteen drills."""
    return tuple(one.id for one in list_scenarios() if one.id[0] == "d" and one.id[1:3].isdigit())


def ran(task: Task) -> list[Line]:
    """Run one scenario with each player."""
    scenario, best, lines = load_scenario(task.scenario), None, []
    for player in task.players:
        began = time.process_time()
        choice = read_choice(player, scenario.id)
        run = rehearse(scenario, task.seed, scenario.minutes, choice, best=best, every=task.every)
        best = run.best
        lines.append(line(task, player, run, time.process_time() - began))
    return lines


def line(task: Task, player: str, run: Rehearsal, cpu_s: float) -> Line:
    """What is told of a drill."""
    customers = run.score.parts["customers"].points
    started = sum(one["since_s"] is not None for one in run.report["playbooks"])
    found = harm(run.suffered).whole, harm(run.best).whole
    refused = len(run.result.refused)
    return Line(
        task.scenario, task.seed, player, run.score.points, run.score.of, customers, *found, started, refused, cpu_s
    )


def wrong(lines: Iterable[Line]) -> list[str]:
    """Where the order is not what it should be, one sentence each."""
    by = {(one.scenario, one.seed, one.player): one for one in lines}
    said = []
    for (scenario, seed, player), good in by.items():
        if player != "good":
            continue
        for other in ("none", "naive"):
            beside = by.get((scenario, seed, other))
            if beside is None:
                continue
            if min(good.points - beside.points, good.share - beside.share) <= 0:
                figures = f"{good.points:.1f} of {good.of:g}, {other} {beside.points:.1f} of {beside.of:g}"
                said.append(f"{scenario}, seed {seed}: good has {figures}")
            if good.customers < beside.customers - SLACK:
                figures = f"{good.customers:.2f} points for customers, {other} {beside.customers:.2f}"
                said.append(f"{scenario}, seed {seed}: good has {figures}")
    return said


def table(lines: Sequence[Line]) -> str:
    """The table of docs/drills.md: points, and in brackets the customers' part."""
    players = [name for name in PLAYERS if any(one.player == name for one in lines)]
    rows = ["| drill | seed | least harm | " + " | ".join(players) + " |", "|---|---:|---:|" + "---:|" * len(players)]
    for scenario, seed in dict.fromkeys((one.scenario, one.seed) for one in lines):
        mine = {one.player: one for one in lines if (one.scenario, one.seed) == (scenario, seed)}
        least = next(iter(mine.values())).least
        cells = [_cell(mine.get(name)) for name in players]
        rows.append(f"| `{scenario}` | {seed} | {_share(least)} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _cell(one: Line | None) -> str:
    return "–" if one is None else f"{one.points:.0f} ({one.customers:.1f})"


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1%}"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fifteen", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="ids, or how they begin; default: all fifteen")
    parser.add_argument("--players", default=",".join(PLAYERS), help=f"some of {', '.join(PLAYERS)}")
    parser.add_argument("--seeds", default="7", help="numbers with commas between")
    parser.add_argument("--every", type=int, default=EVERY_S, help="seconds between looks, a divisor of 60")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    given = parser.parse_args()
    players = tuple(name for name in PLAYERS if name in given.players.split(","))
    names = [one for one in fifteen() if not given.names or any(one.startswith(name) for name in given.names)]
    tasks = [Task(name, int(seed), players, given.every) for name in names for seed in given.seeds.split(",")]
    lines: list[Line] = []
    with multiprocessing.get_context("spawn").Pool(max(1, given.processes)) as pool:
        for found in pool.imap(ran, tasks):
            lines += found
            print(table(found).splitlines()[-1], file=sys.stderr, flush=True)
    print(table(lines))
    print(f"\n{sum(one.cpu_s for one in lines):.0f} s of CPU", file=sys.stderr)
    for sentence in wrong(lines):
        print(sentence, file=sys.stderr)
    return int(bool(wrong(lines)))


if __name__ == "__main__":
    sys.exit(main())
