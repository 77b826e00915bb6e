"""What is told to whom, and when: one alert at a time."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from alerts.notices.exchange import Delivered, Refused, Retry
from alerts.notices.outbox import Outbox
from alerts.notices.post import Delivery
from alerts.notices.receivers import Receiver
from tests.alerts.notices.made import AT, Alerts, receiver


def outbox(source: Alerts, *receivers: Receiver) -> Outbox:
    return Outbox(receivers or (receiver(),), source, lambda: 0.0)


def sent(box: Outbox, now: float) -> list[str]:
    """Send and deliver what is due, all of it; kinds and ids."""
    told = []
    while deliveries := box.due(now):
        for delivery in deliveries:
            told += [f"{one.kind} {one.id}" for one in delivery.notices]
            box.answered(delivery, Delivered(), now)
    return told


def only(box: Outbox, now: float) -> Delivery:
    (delivery,) = box.due(now)
    return delivery


def reopened(box: Outbox, source: Alerts, kept: dict[str, Any], *receivers: Receiver, now: float = AT) -> Outbox:
    kept.update(box.changes())
    after = outbox(source, *receivers)
    after.restore({key: json.loads(json.dumps(body)) for key, body in kept.items() if body is not None})
    after.reconcile([source.alert] if source.alert else [], now)
    return after


def test_firing_and_resolved_are_told_once_each_and_recovering_is_not() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    assert sent(box, AT) == ["firing a1.1"]
    box.take([source.move("recovering", AT + 5)])
    assert sent(box, AT + 5) == []
    box.take([source.move("firing", AT + 6)])
    assert sent(box, AT + 6) == ["refired a1.2"]
    box.take([source.move("recovering", AT + 7), source.move("resolved", AT + 8)])
    assert sent(box, AT + 8) == ["resolved a1.3"]
    box.take([source.move("firing", AT + 9), source.move("resolved", AT + 9.5)])
    assert sent(box, AT + 10) == ["firing a2.1", "resolved a2.2"]
    assert box.receivers()[0].waiting == 0
    assert [body for key, body in box.changes() if " " in key] == [None]


def test_only_what_a_receiver_wants() -> None:
    source = Alerts("warning")
    box = outbox(source, receiver("c", severities=["critical"]), receiver("s", sites=["wuhan"]), receiver("r"))
    box.take([source.move("firing", AT)])
    assert [one.receiver for one in box.due(AT)] == ["r"]


def test_reminders_come_until_somebody_acknowledges_and_again_when_that_lapses() -> None:
    source = Alerts("warning")
    box = outbox(source, receiver(repeat="10m"))
    box.take([source.move("firing", AT)])
    sent(box, AT)
    assert box.next_deadline() == AT + 600
    for times in (1, 2):
        box.expire(AT + 600 * times)
        assert sent(box, AT + 600 * times) == [f"reminder a1.{times + 1}"]
    box.take([source.move("acknowledged", AT + 1_300)])
    assert sent(box, AT + 1_300) == ["acknowledged a1.4"]
    assert box.next_deadline() is None
    box.take([source.move("unacknowledged", AT + 5_000, "duty-1: until")])
    delivery = only(box, AT + 5_000)
    assert (delivery.notices[0].kind, delivery.notices[0].who) == ("unacknowledged", "duty-1")
    box.answered(delivery, Delivered(), AT + 5_000)
    box.expire(AT + 5_600)
    assert sent(box, AT + 5_600) == ["reminder a1.6"]


def test_critical_ones_are_repeated_sooner_and_none_where_repeat_is_off() -> None:
    for severity, more, at in (("critical", {}, 300.0), ("critical", {"repeat_critical": "0"}, None)):
        source = Alerts(severity)
        box = outbox(source, receiver(**more))
        box.take([source.move("firing", AT)])
        assert box.next_deadline() == (AT + at if at else None)


def test_a_reminder_does_not_pile_up_behind_a_receiver_that_is_down() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    for now in range(0, 7_200, 60):
        box.expire(AT + now)
        for delivery in box.due(AT + now):
            box.answered(delivery, Retry("down"), AT + now)
    assert box.receivers()[0].waiting == 1
    box.take([source.move("resolved", AT + 7_300)])
    assert sent(box, AT + 7_300) == ["firing a1.1", "resolved a1.2"]


def test_what_is_muted_is_told_when_the_mute_ends_while_it_fires() -> None:
    source = Alerts()
    box = outbox(source)
    source.muted = True
    box.take([source.move("firing", AT)])
    box.expire(AT + 1)
    assert sent(box, AT + 1) == []
    source.muted = False
    assert box.next_deadline() == AT + 2
    box.expire(AT + 2)
    assert sent(box, AT + 2) == ["firing a1.1"]
    box.take([source.move("resolved", AT + 3)])
    assert sent(box, AT + 3) == ["resolved a1.2"]


def test_what_was_muted_all_along_is_never_told() -> None:
    source = Alerts()
    box = outbox(source)
    source.muted = True
    box.take([source.move("firing", AT), source.move("recovering", AT + 1), source.move("resolved", AT + 2)])
    source.muted = False
    box.expire(AT + 3)
    assert sent(box, AT + 3) == []
    assert box.next_deadline() is None


def test_what_was_told_and_then_muted_is_not_repeated_but_its_end_is_told() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    sent(box, AT)
    source.muted = True
    box.expire(AT + 600)
    assert sent(box, AT + 600) == []
    box.take([source.move("resolved", AT + 700)])
    assert sent(box, AT + 700) == ["resolved a1.2"]


def test_flapping_is_told_once_and_what_it_settled_on_afterwards() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT), source.remark("flapping", AT)])
    for later in range(1, 9, 2):
        box.take([source.move("resolved", AT + later), source.move("firing", AT + later + 1)])
    assert sent(box, AT + 9) == ["firing a1.1", "flapping a1.2"]
    box.take([source.remark("settled", AT + 100)])
    assert sent(box, AT + 100) == ["resolved a1.3", "firing a5.1"]
    box.take([source.move("resolved", AT + 200)])
    assert sent(box, AT + 200) == ["resolved a5.2"]


def test_one_that_settles_where_people_know_it_says_so_once() -> None:
    for ends, state in ((True, "resolved"), (False, "firing")):
        source = Alerts()
        box = outbox(source)
        box.take([source.move("firing", AT), source.remark("flapping", AT)])
        sent(box, AT)
        if ends:
            box.take([source.move("resolved", AT + 1)])
        box.take([source.remark("settled", AT + 100)])
        (notice,) = only(box, AT + 100).notices
        assert (notice.kind, notice.state, notice.id) == ("settled", state, "a1.3")


def test_a_failed_delivery_goes_again_whole_under_its_key_and_says_whether_it_may_be_known() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    first = only(box, AT)
    assert not first.repeat
    assert box.answered(first, Retry("no connection", uncertain=False), AT)
    assert box.due(AT + 0.9) == []
    box.take([source.move("resolved", AT + 0.9)])
    again = only(box, AT + 1)
    assert (again.key, again.notices, again.repeat) == (first.key, first.notices, False)
    box.answered(again, Retry("no answer"), AT + 1)
    third = only(box, AT + 3)
    assert (third.key, third.repeat) == (first.key, True)
    box.answered(third, Delivered(), AT + 3)
    last = only(box, AT + 3)
    assert ([one.kind for one in last.notices], last.repeat) == (["resolved"], False)


def test_one_that_refuses_is_broken_waits_long_and_recovers() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    box.answered(only(box, AT), Refused("HTTP 404"), AT)
    (view,) = box.receivers()
    assert (view.state, view.waiting, view.error) == ("broken", 1, "HTTP 404")
    assert box.next_attempt() == AT + 300
    assert sent(box, AT + 300) == ["firing a1.1"]
    assert (box.receivers()[0].state, box.receivers()[0].succeeded_at) == ("ok", AT + 300)


def test_a_receiver_says_how_long_to_wait() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    box.answered(only(box, AT), Retry("HTTP 429", 42.0, uncertain=False), AT)
    assert box.next_attempt() == AT + 42


def test_a_kill_between_sending_and_the_answer_sends_again_the_same_marked() -> None:
    source, kept = Alerts(), dict[str, Any]()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    kept.update(box.changes())
    before = only(box, AT)
    box = reopened(box, source, kept)
    after = only(box, AT)
    assert (after.key, after.notices, after.repeat) == (before.key, before.notices, True)
    box.answered(after, Delivered(), AT)
    box = reopened(box, source, kept)
    assert box.due(AT + 1) == []
    assert box.next_deadline() == AT + 600


def test_a_receiver_that_is_new_is_told_of_what_fires_already() -> None:
    source = Alerts()
    box = outbox(source)
    box.take([source.move("firing", AT), source.move("acknowledged", AT + 1)])
    sent(box, AT + 1)
    box = reopened(box, source, {}, receiver(), receiver("new"), now=AT + 5)
    assert [(one.receiver, one.notices[0].kind) for one in box.due(AT + 5)] == [("new", "firing")]
    assert box.next_deadline() is None


def test_an_alert_that_is_gone_after_a_restart_is_told_as_over() -> None:
    source, kept = Alerts(), dict[str, Any]()
    box = outbox(source)
    box.take([source.move("firing", AT)])
    sent(box, AT)
    source.alert = None
    assert sent(reopened(box, source, kept, now=AT + 9), AT + 9) == ["resolved a1.2"]


def test_an_escalation_is_told_to_whom_knows_of_it_and_to_whom_it_is_addressed() -> None:
    source = Alerts("warning")
    names = ("all", "ops", "grave", "other")
    severities = (["warning"], ["info"], ["critical"], ["info"])
    box = outbox(source, *(receiver(name, severities=own) for name, own in zip(names, severities, strict=True)))
    box.take([source.move("firing", AT)])
    sent(box, AT)
    box.take([source.move("escalated", AT + 300, "ops")])
    told = {one.receiver: one.notices[0] for one in box.due(AT + 300)}
    assert {name: (one.kind, one.id, one.severity, one.fired_at) for name, one in told.items()} == {
        "all": ("escalated", "a1.2", "critical", AT),
        "ops": ("firing", "a1.1", "critical", AT),
        "grave": ("firing", "a1.1", "critical", AT),
    }
    assert told["all"].who == "ops"


def test_the_labels_that_alertmanager_knows_an_alert_by_do_not_change_with_an_escalation() -> None:
    source = Alerts("warning")
    box = outbox(source, receiver("am", "alertmanager"))
    box.take([source.move("firing", AT)])
    sent(box, AT)
    box.take([source.move("escalated", AT + 300, "ops"), source.move("resolved", AT + 301)])
    assert [one.severity for one in only(box, AT + 301).notices] == ["warning"]


def test_alertmanager_is_told_states_and_told_again_before_it_forgets() -> None:
    source = Alerts()
    box = outbox(source, receiver("am", "alertmanager", resolve_timeout="1m"))
    box.take([source.move("firing", AT), source.move("acknowledged", AT + 1)])
    assert sent(box, AT + 1) == ["firing a1.1"]
    assert box.next_attempt() == AT + 16
    refresh = only(box, AT + 16)
    assert refresh.refresh
    assert refresh.notices[0].id == "a1.1"
    box.answered(refresh, Retry("down"), AT + 16)
    box.take([source.move("resolved", AT + 17)])
    assert sent(box, AT + 18) == ["resolved a1.2"]
    assert box.next_attempt() is None


def test_no_two_states_of_one_alert_in_one_post_to_alertmanager() -> None:
    source = Alerts()
    box = outbox(source, receiver("am", "alertmanager"))
    box.take([source.move("firing", AT), source.move("resolved", AT + 1)])
    first = only(box, AT + 1)
    assert [one.state for one in first.notices] == ["firing"]
    box.answered(first, Delivered(), AT + 1)
    assert [one.state for one in only(box, AT + 1).notices] == ["resolved"]


@pytest.mark.parametrize(("kind", "limits"), [("dingtalk", ((20, 60.0),)), ("feishu", ((100, 60.0), (5, 1.0)))])
@pytest.mark.parametrize("seed", range(5))
def test_the_pace_of_a_robot_is_kept_over_failures_and_kills(
    kind: str, limits: tuple[tuple[int, float], ...], seed: int
) -> None:
    chance, source, kept = random.Random(seed), Alerts(), dict[str, Any]()
    to = receiver("robot", kind, repeat="0")
    box, now, times = outbox(source, to), AT, list[float]()
    told = 0
    for step in range(1_500):
        now += 0.1
        box.take([source.move("resolved" if source.alert else "firing", now)])
        for delivery in box.due(now):
            times.append(now)
            told += len(delivery.notices)
            kept.update(box.changes())
            if chance.random() < 0.05:  # killed before the answer
                told -= len(delivery.notices)
                box = reopened(box, source, kept, to, now=now)
            elif chance.random() < 0.1:
                told -= len(delivery.notices)
                box.answered(delivery, Retry("HTTP 500"), now)
            else:
                box.answered(delivery, Delivered(), now)
        if step % 200 == 199:
            box = reopened(box, source, kept, to, now=now)
    for most, within in limits:
        assert max(sum(at <= other < at + within for other in times) for at in times) <= most
    assert len(times) > 20
    assert told + box.receivers()[0].waiting == 1_500
