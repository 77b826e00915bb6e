"""What rules and playbooks ask of the staffing ahead: the next hour's net, and how long a deficit will last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from alerts.forecast.outlook import Outlook
from feeds.columns import Floats
from feeds.contract import Row

NET_STAFFING, DEFICIT = "net_staffing_60m", "deficit_ahead_s"

NEXT_S = 3_600.0
LOOK_AHEAD_S = 4 * 3_600.0

_NOTHING: Mapping[str, Floats] = MappingProxyType({})


def staffing_ahead(outlook: Outlook, site: str, rows: Sequence[Row], now: float) -> Mapping[str, Floats]:
    """The figures over the rows of a site: a queue has those of its category, the site's own row the site's.

    Nothing where the plan does not know the site, or does not reach to now.
    """
    day = outlook.sites.get(site)
    if day is None or not len(day.starts) or not day.starts[0] <= now < day.starts[-1] + day.step_s:
        return _NOTHING
    first = int((now - day.starts[0]) // day.step_s)
    last = min(len(day.starts), first + int(np.ceil(LOOK_AHEAD_S / day.step_s)))
    found = outlook.staffing(site, first, last)
    next_hour = found.starts < now + NEXT_S
    lengths = np.minimum(found.starts + day.step_s - now, day.step_s)
    net = np.concatenate([found.net, found.site_net[None, :]])
    least, deficit = net[:, next_hour].min(axis=1), np.array([_longest(one, lengths) for one in net])
    place = np.array([_place(row, day.keys) for row in rows], np.int64)
    out = {}
    for name, values in ((NET_STAFFING, least), (DEFICIT, deficit)):
        out[name] = np.where(place < 0, np.nan, values[place])
    return out


def _place(row: Row, keys: Sequence[str]) -> int:
    if row.kind == "site":
        return len(keys)
    return keys.index(row.category) if row.category in keys else -1


def _longest(net: Floats, lengths: Floats) -> float:
    """Seconds of the longest deficit without a pause; 0 where there is none, NaN where not all is known."""
    if np.isnan(net).any():
        return float("nan")
    longest = lasting = 0.0
    for short, length in zip((net < 0).tolist(), lengths.tolist(), strict=True):
        lasting = lasting + length if short else 0.0
        longest = max(longest, lasting)
    return longest
