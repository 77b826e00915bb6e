"""Sites that reject, answer twice, late, out of order, for another id, never, or say something else than they did.

Whatever a site does: no command goes out twice, and what was done is undone or a person is asked.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from feeds.contract import Ack, Command, Nack, Progress, Query, Result
from feeds.errors import RefusedError
from playbooks.backward import undo_orders
from playbooks.effects import Effect, Record, Send
from playbooks.run import CARRIED_OUT, FINAL, PASSIVE, RunState, StepState
from playbooks.runner import PlaybookRunner
from tests.playbooks.world import LIBRARY, START, Counter, Desk, crowd, obey

MOVE = {"to": "hefei/q1", "count": 20, "from": "nanchang", "category": "apparel"}
BOT = {"site": "hefei", "category": "apparel"}


def test_refused_and_then_done_after_all_is_asked_about_and_taken_back() -> None:
    desk = Desk(reply=lambda command: [Nack(command.site, command.id, "BUSY")])
    desk.start("bot-overflow", **BOT)
    assert desk.run.state == "failed"
    desk.reply = lambda _: None
    command = desk.sent[0]
    items = ({"target": "q1", "before": 0.3, "after": 0.6},)
    desk.do(desk.runner.on_reply("hefei", Result("hefei", command.id, "done", items), desk.now))
    assert desk.run.state == "asking"
    assert desk.run.in_force
    assert "refused set_bot_share and now says that it did it" in (desk.run.question or ("", ""))[1]
    desk.do(desk.runner.answer(desk.run.id, "revert", "lin", desk.now))
    assert desk.run.state == "reverted"
    assert desk.sent[-1].args == {"shares": {"q1": 0.3, "q2": 0.2}} or desk.sent[-1].args == {"shares": {"q1": 0.3}}


def test_a_clock_that_jumps_sends_nothing_twice_and_loses_no_end() -> None:
    desk = Desk()
    desk.start("bot-overflow", **BOT)
    desk.look()
    desk.now -= 86_400.0
    desk.do(desk.runner.expire(desk.now))
    desk.look()
    assert desk.run.state == "active"
    desk.now += 2 * 86_400.0
    desk.do(desk.runner.expire(desk.now))
    desk.look()
    assert desk.run.state == "reverted"
    assert desk.verbs == ["hefei:set_bot_share"] * 2


@pytest.mark.parametrize("jump", [-7_200.0, -10.0, 20.0, 7_200.0])
def test_a_jump_while_an_answer_is_out_asks_the_site_and_repeats_nothing(jump: float) -> None:
    desk = Desk(swallow=lambda frame: isinstance(frame, Command))
    desk.start("cross-site-move", **MOVE)
    desk.now += jump
    desk.pass_time(7_300 + 60, step=60.0)
    lends = [command for command in desk.sent if command.verb == "lend_agents"]
    assert len(lends) == 1


class WildSite(RuleBasedStateMachine):
    """Sites that do anything, people who decide anything, a desk that dies at any time, a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.world, self.now, self.ids = crowd(), START, Counter()
        self.runner = PlaybookRunner(LIBRARY, self.ids)
        self.heard: list[Command] = []
        """Commands that reached their site, and are not answered yet."""
        self.queries: list[Query] = []
        self.said: list[Ack | Nack | Progress | Result] = []
        """Everything that any site ever said."""
        self.sent: list[Command] = []
        self.closed: set[str] = set()

    def do(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                assert effect.command.id not in {command.id for command in self.sent}, "an id was sent twice"
                self.sent.append(effect.command)
                self.heard.append(effect.command)
            elif isinstance(effect, Query):
                self.queries.append(effect)
            elif isinstance(effect, Record) and effect.kind == "closed":
                self.closed.add(effect.body["run"])

    def say(self, site: str, frame: Ack | Nack | Progress | Result) -> None:
        self.said.append(frame)
        self.do(self.runner.on_reply(site, frame, self.now))

    @rule(playbook=st.sampled_from(["move", "bot"]), who=st.sampled_from(["lin", "wang"]), twice=st.booleans())
    def start(self, playbook: str, who: str, twice: bool) -> None:
        name, given = ("cross-site-move", MOVE) if playbook == "move" else ("bot-overflow", BOT)
        plans = [self.runner.preview(name, given, self.world, self.now) for _ in range(1 + twice)]
        begun = 0
        for plan in plans:
            try:
                self.do(self.runner.start(plan, who, self.now, self.world))
                begun += 1
            except RefusedError:
                continue
        assert begun <= 1

    @precondition(lambda self: self.heard)
    @rule(data=st.data())
    def site_answers(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(self.heard))
        self.heard.remove(command)
        how = data.draw(st.sampled_from(["truly", "does and is silent", "lies", "nack", "never", "odd", "ack only"]))
        site, told = command.site, {"done": "done", "partial": "partial"}
        if how in ("truly", "does and is silent"):
            self.world.table[site], replies = obey(self.world.table[site], command)
            if how == "truly":
                self.say(site, Ack(site, command.id))
                for kind, items in replies:
                    if items is None:
                        self.say(site, Nack(site, command.id, kind))
                    else:
                        self.say(site, Result(site, command.id, told.get(kind, "done"), tuple(items)))  # type: ignore[arg-type]
        elif how == "nack":
            self.say(site, Nack(site, command.id, "BUSY"))
        elif how == "ack only":
            self.say(
                site, Ack(site, command.id, eta_s=data.draw(st.sampled_from([0.0, 30.0, float("nan"), 1e18, -5.0])))
            )
        elif how in ("lies", "odd"):
            state = data.draw(st.sampled_from(["done", "partial", "failed", "unknown", "what?"]))
            number = st.sampled_from([0, 5, 22, -7, 1e300, float("nan"), None, "many", True])
            item: Any = {"target": "apparel", "before": data.draw(number), "after": data.draw(number)}
            items = data.draw(st.sampled_from([(), (item,), (item, item), ("no map",), ({"error": "\x1b[2J"},)]))
            self.say(site, Result(site, command.id, state, items))

    @precondition(lambda self: self.said)
    @rule(data=st.data(), site=st.sampled_from(["hefei", "nanchang", "wuhan", "nowhere"]))
    def again_late_or_from_another(self, data: st.DataObject, site: str) -> None:
        frame = data.draw(st.sampled_from(self.said))
        self.do(self.runner.on_reply(site if data.draw(st.booleans()) else frame.site, frame, self.now))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def word_on_any_command(self, data: st.DataObject) -> None:
        """Out of order, long after, or contradicting itself."""
        command = data.draw(st.sampled_from(self.sent))
        site, name = command.site, command.id
        words = [Ack(site, name), Nack(site, name, "NO"), Result(site, name, "done"), Progress(site, name, "now", 0.5)]
        self.say(site, data.draw(st.sampled_from(words)))

    @rule(name=st.sampled_from(["", "c0", "c-x-9"]))
    def word_on_nothing(self, name: str) -> None:
        before = self.runner.runs()
        self.say("hefei", Result("hefei", name, "done"))
        assert self.runner.runs() == before or not before

    @precondition(lambda self: self.queries)
    @rule(data=st.data())
    def query_is_answered(self, data: st.DataObject) -> None:
        asked = self.queries.pop()
        if data.draw(st.booleans()):
            known = [frame for frame in self.said if frame.id == asked.id]
            for frame in known or [Nack(asked.site, asked.id, "BAD_ARGS")]:
                self.say(asked.site, frame)

    @rule(seconds=st.sampled_from([1.0, 16.0, 61.0, 600.0, 1_800.0, 7_300.0, -30.0, -3_600.0]), looks=st.booleans())
    def time_passes(self, seconds: float, looks: bool) -> None:
        self.now += seconds
        self.do(self.runner.expire(self.now))
        if looks:
            self.do(self.runner.on_facts(self.world, self.now))

    @rule(site=st.sampled_from(["hefei", "nanchang"]))
    def goes_dark_or_comes_back(self, site: str) -> None:
        self.world.set(site, dark=not self.world.table[site].dark)
        self.do(self.runner.on_facts(self.world, self.now))

    @precondition(lambda self: self.runner.runs())
    @rule(data=st.data())
    def person_decides(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(self.runner.runs()))
        deed = data.draw(st.sampled_from(["answer", "revert", "cancel", "renew"]))
        try:
            if deed == "answer" and run.choices:
                self.do(self.runner.answer(run.id, data.draw(st.sampled_from(run.choices)), "lin", self.now))
            elif deed == "revert":
                self.do(self.runner.revert(run.id, "lin", self.now))
            elif deed == "cancel":
                self.do(self.runner.cancel(run.id, "lin", self.now))
            elif deed == "renew":
                self.do(self.runner.renew(run.id, self.now + 600.0, "lin", self.now))
        except RefusedError:
            pass

    @rule()
    def desk_dies(self) -> None:
        kept = json.loads(json.dumps(self.runner.dump(), allow_nan=False))
        self.runner = PlaybookRunner(LIBRARY, self.ids)
        self.runner.restore(kept)

    @invariant()
    def no_step_is_sent_twice(self) -> None:
        forward = [(c.verb, c.args["transfer"]) for c in self.sent if c.verb in ("lend_agents", "borrow_agents")]
        assert len(forward) == len(set(forward)), "people were sent for twice"

    @invariant()
    def what_was_done_is_undone_or_asked_about(self) -> None:
        for run in self.runner._runs.values():
            if run.state not in FINAL or run.id in self.closed:
                continue
            done = [
                order
                for step in run.steps
                for order in step.issued
                if order.state in CARRIED_OUT | {StepState.UNKNOWN} and order.command.verb not in PASSIVE
            ]
            if done and undo_orders(run):
                assert run.undo, (run.id, "it is over, and what it did stands")
                assert all(u.issued is not None and u.issued.state is StepState.DONE for u in run.undo), run.undo

    @invariant()
    def whoever_asks_can_be_answered(self) -> None:
        for run in self.runner.runs():
            assert (run.question is not None) == bool(run.choices)
            if run.state in (RunState.ASKING, RunState.UNKNOWN):
                assert run.choices


TestWildSite = WildSite.TestCase
TestWildSite.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
