"""Every playbook of the ladder, from its preview to its end and back."""

from __future__ import annotations

import json

import pytest

from playbooks.library import from_plain
from playbooks.release_order import release_order
from playbooks.roles import ROLES
from playbooks.run import FINAL, RunState, StepState
from playbooks.runner import PlaybookRunner
from tests.playbooks.ladder_world import LIBRARY, NEEDS, VERBS, Duty, place_of

BOOKS = sorted(LIBRARY)
TWO_PEOPLE = {"P12", "P13", "P17", "P18"}


def ready(name: str) -> Duty:
    duty = Duty()
    duty.network.floors["hefei"].figures |= NEEDS.get(name, {})
    return duty


def begun(name: str, duty: Duty) -> str:
    run = duty.start(name, **place_of(LIBRARY[name]) | ({"cap": 15} if name == "queue-cap" else {}))
    duty.pass_time(60)
    if name == "site-takeover":
        duty.network.floors["hefei"].figures["attendance"] = 0.95
    return run


def standing(duty: Duty) -> dict[str, object]:
    """All that commands have changed."""
    return {site: floor.standing() for site, floor in duty.network.floors.items()}


def test_the_ladder_is_complete_and_says_everything_in_both_languages() -> None:
    assert sorted(book.about.rung for book in LIBRARY.values()) == [f"P{n:02}" for n in range(1, 24)]
    for book in LIBRARY.values():
        about = book.about
        texts = (book.title, about.effect, about.cost, *(spec.title or ("", "") for spec in book.parameters.values()))
        assert all(all(text) for text in texts), book.id
        assert about.owner in ROLES
        assert about.lead_time is not None
        assert about.lead_time[0] <= about.lead_time[1]
        assert book.approve == (2 if about.rung in TWO_PEOPLE else 1), book.id
        assert from_plain(book.source).digest == book.digest


@pytest.mark.parametrize("name", BOOKS)
def test_each_runs_to_its_end_and_leaves_nothing_behind(name: str) -> None:
    duty = ready(name)
    before = standing(duty)
    begun(name, duty)
    run = duty.until(RunState.ACTIVE)
    assert run.state is RunState.ACTIVE, (run.state, run.question, run.note, run.steps)
    assert all(step.state in (StepState.SEEN, StepState.DONE) for step in run.steps)
    commands = [c.verb for c in duty.sent]
    assert set(commands) <= VERBS
    after = standing(duty)
    assert (after == before) == (not commands)
    duty.do(duty.runner.revert(run.id, "lin", duty.now))
    run = duty.until(RunState.REVERTED)
    assert run.state is RunState.REVERTED, (run.state, run.question)
    assert standing(duty) == before


@pytest.mark.parametrize("name", BOOKS)
def test_a_site_that_can_do_nothing_by_itself_gets_tasks_and_the_tasks_are_undone_too(name: str) -> None:
    duty = ready(name)
    for floor in duty.network.floors.values():
        floor.lacks = tuple(VERBS)
    run = begun(name, duty)
    duty.answers = {"take it back": "keep"}
    state = duty.until(RunState.ASKING, RunState.ACTIVE, within=1.0)
    for _ in range(30):  # the board never shows what was done by hand in this world: people go on all the same
        if duty.run.state is RunState.ACTIVE:
            break
        if duty.run.question is not None and not duty.run.task:
            choice = "continue" if "continue" in duty.run.choices else "keep"
            duty.do(duty.runner.answer(run, choice, "lin", duty.now))
        duty.pass_time(600, step=60.0)
        state = duty.run
    assert not duty.sent
    assert duty.run.state is RunState.ACTIVE, state
    tasks = len(duty.records("task"))
    duty.do(duty.runner.revert(run, "lin", duty.now))
    ended = duty.until(*FINAL)
    assert ended.state is RunState.REVERTED
    assert not duty.sent
    wants_undo = any(step.action.undo_verbs or step.args.get("undo") for step in LIBRARY[name].steps)
    assert (len(duty.records("task")) > tasks) == wants_undo


@pytest.mark.parametrize("name", BOOKS)
def test_a_desk_that_dies_after_every_input_goes_on_where_it_was(name: str) -> None:
    duty = ready(name)
    begun(name, duty)
    for _ in range(400):
        data = json.loads(json.dumps(duty.runner.dump(), allow_nan=False))
        runner = PlaybookRunner(LIBRARY.values(), duty.ids)
        runner.restore(data)
        assert json.dumps(runner.dump(), sort_keys=True) == json.dumps(data, sort_keys=True)
        duty.runner = runner
        duty.pass_time(30, step=30.0)
        if duty.run.state is RunState.ACTIVE:
            break
    assert duty.run.state is RunState.ACTIVE
    orders = [(c.site, c.verb, json.dumps(c.args, sort_keys=True)) for c in duty.sent]
    assert len(orders) == len(set(orders))


def test_bought_people_and_supervisors_are_given_back_first_and_the_bot_last() -> None:
    names = (
        "bot-overflow",
        "call-in",
        "pause-off-phone",
        "supervisors-on-queue",
        "raise-concurrency",
        "outsourcer-overflow",
    )
    duty = ready("outsourcer-overflow")
    for name in names:
        begun(name, duty)
    order = [run.playbook for run in release_order(duty.runner.runs(), LIBRARY)]
    assert order[:3] == ["outsourcer-overflow", "call-in", "supervisors-on-queue"]
    assert order[-2:] == ["pause-off-phone", "bot-overflow"]
