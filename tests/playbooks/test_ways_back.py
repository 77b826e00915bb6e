from __future__ import annotations

import pytest

from feeds.contract import Ack, Nack, Query, Result
from feeds.errors import RefusedError
from playbooks.effects import Record, Send
from tests.playbooks.world import Desk

MOVE = {"to": "hefei/q1", "count": 30}
BOT = {"site": "hefei", "category": "apparel"}


def test_revert_by_key_puts_every_queue_back_to_its_own_share() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.look()
    assert desk.world.table["hefei"].shares == (("q1", 0.6), ("q2", 0.6))
    desk.do(desk.runner.revert(desk.run.id, "wang", desk.now))
    assert desk.run.state == "reverted"
    assert desk.sent[-1].issuer == "wang"
    assert desk.world.table["hefei"].shares == (("q1", 0.3), ("q2", 0.2))
    with pytest.raises(RefusedError, match="is reverted"):
        desk.runner.revert(desk.run.id, "wang", desk.now)


def test_queues_that_refused_are_not_put_back() -> None:
    items = (
        {"target": "q1", "before": 0.3, "after": 0.6},
        {"target": "q2", "before": 0.2, "after": 0.2, "error": "no bot"},
    )
    desk = Desk(reply=lambda c: None if "shares" in c.args else [Result(c.site, c.id, "done", items)])
    desk.start("bot-overflow", **BOT)
    assert desk.run.steps[0].partial
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.sent[-1].args == {"shares": {"q1": 0.3}}


def test_a_revert_while_an_answer_is_out_waits_for_it() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("bot-overflow", **BOT)
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert len(desk.sent) == 1
    desk.swallow = lambda _: False
    desk.pass_time(16)
    assert desk.run.state == "reverted"
    assert desk.verbs == ["hefei:set_bot_share", "hefei:set_bot_share"]


def test_the_end_condition_must_hold_without_a_break() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.world.set("hefei", waiting=2.0, available=20.0)
    desk.pass_time(590)
    desk.world.set("hefei", waiting=40.0)
    desk.pass_time(5)
    desk.world.set("hefei", waiting=2.0)
    desk.pass_time(590)
    assert desk.run.state == "active"
    desk.pass_time(20)
    assert desk.run.state == "reverted"
    assert desk.run.note is not None
    assert desk.run.note.en == "its end condition holds"


def test_unknown_breaks_an_end_condition() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.world.set("hefei", waiting=2.0, available=20.0)
    desk.pass_time(300)
    desk.world.set("hefei", dark=True)
    desk.pass_time(600)
    assert desk.run.state == "active"
    desk.world.set("hefei", dark=False)
    desk.pass_time(590)
    assert desk.run.state == "active"


def test_a_revert_due_towards_a_dark_site_asks_and_sends_nothing() -> None:
    desk = Desk()
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(60)
    desk.world.set("hefei", dark=True)
    desk.pass_time(7_200)
    assert desk.run.state == "asking"
    assert desk.run.choices == ("revert", "keep")
    assert len(desk.sent) == 2
    desk.world.set("hefei", dark=False)
    desk.pass_time(60)
    assert len(desk.sent) == 2
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert desk.run.state == "reverted"


def test_a_revert_by_key_towards_a_dark_site_asks_too() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.world.set("hefei", dark=True)
    desk.look()
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.run.state == "asking"
    assert len(desk.sent) == 1
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert len(desk.sent) == 2
    assert desk.run.state == "reverting"
    desk.pass_time(31)
    assert desk.run.state == "unknown"


def test_without_a_journal_nothing_new_starts() -> None:
    desk = Desk()
    preview = desk.preview("bot-overflow", **BOT)
    desk.runner.allow_new = False
    with pytest.raises(RefusedError) as refused:
        desk.runner.start(preview, "lin", desk.now)
    assert refused.value.code == "UNJOURNALLED"
    assert desk.runner.runs() == ()


def test_without_a_journal_a_revert_that_falls_due_asks_and_a_person_may_still_order_it() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.pass_time(60)
    desk.runner.allow_new = False
    desk.pass_time(7_200)
    assert desk.run.state == "asking"
    assert len(desk.sent) == 1
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert desk.run.state == "reverted"
    sends = [effect for effect in desk.effects if isinstance(effect, Send)]
    assert [send.unjournalled for send in sends] == [False, True]


