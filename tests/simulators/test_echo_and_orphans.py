from __future__ import annotations

import numpy as np
import pytest

from simulators import after_sale
from simulators.orphans import DESERTED_S
from simulators.scenario import load_scenario
from simulators.topics import USUAL_TOPICS
from simulators.world import World
from tests.simulators.made import made, run
from tests.simulators.twins import grown, order, ratio, twins

_BOTH = ({"id": "q", "phase": "pre"}, {"id": "r", "phase": "after"})


def test_the_echo_begins_on_day_3_and_lasts_half_a_month() -> None:
    assert [after_sale.contacts(day) for day in (-5, 0, 3, 4, 7, 15, 40)] == [1.0, 1.3, 3.2, 3.5, 2.7, 1.2, 1.0]
    assert max(range(30), key=after_sale.contacts) == 4
    for day in np.arange(-2, 40, 0.5):
        shares = after_sale.topics(float(day))
        assert shares.sum() == pytest.approx(1)
        assert shares.min() > 0
    assert after_sale.topics(-3).tolist() == list(USUAL_TOPICS.values())
    named = [list(USUAL_TOPICS)[int(after_sale.topics(day).argmax())] for day in (2, 4, 9)]
    assert named == ["物流", "物流", "退换"]
    assert after_sale.refunds(-3) == 1 < after_sale.refunds(3) < after_sale.refunds(9)


def test_a_scenario_on_day_4_has_the_contacts_topics_and_refunds_of_that_day() -> None:
    usual = twins(9_000, 60, queues=_BOTH, trades=1, refunds=1)
    world, before = World(usual.model_copy(update={"phase_day": 4.0}), 3), World(usual, 3)
    found, known = grown(world, 900, "offered", "refunds_completed"), grown(before, 900, "offered", "refunds_completed")
    assert found[0][::2].sum() == pytest.approx(known[0][::2].sum(), rel=0.06), "before the sale nothing changes"
    assert found[0][1::2].sum() / known[0][1::2].sum() == pytest.approx(3.5, rel=0.06)
    refunds = found[1][1::2].sum() / known[1][1::2].sum()
    assert refunds == pytest.approx(3.5 * after_sale.refunds(4), rel=0.1)
    topics = world.topics.by_queue()[1::2].sum(axis=0)[:-1]
    assert topics / topics.sum() == pytest.approx(after_sale.topics(4), abs=0.02)


def test_day_three_of_d12_is_the_curve_s() -> None:
    (echo,) = [one for one in load_scenario("d12-after-sale-wave").injections if one.kind == "after_sale"]
    assert after_sale.contacts(echo.day) == 3.2
    with pytest.raises(ValueError, match="phase_day"):
        made(phase_day=99)


def test_chats_that_everybody_left_end_and_their_customers_ask_again() -> None:
    leave = {"kind": "agents_leave", "at": "10s", "for": "20m", "site": "s0", "share": "100%"}
    world = World(twins(20_000, 40, handle="4m", injections=(leave,), patience="1h"), 5)
    held = int(world.service.held[0])
    assert held > 10
    run(world, 10 + DESERTED_S - 5)
    assert world.service.held[0] > 0
    (repeats,) = grown(run(world, 10), 320, "repeats")
    assert world.service.held[0] == 0
    assert 0 < repeats[0] <= held
    assert repeats[1:].sum() == 0


def test_of_a_site_without_weight_those_who_come_back_come_elsewhere() -> None:
    leave = {"kind": "agents_leave", "at": "10s", "site": "s0", "share": "100%"}
    world = World(twins(20_000, 60, handle="2m", injections=(leave,), patience="1h"), 5)
    run(world, 20)
    order(world, "set_routing_weights", {"category": "sports", "weights": {"s0": 0.0}}, every=99)
    offered, repeats = grown(run(world, 125), 700, "offered", "repeats")
    assert offered[0] == repeats[0] == 0
    assert repeats[1:].sum() > 10
    assert ratio(offered[1:-1]) == pytest.approx(1, abs=0.15)
