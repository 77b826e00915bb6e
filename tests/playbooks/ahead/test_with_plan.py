"""The half hour with a plan and without it: what each step changes, who is named, and how wide the band is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from alerts.projection.course import Course
from alerts.projection.kernel import replicate
from playbooks.ahead.change import Change, lanes_of, ramp, with_changes
from playbooks.ahead.effects import changes_of
from playbooks.ahead.heading import headings
from playbooks.ahead.with_plan import plan_ahead
from playbooks.playbook import About
from tests.playbooks.ahead.made_lanes import CALM, DROWNS, Line, foreseen
from tests.playbooks.ahead.made_lanes import lanes_of as made

TWO_QUEUES = {"hefei": [DROWNS, Line(category="beauty", per_s=0.1)], "nanchang": [CALM]}
ABOUT = About(lead_time=(600.0, 1200.0), figures={"efficiency": 0.6, "arrivals": -0.2, "handle_time": -0.1})


def test_an_effect_comes_as_slowly_as_it_is_said_to() -> None:
    course = made(TWO_QUEUES).course
    part = ramp(600.0, 1200.0, course)[:, 0]
    assert part[:10].tolist() == [0.0] * 10
    assert part[20:] == pytest.approx(1.0)
    assert part.sum() == pytest.approx(10 + 5)
    assert (np.diff(part) >= 0).all()
    assert ramp(90.0, 90.0, course)[:, 0][:3].tolist() == pytest.approx([0.0, 0.5, 1.0])


def test_people_go_where_they_are_sent_and_nowhere_else() -> None:
    lanes = made(TWO_QUEUES)
    changes = (
        Change("nanchang", "apparel", (), 60.0, 60.0, agents=-10.0),
        Change("hefei", "apparel", (), 600.0, 600.0, agents=6.0),
    )
    after = with_changes(lanes, changes).course
    moved = (after.agents - lanes.course.agents)[-1]
    assert moved == pytest.approx([6.0, 0.0, -10.0])
    assert np.array_equal(after.arrivals, lanes.course.arrivals)
    found = plan_ahead(lanes, changes)
    assert found is not None
    assert [(p.site, p.category, p.role) for p in found.places] == [
        ("hefei", "apparel", "receiver"),
        ("nanchang", "apparel", "donor"),
    ]
    assert found.gained == pytest.approx(sum(p.gained for p in found.places))
    assert found.places[0].gained > 0 >= found.places[1].gained


def test_places_that_share_queues_are_counted_once() -> None:
    lanes = made({"hefei": [DROWNS]})
    both = (Change("hefei", capacity=0.1), Change("hefei", "apparel", agents=8.5))
    one = plan_ahead(lanes, (Change("hefei", agents=8.5), Change("hefei", agents=8.5)))
    two = plan_ahead(lanes, both)
    assert one is not None
    assert two is not None
    assert two.gained == pytest.approx(one.gained)


def test_what_is_not_known_stays_unknown() -> None:
    lanes = made({"hefei": [replace(DROWNS, handle_s=math.nan)], "nanchang": [CALM]})
    found = plan_ahead(lanes, (Change("hefei", agents=5.0), Change("nanchang", agents=-5.0)))
    assert found is not None
    assert math.isnan(found.gained)
    assert math.isnan(found.effect)
    assert [place.known for place in found.places] == [False, True]
    assert plan_ahead(lanes, (Change("wuhan", agents=5.0),)) is None


def test_each_step_changes_what_it_is_about() -> None:
    world, lanes = foreseen(), made(foreseen().lines)

    def of(action: str, about: About = ABOUT, **args: object) -> tuple[Change, ...]:
        return changes_of(action, args, world, about, lanes)  # type: ignore[arg-type]

    lend, borrow = of("reallocate_agents", to="hefei", category="apparel", count=10.0, **{"from": "nanchang"})
    assert (lend.site, lend.agents, lend.begins_s) == ("nanchang", -10.0, 60.0)
    assert (borrow.site, borrow.agents, borrow.begins_s, borrow.whole_s) == ("hefei", 6.0, 600.0, 1200.0)
    (bot,) = of("set_bot_share", site="hefei", queues=("q1",), share=0.6)
    # With 0.3 before and half of them contained: 1 - 0.3 of the people that 1 - 0.15 were.
    assert bot.arrivals == pytest.approx((1 - 0.6 * 0.5) / (1 - 0.3 * 0.5) - 1)
    (home,) = of("send_home", site="hefei", category="apparel", count=4.0)
    assert home.agents == -4.0
    (wrap,) = of("set_wrap_up", site="hefei", queues=("*",), share=0.3)
    assert (wrap.handle, wrap.queues) == (-0.1, ())
    (cap,) = of("set_queue_cap", site="hefei", queues=("q1",), cap=5.0)
    assert cap.lost
    assert of("note") == of("task") == of("set_priority") == ()
    assert of("set_concurrency_cap", site="hefei", cap=4.0) == ()  # what the cap is now is unknown


def test_dealing_contacts_out_otherwise_loses_none() -> None:
    world, lanes = foreseen(), made(foreseen().lines)
    args = {"site": "hefei", "category": "apparel", "weight": 0.5}
    found = changes_of("set_routing_weights", args, world, ABOUT, lanes)
    assert {change.site for change in found} == {"hefei", "nanchang", "wuhan"}
    after = with_changes(lanes, found)
    assert after.course.arrivals[-1].sum() == pytest.approx(lanes.course.arrivals[-1].sum())
    assert after.course.arrivals[-1, 0] < lanes.course.arrivals[-1, 0]
    world.set("nanchang", dark=True)
    found = changes_of("set_routing_weights", args, world, ABOUT, lanes)
    assert {change.site for change in found} == {"hefei", "wuhan"}


def test_of_named_queues_only_their_share_changes() -> None:
    lanes = made({"hefei": [Line(per_s=0.3), Line(category="beauty")]})
    which = lanes_of(Change("hefei", queues=("q2",)), lanes)
    assert which.tolist() == [1]
    assert lanes_of(Change("hefei", queues=("nobody",)), lanes).tolist() == []
    assert lanes_of(Change("hefei"), lanes).tolist() == [0, 1]


def test_the_band_holds_four_fifths_of_what_happens() -> None:
    held, edges = [], []
    for seed, (agents, present) in enumerate(((85.0, 105.0), (100.0, 100.0), (92.0, 95.0))):
        lanes = replace(made({"hefei": [replace(DROWNS, agents=agents, present=present)]}), noise=np.zeros(1))
        (found,) = headings([(lanes, np.array([0]))])
        course: Course = lanes.course
        times = course.step_s * np.arange(course.steps + 1)
        what = replicate(
            course,
            np.array([int(present)]),
            np.array([[30.0]]),
            times,
            replications=300,
            rng=np.random.default_rng(seed),
        )
        waiting = what.waiting[:, 0, :]
        low, high = (np.array(side)[:, None] for side in (found.waiting.low, found.waiting.high))
        some = slice(10, None, 5)
        held.append(((waiting >= np.floor(low)) & (waiting <= np.ceil(high)))[some].mean())
        edges.append(np.abs(np.array(found.waiting.middle)[some] - waiting.mean(axis=1)[some]).max())
    assert min(held) > 0.75
    assert np.mean(held) < 0.97
    assert max(edges) < 4.0


def test_the_band_is_wider_where_arrivals_are_less_well_known() -> None:
    lanes = made({"hefei": [DROWNS]})
    (usual,) = headings([(lanes, np.array([0]))])
    (sure,) = headings([(replace(lanes, noise=np.zeros(1)), np.array([0]))])
    for figure in ("waiting", "wait_s", "level"):
        wide, narrow = getattr(usual, figure), getattr(sure, figure)
        assert wide.middle == pytest.approx(narrow.middle)
        assert wide.high[-1] - wide.low[-1] >= narrow.high[-1] - narrow.low[-1] - 1e-9
        for low, middle, high in zip(wide.low, wide.middle, wide.high, strict=True):
            assert low <= middle + 1e-9
            assert middle <= high + 1e-9
