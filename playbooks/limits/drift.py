"""Whether the world is still the one that somebody looked at when they confirm a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping

from alerts.projected import PROJECTED
from feeds.catalog import METRICS
from feeds.metric import Unit
from playbooks.limits.limits_file import Limits, Tolerance
from playbooks.words import Words

SHARES = (Unit.SHARE, Unit.RATIO)


def drifted(seen: Mapping[str, float], now: Mapping[str, float], limits: Limits) -> tuple[Words, ...]:
    """Every figure that is not what was shown any more: gone unknown, or moved beyond its tolerance.

    Names are as in expressions, `place.metric`. A figure that was unknown when it was shown binds nobody.
    """
    found = []
    for name, before in seen.items():
        after = now.get(name, math.nan)
        if math.isnan(before):
            continue
        if math.isnan(after):
            found.append(Words(f"{name} 已变为未知", f"{name} was {before:g} and is unknown now"))
            continue
        tolerance = tolerance_of(name, limits)
        if tolerance is not None and abs(after - before) > tolerance.of(before):
            room = tolerance.of(before)
            found.append(
                Words(
                    f"{name} 由 {before:.4g} 变为 {after:.4g}(容差 ±{room:.3g})",
                    f"{name} was {before:.4g} and is {after:.4g} (it may move by {room:.3g})",
                )
            )
    return tuple(found)


def tolerance_of(name: str, limits: Limits) -> Tolerance | None:
    """The tolerance of a figure: its own, else that of its kind; None where none is stated."""
    metric = name.rpartition(".")[2]
    own = limits.tolerance.get(metric)
    if own is not None:
        return own
    if metric == "unknown":
        return Tolerance()
    known = METRICS.get(metric) or PROJECTED.get(metric)
    unit = known.unit if known is not None else None
    share = unit in SHARES or (unit is None and metric.startswith(("rate", "share", "sl", "worst")))
    return limits.other_shares if share else limits.others
