"""What the desk owes, put before its rules once a second: overdue returns, late promises, an unaccepted handover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np

from alerts.alert import Transition
from alerts.duties import DUTY_METRICS, duty_row
from alerts.engine import RuleEngine
from alerts.rows import DESK_SITE, RowAttributes
from alerts.unknown import Missing, Seen
from console.shift import ShiftView
from playbooks.run import RunView

HANDOVER = "handover"
"""The row of the handover; those of runs and promises are called by their ids."""

_NOTHING: Mapping[str, float] = MappingProxyType({})


class DutyDesk:
    """Costs nothing while nothing is owed. `overdue` are the runs whose end waits for a person."""

    def __init__(
        self, engine: RuleEngine, overdue: Callable[[], Iterable[RunView]], shift: Callable[[], ShiftView]
    ) -> None:
        self._engine, self._overdue, self._shift = engine, overdue, shift
        self._rows: tuple[RowAttributes, ...] = ()
        self.seen: dict[str, Seen] = {}
        """What the rules saw last, for whoever asks why."""

    def begin(self) -> list[Transition]:
        """The rows that had an alert when the desk ended."""
        self._rows = self._engine.rows_with_alerts(DESK_SITE)
        return self._engine.set_rows(DESK_SITE, self._rows) if self._rows else []

    def evaluate(self, now: float) -> list[Transition]:
        """Judge what is owed at `now`."""
        owed = self._owed(now)
        if not owed and not self._rows:
            return []
        told: list[Transition] = []
        rows = {row.key: row for row in self._engine.rows_with_alerts(DESK_SITE)} if self._rows else {}
        rows |= {row.key: row for row, _figures in owed}
        if tuple(rows.values()) != self._rows:
            self._rows = tuple(rows.values())
            told = self._engine.set_rows(DESK_SITE, self._rows, now)
        figures = {row.key: seconds for row, seconds in owed}
        waited = [figures.get(row.key, _NOTHING) for row in self._rows]
        columns = {name: np.array([one.get(name, 0.0) for one in waited]) for name in DUTY_METRICS}
        self.seen = {DESK_SITE: Seen(columns, now, lambda name, _row: Missing(name, "no_value"))}
        return told + (self._engine.evaluate(DESK_SITE, columns, now) if self._rows else [])

    def _owed(self, now: float) -> list[tuple[RowAttributes, Mapping[str, float]]]:
        """Each thing, with the figure that says for how long somebody has waited; no other figure is above zero."""
        found: list[tuple[RowAttributes, Mapping[str, float]]] = []
        for run in self._overdue():
            sites = "·".join(run.sites)
            zh, en = f"{run.title.zh} {sites} ({run.id})", f"{run.title.en} {sites} ({run.id})"
            since = run.overdue if run.overdue is not None else now
            found.append((duty_row(run.id, zh, en), {"overdue_s": max(now - since, 1.0)}))
        for one in self._shift().promises:
            if one.until <= now:
                row = duty_row(one.id, f"{one.who} 的承诺：{one.text}", f"The promise of {one.who}: {one.text}")
                found.append((row, {"promise_late_s": max(now - one.until, 1.0)}))
        offer = self._shift().offer
        if offer is not None:
            row = duty_row(HANDOVER, f"{offer.who} 的交班", f"The handover of {offer.who}")
            found.append((row, {"unaccepted_s": now - offer.at}))
        return found


def overdue_run(key: str) -> str:
    """The run behind the key of a duty's alert; empty for any other key."""
    site, _slash, name = key.partition("/")
    return name if site == DESK_SITE and name != HANDOVER else ""
