"""What the desk tells of a window: how much each site and team grew by."""

from __future__ import annotations

from dataclasses import dataclass

TEAM = "/"
"""Between site and team in a key: `hefei/apparel`. The key of a site is its id alone."""

COUNTED: tuple[str, ...] = (
    "sales_cny",
    "orders",
    "buyers_served",
    "buyers_ordered",
    "first_responses",
    "first_response_sum_s",
    "ratings",
    "ratings_satisfied",
)
"""The counters behind the figures of the board, in the order of `LeaderTable.grown`."""


@dataclass(frozen=True, slots=True)
class LeaderTable:
    """How the counters grew between `begin` and `end` (epoch seconds), by key; NaN where nobody knows.

    `begin` is later than what was asked for where the desk did not look then.
    """

    asked: float
    begin: float
    end: float
    keys: tuple[str, ...]
    grown: tuple[tuple[float, ...], ...]
    """A row a key, a value for each of `COUNTED`."""
