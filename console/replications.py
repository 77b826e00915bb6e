"""One drill under many seeds: how likely each promise breaks, how the score spreads, which playbooks were worth it.

Every seed is run with nobody at the desk, with the player, and, where the player started more than one playbook, with
each of them alone. The same seed brings the same customers, so that differences are taken pair by pair.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from console.progress import reached
from console.rehearsal import NOBODY, Choice, Rehearsal, rehearse
from simulators.scenario import load_scenario
from simulators.suffering import harm, promises

MOST_PROCESSES = 2

MEASURES = ("harm", "late", "abandoned", "sales_lost_cny")


@dataclass(frozen=True, slots=True)
class Job:
    """One seed of one scenario, which a process of its own can load by itself."""

    scenario: str
    seed: int
    minutes: float
    choice: Choice


@dataclass(frozen=True, slots=True)
class Ran:
    """One drill as figures. `breached` is by clock and site (`*`: the network), without those that have no target."""

    measures: dict[str, float]
    points: dict[str, float]
    breached: dict[tuple[str, str], bool]
    playbooks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedRan:
    """What one seed gave: with nobody, with the player, and with one playbook alone."""

    seed: int
    nobody: Ran
    played: Ran
    alone: dict[str, Ran]


def replicate(
    scenario: str, seeds: Sequence[int], minutes: float, choice: Choice, processes: int = MOST_PROCESSES
) -> dict[str, Any]:
    """Run all seeds and put them together; the same whatever the number of processes."""
    jobs = [Job(scenario, seed, minutes, choice) for seed in seeds]
    processes = max(1, min(processes, len(jobs), os.cpu_count() or 1))
    if processes == 1:
        ran = [run_seed(job) for job in jobs]
    else:
        with multiprocessing.get_context("spawn").Pool(processes, _leave_interrupts) as pool:
            ran = []
            for one in pool.imap(run_seed, jobs):
                ran.append(one)
                reached(len(ran), len(jobs))
    return summary(scenario, minutes, choice, ran)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that waits: it ends these, without a word of each."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_seed(job: Job) -> SeedRan:
    """All drills of one seed."""
    scenario = load_scenario(job.scenario)
    nobody = rehearse(scenario, job.seed, job.minutes, NOBODY)
    if job.choice.kind == "none":
        return SeedRan(job.seed, _ran(nobody), _ran(nobody), {})
    played = _ran(rehearse(scenario, job.seed, job.minutes, job.choice, best=nobody.best))
    alone = {
        name: played
        if len(played.playbooks) == 1
        else _ran(rehearse(scenario, job.seed, job.minutes, job.choice.limited([name]), best=nobody.best))
        for name in played.playbooks
    }
    return SeedRan(job.seed, _ran(nobody), played, alone)


def _ran(run: Rehearsal) -> Ran:
    report, suffered = run.report, run.suffered
    measures = {
        "harm": harm(suffered).whole,
        "late": float(suffered.late[list(promises(suffered.clocks))].sum()),
        "abandoned": float(suffered.counts["abandoned"].sum()),
        "sales_lost_cny": float(suffered.lost_sales.sum()),
    }
    points = {name: part.points for name, part in run.score.parts.items()}
    breached = {
        (row["clock"], row["site"]): bool(row["breached"]) for row in report["clocks"] if row["breached"] is not None
    }
    started = tuple(sorted({one["playbook"] for one in report["playbooks"] if one["since_s"] is not None}))
    return Ran(measures, points | {"total": run.score.points}, breached, started)


def summary(scenario: str, minutes: float, choice: Choice, ran: Sequence[SeedRan]) -> dict[str, Any]:
    """The distribution over seeds, as plain data; unknown is None."""
    return {
        "scenario": scenario,
        "minutes": minutes,
        "decisions": choice.kind,
        "seeds": [one.seed for one in ran],
        "breach": _breaches(ran),
        "score": {name: _spread(one.played.points[name] for one in ran) for name in ran[0].played.points},
        "measures": {name: _spread(one.played.measures[name] for one in ran) for name in MEASURES},
        "nobody": {name: _spread(one.nobody.measures[name] for one in ran) for name in MEASURES},
        "playbooks": [_worth(name, ran) for name in sorted({name for one in ran for name in one.alone})],
    }


def _breaches(ran: Sequence[SeedRan]) -> list[dict[str, Any]]:
    places = sorted({place for one in ran for place in (*one.played.breached, *one.nobody.breached)})
    return [
        {
            "clock": clock,
            "site": site,
            "p": _share(one.played.breached.get((clock, site)) for one in ran),
            "p_nobody": _share(one.nobody.breached.get((clock, site)) for one in ran),
            "seeds": sum((clock, site) in one.played.breached for one in ran),
        }
        for clock, site in places
    ]


def _share(found: Iterable[bool | None]) -> float | None:
    known = [one for one in found if one is not None]
    return round(sum(known) / len(known), 6) if known else None


def _spread(values: Iterable[float]) -> dict[str, Any]:
    """Mean and the band from 10 to 90 % of the values that are known; `n` is how many those are."""
    known = np.array([value for value in values if not math.isnan(value)])
    if not len(known):
        return {"n": 0, "mean": None, "p10": None, "p90": None}
    low, high = np.quantile(known, (0.1, 0.9))
    return {
        "n": len(known),
        "mean": round(float(known.mean()), 6),
        "p10": round(float(low), 6),
        "p90": round(float(high), 6),
    }


def _worth(name: str, ran: Sequence[SeedRan]) -> dict[str, Any]:
    """What a playbook alone changed against nobody, over the seeds in which the player started it."""
    pairs = [(one.alone[name].measures, one.nobody.measures) for one in ran if name in one.alone]
    change = {measure: [mine[measure] - theirs[measure] for mine, theirs in pairs] for measure in MEASURES}
    return {
        "playbook": name,
        "seeds": len(pairs),
        "change": {measure: _spread(values) for measure, values in change.items()},
        "better_in": sum(value < 0 for value in change["harm"]),
        "worth_it": verdict(change["harm"]),
    }


def verdict(changes: Sequence[float]) -> str:
    """`yes` or `no` where the mean change of harm is more than 1.645 standard errors from zero, else `unclear`."""
    if len(changes) < 2:
        return "unclear"
    values = np.array(changes)
    mean, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values))
    if abs(mean) <= 1.645 * error or mean == 0:
        return "unclear"
    return "yes" if mean < 0 else "no"


def table(found: dict[str, Any]) -> str:
    """The distribution as text for a terminal."""
    seeds = found["seeds"]
    lines = [
        f"{found['scenario']}, {found['minutes']:g} min, seeds {seeds[0]}–{seeds[-1]}, decisions: {found['decisions']}"
    ]
    lines += ["", f"{'P(breach)':<34}{'site':<16}{'played':>8}{'nobody':>8}"]
    lines += [
        f"{row['clock']:<34}{row['site']:<16}{_number(row['p']):>8}{_number(row['p_nobody']):>8}"
        for row in found["breach"]
    ]
    lines += ["", f"{'score':<34}{'mean':>12}{'10 %':>12}{'90 %':>12}"]
    lines += [_line(name, spread) for name, spread in found["score"].items()]
    lines += ["", f"{'customers':<34}{'mean':>12}{'10 %':>12}{'90 %':>12}"]
    for name in MEASURES:
        lines += [_line(name, found["measures"][name]), _line(f"  {name}, nobody", found["nobody"][name])]
    for row in found["playbooks"]:
        head = f"{row['playbook']} alone, against nobody"
        said = f"harm fell in {row['better_in']} of {row['seeds']} seeds; worth it: {row['worth_it']}"
        lines += ["", f"{head:<34}{said}", *(_line(f"  {name}", row["change"][name]) for name in MEASURES)]
    return "\n".join(lines)


def _line(name: str, spread: dict[str, Any]) -> str:
    return f"{name:<34}" + "".join(f"{_number(spread[part]):>12}" for part in ("mean", "p10", "p90"))


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
