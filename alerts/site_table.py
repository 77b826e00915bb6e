"""All rules over all rows of one site as matrices: finds the cells that a frame moves without a Python loop."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from alerts.functions import Function
from alerts.lifecycle import Course
from alerts.logic import Value
from alerts.nodes import Node, Scope
from alerts.over_time import Memory
from alerts.plan import Plan
from alerts.rows import ALL_SITES, DESK_SITE, RowAttributes, site_row
from alerts.rule_checks import PSEUDO_METRICS

INACTIVE, PENDING, HELD, FIRING, STALE, RECOVERING, RECOVERING_STALE = range(7)
"""The codes of `SiteTable.codes`: a course as one small number; each unsure state follows its sure one."""

Columns = Mapping[str, Value]
"""Metric → its figures over the rows that the site announced, or one figure for all of them."""


def code_of(course: Course | None) -> int:
    """A course as one small number."""
    if course is None:
        return INACTIVE
    sure = {"pending": PENDING, "firing": FIRING, "recovering": RECOVERING}[course.state]
    return sure + 1 if course.unsure else sure


@dataclass(slots=True)
class Reading:
    """One evaluation of one site: the conditions as matrices of 1.0, 0.0 and NaN, plans × rows."""

    when: NDArray[np.float64]
    clear: NDArray[np.float64]
    changed: list[tuple[int, int]]
    """(plan, row) of every cell that its conditions move, in order of plan, then row."""


@dataclass(slots=True)
class SiteTable:
    """The cells of one site: only the plans whose scope has a row here.

    A site that announces no row of its own gets one, so that rules about the site as a whole (is it dark?) always have
    something to look at; its figures are unknown, what the desk knows by itself is known.
    """

    site: str
    rows: tuple[RowAttributes, ...]
    announced: int
    plans: tuple[Plan, ...]
    mask: NDArray[np.bool_]
    codes: NDArray[np.int8]
    values: NDArray[np.float64]
    worst: NDArray[np.float64]
    functions: Mapping[str, Function]
    memory: Memory
    row_at: Mapping[str, int] = field(init=False)
    plan_at: Mapping[int, int] = field(init=False)
    outside: NDArray[np.bool_] = field(init=False)
    """The cells that no rule looks at."""
    outsides: Sequence[NDArray[np.bool_]] = field(init=False)
    """The different rows of these, and for each plan which of them is its own (`kinds`)."""
    kinds: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        self.row_at = {row.key: index for index, row in enumerate(self.rows)}
        self.plan_at = {plan.index: index for index, plan in enumerate(self.plans)}
        self.outside = ~self.mask
        found: dict[bytes, int] = {}
        self.kinds = [found.setdefault(row.tobytes(), len(found)) for row in self.outside]
        self.outsides = [self.outside[self.kinds.index(kind)] for kind in range(len(found))]

    def find(self, plan: Plan, key: str) -> tuple[int, int] | None:
        """The cell of a rule on a row, None where the rule does not look at it or the row does not exist."""
        row, rank = self.row_at.get(key), self.plan_at.get(plan.index)
        if row is None or rank is None or not self.mask[rank, row]:
            return None
        return rank, row

    def put(self, cell: tuple[int, int], course: Course, value: float, worst: float) -> None:
        """An alert that was there before the table stands in this cell."""
        self.codes[cell], self.values[cell], self.worst[cell] = code_of(course), value, worst

    def read(self, columns: Columns, now: float) -> Reading:
        """Work out all conditions and find the cells that they move; remember the figures of active cells."""
        scope = Scope(_Figures(columns, self.announced, len(self.rows)), {}, self.functions)
        with np.errstate(all="ignore"):
            self.memory.observe(scope, now)
            scopes = self._scopes(scope)
            when = self._matrix([plan.when for plan in self.plans], scopes)
            when[self.outside] = 0.0
            clear = np.subtract(1.0, when)
            active = set(np.flatnonzero(self.codes.any(axis=1)).tolist())
            for rank in sorted(active):
                plan = self.plans[rank]
                if plan.clear is not None:
                    clear[rank] = plan.clear.value(scopes[rank])
                self._remember(rank, plan.show.value(scope))
            changed = self._changed(when, clear) if active else (when == 1.0)
            cells = [(rank, row) for rank, row in np.argwhere(changed).tolist()]
            for rank in {rank for rank, _ in cells} - active:
                self._remember(rank, self.plans[rank].show.value(scope))
        return Reading(when, clear, cells)

    def _scopes(self, scope: Scope) -> list[Scope]:
        """What the conditions of each plan are worked out against: no other rows count than those it looks at."""
        several = [replace(scope, outside=outside) for outside in self.outsides]
        return [several[kind] for kind in self.kinds]

    def _matrix(self, nodes: Sequence[Node], scopes: Sequence[Scope]) -> NDArray[np.float64]:
        matrix = np.empty((len(nodes), len(self.rows)))
        for rank, (node, scope) in enumerate(zip(nodes, scopes, strict=True)):
            matrix[rank] = node.value(scope)
        return matrix

    def _remember(self, rank: int, figures: Value) -> None:
        """Keep the last known and the worst figure of active cells; the others' is what it is now."""
        inactive = self.codes[rank] == INACTIVE
        np.copyto(self.values[rank], figures, where=~np.isnan(figures) | inactive)
        worse = self.plans[rank].worse
        if worse is not None:
            worse(self.worst[rank], figures, out=self.worst[rank])
            np.copyto(self.worst[rank], figures, where=inactive)

    def _changed(self, when: NDArray[np.float64], clear: NDArray[np.float64]) -> NDArray[np.bool_]:
        """The cells that `lifecycle.step` would move; the same conditions, on whole matrices."""
        codes, unclear = self.codes, np.isnan(clear)
        changed = (codes == INACTIVE) & (when == 1.0)
        changed |= (codes == PENDING) & (when != 1.0)
        changed |= (codes == HELD) & ~np.isnan(when)
        changed |= (codes == FIRING) & (clear != 0.0)
        changed |= ((codes == STALE) | (codes == RECOVERING_STALE)) & ~unclear
        changed |= (codes == RECOVERING) & (clear != 1.0)
        return cast("NDArray[np.bool_]", changed)


