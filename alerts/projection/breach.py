"""When a projected figure crosses its line."""

from __future__ import annotations

from typing import Literal

import numpy as np

from alerts.projection.decay import Floats


def time_to_breach(times: Floats, figure: Floats, line: Floats | float, side: Literal["above", "below"]) -> Floats:
    """Seconds until `figure`, (times, queues), is first strictly past its line, by straight lines between the times.

    0 where it is past already, inf where it stays within to the end, NaN where the figure is unknown before it is past.
    `line` is one for all or (queues,).
    """
    over = (figure - line) if side == "above" else (line - figure)
    past = over > 0
    first = np.argmax(past, axis=0)
    never = ~past.any(axis=0)
    queues = np.arange(figure.shape[1])
    before = np.maximum(first - 1, 0)
    gap_before, gap_after = over[before, queues], over[first, queues]
    with np.errstate(invalid="ignore", divide="ignore"):
        # A figure that jumps from or to infinity crosses at the earlier time: warn too soon rather than too late.
        share = np.where(np.isfinite(gap_after - gap_before), -gap_before / (gap_after - gap_before), 0.0)
        crossing = times[before] + share * (times[first] - times[before])
    crossing = np.where(first == 0, 0.0, crossing)
    unknown = np.isnan(over)
    last_looked_at = np.where(never, len(times) - 1, first)
    blind = (unknown & (np.arange(len(times))[:, None] <= last_looked_at)).any(axis=0)
    return np.where(blind, np.nan, np.where(never, np.inf, crossing))
