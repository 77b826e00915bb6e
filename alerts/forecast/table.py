"""A plan as values: one figure for each interval of each queue or category of each site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from feeds.columns import Floats

By = Literal["queue", "category"]
Key = tuple[str, str]
"""Site, and queue or category."""


@dataclass(frozen=True, slots=True)
class PlanSeries:
    """Figures of intervals one after the other, the first from `start` (epoch seconds)."""

    start: float
    values: Floats


@dataclass(frozen=True, slots=True)
class PlanTable:
    """The series of a plan, all of intervals of `step_s`. Contacts of an interval, or agents at work in it."""

    by: By = "queue"
    step_s: float = 1_800.0
    series: Mapping[Key, PlanSeries] = field(default_factory=dict)

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites that it has, in its order."""
        return tuple(dict.fromkeys(site for site, _ in self.series))

    def keys_of(self, site: str) -> tuple[str, ...]:
        """The queues or categories that it has of a site."""
        return tuple(key for at, key in self.series if at == site)

    def during(self, site: str, key: str, times: Floats) -> Floats:
        """The figure of the interval in which each time lies; NaN outside of the plan."""
        found = self.series.get((site, key))
        if found is None:
            return np.full(np.shape(times), np.nan)
        place = np.floor((np.asarray(times, np.float64) - found.start) / self.step_s + 1e-9)
        inside = (place >= 0) & (place < len(found.values))
        return np.where(inside, found.values[np.where(inside, place, 0).astype(np.intp)], np.nan)

    def rate(self, site: str, key: str, times: Floats) -> Floats:
        """Contacts per second at each time: those of its interval, evenly; NaN outside.

        No line is drawn between intervals: it would begin a promotion that starts at midnight minutes before it.
        """
        return self.during(site, key, times) / self.step_s

    def total(self, keys: Iterable[Key], begin: float, end: float) -> float:
        """The sum over [begin, end), parts of intervals by their share; NaN where a series does not cover it."""
        parts = [self._part(self.series.get(key), begin, end) for key in keys]
        return float(sum(parts)) if parts else float("nan")

    def _part(self, found: PlanSeries | None, begin: float, end: float) -> float:
        if found is None or begin < found.start or end > found.start + self.step_s * len(found.values):
            return float("nan")
        edges = found.start + self.step_s * np.arange(len(found.values))
        shares = np.clip((np.minimum(edges + self.step_s, end) - np.maximum(edges, begin)) / self.step_s, 0.0, 1.0)
        return float((found.values * shares).sum())

    def dump(self) -> dict[str, Any]:
        """As plain data, for a recording."""
        rows = [[site, key, s.start, [_number(v) for v in s.values]] for (site, key), s in self.series.items()]
        return {"by": self.by, "step_s": self.step_s, "series": rows}

    @staticmethod
    def of_dump(saved: Mapping[str, Any]) -> PlanTable:
        """The table of a dump. Raises KeyError, TypeError or ValueError for what is none."""
        by: By = "category" if saved["by"] == "category" else "queue"
        series = {
            (str(site), str(key)): PlanSeries(float(start), np.array([_value(v) for v in values], np.float64))
            for site, key, start, values in saved["series"]
        }
        return PlanTable(by, float(saved["step_s"]), series)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What is expected and who is rostered; either may be missing. Agents are by category.

    `traits` are what the forecast says of its contacts beside their number: for each a table like it.
    """

    forecast: PlanTable | None = None
    roster: PlanTable | None = None
    traits: Mapping[str, PlanTable] = field(default_factory=dict)

    def dump(self) -> dict[str, Any]:
        """As plain data, for a recording."""
        tables = {name: table.dump() for name, table in (("forecast", self.forecast), ("roster", self.roster)) if table}
        traits = {name: table.dump() for name, table in self.traits.items()}
        return tables | ({"traits": traits} if traits else {})

    @staticmethod
    def of_dump(saved: Mapping[str, Any]) -> DayPlan:
        """The plan of a dump. Raises KeyError, TypeError or ValueError for what is none."""
        forecast, roster = (
            PlanTable.of_dump(saved[name]) if name in saved else None for name in ("forecast", "roster")
        )
        traits = {str(name): PlanTable.of_dump(table) for name, table in (saved.get("traits") or {}).items()}
        return DayPlan(forecast, roster, traits)


NO_PLAN = DayPlan()


def _number(value: float) -> float | None:
    """JSON knows no NaN."""
    return round(float(value), 6) if value == value else None


def _value(saved: float | None) -> float:
    return float("nan") if saved is None else float(saved)