class _Figures:
    """Looks each column up once; stretches it by the site's own row where none was announced."""

    __slots__ = ("_announced", "_columns", "_known", "_rows")

    def __init__(self, columns: Columns, announced: int, rows: int) -> None:
        self._columns, self._announced, self._rows = columns, announced, rows
        self._known: dict[str, Value] = {}

    def __call__(self, name: str) -> Value:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._find(name)
        return known

    def _find(self, name: str) -> Value:
        try:
            column = self._columns[name]
        except KeyError:
            return np.full(self._rows, math.nan)
        if self._announced == self._rows or np.ndim(column) == 0:
            return column
        stretched = np.full(self._rows, math.nan)
        stretched[: self._announced] = column
        if name in PSEUDO_METRICS and self._announced:
            stretched[self._announced :] = stretched[0]
        return stretched


def make_table(
    site: str, announced: Sequence[RowAttributes], plans: Sequence[Plan], functions: Mapping[str, Function]
) -> SiteTable:
    """An empty table: no alert is active. Raises ValueError when two rows have one key."""
    rows = tuple(announced)
    if site not in (ALL_SITES, DESK_SITE) and not any(row.level == "site" for row in rows):
        names = (rows[0].site_zh, rows[0].site_en) if rows else ("", "")
        rows = (*rows, site_row(site, *names))
    if len({row.key for row in rows}) != len(rows):
        raise ValueError(f"{site}: two rows have one key")
    mask = np.array([[plan.rule.scope.matches(row) for row in rows] for plan in plans], dtype=np.bool_)
    mask = mask.reshape(len(plans), len(rows))
    here = np.flatnonzero(mask.any(axis=1)).tolist()
    roots = [node for index in here for node in plans[index].parts]
    memory = Memory(roots, [row.key for row in rows])
    shape = (len(here), len(rows))
    return SiteTable(
        site,
        rows,
        len(announced),
        tuple(plans[index] for index in here),
        mask[here],
        np.zeros(shape, dtype=np.int8),
        np.full(shape, math.nan),
        np.full(shape, math.nan),
        {**functions, **memory.functions},
        memory,
    )
