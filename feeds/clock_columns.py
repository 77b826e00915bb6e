"""How the counts of response clocks are called on the wire: `clock.<id>.<part>`, beside the metrics of the catalogue.

`met` and `missed` are counters of what kept the limit and what did not. A person clock sends `counted`, the persons of
the day, instead of `met`: a person who was answered in time may still be late later, and counters never fall. `overdue`
is the gauge of what is past its limit and still waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from feeds.clocks import ClockDefinition
from feeds.contract import Column

Part = Literal["met", "missed", "counted", "overdue"]

_NAME = re.compile(r"clock\.([a-z][a-z0-9_]{0,39})\.(met|missed|counted|overdue)")


def clock_column(clock: str, part: Part) -> str:
    """The name of a column."""
    return f"clock.{clock}.{part}"


def is_clock_column(name: str, kind: str) -> bool:
    """Whether a column of this kind (`gauge` or `counter`) holds a part of a clock, known here or not."""
    found = _NAME.fullmatch(name)
    return found is not None and kind == ("gauge" if found[2] == "overdue" else "counter")


def gauge_columns(clocks: Iterable[ClockDefinition]) -> tuple[Column, ...]:
    """The gauges of a site that feeds these clocks, in their order."""
    return tuple(_column(clock, "overdue") for clock in clocks)


def counter_columns(clocks: Iterable[ClockDefinition]) -> tuple[Column, ...]:
    """The counters of a site that feeds these clocks: two of each, in their order."""
    return tuple(_column(clock, part) for clock in clocks for part in counter_parts(clock))


def counter_parts(clock: ClockDefinition) -> tuple[Part, Part]:
    """What a source counts by this clock."""
    return ("counted" if clock.unit == "person" else "met"), "missed"


def _column(clock: ClockDefinition, part: Part) -> Column:
    name = clock_column(clock.id, part)
    return Column(name, "gauge" if part == "overdue" else "counter", "count", f"{name}.v1")
