from __future__ import annotations

import math

import pytest

from feeds.contract import Ack, Command, Nack, Query, Result
from feeds.errors import RefusedError
from playbooks.effects import Ask, Record, Send
from tests.playbooks.world import Desk

MOVE = {"to": "hefei/q1", "count": 30}
BOT = {"site": "hefei", "category": "apparel"}


def test_a_move_is_sent_answered_seen_and_reverted_at_its_time() -> None:
    desk = Desk()
    desk.start("cross-site-move", **MOVE)
    assert desk.verbs == ["nanchang:lend_agents", "hefei:borrow_agents"]
    assert [command.args["count"] for command in desk.sent] == [30, 30]
    assert desk.run.state == "verifying"
    desk.look()
    assert desk.run.state == "active"
    assert desk.run.steps[0].state == "seen"
    desk.pass_time(7_200 - 1)
    assert desk.run.state == "active"
    desk.pass_time(2)
    assert desk.run.state == "reverted"
    assert desk.verbs[-1] == "hefei:return_agents"
    assert desk.sent[-1].args == {"transfer": desk.sent[0].args["transfer"]}
    assert desk.sent[-1].issuer == "desk"
    assert desk.world.table["hefei"].borrowed == 0
    assert desk.records == [
        "started", "intent", "reply", "reply", "intent", "reply", "reply", "seen", "verified", "checked",
        "reverting", "intent", "reply", "reply", "reverted",
    ]  # fmt: skip


def test_every_command_has_its_intent_recorded_right_before_it() -> None:
    desk = Desk()
    desk.start("cross-site-move", **MOVE)
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    sends = [index for index, effect in enumerate(desk.effects) if isinstance(effect, Send)]
    assert len(sends) == 3
    for index in sends:
        send, before = desk.effects[index], desk.effects[index - 1]
        assert isinstance(send, Send)
        assert isinstance(before, Record)
        assert (before.kind, before.body["command"]) == ("intent", send.command.id)


def test_commands_carry_issuer_and_a_deadline_of_15_seconds() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    (command,) = desk.sent
    assert command.issuer == "lin"
    assert command.deadline_ns == round((desk.now + 15) * 1e9)
    assert command.args == {"share": 0.6, "queues": ["q1", "q2"]}


def test_partial_success_is_carried_forward() -> None:
    desk = Desk()
    desk.world.set("nanchang", can_move=22.0)
    desk.start("cross-site-move", **MOVE)
    assert [command.args["count"] for command in desk.sent] == [30, 22]
    step = desk.run.steps[0]
    assert (step.state, step.partial, step.achieved) == ("partial", True, (("count", 22.0),))
    assert ("count", 22.0) in desk.run.params
    desk.look()
    assert desk.run.state == "active"


def test_four_fifths_of_those_who_came_are_enough_and_one_fewer_is_not() -> None:
    desk = Desk()
    desk.world.set("nanchang", can_move=20.0)
    desk.start("cross-site-move", **MOVE)
    desk.world.set("hefei", borrowed=15.0)
    desk.look()
    assert desk.run.state == "verifying"
    desk.world.set("hefei", borrowed=16.0)
    desk.look()
    assert desk.run.state == "active"


def test_a_donor_that_moves_nobody_fails_the_run_and_nobody_is_borrowed() -> None:
    desk = Desk()
    desk.world.set("nanchang", can_move=0.0)
    desk.start("cross-site-move", **MOVE)
    assert desk.verbs == ["nanchang:lend_agents"]
    assert desk.run.state == "failed"


def test_a_partial_result_that_counts_nothing_is_unknown_and_goes_no_further() -> None:
    desk = Desk(reply=lambda c: [Ack(c.site, c.id), Result(c.site, c.id, "partial", ())])
    desk.start("cross-site-move", **MOVE)
    assert desk.run.state == "unknown"
    assert len(desk.sent) == 1


@pytest.mark.parametrize("after", [math.nan, math.inf, None, "98", True, -1e308])
def test_hostile_head_counts_never_borrow_more_than_were_asked_for(after: object) -> None:
    huge = {"target": "y", "before": 1e308, "after": -1e308}
    items = ({"target": "x", "before": 120.0, "after": after}, huge, "nonsense", {"error": "\x1b[31m" * 99})

    def reply(command: Command) -> list[object] | None:
        return [Result(command.site, command.id, "done", items)] if command.verb == "lend_agents" else None  # type: ignore[arg-type]

    desk = Desk(reply=reply)
    desk.start("cross-site-move", **MOVE)
    borrowed = [command.args["count"] for command in desk.sent if command.verb == "borrow_agents"]
    assert borrowed in ([], [30])
    assert borrowed == ([30] if after == -1e308 else [])


def test_a_nack_fails_the_run_and_frees_what_it_held() -> None:
    desk = Desk(reply=lambda c: [Nack(c.site, c.id, "DENIED", why="no \x1b[31mright")])
    desk.start("cross-site-move", **MOVE)
    assert desk.run.state == "failed"
    assert desk.run.note is not None
    assert "DENIED" in desk.run.note.en
    assert "\x1b" not in desk.run.note.en
    assert desk.preview("cross-site-move", **MOVE).ok


def test_when_the_receiver_refuses_those_on_the_way_are_sent_home() -> None:
    desk = Desk(reply=lambda c: [Nack(c.site, c.id, "BUSY")] if c.verb == "borrow_agents" else None)
    desk.start("cross-site-move", **MOVE)
    assert desk.verbs == ["nanchang:lend_agents", "hefei:borrow_agents", "hefei:return_agents"]
    assert desk.run.state == "failed"
    assert not desk.run.in_force


