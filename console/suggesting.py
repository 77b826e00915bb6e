"""Suggestions at the desk: for each alert that needs somebody the playbooks that fit, a preview or two a second.

It goes by the core's seconds and never hurries: an alert's list is worked out playbook by playbook, shown when all have
been looked at, and made anew after a while. Nothing is worked out where nobody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import floor

from alerts.alert import Alert, gravest_first
from feeds.errors import InputError, RefusedError
from playbooks.facts import Facts
from playbooks.playbook import Playbook
from playbooks.preview import Preview
from playbooks.suggesting import Suggestion, fitting, in_order, suggestion

PER_SECOND = 2
"""Previews in a second of the desk: some ten milliseconds each."""

GOOD_FOR_S = 20.0
"""After so long an alert's list is worked out anew."""

MOST_ALERTS = 12
"""So many alerts have lists, the gravest first; in a storm the others would only take turns."""

MakePreview = Callable[[Playbook, Alert, Facts, float], Preview]


class SuggestionDesk:
    """`found` has the list of each alert, by its id; a new mapping whenever something in it changes."""

    def __init__(self, books: Mapping[str, Playbook], preview: MakePreview, *, seen: bool = True) -> None:
        self._books, self._preview, self._seen = books, preview, seen
        self._job: _Job | None = None
        self._made: dict[str, float] = {}
        self.found: Mapping[str, tuple[Suggestion, ...]] = {}

    def second(
        self, standing: Callable[[], Sequence[Alert]], facts: Callable[[float], Facts], now: float, speed: float = 1.0
    ) -> None:
        """A second of the desk begins: look at the next playbooks. `facts` is asked only where there is one to do.

        `standing` gives the alerts that there are; in a storm that takes milliseconds, so nobody is asked in vain.
        Where the desk's clock goes `speed` times as fast as life only each so manieth second counts: people read no
        faster, and the work is for them.
        """
        if not self._seen or floor(now) % max(1, round(speed)):
            return
        alerts = standing()
        if not (alerts or self.found):
            return
        wanted = _wanted(alerts)
        gone = [alert for alert in self.found if alert not in wanted]
        if gone:
            self._keep({key: value for key, value in self.found.items() if key in wanted})
            self._made = {key: at for key, at in self._made.items() if key in wanted}
        if self._job is None or self._job.alert.id not in wanted:
            self._job = self._next(wanted, now)
        if self._job is not None:
            self._go_on(self._job, facts(now), now)

    def _next(self, wanted: Mapping[str, Alert], now: float) -> _Job | None:
        """The alert without a list, else the one whose list is oldest and old enough."""
        due = [alert for alert in wanted.values() if now - self._made.get(alert.id, -GOOD_FOR_S) >= GOOD_FOR_S]
        if not due:
            return None
        chosen = min(due, key=lambda alert: self._made.get(alert.id, float("-inf")))
        return _Job(chosen, list(fitting(self._books, chosen.rule, chosen.playbook)))

    def _go_on(self, job: _Job, facts: Facts, now: float) -> None:
        for _ in range(min(PER_SECOND, len(job.left))):
            book = job.left.pop(0)
            try:
                job.done.append(suggestion(book, self._preview(book, job.alert, facts, now)))
            except (InputError, RefusedError):
                continue  # its parameters do not follow from this alert
        if not job.left:
            self._made[job.alert.id] = now
            self._keep({**self.found, job.alert.id: in_order(job.done)})
            self._job = None

    def _keep(self, found: dict[str, tuple[Suggestion, ...]]) -> None:
        self.found = found


class _Job:
    """The list of one alert in the making."""

    def __init__(self, alert: Alert, left: list[Playbook]) -> None:
        self.alert, self.left = alert, left
        self.done: list[Suggestion] = []


def _wanted(alerts: Sequence[Alert]) -> dict[str, Alert]:
    """The alerts that need somebody, by id, the gravest first."""
    firing = [one for one in alerts if one.state == "firing" and not one.inhibited and not one.silenced]
    firing.sort(key=gravest_first)
    return {one.id: one for one in firing[:MOST_ALERTS]}
