"""Escalation: who is told, and how grave an alert becomes, the longer nobody has taken it on.

The clock of an alert's ladder runs while the alert fires, nobody has acknowledged it, and no silence or graver alert
keeps it from people. It stands still otherwise, and goes on from where it stood: what people could not see, or had in
hand, was not left lying. Steps come at their own time, as `for` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from alerts.agenda import Agenda, Entry
from alerts.rules import EscalationStep, Rule, Severity

if TYPE_CHECKING:
    from alerts.inhibition import Crossing
    from alerts.open_alert import OpenAlert

Cell = tuple[int, str]
"""(index of the rule, key of the row)."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where one alert stands: steps taken, seconds served, since when its clock runs (None: it stands still)."""

    level: int = 0
    served_s: float = 0.0
    running_since: float | None = None
    due: float | None = None
    """When the next step is taken if nothing changes."""

    def dump(self) -> dict[str, Any]:
        """Plain data that `restored_ladder` reads back."""
        return {"level": self.level, "served_s": self.served_s, "running_since": self.running_since}


GROUND = Ladder()
"""Where every alert begins."""


def restored_ladder(saved: Mapping[str, Any] | None) -> Ladder:
    """A ladder as it was; its next step waits until it is set going again."""
    return Ladder(**saved) if saved else GROUND


def turned(ladder: Ladder, steps: tuple[EscalationStep, ...], now: float, *, runs: bool) -> Ladder:
    """The ladder with its clock running or not from `now` on."""
    since = ladder.running_since
    if runs and since is None:
        ladder = replace(ladder, running_since=now)
    elif not runs and since is not None:
        ladder = replace(ladder, running_since=None, served_s=ladder.served_s + max(0.0, now - since))
    return replace(ladder, due=_due(ladder, steps, now))


def climbed(ladder: Ladder, steps: tuple[EscalationStep, ...], now: float) -> Ladder:
    """The ladder after its next step, at `now`."""
    higher = replace(ladder, level=ladder.level + 1)
    return replace(higher, due=_due(higher, steps, now))


def severity_at(rule: Rule, level: int) -> Severity:
    """How grave an alert of the rule is after `level` steps."""
    raised = [step.severity for step in rule.escalate[:level] if step.severity is not None]
    return raised[-1] if raised else rule.severity


def reached(rule: Rule, level: int) -> str:
    """Who was told last after `level` steps; empty before the first."""
    taken = rule.escalate[:level]
    return taken[-1].to if taken else ""


def said_of_step(rule: Rule, level: int) -> str:
    """Step `level` (from 1) in words for the journal: `2: operations (critical)`."""
    step = rule.escalate[level - 1]
    return f"{level}: {step.to}" + (f" ({step.severity})" if step.severity else "")


def _due(ladder: Ladder, steps: tuple[EscalationStep, ...], now: float) -> float | None:
    """To the microsecond, as the deadlines of a course; never before `now`."""
    if ladder.running_since is None or ladder.level >= len(steps):
        return None
    return max(now, round(ladder.running_since + steps[ladder.level].after - ladder.served_s, 6))


class Ladders:
    """The ladders of an engine's alerts: which have one, and when the next step of any is due.

    `alerts()` are the engine's by cell; `kept(alert, at)` says whether something keeps one from people. Alerts of rules
    without steps cost nothing here.
    """

    def __init__(
        self, alerts: Callable[[], Mapping[Cell, OpenAlert]], kept: Callable[[OpenAlert, float], bool | str]
    ) -> None:
        self._all, self._kept = alerts, kept
        self.steps = Agenda(self._still)
        """When the next step of which alert is due."""
        self._alerts: dict[str, dict[Cell, OpenAlert]] = {}
        self.touched: dict[str, OpenAlert] = {}
        """The alerts whose clock was turned since this was last cleared, perhaps without a transition of theirs."""

    def __bool__(self) -> bool:
        return bool(self._alerts)

    def settle(self, alert: OpenAlert, now: float) -> None:
        """Something about the alert changed at `now`: its clock runs or stands still accordingly."""
        steps = alert.plan.rule.escalate
        if not steps:
            return
        cell = (alert.plan.index, alert.row.key)
        self._alerts.setdefault(alert.row.site, {})[cell] = alert
        if alert.awaited:
            return
        runs = alert.course.state == "firing" and alert.acknowledged is None and not self._kept(alert, now)
        self._put(alert, turned(alert.ladder, steps, now, runs=runs))

    def begin_anew(self, now: float) -> None:
        """The rules are others: every alert stands where it stood, on the ladder of its rule as it is now."""
        self._alerts.clear()
        self.steps.begin_anew(())
        for alert in self._all().values():
            alert.ladder = replace(alert.ladder, due=None)
            self.settle(alert, now)

    def forget(self, alert: OpenAlert) -> None:
        """The alert is over."""
        self.touched.pop(alert.id, None)
        here = self._alerts.get(alert.row.site)
        if here is not None:
            here.pop((alert.plan.index, alert.row.key), None)
            if not here:
                del self._alerts[alert.row.site]

    def follow(self, crossed: list[Crossing], now: float) -> None:
        """Alerts are muted or not any more: clocks follow. `crossed` says which, and is cleared."""
        for what, key in crossed if self._alerts else ():
            alert = self._all().get(key) if what == "cell" else None
            if alert is not None:
                self.settle(alert, now)
            elif what == "site":
                self._settle_site(key, now)
            elif what == "platform":
                self.settle_all(now)
        crossed.clear()

    def _settle_site(self, site: str, now: float) -> None:
        """What keeps alerts of a site from people has changed."""
        for alert in self._alerts.get(site, {}).values():
            self.settle(alert, now)

    def settle_all(self, now: float) -> None:
        """What keeps alerts from people has changed somewhere."""
        for site in self._alerts:
            self._settle_site(site, now)

    def climb(self, alert: OpenAlert, now: float) -> None:
        """The alert takes its next step."""
        self._put(alert, climbed(alert.ladder, alert.plan.rule.escalate, now))
        self.settle(alert, now)

    def _still(self, entry: Entry) -> bool:
        """Whether a step is still to be taken then: somebody may have taken the alert on."""
        alert = self._all().get(entry[1:])
        return alert is not None and alert.ladder.due == entry[0]

    def _put(self, alert: OpenAlert, ladder: Ladder) -> None:
        if ladder == alert.ladder:
            return
        if ladder.due is not None and (ladder.due, ladder.level) != (alert.ladder.due, alert.ladder.level):
            self.steps.add(ladder.due, (alert.plan.index, alert.row.key))
        alert.ladder = ladder
        self.touched[alert.id] = alert
