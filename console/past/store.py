"""Keeps past views of one desk: finely for the last hour, coarsely for the day, each as blocks of bytes.

A tier is a row of stretches; a stretch begins with a whole view and goes on with changes, so that any view is had from
one stretch alone and the oldest stretch can be let go. Both tiers take views apart by themselves (`ViewParts`): what
did not change since the view before costs nothing, neither to find nor to keep.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from alerts.clock_rest import RestOfDay
from console.past.frames import Frame, Kept, PastFrames, at_or_before, spans_of
from console.past.stretch import Stretch
from console.view import DeskView
from feeds.columns import Floats

if TYPE_CHECKING:
    from console.past.chain import FrameChain


@dataclass(frozen=True, slots=True)
class TierPlan:
    """One view every `every_s` seconds for `keep_s`, a whole one first in every `whole_every`.

    What is worked out ahead (the plan held against the day, the rest of the clocks' days) is kept every `ahead_s`; a
    view in between has it as it was so long before at most.
    """

    every_s: float
    keep_s: float
    whole_every: int
    ahead_s: float


FINE = TierPlan(10.0, 3_600.0, 30, 120.0)
COARSE = TierPlan(60.0, 86_400.0, 30, 600.0)

MANY_ROWS, MOST_ROWS = 1_000, 20_000
SELDOM = 4
"""With more than `MANY_ROWS` rows views are kept so many times less often; with more than `MOST_ROWS` none are."""
MOST_BYTES = 512 * 1024 * 1024
"""More than this is never kept: the oldest goes."""
UNFOLDED = 3
"""So many stretches lie unfolded for whoever looks at them."""


class Tier:
    """The stretches of one plan. Not safe for several threads; the store is."""

    def __init__(self, plan: TierPlan) -> None:
        self.plan = plan
        self.stretches: deque[Stretch] = deque()
        self._chain: FrameChain | None = None
        self._open: Stretch | None = None
        self._step = -1
        self._ahead: DeskView | None = None
        self.every_s = plan.every_s
        """Seconds between two views: those of the plan, or more where there are many rows."""

    def due(self, at: float) -> bool:
        """Whether a view of this time belongs to a step that has none yet."""
        return floor(at / self.every_s) != self._step

    def take(self, view: DeskView) -> Stretch:
        """Keep a view; its stretch, with the new frame last. What is too old goes."""
        many = sum(len(site.rows) for site in view.board.sites) > MANY_ROWS
        self.every_s = self.plan.every_s * (SELDOM if many else 1)
        self._step = floor(view.at / self.every_s)
        if self._open is None or self._chain is None or len(self._open.times) >= self.plan.whole_every:
            from console.past.chain import FrameChain  # what it writes views by takes long to import

            self._chain, self._ahead = FrameChain(), None
            self._open = Stretch(f"{self.plan.every_s:g}-{view.at:.3f}")
            self.stretches.append(self._open)
        self._open.add(self._chain.frame(self._thinned(view)))
        while self.stretches[0].times[-1] < view.at - self.plan.keep_s:
            self.stretches.popleft()
        return self._open

    def _thinned(self, view: DeskView) -> DeskView:
        """The view with what was worked out ahead as it is kept."""
        held = self._ahead
        if held is None or not 0.0 <= view.at - held.at < self.plan.ahead_s:
            forecast = {clock: _short(rest) for clock, rest in view.clocks.forecast.items()}
            held = self._ahead = replace(view, clocks=replace(view.clocks, forecast=forecast, _made={}))
        clocks = replace(view.clocks, forecast=held.clocks.forecast, _made={})
        return replace(view, outlook=held.outlook, clocks=clocks)

    def adopt(self, stretches: Iterable[Stretch]) -> None:
        """Stretches that an earlier desk kept, oldest first; nothing is added to them any more."""
        self.stretches.extend(stretches)
        self._open = None

    def forget_after(self, at: float) -> None:
        """What came after a time never was: a drill went back. The next view begins a stretch."""
        while self.stretches and self.stretches[-1].times[0] > at:
            self.stretches.pop()
        if self.stretches:
            self.stretches[-1] = self.stretches[-1].until(at)
        self._open, self._step = None, -1

    def times(self) -> list[float]:
        """When its frames were, rising."""
        return [at for stretch in self.stretches for at in stretch.times]

    def find(self, at: float) -> tuple[Stretch, int] | None:
        """The last frame that is not after `at`: its stretch and its number there."""
        begins = [stretch.times[0] for stretch in self.stretches]
        place = at_or_before(begins, at)
        if place < 0:
            return None
        stretch = self.stretches[place]
        return stretch, at_or_before(stretch.times, at)

    def closed(self) -> list[Stretch]:
        """The stretches that nothing is added to any more, oldest first."""
        return [stretch for stretch in self.stretches if stretch is not self._open]


def _short(rest: RestOfDay) -> RestOfDay:
    return replace(rest, sites={site: (rows, rounded(whole)) for site, (rows, whole) in rest.sites.items()})


def rounded(values: Floats, bits: int = 20) -> Floats:
    """The values with `bits` of their mantissas: what is a forecast needs no more, and keeps in half the room."""
    mask = np.uint64(0xFFFF_FFFF_FFFF_FFFF) << np.uint64(52 - bits)
    out: Floats = (np.ascontiguousarray(values, np.float64).view(np.uint64) & mask).view(np.float64)
    out.flags.writeable = False
    return out


class PastStore:
    """The past views of one desk, for any thread. `plans` go from fine to coarse."""

    def __init__(self, plans: Sequence[TierPlan] = (FINE, COARSE)) -> None:
        self._lock = Lock()
        self.tiers = tuple(Tier(plan) for plan in plans)
        self._last = float("-inf")
        self._lies_open: deque[Stretch] = deque()

    def due(self, at: float) -> bool:
        """Whether a view of this time would be kept."""
        return any(tier.due(at) for tier in self.tiers)

    def take(self, view: DeskView) -> list[Stretch]:
        """Keep a view where one is due; the stretches that grew. A time before the last one undoes what came after."""
        with self._lock:
            if view.at < self._last:
                self._forget_after(view.at)
            self._last = view.at
            grown = [tier.take(view) for tier in self.tiers if tier.due(view.at)]
            self._make_room()
            return grown

    def _make_room(self) -> None:
        """Let the oldest go, of the coarse views first, where all of it is too much."""
        used = sum(stretch.size for tier in self.tiers for stretch in tier.stretches)
        for tier in reversed(self.tiers):
            while used > MOST_BYTES and len(tier.stretches) > 1:
                used -= tier.stretches.popleft().size

    def fold_one(self) -> bool:
        """Fold one stretch together that nothing is added to any more; False where none is left."""
        with self._lock:
            left = [one for tier in self.tiers for one in tier.closed() if not one.folded]
        if not left:
            return False
        folded = left[0].fold()
        with self._lock:
            left[0].put_away(folded)
        return True

    def _unfolded(self, stretch: Stretch) -> Sequence[Frame]:
        """Its frames; the stretches that somebody looked at before lie open for a while."""
        frames = stretch.frames()
        if stretch.folded and stretch not in self._lies_open:
            self._lies_open.append(stretch)
            while len(self._lies_open) > UNFOLDED:
                self._lies_open.popleft().put_away()
        return frames

    def forget_after(self, at: float) -> None:
        """What came after a time never was."""
        with self._lock:
            self._forget_after(at)

    def _forget_after(self, at: float) -> None:
        for tier in self.tiers:
            tier.forget_after(at)
        self._last = min(self._last, at)

    def kept(self) -> Kept:
        """What is kept."""
        with self._lock:
            return self._kept()

    def _kept(self) -> Kept:
        spans = [span for tier in self.tiers for span in spans_of(tier.times(), tier.every_s)]
        return Kept(tuple(sorted(spans, key=lambda span: span.start)))

    def frames(
        self, at: float, *, beside: float | None = None, since: bool = False, stretch: str = "", have: int = 0
    ) -> PastFrames:
        """The last view that is not after `at`, the oldest where all are; without what the asker `have`s of `stretch`.

        With `since` the first that is not before `at`, the newest where all are. With `beside`, the time of a view,
        another one than that: where `at` leads to the same, its neighbour on the side on which `at` lies.
        """
        with self._lock:
            found = self._find(at)
            if found is not None and since and found[0].times[found[1]] < at:
                found = self._neighbour(at, later=True)
            if found is not None and beside is not None and found[0].times[found[1]] == beside:
                found = self._neighbour(beside, later=at > beside)
            if found is None:
                return PastFrames(kept=self._kept())
            of, number = found
            first = min(have, number + 1) if of.id == stretch else 0
            return PastFrames(of.id, first, tuple(self._unfolded(of)[first : number + 1]), self._kept())

    def _find(self, at: float) -> tuple[Stretch, int] | None:
        best: tuple[Stretch, int] | None = None
        for tier in self.tiers:
            found = tier.find(at)
            if found is not None and (best is None or found[0].times[found[1]] > best[0].times[best[1]]):
                best = found
        return best or self._oldest()

    def _oldest(self) -> tuple[Stretch, int] | None:
        firsts = [tier.stretches[0] for tier in self.tiers if tier.stretches]
        return (min(firsts, key=lambda stretch: stretch.times[0]), 0) if firsts else None

    def _neighbour(self, at: float, *, later: bool) -> tuple[Stretch, int] | None:
        times = sorted({time for tier in self.tiers for time in tier.times()})
        beside = [time for time in times if time > at][:1] if later else [time for time in times if time < at][-1:]
        return self._find(beside[0] if beside else at)

    def stretches(self) -> list[Stretch]:
        """All stretches kept."""
        with self._lock:
            return [stretch for tier in self.tiers for stretch in tier.stretches]

    def adopt(self, kept: Mapping[TierPlan, Sequence[Stretch]]) -> None:
        """What an earlier desk kept, by the plan it was kept by."""
        with self._lock:
            for tier in self.tiers:
                tier.adopt(kept.get(tier.plan, ()))

    @property
    def bytes(self) -> int:
        """What all of it takes."""
        with self._lock:
            return sum(stretch.size for tier in self.tiers for stretch in tier.stretches)
