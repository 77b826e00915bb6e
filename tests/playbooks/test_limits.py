"""What bounds all playbooks together: ceilings, tolerances, minimum dwell, and the file that states them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import InputError, RefusedError
from playbooks.library import from_plain
from playbooks.limits.bounds import Bounds
from playbooks.limits.drift import drifted, tolerance_of
from playbooks.limits.limits_file import NO_LIMITS, Limits, load_limits
from playbooks.limits.moved import moves_of
from playbooks.run import FINAL
from tests.playbooks.world import LIBRARY, START, Desk, FakeSite, crowd

MOVE = {"to": "hefei/q1", "count": 30}
BACK = {"to": "nanchang/q1", "from": "hefei", "category": "apparel", "count": 2}
BOT = {"site": "hefei", "category": "apparel"}
BOOKS = {book.id: book for book in LIBRARY}


def limits(text: str, folder: Path) -> Limits:
    path = folder / "limits.yaml"
    path.write_text(text, "utf-8")
    return load_limits(path)


def bounded(**changes: object) -> Desk:
    desk = Desk()
    desk.runner.bounds = Bounds(NO_LIMITS.model_copy(update=changes))
    return desk


def ceiling(name: str, **bounds: object) -> dict[str, object]:
    return {"limits": Limits.model_validate({"limits": {name: bounds}}).limits}


def why(desk: Desk, playbook: str, **params: object) -> str:
    return "; ".join(words.en for words in desk.preview(playbook, **params).refusals)


def test_the_shipped_limits_say_something_of_everything() -> None:
    shipped = load_limits()
    assert shipped.limits.agents_per_hour.most is not None
    assert shipped.limits.share_of_site.most is not None
    assert shipped.limits.bot_share.most is not None
    assert shipped.dwell == 600.0
    assert shipped.approval.highest_tier["viewer"] == -1


def test_an_own_file_stands_before_the_shipped_one_key_by_key(tmp_path: Path) -> None:
    own = limits("limits: {agents_per_hour: {most: 9}}\ntolerance: {load: {absolute: 0.5}}\ndwell: 3m\n", tmp_path)
    assert own.limits.agents_per_hour.most == 9.0
    assert own.limits.agents_per_hour.two is None, "a ceiling is one thing: what is left out of it is no bound"
    assert own.limits.bot_share == load_limits().limits.bot_share
    assert own.tolerance["load"].absolute == 0.5
    assert own.tolerance["waiting"] == load_limits().tolerance["waiting"]
    assert own.dwell == 180.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limits: {agents_per_hour: {two: 50, most: 9}}", "limits.yaml:1"),
        ("limits: {bot_share: {most: -1}}", "limits.yaml:1"),
        ("limits: {agents: {most: 1}}", "agents"),
        ("dwell: 5", "5 has no unit"),
        ("lock: 0s", "limits.yaml:1"),
        ("approval: {highest_tier: {lead: 7}}", "limits.yaml:1"),
        ("approval: {highest_tier: {boss: 1}}", "boss"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said) as wrong:
        limits(text + "\n", tmp_path)
    assert "\n" not in str(wrong.value)


def test_agents_per_hour_are_counted_over_all_runs_and_have_room_again() -> None:
    desk = bounded(**ceiling("agents_per_hour", most=50))
    desk.start("cross-site-move", **MOVE)
    desk.look()
    said = why(desk, "cross-site-move", to="hefei/q1", **{"from": "wuhan"}, count=25)
    assert "over the limit agents_per_hour = 50: 30 agents moved within the hour, and 25 more now; 1h until" in said
    assert desk.preview("cross-site-move", to="hefei/q1", **{"from": "wuhan"}, count=20).ok
    desk.pass_time(60)
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    desk.pass_time(3_500, step=100.0)
    assert "agents_per_hour" in why(desk, "cross-site-move", to="hefei/q1", **{"from": "wuhan"}, count=25)
    desk.pass_time(60)
    assert "agents_per_hour" not in why(desk, "cross-site-move", to="hefei/q1", **{"from": "wuhan"}, count=25)


def test_what_was_refused_or_never_came_does_not_count() -> None:
    desk = bounded(**ceiling("agents_per_hour", most=50))
    desk.world.set("nanchang", can_move=7.0)
    desk.start("cross-site-move", **MOVE)
    assert [move.count for run in desk.runner.holding() for move in moves_of(run, desk.now)] == [7.0]


def test_above_the_bound_of_one_person_a_second_stands_for_it() -> None:
    desk = bounded(**ceiling("agents_per_hour", two=20, most=50))
    preview = desk.preview("cross-site-move", **MOVE)
    assert preview.ok
    assert preview.approvals == 2
    assert "two people" in preview.second[0].en
    desk.do(desk.runner.start(preview, "lin", desk.now, desk.world))
    assert desk.run.state == "proposed"
    assert not desk.sent
    desk.do(desk.runner.approve(desk.run.id, "wang", desk.world, desk.now))
    assert desk.sent
    assert desk.run.approvals == ("lin", "wang")
    assert desk.run.wanted == 2


def test_the_share_of_a_site_counts_who_is_out_already() -> None:
    desk = bounded(**ceiling("share_of_site", most=0.35))
    desk.start("cross-site-move", **MOVE)
    desk.world.set("nanchang", waiting=0.0, available=60.0)
    desk.runner.bounds.limits = NO_LIMITS.model_copy(update=ceiling("share_of_site", most=0.35))
    said = why(desk, "cross-site-move", **{"from": "nanchang", "to": "wuhan/q1", "count": 10})
    assert "nanchang has 30 agents out, and 10 more now make 40% of its people" in said


def test_an_unknown_share_of_a_site_is_over_the_limit() -> None:
    desk = bounded(**ceiling("share_of_site", most=0.9))
    desk.world.set("nanchang", online=math.nan)
    assert "share_of_site" in why(desk, "cross-site-move", **MOVE, **{"from": "nanchang"})


def test_the_bot_has_a_cap_except_for_who_is_named() -> None:
    desk = bounded(**ceiling("bot_share", two=0.5, most=0.7))
    assert "over the limit bot_share = 70%: bot share 75% at hefei" in why(desk, "bot-overflow", **BOT, share=0.75)
    assert desk.preview("bot-overflow", **BOT, share=0.6).approvals == 2
    assert desk.preview("bot-overflow", **BOT, share=0.5).approvals == 1
    desk.runner.bounds.limits = NO_LIMITS.model_copy(
        update={
            "limits": Limits.model_validate({"limits": {"bot_share": {"most": 0.1, "except": ["bot-overflow"]}}}).limits
        }
    )
    assert desk.preview("bot-overflow", **BOT, share=0.75).ok


@given(st.lists(st.integers(1, 25), min_size=1, max_size=8), st.integers(10, 80))
def test_whatever_is_started_never_exceeds_the_hour(counts: list[int], most: int) -> None:
    desk = bounded(**ceiling("agents_per_hour", most=most))
    desk.world = crowd(**{f"d{n}": FakeSite(available=90.0) for n in range(len(counts))})
    for number, count in enumerate(counts):
        preview = desk.preview("cross-site-move", **{"from": f"d{number}", "to": "hefei/q1", "count": count})
        if preview.ok:
            desk.do(desk.runner.start(preview, "lin", desk.now, desk.world))
        desk.world.set("hefei", borrowed=desk.world.table["hefei"].borrowed)
        desk.look()
        desk.now += 60.0
    moved = sum(move.count for run in desk.runner.holding() for move in moves_of(run, desk.now))
    assert moved <= most


# The world that somebody looked at ---------------------------------------------------------------------------------


def test_a_figure_may_move_by_its_tolerance_and_not_go_unknown() -> None:
    shipped = load_limits()
    seen = {"to.waiting": 80.0, "to.load": 1.3, "network.load": math.nan, "donor.agents_online": 100.0}
    assert (
        drifted(seen, {"to.waiting": 140.0, "to.load": 1.2, "network.load": 0.9, "donor.agents_online": 90.0}, shipped)
        == ()
    )
    (moved,) = drifted(seen, seen | {"to.waiting": 150.0}, shipped)
    assert moved.en == "to.waiting was 80 and is 150 (it may move by 65)"
    (gone,) = drifted(seen, seen | {"donor.agents_online": math.nan}, shipped)
    assert gone.en == "donor.agents_online was 100 and is unknown now"
    assert tolerance_of("site.unknown", shipped) is not None
    assert drifted({"site.unknown": 0.0}, {"site.unknown": 1.0}, shipped)


@given(st.floats(0, 1e6), st.floats(-1e6, 1e6))
def test_within_the_tolerance_nothing_has_drifted(seen: float, by: float) -> None:
    shipped = load_limits()
    moved = drifted({"x.waiting": seen}, {"x.waiting": seen + by}, shipped)
    assert bool(moved) == (abs((seen + by) - seen) > 25 + 0.5 * seen)


def test_a_start_on_another_world_is_stale() -> None:
    desk = Desk()
    desk.runner.bounds = Bounds(load_limits())
    preview = desk.preview("bot-overflow", **BOT)
    desk.world.set("hefei", waiting=400.0)
    with pytest.raises(RefusedError, match=r"site\.waiting was 80 and is 400") as refused:
        desk.runner.start(preview, "lin", desk.now + 30, desk.world)
    assert refused.value.code == "STALE"
    assert refused.value.zh == "情况已变,请重新查看: site.waiting 由 80 变为 400(容差 ±65)"
    desk.world.set("hefei", waiting=100.0, dark=True)
    with pytest.raises(RefusedError) as dark:
        desk.runner.start(preview, "lin", desk.now + 30, desk.world)
    assert dark.value.code == "STALE"
    desk.world.set("hefei", dark=False)
    desk.do(desk.runner.start(preview, "lin", desk.now + 30, desk.world))
    assert desk.sent


def test_what_is_put_back_is_what_stood_at_the_start_not_in_the_preview() -> None:
    desk = Desk()
    desk.runner.bounds = Bounds(load_limits())
    desk.reply = lambda command: None
    preview = desk.preview("bot-overflow", **BOT)
    desk.world.set("hefei", shares=(("q1", 0.33), ("q2", 0.2)))
    desk.do(desk.runner.start(preview, "lin", desk.now + 5, desk.world))
    assert desk.runner.holding()[0].steps[0].observed["q1"] == 0.33


# Flapping guard ----------------------------------------------------------------------------------------------------


def test_nobody_undoes_another_s_work_within_the_dwell() -> None:
    desk = bounded(dwell=600.0)
    desk.start("cross-site-move", **MOVE, **{"from": "nanchang"})
    desk.look()
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    desk.pass_time(30)
    assert desk.run.state in FINAL
    desk.world.set("hefei", available=90.0, load=0.3)
    desk.world.set("nanchang", waiting=90.0)
    said = why(desk, "cross-site-move", **BACK)
    assert "agents:hefei:apparel was changed the other way by run" in said
    assert "not for 9m" in said
    desk.pass_time(580, look=False)
    assert "changed the other way" not in why(desk, "cross-site-move", **BACK)


def test_what_a_person_took_back_by_key_may_be_done_right_at_once() -> None:
    desk = bounded(dwell=600.0)
    desk.start("bot-overflow", **BOT, share=0.7)
    desk.look()
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert desk.preview("bot-overflow", **BOT, share=0.5).ok


def test_what_went_back_by_itself_is_not_switched_on_again_within_the_dwell() -> None:
    desk = bounded(dwell=600.0)
    desk.start("bot-overflow", **BOT)
    desk.look()
    desk.world.set("hefei", waiting=2.0, available=20.0)
    desk.pass_time(700)
    assert desk.run.state == "reverted"
    desk.world.set("hefei", waiting=80.0)
    assert "bot:hefei was changed the other way" in why(desk, "bot-overflow", **BOT)


def test_its_own_condition_does_not_end_a_run_before_the_dwell() -> None:
    source = {**BOOKS["bot-overflow"].source, "revert": {"when": "site.waiting < 5", "after": "2h"}}
    desk = bounded(dwell=600.0)
    desk.runner.playbooks = {"bot-overflow": (book := from_plain(source))}
    desk.runner._books[book.digest] = book
    desk.start("bot-overflow", **BOT)
    desk.look()
    desk.world.set("hefei", waiting=2.0)
    desk.pass_time(590)
    assert desk.run.state == "active"
    desk.pass_time(20)
    assert desk.run.state == "reverted"
    assert desk.now - START == pytest.approx(610.0)


def test_cooling_is_by_playbook_and_by_what_it_held() -> None:
    desk = bounded(cooldown=300.0)
    desk.start("bot-overflow", **BOT)
    desk.look()
    desk.do(desk.runner.revert(desk.run.id, "lin", desk.now))
    assert "300 s to go" in why(desk, "bot-overflow", **BOT)
    assert "to go" not in why(desk, "bot-overflow", site="wuhan", category="apparel")
    desk.now += 301.0
    assert replace(desk.preview("bot-overflow", **BOT), at=0.0).ok
