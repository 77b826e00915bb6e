"""Counters that were not seen for a while: what happened in each interval all the same, and how well that is known.

Counters are cumulative. Where both sides of a gap belong to the same run of the site's counters, the total is exact,
and only its course inside the gap is not known: it is spread evenly. Where the site began again, or where the gap is at
an end of the recording, what happened is drawn between the means of up to five known intervals on each side.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from simulators.recorded.load import GUESSED, KNOWN, SPREAD, Bools, Floats, Ints

NEIGHBOURS = 5


def grown(total: Floats, seen: Bools, run: Ints, whole: Bools) -> tuple[Floats, Ints]:
    """What grew in each interval, (intervals, queues, counters), and how each interval is known.

    `total` is cumulative at the intervals' edges, one more than there are intervals; `seen` says at which edges it is
    known, at least two of them; `run` numbers the runs of the site's counters; `whole` marks the counters that count.
    """
    known = np.flatnonzero(seen)
    out = np.zeros((len(total) - 1, *total.shape[1:]))
    how = np.full(len(out), GUESSED, dtype=np.int64)
    for left, right in pairwise(known.tolist()):
        more = np.maximum(total[right] - total[left], 0.0)
        if right - left == 1:
            out[left], how[left] = more, KNOWN
        elif run[left] == run[right]:
            out[left:right], how[left:right] = _evenly(more, right - left, whole), SPREAD
    counted = how != GUESSED
    for begin, end in _stretches(how == GUESSED):
        before = _mean(out, counted, range(max(0, begin - NEIGHBOURS), begin))
        after = _mean(out, counted, range(end, min(len(out), end + NEIGHBOURS)))
        before, after = (after if before is None else before), (before if after is None else after)
        if before is None or after is None:
            continue
        steps = ((np.arange(end - begin) + 0.5) / (end - begin))[:, None, None]
        drawn = before + (after - before) * steps
        out[begin:end] = np.where(whole, _rounded(drawn), drawn)
    return out, how


def held(gauge: Floats) -> Floats:
    """A gauge with the last known figure in place of what is unknown, and the first one before it; else NaN."""
    out = gauge.copy()
    for step in range(1, len(out)):
        out[step] = np.where(np.isnan(out[step]), out[step - 1], out[step])
    for step in range(len(out) - 2, -1, -1):
        out[step] = np.where(np.isnan(out[step]), out[step + 1], out[step])
    return out


def _evenly(more: Floats, parts: int, whole: Bools) -> Floats:
    shares = np.arange(parts + 1)[:, None, None] / parts * more
    return np.asarray(np.diff(np.where(whole, np.round(shares), shares), axis=0), np.float64)


def _rounded(drawn: Floats) -> Floats:
    total = np.concatenate((np.zeros((1, *drawn.shape[1:])), np.cumsum(drawn, axis=0)))
    return np.asarray(np.diff(np.round(total), axis=0), np.float64)


def _mean(out: Floats, counted: Bools, places: range) -> Floats | None:
    chosen = [place for place in places if counted[place]]
    return np.asarray(out[chosen].mean(axis=0), np.float64) if chosen else None


def _stretches(marked: Bools) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marked.astype(np.int64), [0]))))
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
