from __future__ import annotations

import json
import math

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from feeds.contract import Command
from feeds.errors import InputError, RefusedError
from playbooks.effects import Effect, Record, Send
from playbooks.run import FINAL
from playbooks.runner import PlaybookRunner
from tests.playbooks.world import LIBRARY, Desk

MOVE = {"to": "hefei/q1", "count": 30}
BOT = {"site": "hefei", "category": "apparel"}


def reborn(desk: Desk) -> None:
    """The desk dies and comes back from what was on disk."""
    data = json.loads(json.dumps(desk.runner.dump(), allow_nan=False))
    runner = PlaybookRunner(LIBRARY, desk.ids, allow_new=desk.runner.allow_new)
    runner.restore(data)
    assert runner.runs() == desk.runner.runs() or math.isnan(sum(run.worked or 0.0 for run in runner.runs()))
    assert json.dumps(runner.dump(), sort_keys=True) == json.dumps(data, sort_keys=True)
    desk.runner = runner


def course(desk: Desk) -> None:
    """Everything that happens in three hours: two runs, one partial, one lost reply, a revert by key, one by time."""
    desk.world.set("nanchang", can_move=22.0)
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(30)
    lost: list[str] = []

    def first_is_lost(frame: object) -> bool:
        lose = isinstance(frame, Command) and not lost
        lost.append("")
        return lose

    desk.swallow = first_is_lost
    desk.start("bot-overflow", **BOT)
    desk.pass_time(100)
    desk.do(desk.runner.revert(desk.runner.runs()[-1].id, "lin", desk.now))
    desk.pass_time(7_300, step=60.0)


def what_was_sent(desk: Desk) -> list[tuple[str, str, str]]:
    return sorted((c.site, c.verb, json.dumps(c.args, sort_keys=True)) for c in desk.sent)


def inputs_of_the_course() -> int:
    count = 0

    def counting(_: Desk) -> None:
        nonlocal count
        count += 1

    course(Desk(between=counting))
    return count


PLAIN = Desk()
course(PLAIN)


@pytest.mark.parametrize("at", range(inputs_of_the_course()))
def test_a_restart_after_any_input_sends_nothing_again(at: int) -> None:
    seen = 0

    def dies_once(desk: Desk) -> None:
        nonlocal seen
        if seen == at:
            reborn(desk)
        seen += 1

    desk = Desk(between=dies_once)
    course(desk)
    assert [run.state for run in desk.runner.runs()] == ["reverted", "reverted"]
    assert what_was_sent(desk) == what_was_sent(PLAIN)
    assert desk.world.table["hefei"] == PLAIN.world.table["hefei"]


def test_restarts_after_every_input_change_nothing() -> None:
    desk = Desk(between=reborn)
    course(desk)
    assert what_was_sent(desk) == what_was_sent(PLAIN)


@pytest.mark.parametrize("keep", [0, 1])
@pytest.mark.parametrize("nth", range(5))
def test_a_crash_between_the_intent_and_the_sending_is_asked_after_not_repeated(nth: int, keep: int) -> None:
    """The nth send is lost in the crash (keep 0), or went out and its answer was lost (keep 1)."""
    desk = Desk()
    sends = 0
    plain_deliver = desk._deliver

    def deliver(command: Command) -> None:
        nonlocal sends
        sends += 1
        if sends - 1 != nth:
            plain_deliver(command)
            return
        if keep:
            quiet, desk.swallow = desk.swallow, lambda _: True
            plain_deliver(command)
            desk.swallow = quiet
        reborn(desk)

    desk._deliver = deliver  # type: ignore[method-assign]
    course_with_patience(desk)
    ids = [command.id for command in desk.sent]
    assert len(ids) == len(set(ids))
    if keep:
        assert [run.state for run in desk.runner.runs()] == ["reverted", "reverted"]
        assert desk.world.table["hefei"].borrowed == 0
    else:
        for run in desk.runner.runs():
            assert run.state in ("reverted", "failed", "asking")
            assert run.state != "asking" or run.choices == ("revert", "close")


def course_with_patience(desk: Desk) -> None:
    desk.start("cross-site-move", **MOVE)
    desk.pass_time(60)
    desk.start("bot-overflow", **BOT)
    desk.pass_time(60)
    if desk.run.state not in FINAL:
        desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    desk.pass_time(7_300, step=60.0)


def test_an_end_that_passed_while_the_desk_was_down_waits_for_the_first_look() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.pass_time(60)
    reborn(desk)
    desk.now += 10_000
    desk.do(desk.runner.expire(desk.now))
    assert len(desk.sent) == 1
    reborn(desk)
    desk.world.set("hefei", dark=True)
    desk.look()
    assert desk.run.state == "asking"
    reborn(desk)
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert len(desk.sent) == 2


