"""The names by which rules ask about clocks, such as `taobao_3min.rate_15m`, `.budget_left` and `.burn`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from alerts.clock_files import shipped_clock_ids
from feeds.metric import Unit

CLOCK_FIGURES: Mapping[str, tuple[Unit, str]] = MappingProxyType(
    {
        "rate_15m": (Unit.SHARE, "share that kept the limit in the last 15 minutes"),
        "rate_day": (Unit.SHARE, "share that kept the limit today"),
        "budget_left": (Unit.COUNT, "late ones that the rest of the day can still bear"),
        "burn": (Unit.RATIO, "late ones of the last 15 minutes against what the rest of the day can bear"),
        "burn_5m": (Unit.RATIO, "the same for the last 5 minutes"),
        "burn_1h": (Unit.RATIO, "the same for the last hour"),
        "overdue": (Unit.COUNT, "past the limit and still waiting"),
        "counted": (Unit.COUNT, "assessed today, those overdue included"),
        "assessed": (Unit.COUNT, "1 within the clock's hours, else 0; never unknown"),
    }
)
"""Figure of a clock → its unit and what it is. Unknown where the clock is not assessed or there is no data."""


def clock_names(clocks: Iterable[str]) -> frozenset[str]:
    """Every name that clocks with these ids give to expressions."""
    return frozenset(f"{clock}.{figure}" for clock in clocks for figure in CLOCK_FIGURES)


SHIPPED_CLOCK_NAMES = clock_names(shipped_clock_ids())
"""The names of the shipped clocks."""
