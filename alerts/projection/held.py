"""How long contacts were held and waited lately, whether or not they have ended: what handle time and patience are of.

In a rising load the contacts that have ended are the short ones, and those who gave up the impatient ones: the mean of
either is too low, and a projection from it too good. Time held over completions and time waited over abandonments count
those who are still there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from alerts.projection.decay import Floats
from alerts.projection.pools import Ints
from feeds.columns import Columns
from feeds.contract import Row

SPAN_S = 900.0
BLOCK_S = 60.0
ARRIVALS_S = 300.0
"""Arrivals are those of so long: a promotion's burst has halved in 8 minutes."""
LONGEST_STEP_S = 60.0
"""Over a longer time without a look nothing is known."""

_GAUGES = ("chats_open", "waiting", "agents_busy")
_COUNTERS = ("completed", "abandoned", "offered", "bot_contained")


@dataclass(frozen=True, slots=True)
class Held:
    """Of some rows, over the last minutes: contact-seconds held and waited, agent-seconds busy, and what ended."""

    seconds: float
    held_s: Floats
    waited_s: Floats
    busy_s: Floats
    completed: Floats
    abandoned: Floats
    arrivals_s: float | Floats
    """The time over which those who came were counted; by row where rows of several sites differ in it."""
    arrived: Floats
    """Who came and was not contained by a bot."""


def held_columns(columns: Columns, which: Ints) -> Floats:
    """The figures of some rows that times held and waited are worked out from, figures × rows."""
    seen = np.stack([columns[name][which] for name in (*_GAUGES, *_COUNTERS)])
    if "bot_contained" not in columns.counter_at:  # a site that has no bot: everybody asks for a person
        seen[-1] = 0.0
    return seen


def held_part(held: Held, place: slice) -> Held:
    """Of some of the rows."""
    each = {f.name: getattr(held, f.name)[place] for f in fields(Held) if f.name not in ("seconds", "arrivals_s")}
    lately = held.arrivals_s
    return replace(held, **each, arrivals_s=lately[place] if isinstance(lately, np.ndarray) else lately)


class HeldTimes:
    """Looks at one site now and then, and adds up over the last `SPAN_S`, in blocks of `BLOCK_S`."""

    def __init__(self) -> None:
        self._rows: object = ()
        self._at = float("-inf")
        self._seen: Floats = np.empty((0, 0))
        self._blocks: deque[tuple[float, float, Floats]] = deque()

    @property
    def moments(self) -> tuple[float, ...]:
        """When it looked last, and the edges of its blocks: what sites must have in common to be one history."""
        return (self._at, *(edge for begin, end, _ in self._blocks for edge in (begin, end)))

    def take(self, rows: tuple[Row, ...], which: Ints, columns: Columns, now: float) -> Held:
        """The figures of some of the site's rows as they stand at `now`; the sums until then."""
        return self.look(rows, held_columns(columns, which), now)

    def part(self, rows: object, place: slice) -> HeldTimes:
        """The history of some of its columns, to go on by itself as that of `rows`."""
        out = HeldTimes()
        out._rows, out._at, out._seen = rows, self._at, self._seen[:, place]
        out._blocks = deque((begin, end, grown[:, place]) for begin, end, grown in self._blocks)
        return out

    @staticmethod
    def joined(parts: Sequence[HeldTimes], rows: object) -> HeldTimes:
        """Histories of the same moments side by side, as that of `rows`."""
        out = HeldTimes()
        out._rows, out._at = rows, parts[0]._at
        out._seen = np.hstack([part._seen for part in parts])
        for several in zip(*(part._blocks for part in parts), strict=True):
            begin, end, _ = several[0]
            out._blocks.append((begin, end, np.hstack([grown for _, _, grown in several])))
        return out

    def look(self, rows: object, seen: Floats, now: float) -> Held:
        """As `take`, of `held_columns`. Another `rows` than before begins anew."""
        if rows is not self._rows or not 0.0 <= now - self._at <= LONGEST_STEP_S:
            self._rows = rows
            self._blocks.clear()
        elif now > self._at:
            length, gauges = now - self._at, len(_GAUGES)
            grown = np.concatenate(
                [(seen[:gauges] + self._seen[:gauges]) / 2 * length, seen[gauges:] - self._seen[gauges:]]
            )
            self._add(self._at, now, grown)
        self._at, self._seen = now, seen
        return self._sums(seen.shape[1])

    def _add(self, begin: float, end: float, grown: Floats) -> None:
        if self._blocks and end - self._blocks[-1][0] <= BLOCK_S:
            first, _, before = self._blocks.pop()
            self._blocks.append((first, end, before + grown))
        else:
            self._blocks.append((begin, end, grown))
        while end - self._blocks[0][1] >= SPAN_S:
            self._blocks.popleft()

    def _sums(self, size: int) -> Held:
        """The sums of the blocks; NaN where a figure was not known at some time."""
        if not self._blocks:
            nothing = np.full(size, np.nan)
            return Held(0.0, nothing, nothing, nothing, nothing, nothing, 0.0, nothing)
        end = self._blocks[-1][1]
        total = np.sum([grown for _, _, grown in self._blocks], axis=0)
        late = [(begin, grown) for begin, _, grown in self._blocks if end - begin <= ARRIVALS_S + 1.0]
        came = np.sum([grown[-2] - grown[-1] for _, grown in late], axis=0)
        held, waited, busy, completed, abandoned = total[:5]
        return Held(
            end - self._blocks[0][0],
            held,
            waited,
            busy,
            completed,
            abandoned,
            end - late[0][0],
            np.maximum(came, 0.0),
        )