def test_a_run_goes_on_under_the_definition_it_was_confirmed_under() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    data = desk.runner.dump()
    runner = PlaybookRunner((), desk.ids)
    runner.restore(json.loads(json.dumps(data)))
    desk.runner = runner
    desk.look()
    assert desk.run.state == "active"
    desk.pass_time(7_201)
    assert desk.run.state == "reverted"
    with pytest.raises(RefusedError):
        desk.preview("bot-overflow", **BOT)


@pytest.mark.parametrize(
    "data", [{}, {"format": 2}, {"format": 1, "runs": [{}], "playbooks": {}}, {"format": 1, "runs": 3}]
)
def test_what_is_no_state_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(InputError, match="playbook state"):
        PlaybookRunner((), str).restore(data)


class Storm(RuleBasedStateMachine):
    """Anything in any order: losses, darkness, a full disk, crashes, people pressing keys."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.by_key = 0

    @initialize(can=st.sampled_from([0.0, 5.0, 22.0, 100.0]))
    def people(self, can: float) -> None:
        self.desk.world.set("nanchang", can_move=can)

    @rule(playbook=st.sampled_from([("cross-site-move", MOVE), ("bot-overflow", BOT)]))
    def start(self, playbook: tuple[str, dict[str, object]]) -> None:
        name, params = playbook
        preview = self.desk.preview(name, **params)
        try:
            effects = self.desk.runner.start(preview, "lin", self.desk.now)
        except RefusedError:
            return
        self.desk.do(effects)

    @rule(seconds=st.sampled_from([1.0, 10.0, 20.0, 400.0, 4_000.0]))
    def wait(self, seconds: float) -> None:
        self.desk.pass_time(seconds, step=max(5.0, seconds / 10))

    @rule(site=st.sampled_from(["hefei", "nanchang", "wuhan"]))
    def darkness_or_light(self, site: str) -> None:
        self.desk.world.set(site, dark=not self.desk.world.table[site].dark)
        self.desk.look()

    @rule(lost=st.booleans())
    def replies_lost(self, lost: bool) -> None:
        self.desk.swallow = lambda _: lost

    @rule(refused=st.booleans())
    def sites_refuse(self, refused: bool) -> None:
        from feeds.contract import Nack

        self.desk.reply = lambda c: [Nack(c.site, c.id, "BUSY")] if refused else None

    @rule(writable=st.booleans())
    def disk(self, writable: bool) -> None:
        self.desk.runner.allow_new = writable

    @rule()
    def crash(self) -> None:
        reborn(self.desk)

    @rule(data=st.data())
    @precondition(lambda self: self.desk.runner.runs())
    def key(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(self.desk.runner.runs()))
        choice = data.draw(st.sampled_from([*run.choices, "REVERT", "RENEW"]))
        runner, now = self.desk.runner, self.desk.now
        try:
            if choice == "REVERT":
                effects = runner.revert(run.id, "lin", now)
            elif choice == "RENEW":
                effects = runner.renew(run.id, now + 3_600, "lin", now)
            else:
                effects = runner.answer(run.id, choice, "lin", now)
        except RefusedError:
            return
        self.by_key += 1
        self.desk.do(effects)

    @rule(data=st.data())
    @precondition(lambda self: self.desk.stored)
    def late_replies(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(sorted(self.desk.stored)))
        for frame in self.desk.stored[command]:
            self.desk.do(self.desk.runner.on_reply(frame.site, frame, self.desk.now))

    @invariant()
    def nothing_is_sent_twice_or_unrecorded(self) -> None:
        effects: list[Effect] = self.desk.effects
        for index, effect in enumerate(effects):
            if isinstance(effect, Send):
                before = effects[index - 1]
                assert isinstance(before, Record)
                assert before.body["command"] == effect.command.id
        ids = [command.id for command in self.desk.sent]
        assert len(ids) == len(set(ids))

    @invariant()
    def steps_go_forward_once_for_each_run(self) -> None:
        forward = [(c.verb, str(c.args)) for c in self.desk.sent if c.verb in ("lend_agents", "borrow_agents")]
        assert len(forward) == len(set(forward))

    @invariant()
    def the_ended_hold_nothing_and_the_open_say_what_they_wait_for(self) -> None:
        for run in self.desk.runner.runs():
            if run.state in FINAL:
                assert not run.in_force
                assert run.until is None
                assert run.question is None
            elif run.state in ("asking", "unknown"):
                assert run.choices
            elif run.state == "active":
                assert run.until is not None

    @invariant()
    def somebody_or_something_will_move_it(self) -> None:
        """No run is stuck: it has a deadline, a question, or waits for the next look at the board."""
        waits = [r for r in self.desk.runner.runs() if r.state in ("reverting", "verifying") and not r.choices]
        self.desk.look()
        if waits:
            assert self.desk.runner.next_deadline() is not None


Storm.TestCase.settings = settings(max_examples=120, stateful_step_count=25, deadline=None, derandomize=True)
TestStorm = Storm.TestCase
