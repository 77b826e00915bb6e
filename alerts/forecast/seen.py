"""What came and who was there, interval by interval: the day as it went, to hold against its plan."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor

import numpy as np

from feeds.columns import Columns, Floats
from feeds.contract import Row

KEPT_S = 86_400.0
"""So much of the past is remembered."""

_RESTS = tuple(f"rest_{why}" for why in ("ordinary", "meal", "meeting", "coaching", "training", "forced", "signin"))


@dataclass(slots=True)
class _Site:
    rows: tuple[Row, ...]
    keys: tuple[str, ...]
    key_of: tuple[int, ...]
    """For each row the place of its category; -1 for what is no queue."""
    edges: deque[tuple[float, Floats]] = field(default_factory=deque)
    """(time, contacts offered in all until then, by key), the last one is the newest."""
    people: dict[float, tuple[int, Floats]] = field(default_factory=dict)
    """Interval → how often it was looked, and the sum of the agents at work, by key."""
    now: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True)
class Seen:
    """One site as it was seen: by category, contacts that came and agents at work. NaN is unknown."""

    keys: tuple[str, ...]
    since: float
    """From when on contacts were counted without a gap."""
    at: float
    edges: Floats
    offered: Floats
    """Contacts offered in all at the edges, (edges, keys)."""
    people: Mapping[float, Floats]
    """Interval's begin → agents at work in it, the mean, (keys,)."""
    now: Floats
    """Agents at work now, (keys,)."""

    def came(self, begin: float, end: float) -> Floats:
        """Contacts in [begin, end), (keys,); between two edges evenly. NaN where that was not seen."""
        if not len(self.edges) or begin < self.edges[0] - 1e-6 or end > self.edges[-1] + 1e-6:
            return np.full(len(self.keys), np.nan)
        return np.array(
            [np.subtract(*np.interp((end, begin), self.edges, self.offered[:, k])) for k in range(len(self.keys))]
        )


class DayWatch:
    """Remembers, by category of each site, contacts at each interval's end and the agents at work."""

    def __init__(self, step_s: float) -> None:
        self.step_s = step_s
        self._sites: dict[str, _Site] = {}

    def take(self, site: str, rows: tuple[Row, ...], columns: Columns, now: float, counting_since: float = 0.0) -> None:
        """A believed site as it stands at `now`; call it about once a minute.

        `counting_since` is when its counters were zero: what came before the desk looked is known as one sum.
        """
        kept = self._sites.get(site)
        offered = columns["offered"]
        if kept is None or kept.rows is not rows:
            kept = self._sites[site] = _site(rows)
            if 0.0 < now - counting_since <= KEPT_S:
                kept.edges.append((counting_since, np.zeros(len(kept.keys))))
        total = _by_key(kept, offered)
        if kept.edges and (total < kept.edges[-1][1] - 0.5).any():  # the counters began anew
            kept.edges.clear()
        self._add_edge(kept, now, total)
        kept.now = people_at_work(rows, kept.key_of, len(kept.keys), columns)
        begin = floor(now / self.step_s) * self.step_s
        count, sums = kept.people.get(begin, (0, np.zeros(len(kept.keys))))
        kept.people[begin] = (count + 1, sums + kept.now)
        for old in [at for at in kept.people if at < now - KEPT_S]:
            del kept.people[old]

    def _add_edge(self, kept: _Site, now: float, total: Floats) -> None:
        """The newest edge moves with the time; one that lies on an interval's end stays."""
        edges = kept.edges
        if (
            len(edges) > 1
            and floor(edges[-1][0] / self.step_s) == floor(now / self.step_s)
            and edges[-1][0] % self.step_s
        ):
            edges.pop()
        if not edges or now > edges[-1][0]:
            edges.append((now, total))
        while len(edges) > 2 and edges[1][0] <= now - KEPT_S:
            edges.popleft()

    def seen(self, site: str) -> Seen | None:
        """What was seen of a site; None before it was seen at all."""
        kept = self._sites.get(site)
        if kept is None or not kept.edges:
            return None
        return Seen(
            kept.keys,
            kept.edges[0][0],
            kept.edges[-1][0],
            np.array([at for at, _ in kept.edges]),
            np.stack([total for _, total in kept.edges]),
            {begin: sums / count for begin, (count, sums) in kept.people.items()},
            kept.now,
        )


def _site(rows: tuple[Row, ...]) -> _Site:
    keys = tuple(dict.fromkeys(row.category for row in rows if row.kind == "queue"))
    return _Site(rows, keys, tuple(keys.index(row.category) if row.kind == "queue" else -1 for row in rows))


def _by_key(kept: _Site, values: Floats) -> Floats:
    place = np.array(kept.key_of)
    inside = place >= 0
    return np.asarray(np.bincount(place[inside], values[inside], len(kept.keys)), np.float64)


def people_at_work(rows: tuple[Row, ...], key_of: tuple[int, ...], keys: int, columns: Columns) -> Floats:
    """Agents logged in and not at rest, by category. The queues of one group have the same people, counted once."""
    working = columns["agents_online"].copy()
    for name in _RESTS:
        rest = columns[name]
        working -= np.where(np.isnan(rest), 0.0, rest)
    groups: dict[tuple[int, str], float] = {}
    for place, (row, key) in enumerate(zip(rows, key_of, strict=True)):
        if key < 0:
            continue
        name = row.group or f"\0{row.id}"
        value = float(working[place])
        before = groups.get((key, name), -np.inf)
        groups[key, name] = value if value != value or value > before else before
    out = np.zeros(keys)
    for (key, _), value in groups.items():
        out[key] += value
    return out
