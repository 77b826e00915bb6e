"""Runs rule tests: what state every series of a case is in at every instant, and which expectations that fails.

At an instant: deadlines before it, then what happens to the desk, then the figures, then deadlines at it, then what
people do. A figure holds until the next one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alerts.alert import Alert
from alerts.case_desk import CaseDesk
from alerts.rule_test_file import RuleTest, read_rule_tests
from alerts.rule_test_schema import CaseEvent, Expectation
from feeds.durations import format_duration
from feeds.errors import InputError
from feeds.text import clean


@dataclass(frozen=True, slots=True)
class Reached:
    """The state of one series under one rule at one instant, and since when it has been in it."""

    at: float
    series: str
    rule: str
    state: str
    since: float


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold."""

    where: str
    line: int
    case: str
    at: float
    series: str
    expected: str
    got: str

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}: {clean(self.case, 120)}: at {instant(self.at)}: {clean(self.series, 120)}"
        return f"{place}: expected {clean(self.expected)}, got {clean(self.got)}"


@dataclass(frozen=True, slots=True)
class RuleTestResult:
    """What became of one case. `several` says that it has more than one rule."""

    name: str
    several: bool
    states: tuple[Reached, ...]
    failures: tuple[Failure, ...]
    expectations: int

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return not self.failures

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: states by instant, then series; with their rule only where there are several."""
        return {"name": self.name, "passed": self.passed, "states": [self._state(one) for one in self.states]}

    def _state(self, one: Reached) -> dict[str, Any]:
        plain = {"at": _plain(one.at), "series": one.series, "state": one.state, "since": _plain(one.since)}
        return plain | {"rule": one.rule} if self.several else plain


def run_rule_test(test: RuleTest) -> RuleTestResult:
    """Go through one case from 0 to its last instant, event or expectation."""
    return _Run(test).result()


def try_shipped_rules() -> int:
    """Run the shipped rule tests; how many cases there are. Raises InputError for the first failing expectation."""
    results = [run_rule_test(test) for path in shipped_tests() for test in read_rule_tests(path).cases]
    for failure in (failure for result in results for failure in result.failures):
        raise InputError("shipped rules", str(failure))
    return len(results)


def shipped_tests() -> list[Path]:
    """The files of the shipped rule tests."""
    return sorted((Path(__file__).parent / "library" / "tests").glob("*.yaml"))


def instant(at: float) -> str:
    """An instant as people write it: 5s, 2m30s, 0.25s."""
    return format_duration(at) if at == round(at) else f"{at:.6f}".rstrip("0") + "s"


def _plain(seconds: float) -> float:
    return int(seconds) if seconds == int(seconds) else seconds


class _Run:
    def __init__(self, test: RuleTest) -> None:
        self._test, self._desk = test, CaseDesk(test)
        self._states: list[Reached] = []
        self._failures: list[Failure] = []

    def result(self) -> RuleTestResult:
        test, figures = self._test, set(self._test.instants)
        events: dict[float, list[tuple[CaseEvent, int]]] = {}
        ups = {round(event.at + event.down_s, 6) for event in test.events if event.down_s}
        for event, line in zip(test.events, test.event_lines, strict=True):
            events.setdefault(round(event.at, 6), []).append((event, line))
        expect = sorted(enumerate(test.expect), key=lambda pair: pair[1].at)
        times = figures | ups | set(events) | {round(one.at, 6) for one in test.expect}
        for now in sorted(times):
            self._at(now, events.get(now, []), moved=now in figures or now in ups)
            alerts = self._desk.alerts()
            if now in figures:
                self._states.extend(self._reached(now, alerts))
            while expect and round(expect[0][1].at, 6) <= now:
                index, one = expect.pop(0)
                self._check(one, test.expect_lines[index], now, alerts)
        several = len(test.rules) > 1
        return RuleTestResult(test.name, several, tuple(self._states), tuple(self._failures), len(test.expect))

    def _at(self, now: float, events: list[tuple[CaseEvent, int]], *, moved: bool) -> None:
        desk = self._desk
        if not desk.down(now):
            desk.reach(now)
        for event, _ in events:
            if event.restart is not None:
                desk.restart(now, event.down_s)
            elif event.dark is not None:
                desk.darken(event.dark, now)
            elif event.back is not None:
                desk.lighten(event.back)
            elif event.profile is not None:
                desk.profile(event.profile, now)
            elif event.silence is not None:
                desk.silence(event.silence, now)
        if desk.down(now):
            return
        if moved or any(event.acknowledge is None for event, _ in events):
            desk.evaluate(now)
        desk.fall_due(now)
        for event, line in events:
            asked = event.acknowledge
            if asked is not None and not desk.acknowledge(asked, now):
                series = ", ".join(asked.series) or "any series"
                self._fail(line, now, series, "an alert to acknowledge", "none")

    def _reached(self, now: float, alerts: dict[tuple[str, str], Alert]) -> Iterator[Reached]:
        for row in self._test.rows:
            for rule in self._test.rules:
                state, since = self._standing(rule.rule, row.key, alerts)
                yield Reached(now, row.key, rule.rule, state, since)

    def _standing(self, rule: str, key: str, alerts: dict[tuple[str, str], Alert]) -> tuple[str, float]:
        alert = alerts.get((rule, key))
        return (alert.state, alert.entered) if alert else ("inactive", self._desk.over.get((rule, key), 0.0))

    def _check(self, wanted: Expectation, line: int, now: float, alerts: dict[tuple[str, str], Alert]) -> None:
        for key in wanted.series or [row.key for row in self._test.rows]:
            for rule in self._test.rules:
                if wanted.rule in (None, rule.rule):
                    state, since = self._standing(rule.rule, key, alerts)
                    shown = f"{key} ({rule.rule})" if len(self._test.rules) > 1 else key
                    for expected, got in _differences(wanted, state, since, alerts.get((rule.rule, key))):
                        self._fail(line, now, shown, expected, got)

    def _fail(self, line: int, now: float, series: str, expected: str, got: str) -> None:
        self._failures.append(Failure(self._test.where, line, self._test.name, now, series, expected, got))


def _differences(wanted: Expectation, state: str, since: float, alert: Alert | None) -> Iterator[tuple[str, str]]:
    """(expected, got) of everything that an expectation names and that is otherwise."""
    expected = "inactive" if wanted.state == "resolved" else wanted.state
    if expected is not None and state != expected:
        yield expected, state
    if wanted.since is not None and not math.isclose(since, wanted.since, abs_tol=1e-6):
        yield f"{state} since {instant(wanted.since)}", f"since {instant(since)}"
    taken = alert.acknowledged.who if alert and alert.acknowledged else ""
    stale, muted, silenced = (alert.stale, alert.inhibited, bool(alert.silenced)) if alert else (False, False, False)
    marks = (("stale", wanted.stale, stale), ("muted", wanted.muted, muted), ("silenced", wanted.silenced, silenced))
    for name, want, got in marks:
        if want is not None and want != got:
            yield name if want else f"not {name}", name if got else f"not {name}"
    if wanted.acknowledged is not None and wanted.acknowledged not in (taken, bool(taken)):
        by = wanted.acknowledged if isinstance(wanted.acknowledged, str) else ""
        yield _taken(bool(wanted.acknowledged), by), _taken(bool(taken), taken)
    profile = (alert.profile or "none") if alert else "no alert"
    if wanted.profile is not None and wanted.profile != profile:
        yield f"profile {wanted.profile}", f"profile {profile}"
    told = alert.escalated_to if alert else ""
    if wanted.escalated is not None and (wanted.escalated or "") != told:
        yield _escalated(wanted.escalated or ""), _escalated(told)
    severity = alert.severity if alert else "no alert"
    if wanted.severity is not None and wanted.severity != severity:
        yield wanted.severity, severity


def _escalated(to: str) -> str:
    return f"escalated to {to}" if to else "not escalated"


def _taken(yes: bool, by: str) -> str:
    return f"acknowledged by {by}" if yes and by else "acknowledged" if yes else "not acknowledged"
