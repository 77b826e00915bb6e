"""Tasks, questions, notes, notices, waits and conditions: what they ask, what follows, and what undoes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feeds.errors import InputError, RefusedError
from playbooks.library import load_library
from playbooks.run import RunState
from playbooks.runner import PlaybookRunner
from tests.playbooks.ladder_world import Duty
from tests.playbooks.made import playbook

KINDS = """\
playbook: kinds
title: {zh: 各类步骤, en: Every kind}
parameters:
  site: {from: alert.site}
  share: {kind: share, default: 50%}
cooldown: 10m
steps:
  - ask: {say: {zh: 规模, en: "How much at {site}?"}, choices: {half: 0.5, all_of_it: 1}, answer: much, within: 5m}
  - note: {say: {zh: 开始, en: "begins at {site}"}}
  - set_wrap_up: {site: $site, share: $share}
    when: $much >= 0.5
    verify: {that: site.wrap_up_share <= $share + 0.01, within: 2m}
  - set_greeting: {site: $site, on: on}
    when: $much >= 1
  - task: {say: {zh: 打电话, en: "Phone {site}"}, to: site-lead, undo: {zh: 再打一次, en: "Phone {site} again"}, within: 5m}
  - wait: {until: site.waiting < 10 for 1m, within: 10m}
