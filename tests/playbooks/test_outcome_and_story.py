"""What was expected against what came, the story of a run, the ledger's lines, and the order of giving back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.check_outcome import ENOUGH, gained, measure, next_rung
from playbooks.command_words import command_words
from playbooks.conditions import Condition, Sight, condition
from playbooks.effects import RECORD_KINDS, Record
from playbooks.ledger import kind_of, ledger
from playbooks.release_order import in_release_order
from playbooks.run import Run, RunState
from playbooks.runner import PlaybookRunner
from playbooks.story import MOST_EACH, Told, told, with_told
from tests.playbooks.world import LIBRARY, Desk, crowd

NAMES = frozenset({"to.waiting", "to.load"})
NOW = {"to.load": 0.9, "to.waiting": 90.0}
BEFORE = {"to.load": 1.2, "to.waiting": 100.0}


def expectation(text: str) -> Condition:
    return condition(text, "t", lambda _at: (None, None), NAMES, frozenset(), also=("before",))


def sight(now: dict[str, float], before: dict[str, float]) -> Sight:
    return Sight(lambda name: now.get(name, math.nan), {}, before)


@pytest.mark.parametrize(
    ("text", "now", "before", "share"),
    [
        ("to.waiting <= 0.7 * before(to.waiting)", {"to.waiting": 70}, {"to.waiting": 100}, 1.0),
        ("to.waiting <= 0.7 * before(to.waiting)", {"to.waiting": 85}, {"to.waiting": 100}, 0.5),
        ("to.waiting <= 0.7 * before(to.waiting)", {"to.waiting": 130}, {"to.waiting": 100}, -1.0),
        ("0.7 * before(to.waiting) >= to.waiting", {"to.waiting": 85}, {"to.waiting": 100}, 0.5),
        ("to.load < 0.9", {"to.load": 1.0}, {"to.load": 1.2}, 2 / 3),
        (
            "to.load < 0.9 and to.waiting < 50",
            {"to.load": 0.9, "to.waiting": 90},
            {"to.load": 1.2, "to.waiting": 100},
            0.2,
        ),
        (
            "to.load < 0.9 or to.waiting < 50",
            {"to.load": 0.9, "to.waiting": 90},
            {"to.load": 1.2, "to.waiting": 100},
            1.0,
        ),
        ("to.waiting <= 0.7 * before(to.waiting)", {}, {"to.waiting": 100}, math.nan),
        ("to.waiting <= 0.7 * before(to.waiting)", {"to.waiting": 70}, {}, math.nan),
        ("to.load < 0.9 and to.waiting < 50", {"to.load": 0.9}, {"to.load": 1.2, "to.waiting": 100}, math.nan),
    ],
)
def test_the_share_is_how_much_of_the_way_was_gone(
    text: str, now: dict[str, float], before: dict[str, float], share: float
) -> None:
    check = expectation(text)
    found = gained(check, measure(check, sight(now, before)))
    assert found == pytest.approx(share, nan_ok=True)


@given(before=st.floats(1, 1e4), now=st.floats(0, 1e4))
def test_all_of_it_is_gained_exactly_where_the_expectation_holds(before: float, now: float) -> None:
    check = expectation("to.waiting <= 0.7 * before(to.waiting)")
    seen = sight({"to.waiting": now}, {"to.waiting": before})
    share = gained(check, measure(check, seen))
    if abs(now - 0.7 * before) > 1e-6 * before:
        assert (check.value(seen) == 1.0) == (share > 1.0)


@pytest.mark.parametrize(
    ("worked", "share", "proposed"),
    [
        (0.0, 0.49, "next"),
        (0.0, ENOUGH, ""),
        (0.0, math.nan, "next"),
        (0.0, None, "next"),
        (1.0, 0.2, ""),
        (math.nan, math.nan, ""),
        (None, None, ""),
    ],
)
def test_the_next_rung_is_proposed_below_half_of_what_was_expected(
    worked: float | None, share: float | None, proposed: str
) -> None:
    assert next_rung("next", worked, share) == proposed


def test_at_its_check_a_run_says_what_was_expected_and_what_came() -> None:
    desk = Desk(crowd())
    desk.world.set("hefei", waiting=100.0, load=1.2)
    desk.start("bot-overflow", site="hefei", category="apparel")
    desk.pass_time(5)
    desk.world.set("hefei", waiting=95.0)
    desk.pass_time(700)
    run = desk.run
    assert run.worked == 0.0
    (one,) = run.measured
    assert (one.before, one.actual, one.expected) == (100.0, 95.0, pytest.approx(70.0))
    assert run.gained == pytest.approx(1 / 6)
    assert run.next == "queue-greeting"
    (checked,) = [effect.body for effect in desk.effects if isinstance(effect, Record) and effect.kind == "checked"]
    assert checked["expected"][0]["figure"] == "site.waiting"
    assert "expected <= 70" in told("checked", checked).en  # type: ignore[union-attr]
    restored = PlaybookRunner(LIBRARY, desk.ids)
    restored.restore(desk.runner.dump())
    assert restored.runs() == desk.runner.runs()


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_every_kind_of_record_has_its_sentence_whatever_is_missing_of_it(kind: str) -> None:
    found = told(kind, {"run": "r1", "at": 5.0})
    if kind == "stepped":
        assert found is None
    else:
        assert found is not None
        assert found.zh
        assert found.en
        assert found.at == 5.0


def test_a_record_of_a_kind_to_come_is_told_by_its_name() -> None:
    assert told("broken-glass", {"at": 1.0}) == Told(1.0, "broken-glass", "broken-glass", "broken-glass")


def test_a_long_story_keeps_its_beginning_and_its_newest() -> None:
    story: tuple[Told, ...] = ()
    for at in range(MOST_EACH + 50):
        story = with_told(story, Told(float(at), "note", "x", "x"))
    assert len(story) == MOST_EACH
    assert (story[0].at, story[1].at, story[-1].at) == (0.0, 51.0, MOST_EACH + 49.0)


def test_commands_are_told_in_words() -> None:
    lend = command_words("lend_agents", {"to_site": "hefei", "category": "apparel", "count": 30, "transfer": "t1"})
    assert (lend.zh, lend.en) == ("借出 30 人 至 hefei apparel", "lend 30 people to hefei apparel")
    back = command_words("set_bot_share", {"shares": {"q1": 0.1, "q2": 0.2, "q3": 0.3}})
    assert back.en == "set the bot's share q1 0.1, q2 0.2 and 1 more"
    assert command_words("unheard_of", {}).en == "unheard_of"


def test_the_ledger_says_what_kind_when_it_ends_and_what_is_overdue_first() -> None:
    desk = Desk(crowd())
    desk.world.set("hefei", waiting=100.0, load=1.2)
    desk.start("bot-overflow", site="hefei", category="apparel")
    desk.pass_time(30)
    (line,) = ledger(desk.runner.runs())
    assert (line.kind, line.on_expiry, line.overdue) == ("switched", "revert", None)
    assert "site.waiting < 5" in line.ends_when
    until = line.until
    assert until is not None
    desk.world.set("hefei", dark=True)
    desk.pass_time(until - desk.now + 20)
    (line,) = ledger(desk.runner.runs())
    assert line.overdue == until
    assert line.state is RunState.ASKING
    assert [run.id for run in desk.runner.overdue()] == [line.run]
    desk.do(desk.runner.answer(line.run, "keep", "lin", desk.now))
    assert desk.runner.overdue() == ()


@pytest.mark.parametrize(
    ("action", "kind"),
    [("reallocate_agents", "borrowed"), ("call_in", "borrowed"), ("notice", "promised"), ("set_queue_cap", "switched")],
)
def test_kinds(action: str, kind: str) -> None:
    assert kind_of(action) == kind


def test_ends_at_one_moment_come_in_the_order_of_release() -> None:
    books = {book.digest: book for book in LIBRARY}
    by_id = {book.id: book for book in LIBRARY}

    def run(name: str, playbook: str, since: float) -> Run:
        return Run(name, playbook, "", {}, "x", (), since, (), (), by_id[playbook].digest, 1.0, since=since)

    bot, early, late = (
        run("r1", "bot-overflow", 1.0),
        run("r2", "cross-site-move", 2.0),
        run("r3", "cross-site-move", 3.0),
    )
    assert [one.id for one in in_release_order([bot, late, early], books)] == ["r2", "r3", "r1"]
