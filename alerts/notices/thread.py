"""What one receiver has been told of one rule on one row, and what it is to be told next.

Told are: firing, firing again after it recovered, reminders, acknowledged and no longer acknowledged, escalated, that
it flaps (once) and on what it settled, resolved. Not told is what is pending or recovering, what is muted or silenced,
and what comes and goes while it flaps. Resolved is told only of what was told as firing, and then always.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

from alerts.alert import Alert, Subject, Transition
from alerts.notices.notice import Notice, NoticeKind, NoticeState, about, restored_notice
from alerts.notices.receivers import Receiver


class Source(Protocol):
    """Where a thread looks up what is so now: the rule engine."""

    def standing(self, rule: str, key: str) -> Alert | None:
        """The alert of a rule on a row, if there is one."""

    def is_muted(self, rule: str, key: str) -> bool:
        """Whether it is inhibited or silenced now."""

    def subject(self, rule: str, key: str, value: float) -> Subject | None:
        """What a rule says of a row with this figure; None for a rule that is gone."""


_STATE_KINDS: frozenset[NoticeKind] = frozenset({"firing", "settled", "resolved"})
"""All that matters to a receiver that keeps states and not messages."""


@dataclass(slots=True)
class Thread:
    """One receiver, one rule, one row.

    `alert` is the last one that fired here, `state` how it stands; `last` is what was said last, and `known` whether
    people know its alert as firing. `withheld` waits for a mute to end.
    """

    receiver: Receiver
    rule: str
    key: str
    alert: str = ""
    state: Literal["firing", "recovering", ""] = ""
    acknowledged: bool = False
    withheld: bool = False
    flapping: bool = False
    flap_told: bool = False
    last: Notice | None = None
    known: bool = False
    remind_at: float | None = None
    reminders: int = 0
    waiting: list[Notice] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether there is nothing left to remember."""
        return not (self.state or self.known or self.flapping or self.withheld or self.waiting)

    def take(self, change: Transition, source: Source) -> None:
        """The alert did this."""
        to, muted = change.to_state, change.inhibited or bool(change.silenced)
        if to == "firing":
            self._fires(change, source, muted=muted)
        elif to == "recovering":
            self.state = "recovering"
        elif to == "resolved":
            self.ended(change.at, change.value)
        elif to == "acknowledged":
            self._taken_on(change, source, muted=muted)
        elif to == "unacknowledged":
            self._given_back(change, muted=muted)
        elif to == "escalated":
            self._escalates(change, source, muted=muted)
        elif to == "flapping":
            self._flaps(change.alert, change.at, change.value, source, muted=muted)
        elif to == "settled":
            self._settles(change.at, source, muted=muted)

    def joins(self, alert: Alert, now: float, source: Source) -> None:
        """It fires already, and this receiver is to know of it from now on."""
        self.alert, self.state, self.reminders = alert.id, "firing", 0
        self.acknowledged = alert.acknowledged is not None
        if alert.inhibited or alert.silenced:
            self.withheld = True
        elif not self.flapping:
            self._say_firing(now, alert.fired_at or now, alert.value, source)

    def ended(self, at: float, value: float = float("nan")) -> None:
        """It is over, or is gone."""
        self.state, self.acknowledged, self.remind_at = "", False, None
        if not self.flapping:
            self.withheld = False
            self._close("resolved", at, value)

    def settled(self, at: float, source: Source) -> None:
        """It does not flap any more, and nothing says since when."""
        self._settles(at, source, muted=source.is_muted(self.rule, self.key))

    def unmuted(self, now: float, source: Source) -> None:
        """Nothing keeps it from people any more: say what was withheld, if it still is so."""
        alert = source.standing(self.rule, self.key)
        if self.flapping and not self.flap_told:
            self._flaps(self.alert, now, alert.value if alert else float("nan"), source, muted=False)
        elif not self.flapping and self.state == "recovering":
            return  # told when it fires again
        elif alert is not None and self.state == "firing" and not self.flapping and not self.known:
            self._say_firing(now, alert.fired_at or now, alert.value, source)
        self.withheld = False

    def remind(self, now: float, source: Source) -> None:
        """Its time has come to be told again."""
        self.remind_at = None
        alert = source.standing(self.rule, self.key)
        if alert is None or not self.known or self.state != "firing" or self.acknowledged or self.flapping:
            return
        self._schedule(now)
        if not self.waiting and not source.is_muted(self.rule, self.key):
            self.reminders += 1
            self._say("reminder", "firing", now, alert.value, source)

    def dump(self) -> dict[str, Any]:
        """Plain data that `restored_thread` reads back."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {
            "receiver": self.receiver.id,
            "last": asdict(self.last) if self.last else None,
            "waiting": [notice.dump() for notice in self.waiting],
        }

    # ----------------------------------------------------------------------------------------------------------------

    def _fires(self, change: Transition, source: Source, *, muted: bool) -> None:
        again = change.from_state == "recovering" and self.alert == change.alert
        if not again:
            self.alert, self.acknowledged, self.reminders = change.alert, False, 0
        self.state = "firing"
        if self.flapping:
            return
        if again and self.known:
            self._schedule(change.at)
            if not muted and not self.acknowledged:
                self._say("refired", "firing", change.at, change.value, source)
        elif muted:
            self.withheld = True
        else:
            self._say_firing(change.at, change.at, change.value, source)

    def _say_firing(self, at: float, fired_at: float, value: float, source: Source) -> None:
        self.withheld = False
        self._close("resolved", at, value)  # an alert before this one that nobody was told the end of
        self._say("firing", "firing", at, value, source, fired_at=fired_at)
        self.known = True
        self._schedule(at)

    def _taken_on(self, change: Transition, source: Source, *, muted: bool) -> None:
        self.acknowledged, self.remind_at = True, None
        if self.receiver.acknowledged and self._may_say(change, muted=muted):
            alert = source.standing(self.rule, self.key)
            taken = alert.acknowledged if alert else None
            who, note = (taken.who, taken.note) if taken else (change.reason, "")
            self._say("acknowledged", "firing", change.at, change.value, None, who=who, note=note)

    def _given_back(self, change: Transition, *, muted: bool) -> None:
        self.acknowledged = False
        self._schedule(change.at)
        if self.state == "firing" and self._may_say(change, muted=muted):
            who = change.reason.removesuffix(": until")
            self._say("unacknowledged", "firing", change.at, change.value, None, who=who)

    def _escalates(self, change: Transition, source: Source, *, muted: bool) -> None:
        alert = source.standing(self.rule, self.key)
        if alert is not None and self._may_say(change, muted=muted):
            self._say("escalated", "firing", change.at, change.value, source, who=alert.escalated_to)
            self._schedule(change.at)

    def _may_say(self, change: Transition, *, muted: bool) -> bool:
        told = self.last is not None and self.last.alert == change.alert
        return self.known and told and not muted and not self.flapping

    def _flaps(self, alert: str, at: float, value: float, source: Source, *, muted: bool) -> None:
        self.flapping, self.flap_told, self.withheld = True, not muted, muted
        self.alert = self.alert or alert
        if not muted:
            state: NoticeState = "firing" if self.state else "resolved"
            self._say("flapping", state, at, value, source, alert=self.last.alert if self.last else alert)

    def _settles(self, at: float, source: Source, *, muted: bool) -> None:
        told, self.flapping, self.flap_told, self.withheld = self.flap_told, False, False, False
        alert = source.standing(self.rule, self.key) if self.state else None
        if alert is None:
            self.state = ""
            self._close("settled", at, float("nan"), always=told and self.receiver.kind != "alertmanager")
            return
        same = self.known and self.last is not None and self.last.alert == self.alert
        if not same and (muted or self.state == "recovering"):
            self.withheld = True
        elif not same:
            self._say_firing(at, alert.fired_at or at, alert.value, source)
        elif not muted:
            self._say("settled", "firing", at, alert.value, source)
            self._schedule(at)

    def _close(self, kind: NoticeKind, at: float, value: float, *, always: bool = False) -> None:
        if self.known or always:
            self._say(kind, "resolved", at, value, None)
        self.known, self.remind_at = False, None

    def _schedule(self, at: float) -> None:
        every = self.receiver.repeat_s(self.last.severity) if self.last else 0.0
        wanted = every > 0.0 and self.receiver.kind != "alertmanager" and not self.acknowledged
        self.remind_at = at + every if wanted else None

    def _say(
        self,
        kind: NoticeKind,
        state: NoticeState,
        at: float,
        value: float,
        source: Source | None,
        *,
        alert: str = "",
        fired_at: float | None = None,
        who: str = "",
        note: str = "",
    ) -> None:
        """Put a notice in line: with fresh words of the `source`, or with those that were said last."""
        if self.receiver.kind == "alertmanager" and kind not in _STATE_KINDS:
            return
        subject = source.subject(self.rule, self.key, value) if source is not None else None
        alert = alert or (self.alert if source is not None or self.last is None else self.last.alert)
        same = self.last if self.last is not None and self.last.alert == alert else None
        facts: dict[str, Any] = {
            "alert": alert,
            "sequence": same.sequence + 1 if same else 1,
            "kind": kind,
            "state": state,
            "at": at,
            "fired_at": fired_at if fired_at is not None else (same.fired_at if same else at),
            "times": self.reminders if kind == "reminder" else 0,
            "who": who,
            "note": note,
        }
        if subject is not None:
            if same and self.receiver.kind == "alertmanager":  # it knows an alert by its labels
                facts["severity"] = same.severity
            self.last = Notice(**(about(subject) | facts))
        elif self.last is not None:
            facts["value"] = value if value == value else self.last.value
            self.last = replace(self.last, **facts)
        else:
            return
        self.waiting.append(self.last)


_PLAIN = (
    "rule", "key", "alert", "state", "acknowledged", "withheld", "flapping", "flap_told", "known", "remind_at",
    "reminders",
)  # fmt: skip


def restored_thread(saved: Mapping[str, Any], receiver: Receiver) -> Thread:
    """A thread as it was."""
    thread = Thread(receiver, **{name: saved[name] for name in _PLAIN})
    thread.last = restored_notice(saved["last"]) if saved["last"] else None
    thread.waiting = [restored_notice(one) for one in saved["waiting"]]
    return thread
