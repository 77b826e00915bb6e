"""What kind of contacts they were: handle time, patience and bot of each queue, from counters alone.

Handle time is the one for which as many contacts are expected to have ended as did (`simulators.recorded.work`). An
agent who holds k chats does each of them 1 + b (k - 1) times slower, which is taken off with the scenario's own b.
Patience is fitted to the histograms of waits as `dutydeck fit` does it to single waits, each contact taken at the
middle of its class. Figures that too few contacts tell of are those of the queue's group, else of the site, else of all
sites, else assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from alerts.projection.board_inputs import FEWEST_ABANDONED
from feeds.metrics_stored import WAIT_EDGES_S
from simulators.fitting.handle_time import fit_handle
from simulators.fitting.patience import FEWEST, fit_patience
from simulators.profile import Profile
from simulators.recorded.gaps import held
from simulators.recorded.groups import SiteNames
from simulators.recorded.load import Floats, Ints, RecordedLoad, SiteLoad
from simulators.recorded.people import USUAL_CAP
from simulators.recorded.work import Ended, mean_handle
from simulators.scenario_sites import Staff

SLOWDOWN = Staff().slowdown
"""b is not to be had from counters."""
ENOUGH_ENDED = 30
"""Contacts that must have ended for a mean handle time of their own."""
ENOUGH_MET = 30
_MOST_SAMPLES = 4000
_BEYOND_S = 900.0
"""Where the waits of the last, open class of the histograms are put."""


@dataclass(frozen=True, slots=True)
class LawFigures:
    """A law as a scenario states it; `own` is False for what was assumed."""

    law: str
    mean_s: float
    cv: float = 0.9
    balk: float = 0.0
    own: bool = True
    exponential_mean_s: float = 0.0


@dataclass(frozen=True, slots=True)
class QueueTraits:
    """One queue."""

    handle: LawFigures
    patience: LawFigures
    bot_share: float
    containment: float


Cell = tuple[SiteLoad, Ints, Floats]
"""A site, some of its queues, and how much of a second's work each of its queues gets in an interval."""


def traits_of(load: RecordedLoad, names: Sequence[SiteNames]) -> list[list[QueueTraits]]:
    """Per site, per queue."""
    pace = [pace_of(site, one) for site, one in zip(load.sites, names, strict=True)]
    every = [(site, np.arange(len(site.rows)), speed) for site, speed in zip(load.sites, pace, strict=True)]

    @cache
    def fitted(number: int, queues: tuple[int, ...]) -> tuple[LawFigures | None, LawFigures | None]:
        cells: list[Cell] = [(load.sites[number], np.array(queues), pace[number])] if queues else every
        return _handle(load, cells), _patience(cells)

    out = []
    for number, (site, one) in enumerate(zip(load.sites, names, strict=True)):
        groups = [tuple(group.queues.tolist()) for group in one.groups]
        whole = tuple(range(len(site.rows)))
        found = []
        for queue, group in enumerate(one.group_of):
            steps = [fitted(number, (queue,)), fitted(number, groups[group]), fitted(number, whole), fitted(number, ())]
            handle = next((step[0] for step in steps if step[0]), _ASSUMED_HANDLE)
            patience = next((step[1] for step in steps if step[1]), _ASSUMED_PATIENCE)
            found.append(QueueTraits(handle, patience, *_bot(site, queue, groups[group])))
        out.append(found)
    return out


_USUAL = Profile()
_ASSUMED_HANDLE = LawFigures(_USUAL.handle.law, _USUAL.handle.mean, _USUAL.handle.cv, own=False)
_ASSUMED_PATIENCE = LawFigures(
    _USUAL.patience.law, _USUAL.patience.mean, own=False, exponential_mean_s=_USUAL.patience.mean
)


def pace_of(site: SiteLoad, names: SiteNames) -> Floats:
    """Seconds of work per second on each contact, intervals × queues; 1 where it is not known."""
    out = np.ones_like(site.gauges["chats_open"])
    for group in names.groups:
        if group.voice:
            continue
        first = int(group.queues[0])
        resting = sum(np.nan_to_num(values[:, first]) for name, values in site.gauges.items() if name[:5] == "rest_")
        duty = site.gauges["agents_online"][:, first] - resting
        with np.errstate(invalid="ignore", divide="ignore"):
            each = site.gauges["chats_open"][:, group.queues].sum(axis=1) / np.maximum(duty, 1.0)
        each = np.nan_to_num(held(np.clip(each, 1.0, 10.0 * USUAL_CAP)[:, None])[:, 0], nan=1.0)
        out[:, group.queues] = (1.0 / (1.0 + SLOWDOWN * (each - 1.0)))[:, None]
    return out


