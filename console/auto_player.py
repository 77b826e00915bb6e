"""The built-in player of a headless drill: takes every alert on and follows the playbooks' own suggestions.

It is no model of a good manager: it looks every ten seconds, takes an alert on after twenty, starts what is suggested
once its preview allows it, answers questions as they propose, and leaves the way back to the desk.
"""

from __future__ import annotations

from collections.abc import Collection

from alerts.alert import Alert, gravest_first
from console.desk_core import DeskCore
from console.intents import Acknowledge, AnswerRun, AskPreview, StartPlaybook
from playbooks.playbook import Playbook
from playbooks.preview import Preview

WHO = "auto"
LOOK_EVERY_S = 10
TAKE_AFTER_S = 20.0
TRY_AGAIN_S = 60.0
PREVIEWS_A_LOOK = 4
"""A person has no time for more in ten seconds."""


class AutoPlayer:
    """Plays at `core`; with `only`, starts these playbooks alone."""

    def __init__(self, core: DeskCore, started: float, only: Collection[str] | None = None) -> None:
        self._core, self._started = core, started
        self.refused: list[tuple[float, str]] = []
        """Stays empty: what a preview refuses is not attempted."""
        self._books = [book for book in core.playbooks.runner.playbooks.values() if only is None or book.id in only]
        self._tried: dict[tuple[str, str], float] = {}

    def __call__(self, now: float) -> None:
        """Look, every ten seconds."""
        if round(now - self._started) % LOOK_EVERY_S:
            return
        alerts = sorted((a for a in self._core.engine.alerts() if _counts(a)), key=gravest_first)
        for alert in alerts:
            if alert.acknowledged is None and now - (alert.fired_at or now) >= TAKE_AFTER_S:
                self._core.submit(
                    Acknowledge(alert.id, f"自动接手 taken on by the built-in player: {alert.rule}"), WHO, now
                )
        self._help(alerts, now)
        for run in self._core.playbooks.runs():
            if run.choices and not run.task:
                self._core.submit(AnswerRun(run.id, run.choices[0]), WHO, now)

    def _help(self, alerts: Collection[Alert], now: float) -> None:
        """Start what the playbooks suggest for the gravest alerts."""
        due = [(alert, book) for alert in alerts for book in self._books if self._is_due(alert, book, now)]
        for alert, book in due[:PREVIEWS_A_LOOK]:
            self._tried[alert.id, book.id] = now
            preview = self._core.submit(AskPreview(book.id, {}, alert.id), WHO, now).preview
            if preview is not None and preview.ok and _by_command(preview):
                self._core.submit(StartPlaybook(preview), WHO, now)

    def _is_due(self, alert: Alert, book: Playbook, now: float) -> bool:
        if book.id != alert.playbook:  # of all that would fit, the one that the rule names
            return False
        long_enough = now - (alert.fired_at or now) >= book.suggested_after
        return long_enough and now - self._tried.get((alert.id, book.id), -TRY_AGAIN_S) >= TRY_AGAIN_S


def _by_command(preview: Preview) -> bool:
    """Whether sites do all of it by themselves and one person may start it: nobody is there to do tasks."""
    return preview.approvals == 1 and all(order.by == "site" for step in preview.steps for order in step.orders)


def _counts(alert: Alert) -> bool:
    return alert.state == "firing" and not alert.inhibited and not alert.silenced
