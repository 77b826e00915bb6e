"""A trend in one line of characters."""

from __future__ import annotations

import math
from collections.abc import Iterable

BARS = "▁▂▃▄▅▆▇█"
GAP = " "


def sparkline(values: Iterable[float], low: float | None = None, high: float | None = None) -> str:
    """One character a value, oldest first, `▁` at `low` to `█` at `high`; a value that is not known is a gap.

    Without a fixed scale, the bottom is 0 (or the lowest value, where one is below) and the top the highest value: a
    flat line then lies flat, where a scale of its own extremes would draw noise. All equal to the bottom is flat.
    """
    course = [float(value) for value in values]
    known = [value for value in course if math.isfinite(value)]
    bottom = low if low is not None else min([0.0, *known])
    top = high if high is not None else max(known, default=bottom)
    return "".join(_bar(value, bottom, top) for value in course)


def _bar(value: float, bottom: float, top: float) -> str:
    if not math.isfinite(value):
        return GAP
    if top <= bottom:
        return BARS[0]
    share = (value / 2 - bottom / 2) / (top / 2 - bottom / 2)  # halves: the whole range may be beyond a float
    return BARS[min(len(BARS) - 1, max(0, math.floor(share * len(BARS))))]
