from __future__ import annotations

import pytest

from feeds.contract import Nack
from feeds.errors import RefusedError
from playbooks.effects import Send
from playbooks.ledger import ledger
from playbooks.runner import PlaybookRunner
from tests.playbooks.made import TWO_STEPS, playbook
from tests.playbooks.world import Desk


def made(**changes: object) -> Desk:
    desk = Desk(**changes)  # type: ignore[arg-type]
    desk.runner = PlaybookRunner([playbook(TWO_STEPS)], desk.ids)
    return desk


def approved(desk: Desk) -> None:
    desk.start("both", to="hefei/q1")
    desk.do(desk.runner.approve(desk.run.id, "wang", desk.world, desk.now))


def test_two_people_are_two_people() -> None:
    desk = made()
    desk.start("both", to="hefei/q1")
    assert desk.run.state == "proposed"
    assert desk.sent == []
    with pytest.raises(RefusedError) as refused:
        desk.runner.approve(desk.run.id, "lin", desk.world, desk.now)
    assert refused.value.code == "SAME_PERSON"
    desk.do(desk.runner.approve(desk.run.id, "wang", desk.world, desk.now))
    assert desk.sent[0].approvals == ("lin", "wang")


def test_an_approval_on_other_figures_is_refused() -> None:
    desk = made()
    desk.start("both", to="hefei/q1")
    desk.world.network_load = 1.1
    with pytest.raises(RefusedError) as refused:
        desk.runner.approve(desk.run.id, "wang", desk.world, desk.now)
    assert refused.value.code == "GUARD"


def test_a_proposal_can_be_cancelled_and_frees_what_it_held() -> None:
    desk = made()
    desk.start("both", to="hefei/q1")
    assert not desk.preview("both", to="hefei/q1").ok
    desk.do(desk.runner.cancel(desk.run.id, "lin", desk.now))
    assert desk.run.state == "reverted"
    assert desk.preview("both", to="hefei/q1").ok


def test_the_second_step_waits_until_the_first_is_seen() -> None:
    desk = made()
    approved(desk)
    assert desk.verbs == ["hefei:set_bot_share"]
    desk.look()
    assert desk.run.state == "running"
    desk.world.set("hefei", borrowed=7.0)
    desk.look()
    assert desk.verbs[1:] == ["nanchang:lend_agents", "hefei:borrow_agents"]
    desk.look()
    assert desk.run.state == "active"
    assert [line.words.en for line in ledger(desk.runner.runs())] == [
        "Bot share 50% on 1 queues of hefei",
        "Move 30 apparel agents from nanchang to hefei",
    ]


def test_the_last_step_is_undone_first() -> None:
    desk = made()
    approved(desk)
    desk.pass_time(20)
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.verbs[-2:] == ["hefei:return_agents", "hefei:set_bot_share"]
    assert desk.run.state == "reverted"
    assert ledger(desk.runner.runs()) == ()


def test_its_end_asks_where_the_playbook_says_so() -> None:
    desk = made()
    approved(desk)
    desk.pass_time(3_601)
    assert desk.run.state == "asking"
    assert desk.run.choices == ("revert", "keep")
    assert len(desk.sent) == 3
    assert ledger(desk.runner.runs())[0].until is None
    desk.do(desk.runner.answer(desk.run.id, "keep", "lin", desk.now))
    assert desk.run.until == desk.now + 3_600


def test_when_the_second_step_is_refused_a_person_decides_on_the_first() -> None:
    desk = made(reply=lambda c: [Nack(c.site, c.id, "DENIED")] if c.verb == "lend_agents" else None)
    approved(desk)
    desk.pass_time(10)
    assert desk.run.state == "asking"
    assert desk.run.in_force
    desk.do(desk.runner.answer(desk.run.id, "keep", "lin", desk.now))
    assert desk.run.state == "active"
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.run.state == "reverted"
    assert desk.verbs[-1] == "hefei:set_bot_share"


def test_not_seen_a_person_may_go_on_all_the_same() -> None:
    desk = made()
    approved(desk)
    desk.world.set("hefei", shares=(("q1", 0.1), ("q2", 0.1)))
    desk.pass_time(61)
    assert desk.run.choices == ("revert", "continue", "keep")
    desk.do(desk.runner.answer(desk.run.id, "continue", "lin", desk.now))
    desk.pass_time(10)
    assert "nanchang:lend_agents" in desk.verbs


def test_a_first_order_to_a_site_that_went_dark_is_held_until_a_person_says() -> None:
    desk = made()
    approved(desk)
    desk.look()
    desk.world.set("hefei", dark=True)
    desk.swallow = lambda _: True
    desk.look()
    lend = next(c for c in desk.sent if c.verb == "lend_agents")
    desk.swallow = lambda _: False
    for frame in desk.stored[lend.id]:
        desk.do(desk.runner.on_reply("nanchang", frame, desk.now))
    assert desk.run.choices == ("continue", "revert", "close")
    assert desk.run.steps[1].state == "intended"
    sends = [effect for effect in desk.effects if isinstance(effect, Send)]
    assert sends[-1].command is lend
