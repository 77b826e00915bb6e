"""What the desk itself owes: things in force whose end waits for a person, a handover that nobody has accepted.

Each is a row of the desk's own, of level `desk`, and rules about them fire, escalate and are told like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.rows import DESK_SITE, RowAttributes
from feeds.metric import Unit

DUTY_METRICS: Mapping[str, tuple[Unit, str]] = MappingProxyType(
    {
        "overdue_s": (
            Unit.SECONDS,
            "seconds since something in force was to end and waits for a person instead; 0 where nothing does",
        ),
        "promise_late_s": (
            Unit.SECONDS,
            "seconds since a promise by word was to be kept, and nobody has said that it was; 0 where none",
        ),
        "unaccepted_s": (Unit.SECONDS, "seconds since a handover was offered that nobody has accepted; 0 where none"),
    }
)
"""What rules about the desk may ask for; never unknown."""


def duty_row(name: str, zh: str, en: str) -> RowAttributes:
    """The row of one thing that the desk owes: a run's or a promise's id, or `handover`."""
    return RowAttributes(f"{DESK_SITE}/{name}", "desk", DESK_SITE, zh=zh, en=en, site_zh="值班台", site_en="The desk")
