"""Which moments of a drill can be gone back to: the last ones densely, older ones sparsely, named ones always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

EVERY_S = 10
"""A moment is kept each so many seconds of the drill."""

SPACING = ((600.0, 10.0), (7_200.0, 60.0), (float("inf"), 300.0))
"""(age up to, at least so far apart): seconds of the drill."""

MOST_BYTES = 256 * 2**20
"""Of more the oldest go that nobody named."""

MOST_NAMED = 64
"""Named moments that are kept; of more the oldest go, but not the first."""


@dataclass(frozen=True, slots=True)
class Moment(Generic[T]):
    """`at` in seconds since the scenario's start; `label` is empty for those that nobody named; `size` in bytes."""

    at: float
    label: str
    what: T
    size: int = 0


class KeptMoments(Generic[T]):
    """Moments in the order of their times. A drill of 24 h keeps about 450 unnamed ones, where they are small."""

    def __init__(self) -> None:
        self._kept: list[Moment[T]] = []

    def __iter__(self) -> Iterator[Moment[T]]:
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, moment: Moment[T]) -> None:
        """Keep one more, the newest, and let those go that are too many by now."""
        self._kept.append(moment)
        self._kept.sort(key=lambda one: one.at)
        self._thin(moment.at)

    def at_or_before(self, at: float) -> Moment[T] | None:
        """The newest moment that is not after `at`; None where there is none."""
        return next((one for one in reversed(self._kept) if one.at <= at), None)

    def named(self, label: str) -> Moment[T] | None:
        """The newest of that name, in any case."""
        wanted = label.casefold()
        return next((one for one in reversed(self._kept) if one.label and one.label.casefold() == wanted), None)

    def labels(self) -> list[Moment[T]]:
        """Those that have a name, the oldest first."""
        return [one for one in self._kept if one.label]

    def forget_after(self, at: float) -> None:
        """Let go what came after `at`: it did not happen."""
        self._kept = [one for one in self._kept if one.at <= at]

    def _thin(self, now: float) -> None:
        kept: list[Moment[T]] = []
        last: tuple[float, float] | None = None
        spare = max(0, len(self.labels()) - MOST_NAMED)
        for number, one in enumerate(self._kept):
            if one.label and (spare == 0 or number == 0):
                kept.append(one)
                continue
            spare -= bool(one.label)
            if one.label:
                continue
            apart = next(step for age, step in SPACING if now - one.at <= age)
            # On a grid of times, so that which one stays does not depend on which went before.
            place = apart, one.at // apart
            if place != last or one.at == now:
                kept.append(one)
                last = place
        self._kept = kept
        self._shrink()

    def _shrink(self) -> None:
        over = sum(one.size for one in self._kept) - MOST_BYTES
        while over > 0:
            oldest = next((one for one in self._kept[:-1] if not one.label), None)
            if oldest is None:
                return
            self._kept.remove(oldest)
            over -= oldest.size
