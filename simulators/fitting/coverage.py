"""Whether simulated days cover real ones: the share of real figures inside the simulated 80 % band.

A scenario's site is simulated many times at once, as sites of one world that differ in nothing but chance. Counters are
read at the end of each interval, and the log is counted in the same way: an abandonment and an answer belong to the
interval in which they happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.fitting.contact_log import ContactLog, Floats
from simulators.scenario import Scenario
from simulators.world import World

WITHIN_S = 20
FIGURES = ("offered", "abandonment", "service level")
BAND = 0.8
_FEWEST_OFFERED = 5.0
"""Shares of fewer contacts than this, on average, are not compared."""

Counts = NDArray[np.float64]
"""(days, intervals, 3): offered, abandoned, answered within `WITHIN_S`."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One figure: the share of (day, interval) pairs inside the band, and of whole days."""

    figure: str
    intervals: float
    compared: int
    days: float
    real_mean: float
    simulated_mean: float


def simulated_days(scenario: Scenario, days: int, every_s: float, seed: int) -> Counts:
    """So many days of the scenario's first site, from its start to its end."""
    site = scenario.sites[0]
    copies = tuple(site.model_copy(update={"id": f"day-{number:03d}"}) for number in range(days))
    world = World(scenario.model_copy(update={"sites": copies}), seed, clocks=())
    start = world.layout.queue_start[:-1]
    found = [_counters(world, start)]
    for _ in range(round(scenario.minutes * 60 / every_s)):
        for _ in range(round(every_s)):
            world.step()
        found.append(_counters(world, start))
    counted: Counts = np.diff(np.stack(found, axis=1), axis=1)
    return counted


def _counters(world: World, start: NDArray[np.int64]) -> Counts:
    names = ("offered", "abandoned", f"answered_within_{WITHIN_S}s")
    return np.stack([np.add.reduceat(world.tally.of(name), start) for name in names], axis=-1)


def real_days(log: ContactLog, days: Sequence[int], begins_s: float, every_s: float, intervals: int) -> Counts:
    """The same of the log's days."""
    place = {day: number for number, day in enumerate(days)}
    part = log.of_days(days)
    row = np.array([place[int(day)] for day in part.day], dtype=np.int64)
    ended = part.second + np.nan_to_num(part.wait)
    in_time = part.answered & (part.wait <= WITHIN_S)
    out = np.zeros((len(days), intervals, len(FIGURES)))
    everybody = np.ones(len(part), dtype=np.bool_)
    for figure, (at, chosen) in enumerate(((part.second, everybody), (ended, part.abandoned), (ended, in_time))):
        interval = ((at - begins_s) // every_s).astype(np.int64)
        inside = chosen & (interval >= 0) & (interval < intervals)
        np.add.at(out[:, :, figure], (row[inside], interval[inside]), 1)
    return out


def coverage(real: Counts, simulated: Counts) -> list[Coverage]:
    """One row a figure, in the order of `FIGURES`."""
    out = []
    usual = simulated[:, :, 0].mean(axis=0)
    for number, name in enumerate(FIGURES):
        compared = usual >= (_FEWEST_OFFERED if number else 0.05)
        inside = _inside(_figure(real, number)[:, compared], _figure(simulated, number)[:, compared])
        whole_real, whole_simulated = (
            _figure(counts.sum(axis=1, keepdims=True), number) for counts in (real, simulated)
        )
        out.append(
            Coverage(
                figure=name,
                intervals=float(np.nanmean(inside)),
                compared=int(np.isfinite(inside).sum()),
                days=float(np.nanmean(_inside(whole_real, whole_simulated))),
                real_mean=_mean(real, number),
                simulated_mean=_mean(simulated, number),
            )
        )
    return out


def _figure(counts: Counts, number: int) -> Floats:
    """(days, intervals): the count, or the share of the contacts offered; NaN where none were."""
    if number == 0:
        return counts[:, :, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts[:, :, 0] > 0, counts[:, :, number] / counts[:, :, 0], np.nan)


def _mean(counts: Counts, number: int) -> float:
    """Contacts a day, or the share over all days."""
    offered = float(counts[:, :, 0].sum())
    return offered / len(counts) if number == 0 else float(counts[:, :, number].sum()) / offered


def _inside(real: Floats, simulated: Floats) -> Floats:
    """1 where a real figure lies in the band of the simulated ones, 0 where it does not, NaN where it is unknown.

    Its place among them counts ties as half, so that a band of figures that are often equal is not too wide.
    """
    known = np.maximum(np.isfinite(simulated).sum(axis=0), 1)
    below = (simulated[None] < real[:, None]).sum(axis=1)
    equal = (simulated[None] == real[:, None]).sum(axis=1)
    place = (below + equal / 2) / known
    edge = (1 - BAND) / 2
    return np.where(np.isfinite(real), ((place >= edge) & (place <= 1 - edge)).astype(np.float64), np.nan)
