"""The move that `auto` comes to: from the board, by the projection, never from a site that must not give."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.action import World as Asked
from playbooks.ahead.change import LEAVE_S, Change, with_changes
from playbooks.ahead.worth import Worth
from playbooks.moves.choosing import choose_move
from playbooks.moves.curves import WARN_LEVEL, Terms, levels, move_problem
from playbooks.moves.levers import NO_GAIN, SATURATED, USE_LEVERS
from playbooks.preview import make_preview
from tests.playbooks.ahead.made_lanes import CALM, DROWNS, Foreseen, Line, foreseen, lanes_of
from tests.playbooks.world import LIBRARY

BOOK = next(book for book in LIBRARY if book.id == "cross-site-move")
TERMS = Terms((600.0, 1200.0), 0.6)


def asked(world: Foreseen, **more: object) -> Asked:
    return Asked(world, times=(600.0, 1200.0), efficiency=0.6, **more)  # type: ignore[arg-type]


def test_the_best_move_is_a_move_that_helps() -> None:
    found = choose_move(asked(foreseen()), "hefei", "apparel", advise=True)
    assert found is not None
    assert found.move is not None
    assert (found.move.category, found.move.receiver) == ("apparel", "hefei")
    assert found.move.donor in ("nanchang", "wuhan")
    assert 1 <= found.move.count <= 34  # forty are free, a tenth of sixty stays
    able = [one for one in found.candidates if one.why_not is None]
    assert able[0].site == found.move.donor
    assert able[0].gain >= max(one.gain for one in able) > 0


def test_to_and_category_are_chosen_where_nobody_says_them() -> None:
    found = choose_move(asked(foreseen()), None, None)
    assert found is not None
    assert found.move is not None
    assert found.move.receiver == "hefei"
    preview = make_preview(BOOK, {}, foreseen(), 0.0)
    assert preview.params["to"] == "hefei/q1"
    assert preview.params["from"] == found.move.donor
    assert preview.params["count"] == found.move.count
    assert preview.outlook is not None
    assert [(place.site, place.role) for place in preview.outlook.places] == [
        ("hefei", "receiver"),
        (found.move.donor, "donor"),
    ]


def test_a_dark_site_is_never_a_donor_nor_a_receiver() -> None:
    for dark in ("nanchang", "wuhan"):
        world = foreseen()
        world.set(dark, dark=True)
        for receiver in ("hefei", None):
            found = choose_move(asked(world), receiver, None)
            assert found is not None
            assert found.move is not None
            assert dark not in (found.move.donor, found.move.receiver)
    world = foreseen()
    world.set("hefei", dark=True)
    found = choose_move(asked(world), None, None)
    assert found is None or found.move is None


def test_a_dark_site_that_the_projection_still_knows_is_no_donor_either() -> None:
    class Lagging(Foreseen):
        def ahead(self) -> object:  # type: ignore[override]
            return lanes_of(self.lines)

    base = foreseen()
    world = Lagging(base.table, network_load=0.7, lines=base.lines)
    world.set("nanchang", dark=True)
    world.set("wuhan", dark=True)
    found = choose_move(asked(world), "hefei", "apparel")
    assert found is not None
    assert found.move is None


def test_people_that_another_run_holds_stay() -> None:
    found = choose_move(asked(foreseen(), held=frozenset({"agents:nanchang:apparel"})), "hefei", "apparel")
    assert found is not None
    assert found.move is None or found.move.donor == "wuhan"


@pytest.mark.parametrize("load", [1.0, 1.4])
def test_in_a_saturated_network_nobody_moves_and_the_levers_are_named(load: float) -> None:
    world = foreseen()
    world.network_load = load
    found = choose_move(asked(world), "hefei", "apparel")
    assert found is not None
    assert found.move is None
    assert found.reason == SATURATED
    assert found.advice == (USE_LEVERS,)
    preview = make_preview(BOOK, {"to": "hefei/q1", "from": "nanchang", "count": 5}, world, 0.0)
    assert USE_LEVERS in preview.advice
    for rung in ("P10", "P11", "P12", "P13", "P16", "P17", "P18"):
        assert rung in USE_LEVERS.en
        assert rung in USE_LEVERS.zh


def test_where_no_move_helps_it_says_so() -> None:
    world = foreseen()
    world.lines["hefei"] = [CALM]
    for receiver in ("hefei", None):
        found = choose_move(asked(world), receiver, None if receiver is None else "apparel")
        assert found is not None
        assert found.move is None
        assert found.reason == NO_GAIN


def test_the_number_that_was_asked_for_is_the_one_that_is_looked_at() -> None:
    found = choose_move(asked(foreseen(), count=7.0), "hefei", "apparel")
    assert found is not None
    assert found.move is not None
    assert found.move.count == 7


def test_what_is_not_known_of_the_receiver_has_no_say() -> None:
    world = foreseen()
    world.lines["hefei"] = [replace(DROWNS, handle_s=math.nan)]
    assert choose_move(asked(world), "hefei", "apparel") is None
    world = foreseen()
    world.lines["nanchang"] = world.lines["wuhan"] = [replace(CALM, handle_s=math.nan)]
    found = choose_move(asked(world), "hefei", "apparel")
    assert found is not None
    assert found.move is None


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 0.4), st.floats(20, 90), st.floats(0.2, 0.8), st.integers(1, 60))
def test_no_donor_is_offered_a_number_that_takes_it_below_its_line(
    per_s: float, agents: float, full: float, most: int
) -> None:
    lanes = lanes_of({"hefei": [DROWNS], "nanchang": [Line(per_s=per_s, agents=agents, present=agents * full)]})
    sizes = np.arange(1, 61)
    places = (("hefei", "apparel"), ("nanchang", "apparel"))
    problem = move_problem(lanes, places[:1], {places[1]: float(most)}, sizes, TERMS)
    offered = sizes[np.isfinite(problem.loss[1])]
    assert (offered <= most).all()
    for count in offered[-1:].tolist():
        gone = with_changes(lanes, [Change("nanchang", "apparel", (), LEAVE_S, LEAVE_S, agents=-count)])
        assert levels(gone, places[1:])[0] >= WARN_LEVEL - 1e-9
    assert np.isnan(problem.loss[0]).all()
    assert np.isnan(problem.gain[1]).all()


def test_a_shop_of_the_first_tier_goes_before_one_of_the_second() -> None:
    table = foreseen().table | {"luoyang": foreseen().table["hefei"]}
    for tiers in ((1, 2), (2, 1)):
        lines = {
            "hefei": [replace(DROWNS, tier=tiers[0])],
            "luoyang": [replace(DROWNS, tier=tiers[1])],
            "nanchang": [CALM],
        }
        world = Foreseen({site: table[site] for site in lines}, network_load=0.7, lines=lines)
        found = choose_move(asked(world), None, None)
        assert found is not None
        assert found.move is not None
        assert found.move.receiver == ("hefei" if tiers[0] == 1 else "luoyang")
    assert Worth(shops={"a": 5.0}).of(lanes_row("a")) == 5.0
    assert Worth().of(lanes_row("a")) == 1.0


def lanes_row(shop: str) -> object:
    from feeds.contract import Row

    return Row("q", shop=shop, tier=2)
