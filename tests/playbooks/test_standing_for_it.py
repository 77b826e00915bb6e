"""Who stands for a run: distinct people, in time, on the figures they were shown; locks of people; break-glass."""

from __future__ import annotations

import json

import pytest

from feeds.durations import parse_duration
from feeds.errors import RefusedError
from playbooks.library import load_library, shipped
from playbooks.limits.bounds import Bounds
from playbooks.limits.limits_file import load_limits
from playbooks.limits.locks import PersonLock, lock_of, take
from playbooks.parameters import given_again
from playbooks.people_names import same_person
from playbooks.runner import PlaybookRunner
from tests.playbooks.world import LIBRARY, Desk

BOT = {"site": "hefei", "category": "apparel", "share": 0.75}
"""More than one person may switch on alone."""
MOVE = {"to": "hefei/q1", "count": 30, "from": "nanchang"}
KEY = "agents:nanchang:apparel"


def proposed() -> Desk:
    desk = Desk()
    desk.runner.bounds = Bounds(load_limits())
    preview = desk.preview("bot-overflow", **BOT)
    assert preview.ok, preview.refusals
    desk.do(desk.runner.start(preview, "lin", desk.now, desk.world))
    assert desk.run.state == "proposed"
    return desk


def refused(desk: Desk, who: str) -> str:
    with pytest.raises(RefusedError) as wrong:
        desk.runner.approve(desk.run.id, who, desk.world, desk.now)
    return wrong.value.code


@pytest.mark.parametrize("name", ["lin", " Lin ", "LIN", "ｌｉｎ", "l in"])
def test_nobody_is_two_people(name: str) -> None:
    assert refused(proposed(), name) == "SAME_PERSON"
    assert not same_person("lin", "wang")


def test_a_proposal_lapses() -> None:
    desk = proposed()
    assert desk.run.approve_by == desk.now + 900.0
    desk.pass_time(899, look=False)
    assert desk.run.state == "proposed"
    desk.pass_time(2, look=False)
    assert desk.run.state == "reverted"
    assert "lapsed" in desk.records
    assert not desk.sent
    assert refused(desk, "wang") == "NOT_PROPOSED"


def test_a_clock_that_jumps_ahead_lapses_it_and_one_that_jumps_back_does_not_let_it_live_longer() -> None:
    desk = proposed()
    desk.now -= 3_600.0
    desk.do(desk.runner.expire(desk.now))
    assert desk.run.state == "proposed"
    desk.now += 2 * 3_600.0
    assert refused(desk, "wang") == "LAPSED"
    desk.do(desk.runner.expire(desk.now))
    assert desk.run.state == "reverted"


def test_an_approval_is_refused_as_stale_when_the_world_has_moved() -> None:
    desk = proposed()
    desk.world.set("hefei", waiting=400.0)
    assert refused(desk, "wang") == "STALE"
    desk.world.set("hefei", waiting=90.0)
    desk.do(desk.runner.approve(desk.run.id, "wang", desk.world, desk.now))
    assert desk.verbs == ["hefei:set_bot_share"]


def test_an_approval_is_refused_when_the_site_is_unknown_or_a_guard_fails() -> None:
    desk = proposed()
    desk.world.set("hefei", dark=True)
    assert refused(desk, "wang") in ("GUARD", "STALE")
    desk.world.set("hefei", dark=False, waiting=10.0, load=0.5)
    assert refused(desk, "wang") == "GUARD"
    assert not desk.sent


def test_a_proposal_survives_a_restart_with_its_end_and_how_many_it_wants() -> None:
    desk = proposed()
    data = json.loads(json.dumps(desk.runner.dump(), allow_nan=False))
    again = PlaybookRunner(LIBRARY, desk.ids, bounds=desk.runner.bounds)
    again.restore(data)
    assert again.runs() == desk.runner.runs()
    desk.runner = again
    assert refused(desk, "Lin") == "SAME_PERSON"
    desk.do(desk.runner.approve(desk.run.id, "wang", desk.world, desk.now))
    assert desk.sent


def test_a_plan_with_a_duration_can_be_looked_at_again() -> None:
    book = next(book for book in load_library([shipped()]) if book.id == "voice-callback")
    again = given_again(book, {"site": "hefei", "wait": 120.0, "more": 1.0})
    assert again == {"site": "hefei", "wait": "120.000000s"}
    assert parse_duration(str(again["wait"])) == 120.0


# Break-glass --------------------------------------------------------------------------------------------------------


def test_break_glass_is_one_person_with_a_reason_recorded_and_shown() -> None:
    desk = proposed()
    desk.world.set("hefei", waiting=400.0)
    for reason in ("", "  ", "\x1b[2J"):
        with pytest.raises(RefusedError, match="needs a reason"):
            desk.runner.break_glass(desk.run.id, "lin", reason.replace("\x1b[2J", ""), desk.world, desk.now)
    desk.do(desk.runner.break_glass(desk.run.id, "lin", "everybody else\x1b is asleep", desk.world, desk.now))
    assert desk.run.state != "proposed"
    assert desk.verbs == ["hefei:set_bot_share"]
    assert desk.run.glass.startswith("lin: everybody else")
    assert "\x1b" not in desk.run.glass
    assert "broke_glass" in desk.records
    assert desk.records.index("broke_glass") < desk.records.index("intent")
    assert desk.run.approvals == ("lin",)
    assert desk.run.wanted == 2


