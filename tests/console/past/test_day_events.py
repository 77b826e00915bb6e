"""The events of the day: what is worth a mark of what goes into the journal."""

from __future__ import annotations

from alerts.rules import Rule, load_rules
from console.past.day_events import DayEvents, event_of
from playbooks.words import Words

RULE = load_rules()[0]


class Named:
    rules: tuple[Rule, ...] = (RULE,)

    def playbook(self, id: str) -> Words | None:  # noqa: A002
        return Words("机器人溢出", "Bot overflow") if id == "bot-overflow" else None


def change(before: str, after: str, **more: object) -> tuple[float, str, str, dict[str, object]]:
    body = {"id": "a1", "rule": RULE.rule, "key": "hefei/q00", "from": before, "to": after, "inhibited": False}
    return 10.0, "alert", RULE.rule, body | more


def kind_of(*entry: object) -> str:
    event = event_of(1, entry, Named())  # type: ignore[arg-type]
    return event.kind if event is not None else ""


def test_an_alert_begins_and_ends_once() -> None:
    assert kind_of(*change("inactive", "pending")) == ""
    assert kind_of(*change("pending", "firing")) == "began"
    assert kind_of(*change("firing", "recovering")) == ""
    assert kind_of(*change("recovering", "firing")) == "", "it never ended"
    assert kind_of(*change("recovering", "resolved")) == "ended"
    assert kind_of(*change("pending", "inactive")) == "", "it never began"
    assert kind_of(*change("firing", "acknowledged")) == "taken"
    assert kind_of(*change("pending", "firing", inhibited=True)) == ""
    event = event_of(1, change("pending", "firing"), Named())
    assert event is not None
    assert (event.tone, event.what.en, event.who) == (RULE.severity, RULE.title.en, "")


def test_runs_keep_the_name_of_their_playbook_and_people_their_own() -> None:
    events = DayEvents(Named())
    events.heard([(1.0, "playbook.started", "duty-1", {"run": "r1", "playbook": "bot-overflow", "by": "duty-1"})])
    events.heard([(2.0, "playbook.verified", "desk", {"run": "r1"}), (3.0, "playbook.seen", "desk", {"run": "r1"})])
    events.heard([(4.0, "note", "duty-1", {"text": "call Wuhan"}), (5.0, "notice.sent", "desk", {})])
    told = events.news(0).events
    assert [event.what.en for event in told] == ["Bot overflow", "Bot overflow", "note"]
    assert told[2].said.en == "call Wuhan"
    assert events.news(2).events == told[2:]


def test_what_a_drill_undid_is_forgotten_by_whoever_heard_it() -> None:
    events = DayEvents(Named())
    events.heard([(float(at), "note", "duty-1", {"text": str(at)}) for at in range(5)])
    number = events.news(0).number
    events.forget_after(2.0)
    events.heard([(2.5, "note", "duty-1", {"text": "again"})])
    news = events.news(number)
    assert news.anew
    assert [event.said.en for event in news.events] == ["0", "1", "2", "again"]
    assert not events.news(news.number).anew
    assert events.news(news.number).events == ()