def test_without_a_journal_the_second_half_of_a_move_waits_for_a_person() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("cross-site-move", **MOVE)
    desk.runner.allow_new = False
    desk.swallow = lambda _: False
    desk.do(desk.runner.on_reply("nanchang", desk.stored[desk.sent[0].id][-1], desk.now))
    desk.look()
    assert desk.run.choices == ("continue", "revert", "close")
    desk.look()
    assert len(desk.sent) == 1
    desk.do(desk.runner.answer(desk.run.id, "continue", "lin", desk.now))
    assert desk.run.state == "verifying"


def test_renewed_it_stays_until_the_new_time() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.pass_time(60)
    desk.do(desk.runner.renew(desk.run.id, desk.now + 10_000, "lin", desk.now))
    desk.pass_time(9_990)
    assert desk.run.state == "active"
    desk.pass_time(20)
    assert desk.run.state == "reverted"


def test_kept_after_its_time_it_stays_as_long_again() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.pass_time(60)
    desk.world.set("hefei", dark=True)
    desk.pass_time(7_200)
    desk.world.set("hefei", dark=False)
    desk.do(desk.runner.answer(desk.run.id, "keep", "lin", desk.now))
    assert desk.run.until == desk.now + 7_200
    desk.pass_time(7_201)
    assert desk.run.state == "reverted"


def test_a_revert_that_fails_asks_and_the_second_try_has_a_new_id() -> None:
    refuse = [True]
    desk = Desk(reply=lambda c: [Nack(c.site, c.id, "BUSY")] if "shares" in c.args and refuse[0] else None)
    desk.start("bot-overflow", **BOT)
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.run.state == "asking"
    assert desk.run.choices == ("revert", "close")
    refuse[0] = False
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert desk.run.state == "reverted"
    assert len({command.id for command in desk.sent}) == 3


def test_closed_by_a_person_it_holds_nothing_and_late_replies_only_get_recorded() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("bot-overflow", **BOT)
    desk.pass_time(40)
    desk.do(desk.runner.answer(desk.run.id, "close", "lin", desk.now))
    assert desk.run.state == "failed"
    late = desk.runner.on_reply("hefei", desk.stored[desk.sent[0].id][-1], desk.now)
    assert [effect.kind for effect in late if isinstance(effect, Record)] == ["reply"]
    assert len(late) == 1
    assert desk.run.state == "failed"


def test_the_same_people_and_the_same_bot_cannot_be_taken_twice() -> None:
    desk = Desk()
    twin = desk.preview("cross-site-move", **MOVE)
    desk.start("cross-site-move", **MOVE)
    with pytest.raises(RefusedError) as refused:
        desk.runner.start(twin, "wang", desk.now)
    assert refused.value.code == "LOCKED"
    assert not desk.preview("cross-site-move", **MOVE, **{"from": "nanchang"}).ok


def test_once_seen_a_receiver_may_take_from_a_second_donor() -> None:
    desk = Desk()
    desk.start("cross-site-move", **MOVE)
    assert not desk.preview("cross-site-move", to="hefei/q1").ok
    desk.look()
    second = desk.preview("cross-site-move", to="hefei/q1")
    assert second.ok
    assert second.params["from"] == "wuhan"


def test_a_long_way_is_waited_for_as_long_as_the_site_says() -> None:
    desk = Desk(reply=lambda c: [Ack(c.site, c.id, eta_s=900.0)])
    desk.start("bot-overflow", **BOT)
    desk.pass_time(910)
    assert not [effect for effect in desk.effects if isinstance(effect, Query)]
    assert desk.run.steps[0].state == "acknowledged"
    desk.pass_time(10)
    assert [effect for effect in desk.effects if isinstance(effect, Query)]
    assert desk.run.steps[0].state == "acknowledged"


def test_it_is_checked_whether_it_helped() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.pass_time(60)
    desk.world.set("hefei", waiting=50.0)
    desk.pass_time(600)
    assert desk.run.worked == 1.0
    other = Desk()
    other.start("bot-overflow", **BOT)
    other.pass_time(660)
    assert other.run.worked == 0.0


def test_the_same_inputs_give_the_same_effects() -> None:
    def course() -> tuple[object, ...]:
        desk = Desk()
        desk.world.set("nanchang", can_move=22.0)
        desk.start("cross-site-move", **MOVE)
        desk.start("bot-overflow", **BOT)
        desk.pass_time(8_000)
        return repr(desk.effects), repr(desk.runner.dump())

    assert course() == course()
