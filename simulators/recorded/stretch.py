"""Which part of a recording is taken, and in which intervals: short ones for a short recording."""

from __future__ import annotations

import math
from dataclasses import dataclass

from feeds.durations import format_duration
from feeds.errors import InputError

FINE_S, COARSE_S = 10.0, 60.0
FINE_UP_TO_S = 3 * 3600.0
"""Longer stretches are taken by the minute."""
LONGEST_S = 24 * 3600.0
SHORTEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """`intervals` of `every_s` from `starts` (seconds since the Unix epoch)."""

    starts: float
    every_s: float
    intervals: int

    def edge(self, number: int) -> float:
        """When interval `number` begins."""
        return self.starts + number * self.every_s


def stretch(
    where: str, first: float, last: float, skip_s: float, minutes: float | None, fine_up_to_s: float = FINE_UP_TO_S
) -> Stretch:
    """The part that begins `skip_s` after `first` and lasts `minutes`, else until `last`; in whole seconds.

    Raises InputError (named `where`) where nothing is left, or more than a day.
    """
    starts = math.ceil(first + skip_s)
    there = last - starts
    if there < SHORTEST_S:
        what = f"{format_duration(max(there, 0.0))} of it are left after --from, of {format_duration(last - first)}"
        raise InputError(where, what, "a minute or more of figures")
    seconds = there if minutes is None else min(minutes * 60.0, there)
    if seconds > LONGEST_S:
        what = f"it is {format_duration(there, parts=2)} long, and a drill is a day at most"
        raise InputError(where, what, "--minutes up to 1440, and --from for where to begin")
    every = FINE_S if seconds <= fine_up_to_s else COARSE_S
    return Stretch(float(starts), every, max(1, int(seconds // every)))