revert: {after: 1h}
"""  # noqa: E501 - a step stands on one line


def duty_with(text: str = KINDS, **answers: str) -> Duty:
    return Duty(books={"kinds": playbook(text)}, answers=answers)


def states(duty: Duty) -> list[str]:
    return [str(step.state) for step in duty.run.steps]


def calm(duty: Duty) -> None:
    duty.network.floors["hefei"].figures["waiting"] = 0.0


def test_everything_is_done_in_order_and_a_condition_that_does_not_hold_leaves_its_step_out() -> None:
    duty = duty_with()
    duty.start("kinds", site="hefei")
    assert duty.run.question is not None
    assert duty.run.question.en == "How much at hefei?"
    assert duty.run.choices == ("half", "all_of_it")
    duty.pass_time(120)
    assert states(duty) == ["done", "done", "seen", "skipped", "done", "done"]
    assert duty.run.state is RunState.VERIFYING
    calm(duty)
    duty.pass_time(40)
    assert duty.run.state is RunState.VERIFYING, "not for a minute yet"
    duty.pass_time(40)
    assert duty.run.state is RunState.ACTIVE
    assert dict(duty.run.params)["much"] == 0.5
    assert [body["text"] for body in duty.records("note")] == ["开始 / begins at hefei"]
    duty.do(duty.runner.revert(duty.run.id, "lin", duty.now))
    assert duty.run.question is not None, "the task is undone by a task, and that first"
    assert duty.run.question.en == "Phone hefei again"
    assert [c.verb for c in duty.sent] == ["set_wrap_up"]
    duty.pass_time(60)
    assert duty.run.state is RunState.REVERTED
    assert [c.verb for c in duty.sent] == ["set_wrap_up", "set_wrap_up"]


def test_a_number_of_the_answer_decides_what_is_done() -> None:
    duty = duty_with(much="all_of_it")
    duty.start("kinds", site="hefei")
    duty.pass_time(120)
    assert states(duty)[3] == "done"
    assert [c.verb for c in duty.sent] == ["set_wrap_up", "set_greeting"]


def test_a_no_without_a_name_ends_the_run_and_nothing_was_done() -> None:
    text = KINDS.replace(", choices: {half: 0.5, all_of_it: 1}, answer: much", "")
    text = "\n".join(line for line in text.splitlines() if "when:" not in line) + "\n"
    duty = duty_with(text, much="no")
    duty.start("kinds", site="hefei")
    assert duty.run.choices == ("yes", "no")
    duty.pass_time(60)
    assert duty.run.state is RunState.REVERTED
    assert duty.run.note is not None
    assert duty.run.note.en == "somebody said no"
    assert not duty.sent
    assert not duty.run.in_force


def test_silence_is_never_taken_for_an_answer() -> None:
    duty = duty_with()
    duty.silent = True
    duty.start("kinds", site="hefei")
    duty.pass_time(7_200, step=60.0)
    assert duty.run.state is RunState.ASKING
    assert duty.run.task
    assert not duty.sent
    assert len(duty.records("overdue")) == 1


def test_a_task_that_cannot_be_done_is_a_failure_that_a_person_decides_on() -> None:
    duty = duty_with(Phone="failed")
    duty.start("kinds", site="hefei")
    duty.pass_time(120)
    assert states(duty)[4] == "failed"
    assert duty.run.state is RunState.ASKING
    assert not duty.run.task
    assert duty.run.choices == ("revert", "keep")
    duty.do(duty.runner.answer(duty.run.id, "revert", "lin", duty.now))
    assert duty.run.state is RunState.REVERTED
    assert len(duty.records("task")) == 2, "the question and the task; a task that was not done needs no undoing"


def test_taken_back_while_somebody_has_a_task_it_waits_for_their_word() -> None:
    duty = duty_with()
    duty.start("kinds", site="hefei")
    duty.do(duty.runner.answer(duty.run.id, "half", "wang", duty.now))
    duty.silent = True
    duty.pass_time(60)
    assert duty.run.question is not None
    assert duty.run.question.en == "site lead: Phone hefei"
    duty.do(duty.runner.revert(duty.run.id, "lin", duty.now))
    assert duty.run.question is not None, "still asked: was it done?"
    assert [c.verb for c in duty.sent] == ["set_wrap_up"]
    duty.do(duty.runner.answer(duty.run.id, "done", "wang", duty.now))
    assert duty.run.question.en == "Phone hefei again"
    duty.do(duty.runner.answer(duty.run.id, "done", "wang", duty.now))
    duty.pass_time(10)
    assert duty.run.state is RunState.REVERTED


def test_taken_back_while_a_question_is_open_it_goes_back_at_once() -> None:
    duty = duty_with()
    duty.silent = True
    duty.start("kinds", site="hefei")
    duty.do(duty.runner.revert(duty.run.id, "lin", duty.now))
    assert duty.run.state is RunState.REVERTED
    assert not duty.sent


def test_what_is_waited_for_in_vain_is_a_persons_to_decide() -> None:
    duty = duty_with()
    duty.start("kinds", site="hefei")
    duty.pass_time(720)
    assert duty.run.state is RunState.ASKING
    assert states(duty)[-1] == "unverified"
    assert duty.run.choices == ("revert", "keep")


def test_an_unknown_condition_is_asked_about_and_may_be_left_out() -> None:
    duty = duty_with(KINDS.replace("when: $much >= 1", "when: site.conversion_15m > 0.1"))
    duty.start("kinds", site="hefei")
    duty.pass_time(60)
    assert duty.run.state is RunState.ASKING
    assert duty.run.choices == ("continue", "skip", "revert")
    duty.do(duty.runner.answer(duty.run.id, "skip", "lin", duty.now))
    duty.pass_time(30)
    assert states(duty)[3] == "skipped"
    assert [c.verb for c in duty.sent] == ["set_wrap_up"]


def test_a_condition_on_the_first_step_is_looked_at_too() -> None:
    text = KINDS.replace("  - ask:", "  - set_snippets: {site: $site, on: on}\n    when: site.waiting < 1\n  - ask:")
    duty = duty_with(text)
    duty.start("kinds", site="hefei")
    duty.pass_time(20)
    assert states(duty)[0] == "skipped"
    assert not [c for c in duty.sent if c.verb == "set_snippets"]


def test_a_question_outlives_the_desk() -> None:
    duty = duty_with()
    duty.silent = True
    duty.start("kinds", site="hefei")
    runner = PlaybookRunner(duty.books.values(), duty.ids)
    runner.restore(json.loads(json.dumps(duty.runner.dump(), allow_nan=False)))
    assert runner.runs() == duty.runner.runs()
    duty.runner, duty.silent = runner, False
    duty.pass_time(120)
    assert states(duty)[4] == "done"


def test_one_verb_that_a_site_lacks_becomes_a_task_there_and_the_rest_stay_commands() -> None:
    duty = duty_with(much="all_of_it")
    duty.network.floors["hefei"].lacks = ("set_greeting",)
    preview = duty.runner.preview("kinds", {"site": "hefei"}, duty.network, duty.now)
    assert preview.by_hand == {"hefei set_greeting"}
    assert [order.by for step in preview.steps for order in step.orders] == [
        "person",
        "desk",
        "site",
        "person",
        "person",
    ]
    duty.start("kinds", site="hefei")
    duty.pass_time(200)
    assert [c.verb for c in duty.sent] == ["set_wrap_up"]
    said = [str(body["text"]) for body in duty.records("task")]
    assert any("hefei, by hand: Expected wait and leave-message at hefei: on" in text for text in said)
    duty.do(duty.runner.revert(duty.run.id, "lin", duty.now))
    duty.pass_time(120)
    said = [str(body["text"]) for body in duty.records("task")]
    assert any("by hand: undo “Expected wait" in text for text in said)
    assert duty.run.state is RunState.REVERTED


def test_it_is_not_started_again_within_its_cooldown() -> None:
    duty = duty_with()
    duty.start("kinds", site="hefei")
    duty.pass_time(120)
    duty.do(duty.runner.revert(duty.run.id, "lin", duty.now))
    duty.pass_time(60)
    assert duty.run.state is RunState.REVERTED
    with pytest.raises(RefusedError, match="ended on the same things"):
        duty.start("kinds", site="hefei")
    duty.start("kinds", site="wuhan")
    duty.pass_time(600)
    assert duty.runner.preview("kinds", {"site": "hefei"}, duty.network, duty.now).ok


BAD = """\
to: site-lead, ⇒ to: sitelead, ⇒ 15:52: unknown role 'sitelead'; expected a role, nearest: 'site-lead'
, undo: {zh: 再打一次, en: "Phone {site} again"} ⇒  ⇒ 15:11: task needs 'undo'; expected undo: …
undo: {zh: 再打一次, en: "Phone {site} again"} ⇒ undo: no ⇒ 15:69: 'no' is not a sentence in both languages; expected {zh: …, en: …} or none
en: "Phone {site}"} ⇒ en: "Phone {sight}"} ⇒ 15:17: unknown parameter {sight}; expected a parameter, nearest: 'site'
en: "Phone {site}"} ⇒ en: "Phone {site"} ⇒ 15:17: the brackets of 'Phone {site' do not match; expected {name}
{zh: 开始, en: "begins at {site}"} ⇒ {zh: 开始} ⇒ 9:17: {'zh': '开始'} is not a sentence in both languages; expected {zh: …, en: …}
choices: {half: 0.5, all_of_it: 1} ⇒ choices: {half: 0.5} ⇒ 8:62: {'half': 0.5} are no answers; expected two or three, each with a number
choices: {half: 0.5, all_of_it: 1} ⇒ choices: {revert: 0, half: 1} ⇒ 8:62: 'revert' cannot be an answer; expected a word of its own
answer: much ⇒ answer: share ⇒ 8:97: 'share' cannot be the name of an answer; expected a word of its own
when: $much >= 1 ⇒ when: $mutch >= 1 ⇒ 14:11: unknown parameter $mutch; expected a declared parameter, nearest: 'much'
site.waiting < 10 for 1m ⇒ site.wating < 10 ⇒ 16:19: unknown metric 'site.wating'
within: 10m} ⇒ within: 10} ⇒ 16:53: 10 has no unit; expected a duration such as 40s, 10m, 2h, 1d or 1h30m
revert: {after: 1h} ⇒ revert: {after: 0s} ⇒ 17:17: after: it would end by itself after 0s; expected more than 0s and at most 1d
revert: {after: 1h} ⇒ revert: {after: 30h} ⇒ 17:17: after: it would end by itself after 1d6h; expected more than 0s and at most 1d
revert: {after: 1h} ⇒  ⇒ 1:1: key 'revert' is missing; expected revert: …
cooldown: 10m ⇒ cost: {zh: 无, en: none, rank: 11} ⇒ 6:31: rank: 11 is not valid; expected less than or equal to 10
cooldown: 10m ⇒ rung: 12 ⇒ 6:7: rung:
cooldown: 10m ⇒ owner: boss ⇒ 6:8: unknown role 'boss'
on: on ⇒ on: maybe ⇒ 13:37: 'maybe' is no switch; expected on or off"""  # noqa: E501 - a mistake stands on one line


@pytest.mark.parametrize("mistake", BAD.splitlines())
def test_what_is_wrong_is_said_in_one_line_with_its_place(mistake: str) -> None:
    old, new, message = mistake.split(" ⇒ ")
    assert old in KINDS
    with pytest.raises(InputError) as wrong:
        playbook(KINDS.replace(old, new, 1))
    assert str(wrong.value).startswith(f"test.yaml:{message}"), str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_an_answer_is_known_only_after_its_question() -> None:
    early = KINDS.replace("  - ask:", "  - set_snippets: {site: $site, on: on}\n    when: $much > 0\n  - ask:")
    with pytest.raises(InputError, match="unknown parameter \\$much"):
        playbook(early)


MOVE = {"to": "hefei/pre-1", "category": "apparel", "from": "nanchang"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"count": -5}, "cross-site-move: count: -5 is not a whole number; expected a count such as 30"),
        ({"count": 0}, "cross-site-move: count: 0 is out of bounds; expected 1 to 40"),
        ({"count": 41}, "cross-site-move: count: 41 is out of bounds; expected 1 to 40"),
        ({"from": "hefei", "count": 5}, "donor and receiver are the same site"),
        ({"category": "furniture", "count": 5}, "nobody at nanchang serves furniture"),
        ({"count": 39}, "nanchang has only 20 apparel agents online"),
        ({"colour": 5}, "cross-site-move: unknown parameter 'colour'"),
    ],
)
def test_a_move_that_cannot_be_is_refused_in_one_line(given: dict[str, object], said: str) -> None:
    duty = Duty()
    duty.network.floors["nanchang"].figures |= {"agents_online": 30.0}
    try:
        preview = duty.runner.preview("cross-site-move", MOVE | given, duty.network, duty.now)
    except InputError as wrong:
        assert str(wrong).startswith(said)
        return
    assert not preview.ok
    assert preview.refusals[0].en == said


def test_playbooks_that_propose_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    for name, after in (("one", "two"), ("two", "three"), ("three", "one")):
        text = KINDS.replace("playbook: kinds", f"playbook: {name}").replace("cooldown: 10m", f"next: {after}")
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match="next goes round in a circle: one → two → three → one; expected an end"):
        load_library([tmp_path])
    (tmp_path / "one.yaml").write_text(KINDS.replace("cooldown: 10m", "next: twoo"), "utf-8")
    with pytest.raises(InputError, match="unknown playbook 'twoo'; expected a playbook, nearest: 'two'"):
        load_library([tmp_path])
