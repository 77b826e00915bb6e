"""What an alert can be asked for as `name:value` in the filter of the list."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.alert import Alert
from console.draw.marks import alert_sign
from console.i18n import _
from console.row_attributes import OF_ROWS

ALERT_ATTRIBUTES: tuple[str, ...] = ("site", "queue", "rule", "severity", "state", "owner", "taken", *OF_ROWS)


def told_by_alert(alert: Alert, name: str) -> Sequence[str]:
    """An attribute of an alert, or of the queue that it stands on; what is not said is left out."""
    row = alert.row
    match name:
        case "site":
            return alert.site, row.site_zh, row.site_en
        case "queue":
            return alert.key.partition("/")[2], row.zh, row.en
        case "rule" | "severity" | "owner":
            return (str(getattr(alert, name)),)
        case "state":
            return (*([_("muted"), "muted"] if alert.inhibited else []), alert.state, _(alert_sign(alert).word))
        case "taken":
            return (alert.acknowledged.who,) if alert.acknowledged is not None else ()
        case "tags":
            return tuple(row.tags)
        case "tier":
            return (str(row.tier),) if row.tier else ()
    return (str(getattr(row, name, "") or ""),)
