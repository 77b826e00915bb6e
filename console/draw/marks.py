"""How a state looks: always a shape and a word, the colour last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.alert import Alert
from console.i18n import N_


@dataclass(frozen=True, slots=True)
class Sign:
    """A state as it is drawn. `word` is translated when drawn; a lower `rank` is worse; a mark needs one cell."""

    mark: str
    word: str
    style: str
    rank: int


CRITICAL = Sign("▲", N_("CRIT"), "critical", 0)
UNKNOWN = Sign("?", N_("unknown"), "unknown", 1)
NEVER = Sign("?", N_("no data"), "unknown", 2)
WARNING = Sign("◆", N_("WARN"), "warning", 3)
LATE = Sign("●", N_("late"), "late", 4)
INFO = Sign("●", N_("note"), "info", 5)
OK = Sign("●", N_("ok"), "ok", 6)
DARK = Sign("■", N_("DARK"), "unknown", 1)
PENDING = Sign("·", N_("soon"), "dim", 5)
RECOVERING = Sign("○", N_("recovering"), "dim", 5)

_SEVERITY = {"critical": CRITICAL, "warning": WARNING, "info": INFO}


def severity_sign(severity: str) -> Sign:
    """The sign of an alert's severity; one that this console does not know is treated as critical."""
    return _SEVERITY.get(severity, CRITICAL)


def alert_sign(alert: Alert) -> Sign:
    """The sign of one alert in a list."""
    if alert.state == "pending":
        return PENDING
    if alert.state == "recovering":
        return RECOVERING
    if alert.rule == DARK_RULE:
        return DARK
    return severity_sign(alert.severity)


DARK_RULE = "site-dark"
"""The rule that fires when a site says nothing; its alerts have a mark of their own."""


def firing(alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts that stand: firing (a recovering one has its figure back), and not muted by one that explains them."""
    return [alert for alert in alerts if alert.state == "firing" and not alert.inhibited]


def row_sign(site_state: str, *, suspect: bool, worst: str | None) -> Sign:
    """The sign of a row: of its site's liveness (`feeds.board_view.SiteState`) and its worst firing severity.

    What is not known is said first: a figure that froze must not look like one that is fine.
    """
    if site_state == "never":
        return NEVER
    if site_state == "unknown":
        return UNKNOWN
    if worst in ("critical", "warning"):
        return _SEVERITY[worst]
    if site_state == "late" or suspect:
        return LATE
    return OK


def worst_severity(severities: Iterable[str]) -> str | None:
    """The worst of some severities; None for none."""
    return min(severities, key=lambda severity: severity_sign(severity).rank, default=None)