def test_no_reply_is_asked_for_once_and_then_unknown_and_never_sent_again() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(14)
    assert not [effect for effect in desk.effects if isinstance(effect, Query)]
    desk.pass_time(1.5)
    queries = [effect for effect in desk.effects if isinstance(effect, Query)]
    assert [(query.site, query.id) for query in queries] == [("nanchang", desk.sent[0].id)]
    desk.pass_time(15)
    assert desk.run.state == "unknown"
    assert desk.run.choices == ("query", "revert", "close")
    desk.pass_time(3_600)
    assert len(desk.sent) == 1
    assert desk.run.state == "unknown"
    assert sum(isinstance(effect, Ask) for effect in desk.effects) == 1


def test_a_lost_reply_is_recovered_by_the_query_alone() -> None:
    desk = Desk(swallow=lambda frame: isinstance(frame, Command))
    desk.start("bot-overflow", **BOT)
    desk.pass_time(16)
    assert desk.run.state == "active"
    assert len(desk.sent) == 1


def test_a_command_that_never_arrived_is_known_to_have_failed() -> None:
    desk = Desk()
    desk.world.set("nanchang", dark=True)
    preview = desk.preview("cross-site-move", **MOVE)
    assert dict(preview.params)["from"] == "wuhan"
    desk.do(desk.runner.start(preview, "lin", desk.now))  # wuhan obeys; now one that dies between preview and start
    assert desk.run.state == "verifying"
    other = Desk(reply=lambda _: [])
    plan = other.preview("bot-overflow", **BOT)
    other.do(other.runner.start(plan, "lin", other.now))
    other.stored.clear()
    other.pass_time(16)
    assert other.run.state == "failed"


def test_a_late_reply_after_unknown_is_taken_up() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(40)
    assert desk.run.state == "unknown"
    desk.swallow = lambda _: False
    first = desk.sent[0]
    desk.do(desk.runner.on_reply("nanchang", desk.stored[first.id][-1], desk.now))
    assert desk.verbs == ["nanchang:lend_agents", "hefei:borrow_agents"]
    desk.look()
    assert desk.run.state == "active"
    assert desk.run.question is None


def test_a_person_can_ask_again_and_the_stored_reply_comes() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("bot-overflow", **BOT)
    desk.pass_time(40)
    desk.swallow = lambda _: False
    desk.do(desk.runner.answer(desk.run.id, "query", "lin", desk.now))
    assert desk.run.state == "verifying"
    assert len(desk.sent) == 1


def test_what_may_have_been_done_is_put_back_from_what_the_board_showed() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("bot-overflow", **BOT)
    desk.pass_time(40)
    desk.swallow = lambda _: False
    with pytest.raises(RefusedError, match="asks for query, revert, close"):
        desk.runner.answer(desk.run.id, "continue", "lin", desk.now)
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert desk.run.state == "reverted"
    assert desk.sent[-1].args == {"shares": {"q1": 0.3, "q2": 0.2}}
    assert desk.world.table["hefei"].shares == (("q1", 0.3), ("q2", 0.2))


def test_a_key_on_an_unknown_run_asks_first() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("bot-overflow", **BOT)
    desk.pass_time(40)
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.run.state == "unknown"
    assert len(desk.sent) == 1


def test_a_late_reply_on_the_way_back_sends_nobody_forward() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(40)
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert desk.verbs == ["nanchang:lend_agents", "hefei:return_agents"]
    desk.do(desk.runner.on_reply("nanchang", desk.stored[desk.sent[0].id][-1], desk.now))
    assert desk.run.state == "reverting"
    desk.swallow = lambda _: False
    desk.pass_time(20)
    assert desk.run.state == "reverted"
    assert len(desk.sent) == 2


def test_replies_of_another_site_and_for_unknown_ids_change_nothing() -> None:
    desk = Desk(swallow=lambda _: True)
    desk.start("cross-site-move", **MOVE)
    command = desk.sent[0]
    before = desk.runner.dump()
    done = Result("wuhan", command.id, "done", ())
    assert desk.runner.on_reply("wuhan", done, desk.now) == []
    assert desk.runner.on_reply("nanchang", Result("nanchang", "c999", "done", ()), desk.now) == []
    assert desk.runner.dump() == before


def test_a_repeated_reply_changes_nothing() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    (command,) = desk.sent
    for frame in desk.stored[command.id]:
        assert desk.runner.on_reply("hefei", frame, desk.now) == []


def test_not_seen_in_time_is_shown_and_a_person_decides() -> None:
    desk = Desk(reply=lambda c: [Result(c.site, c.id, "done", ())])
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(25 * 60 + 1)
    assert desk.run.state == "asking"
    assert desk.run.steps[0].state == "unverified"
    assert desk.run.choices == ("revert", "keep")
    assert desk.run.in_force
    desk.world.set("hefei", borrowed=30.0)
    desk.look()
    assert desk.run.state == "active"
    assert desk.run.question is None


def test_what_is_not_seen_still_ends_at_its_time() -> None:
    desk = Desk(reply=lambda c: [Result(c.site, c.id, "done", ())])
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(7_201)
    assert desk.run.state == "reverted"


def test_unknown_figures_verify_nothing() -> None:
    desk = Desk()
    desk.start("cross-site-move", **MOVE)
    desk.world.set("hefei", dark=True)
    desk.pass_time(60)
    assert desk.run.state == "verifying"