def _handle(load: RecordedLoad, cells: Sequence[Cell]) -> LawFigures | None:
    keys = [(site.id, site.rows[queue].id) for site, queues, _ in cells for queue in queues]
    found = [load.samples.handle_s.get(key, np.empty(0)) for key in keys]
    samples = np.concatenate(found)
    if len(samples) >= ENOUGH_ENDED:
        fit = fit_handle(samples)
        if fit is not None:
            return LawFigures(fit.law, fit.mean_s, fit.cv)
    ended = [_ended(site, int(queue), pace) for site, queues, pace in cells for queue in queues]
    if sum(one.ended for one in ended) < ENOUGH_ENDED:
        return None
    return LawFigures(_USUAL.handle.law, mean_handle(ended, _USUAL.handle.cv), _USUAL.handle.cv)


def _ended(site: SiteLoad, queue: int, pace: Floats) -> Ended:
    work = np.concatenate(([0.0], np.cumsum(pace[:, queue]))) * site.seconds_each
    answered, completed = site.counters["answered"][:, queue], site.counters["completed"][:, queue]
    before = float(np.nan_to_num(site.at_start["chats_open"][queue]))
    middles = (work[:-1] + work[1:]) / 2
    return Ended(answered, work[-1] - middles, float(work[-1]), before, float(completed.sum()))


def _patience(cells: Sequence[Cell]) -> LawFigures | None:
    waits, gave_up, weight = _samples(cells)
    gone = float(weight[gave_up].sum())
    if gone < FEWEST_ABANDONED:
        return None
    exponential = float((waits * weight).sum()) / gone
    if gone >= FEWEST:
        scale = min(1.0, _MOST_SAMPLES / float(weight.sum()))
        counts = np.round(weight * scale).astype(np.int64)
        fit = fit_patience(np.repeat(waits, counts), np.repeat(gave_up, counts))
        if fit is not None:
            return LawFigures(fit.law, fit.mean_s, fit.cv, fit.balk, exponential_mean_s=exponential)
    return LawFigures("exponential", exponential, exponential_mean_s=exponential)


def _samples(cells: Sequence[Cell]) -> tuple[Floats, Ints, Floats]:
    """Waits at the middle of their classes, whether they ended by giving up, and how many there were of each.

    The middle of the first class is set so that the waits add up to what was counted.
    """
    parts = list(_classes(cells))
    waits, gave_up, weight = (np.concatenate([part[i] for part in parts]) for i in range(3))
    some = weight > 0
    return waits[some], gave_up[some].astype(np.bool_), weight[some]


def _classes(cells: Sequence[Cell]) -> Iterator[tuple[Floats, Floats, Floats]]:
    edges = np.array((0.0, *WAIT_EDGES_S))
    for outcome in ("answered", "abandoned"):
        names = [f"{outcome}_within_{edge}s" for edge in WAIT_EDGES_S] + [outcome]
        upto = np.array([sum(float(site.counters[name][:, q].sum()) for site, q, _ in cells) for name in names])
        counts = np.maximum(np.diff(np.concatenate(([0.0], upto))), 0.0)
        total = sum(float(site.counters[f"wait_{outcome}_sum_s"][:, q].sum()) for site, q, _ in cells)
        middles = np.append((edges[:-1] + edges[1:]) / 2, _BEYOND_S)
        left = total - float((counts[1:] * middles[1:]).sum())
        middles[0] = min(max(left / counts[0], 0.0), edges[1]) if counts[0] else 0.0
        yield middles, np.full(len(middles), float(outcome == "abandoned")), counts
    yield _not_in_histograms(cells)


def _not_in_histograms(cells: Sequence[Cell]) -> tuple[Floats, Floats, Floats]:
    """Who waits at the end, and whom the queue let go: as long as the time that all waited together leaves for them."""
    waits = timed_out = time = 0.0
    for site, queues, _ in cells:
        waiting = site.gauges["waiting"][:, queues]
        if np.isfinite(waiting).all():
            ended = sum(float(site.counters[f"wait_{one}_sum_s"][:, queues].sum()) for one in ("answered", "abandoned"))
            waits += float(waiting[-1].sum())
            timed_out += float(site.counters["timed_out"][:, queues].sum())
            time += float(waiting.sum()) * site.seconds_each - ended
    each = max(time, 0.0) / (waits + timed_out) if waits + timed_out > 0 else 0.0
    known = float(each > 0)
    return np.full(2, each), np.array([0.0, 1.0]), np.array([waits * known, timed_out * known])


def _bot(site: SiteLoad, queue: int, group: tuple[int, ...]) -> tuple[float, float]:
    """The usual share that meets the bot, the one at the beginning; and how many of those the bot keeps."""
    told = site.gauges["bot_share"][:, queue]
    told = told[np.isfinite(told)]
    offered, entered = (float(site.counters[name][:, queue].sum()) for name in ("offered", "bot_entered"))
    share = float(told[0]) if len(told) else entered / offered if offered > 0 else 0.0
    for queues in ([queue], list(group), list(range(len(site.rows)))):
        kept, passed = (float(site.counters[name][:, queues].sum()) for name in ("bot_contained", "bot_handed_over"))
        if kept + passed >= ENOUGH_MET:
            return min(max(share, 0.0), 1.0), kept / (kept + passed)
    return min(max(share, 0.0), 1.0), _USUAL.containment
