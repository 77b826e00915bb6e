"""What stands open at a desk at one moment, by ids: what a handover's entry in the journal names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from alerts.alert import Alert
from playbooks.run import RunState, RunView

_ASK = frozenset({RunState.ASKING, RunState.UNKNOWN, RunState.PROPOSED})


def open_at_desk(alerts: Iterable[Alert], runs: Iterable[RunView], sites: Mapping[str, str]) -> dict[str, Any]:
    """Ids of the alerts that fire and are not muted, of the runs in force or that ask, and of the unknown sites.

    `sites` has the state of each.
    """
    return {
        "alerts": [alert.id for alert in alerts if alert.state == "firing" and not alert.inhibited],
        "runs": [run.id for run in runs if run.in_force or run.state in _ASK],
        "unknown": [site for site, state in sites.items() if state in ("unknown", "never")],
    }
