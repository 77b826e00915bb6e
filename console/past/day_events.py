"""What happened in the day, as marks on its time line: alerts that began and ended, and what people and runs did.

Made of what goes into the journal, as it goes there; after a restart of what stands in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Literal, Protocol

from alerts.rules import Rule
from console.i18n import N_
from playbooks.story import told
from playbooks.words import Words

Kind = Literal["began", "ended", "taken", "run", "deed"]

MOST_EVENTS = 20_000
"""So many of the newest are kept."""
MOST_RECALLED = 20_000
"""So many entries of the journal a start looks through."""

DAY_S = 86_400.0


_NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class DayEvent:
    """One mark. `number` rises; `key` is the row (`site/queue`) of an alert, or the run; `tone` how grave it is.

    `what` is the title of the rule or of the playbook; `said` a sentence about it, empty for an alert.
    """

    number: int
    at: float
    kind: Kind
    key: str
    what: Words
    said: Words = _NOTHING
    tone: str = ""
    who: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class DayNews:
    """The desk's answer to `AskDay`: the events after the number that was asked with."""

    events: tuple[DayEvent, ...] = ()
    anew: bool = False
    """Forget what was told before: a drill went back."""
    number: int = 0
    """The number to ask with next."""


_RUNS = {
    name: f"playbook.{name}"
    for name in (
        "proposed", "started", "approved", "broke_glass", "verified", "checked", "failed", "unknown", "asked",
        "answered", "renewed", "reverting", "reverted", "closed", "overdue", "contradicted",
    )
}  # fmt: skip
_OF_RUNS = {kind: name for name, kind in _RUNS.items()}

_DEEDS: Mapping[str, str] = {
    "note": N_("note"),
    "silence.begun": N_("silenced"),
    "silence.ended": N_("silence ended"),
    "handover.offered": N_("handover offered"),
    "handover.accepted": N_("handover accepted"),
    "lock.taken": N_("lock taken"),
    "lock.released": N_("lock released"),
    "rules.reloaded": N_("other rules"),
    "site.word": N_("said by phone"),
    "automatic.panic": N_("panic switch"),
    "desk.started": N_("the desk started"),
    "profile": N_("another alert profile"),
}


class Titles(Protocol):
    """What the desk calls rules and playbooks."""

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules in force."""
        ...

    def playbook(self, id: str) -> Words | None:  # noqa: A002 - what it is
        """The title of a playbook."""
        ...


def event_of(number: int, entry: tuple[float, str, str, Mapping[str, Any]], titles: Titles) -> DayEvent | None:
    """The mark of an entry (time, kind, actor, body) of the journal; None for what is none."""
    at, kind, actor, body = entry
    if kind == "alert":
        return _of_alert(number, at, actor, body, titles)
    if kind in _OF_RUNS:
        return _of_run(number, at, kind, actor, body, titles)
    if kind in _DEEDS:
        text = str(body.get("text") or body.get("note") or body.get("why") or "")
        return DayEvent(number, at, "deed", kind, Words(_DEEDS[kind], _DEEDS[kind]), Words(text, text), "info", actor)
    return None


def _of_alert(number: int, at: float, actor: str, body: Mapping[str, Any], titles: Titles) -> DayEvent | None:
    before, now = body.get("from"), body.get("to")
    kinds: dict[object, Kind] = {"firing": "began", "resolved": "ended", "inactive": "ended", "acknowledged": "taken"}
    kind = kinds.get(now)
    quiet = body.get("inhibited") or body.get("silenced")
    if kind is None or quiet or (kind == "ended" and before not in ("firing", "recovering")):
        return None
    if kind == "began" and before == "recovering":
        return None  # it never ended
    rule = next((rule for rule in titles.rules if rule.rule == body.get("rule")), None)
    name = str(body.get("rule"))
    title = Words(rule.title.zh, rule.title.en) if rule is not None else Words(name, name)
    tone = rule.severity if rule is not None else "info"
    who = actor if actor != name else ""
    return DayEvent(number, at, kind, str(body.get("key")), title, tone=tone, who=who, alert=str(body.get("id")))


def _of_run(number: int, at: float, kind: str, actor: str, body: Mapping[str, Any], titles: Titles) -> DayEvent | None:
    sentence = told(_OF_RUNS[kind], {"at": at, **body})
    if sentence is None:
        return None
    name = str(body.get("playbook") or "")
    title = (titles.playbook(name) if name else None) or Words(name, name)
    return DayEvent(
        number, at, "run", str(body.get("run", "")), title, Words(sentence.zh, sentence.en), sentence.tone, actor
    )


class DayEvents:
    """The events of a desk's day; written by the desk, read by any thread."""

    def __init__(self, titles: Titles) -> None:
        self._lock = Lock()
        self._titles = titles
        self._events: deque[DayEvent] = deque(maxlen=MOST_EVENTS)
        self._number = 0
        self._undone = 0
        self._runs: dict[str, Words] = {}

    def heard(self, entries: Iterable[tuple[float, str, str, Mapping[str, Any]]]) -> None:
        """These went into the journal."""
        with self._lock:
            for entry in entries:
                event = event_of(self._number + 1, entry, self._titles)
                if event is not None:
                    self._number += 1
                    self._events.append(self._named(event))

    def _named(self, event: DayEvent) -> DayEvent:
        """Only the first records of a run name its playbook."""
        if event.kind != "run":
            return event
        if event.what.en:
            self._runs[event.key] = event.what
            return event
        return replace(event, what=self._runs.get(event.key, Words(event.key, event.key)))

    def forget_after(self, at: float) -> None:
        """What came after a time never was."""
        with self._lock:
            self._events = deque((event for event in self._events if event.at <= at), MOST_EVENTS)
            self._number += 1
            self._undone = self._number

    @property
    def number(self) -> int:
        """The number of the newest; 0 before the first."""
        return self._number

    def news(self, after: int) -> DayNews:
        """The events after a number."""
        with self._lock:
            anew = after < self._undone or after > self._number
            found = tuple(_until(reversed(self._events), 0 if anew else after))
            return DayNews(found[::-1], anew, self._number)


def _until(newest_first: Iterable[DayEvent], after: int) -> Iterable[DayEvent]:
    for event in newest_first:
        if event.number <= after:
            return
        yield event
