"""What changed from one view to another that is worth knowing: alerts, sites, runs. Two views in, changes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from alerts.alert import Alert
from console.view import DeskView
from playbooks.run import RunState, RunView

Kind = Literal["began", "ended", "worse", "dark", "back", "late", "proposed", "started", "verified", "reverted",
               "failed", "asks"]  # fmt: skip

_OF_STATE: Mapping[RunState, Kind] = {
    RunState.PROPOSED: "proposed",
    RunState.RUNNING: "started",
    RunState.ACTIVE: "verified",
    RunState.REVERTED: "reverted",
    RunState.FAILED: "failed",
    RunState.UNKNOWN: "asks",
    RunState.ASKING: "asks",
}
_GRAVITY = ("info", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `what` is the alert, site or run; `keys` are the rows (`site/queue`, `site`) that it is about."""

    kind: Kind
    what: str
    keys: tuple[str, ...]


def changes(before: DeskView, now: DeskView) -> list[Change]:
    """What changed between two views, runs and sites before alerts."""
    out: list[Change] = []
    if now.runs is not before.runs:
        out += _of_runs(before.runs, now.runs)
    out += _of_sites(before, now)
    if now.alerts is not before.alerts:
        out += _of_alerts(before.alerts, now.alerts)
    return out


def _of_runs(before: Sequence[RunView], now: Sequence[RunView]) -> list[Change]:
    old = {run.id: run.state for run in before}
    return [
        Change(_OF_STATE[run.state], run.id, (run.id, *run.sites))
        for run in now
        if old.get(run.id) is not run.state and run.state in _OF_STATE
    ]


def _of_sites(before: DeskView, now: DeskView) -> Iterable[Change]:
    old = before.board.by_id
    for site in now.board.sites:
        was = old.get(site.id)
        if was is None or was is site or was.state == site.state:
            continue
        if site.state == "unknown":
            yield Change("dark", site.id, (site.id,))
        elif was.state == "unknown":
            yield Change("back", site.id, (site.id,))
        elif site.state == "late":
            yield Change("late", site.id, (site.id,))


def _of_alerts(before: Sequence[Alert], now: Sequence[Alert]) -> list[Change]:
    old = {alert.id: alert for alert in before if _stands(alert)}
    new = {alert.id: alert for alert in now if _stands(alert)}
    out = []
    for alert in new.values():
        was = old.get(alert.id)
        if was is None:
            out.append(Change("began", alert.id, _rows(alert)))
        elif was is not alert and _gravity(alert) > _gravity(was):
            out.append(Change("worse", alert.id, _rows(alert)))
    out += [Change("ended", alert.id, _rows(alert)) for alert in old.values() if alert.id not in new]
    return out


def _stands(alert: Alert) -> bool:
    """Whether it counts: what recovers still does, until it is over."""
    return alert.state in ("firing", "recovering") and not alert.inhibited


def _gravity(alert: Alert) -> int:
    return _GRAVITY.index(alert.severity) if alert.severity in _GRAVITY else 0


def _rows(alert: Alert) -> tuple[str, ...]:
    return tuple(dict.fromkeys((alert.id, alert.key, alert.site)))


def standing_out(found: Iterable[Change]) -> list[Change]:
    """The changes as they come out in the end: what began and ended again, or came and went, is left out."""
    last: dict[str, Change] = {}
    first: dict[str, Change] = {}
    for change in found:
        first.setdefault(change.what, change)
        last[change.what] = change
    undone = {("began", "ended"), ("dark", "back"), ("back", "dark")}
    return [change for what, change in last.items() if (first[what].kind, change.kind) not in undone]


def counted(found: Iterable[Change]) -> Counter[Kind]:
    """How many changes of each kind."""
    return Counter(change.kind for change in found)