def test_break_glass_breaks_no_guard_and_no_limit() -> None:
    desk = proposed()
    desk.world.set("hefei", waiting=1.0, load=0.5)
    with pytest.raises(RefusedError) as wrong:
        desk.runner.break_glass(desk.run.id, "lin", "now", desk.world, desk.now)
    assert wrong.value.code == "GUARD"
    desk.runner.allow_new = False
    desk.world.set("hefei", waiting=80.0, load=1.3)
    with pytest.raises(RefusedError) as wrong:
        desk.runner.break_glass(desk.run.id, "lin", "now", desk.world, desk.now)
    assert wrong.value.code == "UNJOURNALLED"
    assert not desk.sent


# Two at once --------------------------------------------------------------------------------------------------------


def test_two_people_who_start_the_same_in_the_same_instant_start_it_once() -> None:
    desk = Desk()
    mine, theirs = desk.preview("cross-site-move", **MOVE), desk.preview("cross-site-move", **MOVE)
    effects = desk.runner.start(mine, "lin", desk.now, desk.world)
    with pytest.raises(RefusedError, match=f"{KEY} is held by run") as wrong:
        desk.runner.start(theirs, "wang", desk.now, desk.world)
    assert wrong.value.code == "LOCKED"
    desk.do(effects)
    assert desk.verbs == ["nanchang:lend_agents", "hefei:borrow_agents"]


def test_two_people_who_approve_in_the_same_instant_begin_it_once() -> None:
    desk = proposed()
    effects = desk.runner.approve(desk.run.id, "wang", desk.world, desk.now)
    assert refused(desk, "zhao") == "NOT_PROPOSED"
    desk.do(effects)
    assert desk.verbs == ["hefei:set_bot_share"]


# Locks of people ----------------------------------------------------------------------------------------------------


def hold(desk: Desk, key: str = KEY, who: str = "zhao", seconds: float = 1800.0) -> PersonLock:
    wanted = PersonLock(key, who, desk.now, desk.now + seconds, "on the phone")
    locks = dict(desk.runner.bounds.locks)
    lock = take(locks, wanted, desk.runner.holding(), desk.world, 14_400.0)
    desk.runner.bounds.locks = locks | {lock.key: lock}
    return lock


def test_what_a_person_holds_others_do_not_get_and_they_do() -> None:
    desk = Desk()
    lock = hold(desk)
    assert lock_of(json.loads(json.dumps(lock.dump()))) == lock
    preview = desk.runner.preview("cross-site-move", MOVE, desk.world, desk.now, who="lin")
    assert [words.en for words in preview.refusals] == [f"{KEY} is locked by zhao (on the phone) for 30m"]
    assert desk.runner.preview("cross-site-move", MOVE, desk.world, desk.now, who="Zhao").ok
    later = desk.runner.preview("cross-site-move", MOVE, desk.world, desk.now + 1800.0, who="lin")
    assert later.ok


def test_no_donor_is_chosen_whose_people_somebody_holds() -> None:
    desk = Desk()
    assert desk.preview("cross-site-move", to="hefei/q1", count=10).params["from"] == "nanchang"
    hold(desk)
    assert desk.preview("cross-site-move", to="hefei/q1", count=10).params["from"] == "wuhan"


def test_a_lock_that_was_taken_since_the_preview_refuses_the_start() -> None:
    desk = Desk()
    preview = desk.preview("cross-site-move", **MOVE)
    hold(desk)
    with pytest.raises(RefusedError) as wrong:
        desk.runner.start(preview, "lin", desk.now, desk.world)
    assert wrong.value.code == "LOCKED"


def test_a_lock_stops_nothing_that_goes_back() -> None:
    desk = Desk()
    desk.start("bot-overflow", site="hefei", category="apparel")
    desk.look()
    with pytest.raises(RefusedError, match="bot:hefei is held by run"):
        hold(desk, "bot:hefei")
    desk.runner.bounds.locks = {"bot:hefei": PersonLock("bot:hefei", "zhao", desk.now, desk.now + 900.0)}
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.run.state == "reverted"


@pytest.mark.parametrize(
    ("key", "seconds", "code"),
    [
        ("agents:nanchang:shoes", 60.0, "UNKNOWN_LOCK"),
        ("agents:nowhere:apparel", 60.0, "UNKNOWN_LOCK"),
        ("shoes", 60.0, "UNKNOWN_LOCK"),
        ("", 60.0, "UNKNOWN_LOCK"),
        ("agents:", 60.0, "UNKNOWN_LOCK"),
        (KEY, 0.0, "LIMIT"),
        (KEY, -5.0, "LIMIT"),
        (KEY, float("nan"), "LIMIT"),
        (KEY, 1e9, "LIMIT"),
    ],
)
def test_a_lock_of_nothing_or_for_ever_is_refused(key: str, seconds: float, code: str) -> None:
    with pytest.raises(RefusedError) as wrong:
        hold(Desk(), key, seconds=seconds)
    assert wrong.value.code == code


def test_of_two_who_lock_the_same_the_first_has_it() -> None:
    desk = Desk()
    hold(desk)
    with pytest.raises(RefusedError, match="is locked by zhao"):
        hold(desk, who="lin")
    assert hold(desk, seconds=60.0).until == desk.now + 60.0
