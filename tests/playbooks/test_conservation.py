"""People who were moved are accounted for: by transfer, and against what the board shows."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.contract import Command, Nack, Result
from playbooks.conservation import balances, outside
from playbooks.run import Run
from playbooks.runner import PlaybookRunner
from playbooks.transfers import Transfer, transfers_of
from tests.playbooks.ladder_world import LIBRARY as ALL_BOOKS
from tests.playbooks.ladder_world import NEEDS, Duty, place_of
from tests.playbooks.world import LIBRARY, Desk, FakeSite, World, crowd

MOVE = {"to": "hefei/q1", "count": 30, "from": "nanchang"}


class CountedWorld(World):
    """A board that shows who is lent, too."""

    def value(self, site: str, row: str | None, metric: str) -> float:
        if metric == "agents_lent":
            return math.nan if self.table[site].dark else 100.0 - self.table[site].online
        return super().value(site, row, metric)


def desk() -> Desk:
    return Desk(world=CountedWorld(crowd().table))


def runs(at: Desk) -> list[Run]:
    return list(at.runner._runs.values())


def only(at: Desk) -> Transfer:
    (found,) = transfers_of(runs(at), at.now)
    return found


def unexplained(at: Desk) -> dict[str, float]:
    """The differences by site and figure, those of 0 left out."""
    found = balances(transfers_of(runs(at), at.now), at.world)
    assert {one.figure for one in found} <= {"agents_lent", "agents_borrowed"}
    return {f"{one.site} {one.figure[7:]}": one.unexplained for one in found if one.unexplained != 0.0}


def test_a_move_there_and_back_is_accounted_for_at_every_moment() -> None:
    at = desk()
    at.start("cross-site-move", **MOVE)
    assert only(at).phase == "on the way"
    assert unexplained(at) == {}
    at.look()
    assert (only(at).phase, only(at).at_work) == ("at work", 30.0)
    assert unexplained(at) == {}
    at.do(at.runner.revert(at.run.id, "lin", at.now))
    assert (only(at).phase, only(at).returned, only(at).gone) == ("going home", 30.0, 0.0)
    assert transfers_of(runs(at), at.now + 3_700.0) == ()


def test_people_who_go_home_from_there_are_a_difference_that_is_shown() -> None:
    at = desk()
    at.start("cross-site-move", **MOVE)
    at.look()
    at.world.set("hefei", borrowed=26.0)
    assert unexplained(at) == {"hefei borrowed": -4.0}
    item = {"target": "apparel", "before": 26, "after": 0}
    at.reply = lambda c: [Result(c.site, c.id, "done", (item,))] if c.verb == "return_agents" else None
    at.do(at.runner.revert(at.run.id, "lin", at.now))
    assert (only(at).returned, only(at).gone) == (26.0, 4.0)
    assert only(at).why is not None
    assert only(at).lent == 30.0


def test_people_whom_no_playbook_moved_are_a_difference_too_and_the_unknown_is_none() -> None:
    at = desk()
    at.start("cross-site-move", **MOVE)
    at.look()
    at.world.set("hefei", borrowed=42.0)
    assert unexplained(at) == {"hefei borrowed": 12.0}
    at.world.set("hefei", dark=True)
    assert math.isnan(unexplained(at)["hefei borrowed"])


def test_nobody_knows_is_a_range() -> None:
    at = desk()
    at.swallow = lambda _: True
    at.start("cross-site-move", **MOVE)
    at.pass_time(40)
    assert at.run.state == "unknown"
    assert only(at).phase == "unknown"
    assert only(at).away == (0.0, 30.0)
    assert "nanchang lent" not in unexplained(at)


def test_a_receiver_who_refuses_leaves_people_on_the_way_until_they_are_called_back() -> None:
    at = desk()
    at.reply = lambda c: [Nack(c.site, c.id, "NO")] if c.verb in ("borrow_agents", "return_agents") else None
    at.start("cross-site-move", **MOVE)
    assert at.run.state == "asking"
    (found,) = transfers_of(runs(at), at.now)
    assert found.lent == 30.0
    assert found.phase == "unknown"


@pytest.mark.parametrize(
    ("playbook", "figure", "way"),
    [
        ("call-in", "agents_called_in", ("standby", "hefei")),
        ("send-home", "agents_sent_home", ("hefei", "")),
        ("skill-flex", "agents_flexed", ("hefei", "hefei")),
    ],
)
def test_a_move_at_one_site_is_accounted_for_too(playbook: str, figure: str, way: tuple[str, str]) -> None:
    at = Duty()
    at.network.floors["hefei"].figures |= NEEDS.get(playbook, {})
    at.start(playbook, **place_of(ALL_BOOKS[playbook]), count=8)

    def moved() -> Transfer:
        (found,) = transfers_of(list(at.runner._runs.values()), at.now)
        return found

    assert (moved().action, moved().donor, moved().receiver) == (at.sent[0].verb, *way)
    assert (moved().asked, moved().lent, moved().in_transit, moved().phase) == (8.0, 8.0, 8.0, "on the way")
    assert [(one.figure, one.known, one.unexplained) for one in balances([moved()], at.network)] == [
        (figure, (0.0, 8.0), 0.0)
    ]
    at.pass_time(20)
    assert (moved().phase, moved().at_work) == ("at work", 8.0)
    at.network.floors["hefei"].figures[figure] += 3
    assert [one.unexplained for one in balances([moved()], at.network)] == [3.0]
    at.do(at.runner.revert(at.run.id, "lin", at.now))
    assert (moved().phase, moved().returned, moved().gone) == ("going home", 8.0, 0.0)


@given(
    asked=st.integers(1, 60),
    can=st.integers(0, 60),
    lost=st.integers(-1, 6),
    dies=st.booleans(),
    leaves=st.integers(0, 60),
    back=st.booleans(),
)
def test_nobody_is_lost_or_made_up(asked: int, can: int, lost: int, *, dies: bool, leaves: int, back: bool) -> None:
    """The donor's word is the sum of where they are; the board is never outside what truthful sites have said."""
    at = desk()
    at.world.table["nanchang"] = FakeSite(available=60.0, load=0.5, can_move=float(can))
    count = -1

    def swallow(frame: object) -> bool:
        nonlocal count
        count += isinstance(frame, Command)
        return isinstance(frame, Command) and count == lost

    at.swallow = swallow
    at.start("cross-site-move", **{**MOVE, "count": min(asked, 40)})
    at.pass_time(70)
    if dies:
        again = PlaybookRunner(LIBRARY, at.ids)
        again.restore(json.loads(json.dumps(at.runner.dump(), allow_nan=False)))
        at.runner = again
    if back and at.run.state not in ("reverted", "failed"):
        at.do(at.runner.revert(at.run.id, "lin", at.now))
        at.pass_time(40)
    for loan in transfers_of(runs(at), at.now):
        assert loan.lent == loan.in_transit + loan.at_work + loan.returned + loan.gone
        assert min(loan.in_transit, loan.at_work, loan.returned, loan.gone) >= 0
        assert loan.away[0] <= loan.away[1] <= max(loan.asked, loan.lent)
    if not back:
        assert unexplained(at) == {}
        here = at.world.table["hefei"].borrowed
        gone = min(float(leaves), here)
        at.world.table["hefei"] = replace(at.world.table["hefei"], borrowed=here - gone)
        settled = [loan for loan in transfers_of(runs(at), at.now) if loan.phase == "at work"]
        assert not settled or unexplained(at).get("hefei borrowed", 0.0) == -gone


@pytest.mark.parametrize(
    ("value", "said"), [(3.0, 0.0), (2.0, 0.0), (5.0, 0.0), (1.0, -1.0), (9.0, 4.0), (math.nan, math.nan)]
)
def test_outside_a_range(value: float, said: float) -> None:
    assert outside(value, (2.0, 5.0)) == pytest.approx(said, nan_ok=True)
