"""Which alerts are muted because a graver one says it all: kept up to date with each change, asked in no time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from alerts.lifecycle import Course
from alerts.open_alert import OpenAlert
from alerts.plan import Plan

Crossing = tuple[Literal["site", "platform", "cell"], Any]
"""What is muted or not any more: the queues of a site, the queues of a platform, or one (rule, row)."""


class Inhibition:
    """Counts the alerts that mute others: they fire or recover. A muted one still mutes."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._index = {plan.rule.rule: plan.index for plan in plans}
        self._sites: Counter[str] = Counter()
        self._platforms: Counter[str] = Counter()
        self._cells: Counter[tuple[int, str]] = Counter()
        self.crossed: list[Crossing] = []
        """What changed since this was last cleared."""

    def changed(self, alert: OpenAlert, before: Course | None, after: Course | None) -> None:
        """An alert went from one course to another (None: it is not there)."""
        change = _stands(after) - _stands(before)
        inhibits = alert.plan.rule.inhibits
        if not change or not inhibits:
            return
        if inhibits == "queues":
            if alert.row.level == "platform":
                self._count("platform", self._platforms, alert.row.platform, change)
            else:
                self._count("site", self._sites, alert.row.site, change)
            return
        for target in inhibits:
            if target in self._index:
                self._count("cell", self._cells, (self._index[target], alert.row.key), change)

    def mutes(self, alert: OpenAlert) -> bool:
        """Whether another alert mutes this one."""
        row = alert.row
        if row.level == "queue" and (self._sites[row.site] > 0 or self._platforms[row.platform] > 0):
            return True
        return self._cells[alert.plan.index, row.key] > 0

    def _count(
        self, what: Literal["site", "platform", "cell"], counts: Counter[Any], key: str | tuple[int, str], change: int
    ) -> None:
        before = counts[key]
        counts[key] = before + change
        if (before > 0) != (before + change > 0):
            self.crossed.append((what, key))


def _stands(course: Course | None) -> int:
    return 1 if course is not None and course.state != "pending" else 0
