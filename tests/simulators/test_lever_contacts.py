from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.contacts import Contacts
from simulators.injection import TopicSpike
from simulators.levers import greeting, snippets, topic_levers
from simulators.levers.routing import STRANGE_SHOP
from simulators.site import SimulatedSite
from simulators.waiting import WaitingLines
from simulators.world import World
from tests.simulators.made import command, run
from tests.simulators.test_lines import _batch
from tests.simulators.twins import SITES, gauge, grown, order, ratio, twins

_TWO = ({"id": "q", "phase": "pre"}, {"id": "r", "phase": "pre"})


def _weights(world: World, weights: dict[str, float]) -> None:
    site = SimulatedSite(world, "s0", 1)
    site.obey(command("s0", "set_routing_weights", {"category": "sports", "weights": weights}), world.now)


def test_new_contacts_are_dealt_out_by_weight_and_none_is_lost() -> None:
    scenario = twins(20_000, 60, handle={"law": "constant", "mean": "2m"})
    usual, world = World(scenario, 4), World(scenario, 4)
    _weights(world, {f"s{number}": 0.25 for number in range(0, SITES, 2)})
    run(usual, 150)
    run(world, 150)
    (before,), (offered, handle, completed) = (
        grown(usual, 900, "offered"), grown(world, 900, "offered", "handle_sum_s", "completed"),
    )  # fmt: skip
    assert offered.sum() == before.sum()
    assert ratio(offered) == pytest.approx(0.25, abs=0.03)
    # Half of the sites take 0.6 of a share more: 0.375 of what they have is of strange shops.
    strange = 0.6 / 1.6
    assert 1 / ratio(handle, completed) == pytest.approx(1 + (STRANGE_SHOP - 1) * strange, abs=0.005)


def test_a_site_that_is_gone_gets_no_contacts_and_a_weight_for_all_changes_nothing() -> None:
    world = World(twins(20_000, 60), 4)
    site = SimulatedSite(world, "s1", 1)
    for id_, weights in (("a", {"s0": 0.0}), ("b", {f"s{n}": 2.0 for n in range(1, SITES)})):
        site.obey(command("s1", "set_routing_weights", {"category": "sports", "weights": weights}, id_=id_), world.now)
    (offered,) = grown(run(world, 130), 900, "offered")
    assert offered[0] == 0
    assert offered[1:].std() < 3 * np.sqrt(offered[1:].mean())


def test_the_higher_level_is_answered_first_and_the_lower_waits() -> None:
    world = World(twins(25_000, 20, queues=_TWO, handle="2m", patience="20m"), 4)
    order(world, "set_priority", {"queues": ["q"], "level": 2})
    run(world, 600)
    waited, answered = grown(world, 1500, "wait_answered_sum_s", "answered")
    assert ratio(waited, answered, queue=0, queues=2) < 0.2
    assert ratio(answered, queue=1, queues=2) < 0.7
    mine, usual = answered.reshape(-1, 4)[:, :2].sum(), answered.reshape(-1, 4)[:, 2:].sum()
    assert mine == pytest.approx(usual, rel=0.07)


_arrivals = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), max_size=5),
        st.one_of(st.none(), st.lists(st.integers(-2, 2), min_size=4, max_size=4)),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(_arrivals, st.randoms(use_true_random=False))
def test_within_a_level_who_came_first_is_served_first(story: list[Any], random: Any) -> None:
    """Four queues of two groups, whose levels change now and then, against a plain list sorted anew each time."""
    contacts, lines = Contacts(capacity=2), WaitingLines(2)
    plain: list[tuple[int, int, float, int]] = []
    level = [0, 0, 0, 0]
    for tick, (joiners, levels, free) in enumerate(story):
        gone = lines.hang_up(contacts, tick)
        assert set(gone.tolist()) == {one[3] for one in plain if contacts.gives_up[one[3]] <= tick}
        plain = [one for one in plain if one[3] not in gone.tolist()]
        contacts.release(gone)
        if levels is not None:
            level = levels
            ranks = None if not any(level) else -np.array(level, dtype=np.int64)
            lines.rank(ranks, contacts)
        ties = [random.random() for _ in joiners]
        slots = contacts.admit(_batch([patience for _, patience in joiners], ties))
        queues = np.array([queue for queue, _ in joiners], dtype=np.int64)
        contacts.queue[slots] = queues
        lines.join(slots, queues // 2, contacts, tick)
        plain += [(queue, tick, tie, int(slot)) for (queue, _), tie, slot in zip(joiners, ties, slots, strict=True)]
        served = lines.serve(np.array([free, free])).tolist()
        waiting = sorted(plain, key=lambda one: (one[0] // 2, -level[one[0]], one[1], one[2]))
        expected = [one[3] for group in (0, 1) for one in [w for w in waiting if w[0] // 2 == group][:free]]
        assert served == expected
        plain = [one for one in plain if one[3] not in served]
        contacts.release(np.array(served, dtype=np.int64))


def test_who_knows_the_wait_gives_up_less_and_messages_are_work() -> None:
    world = World(twins(40_000, 30, handle="2m", patience="2m"), 4)
    order(world, "set_greeting", {"queues": "*", "on": 1})
    run(world, 400)
    abandoned, left, done = grown(world, 900, "abandoned", "messages_left", "work_done")
    assert 0.55 < ratio(abandoned) < 0.75
    assert left[::2].sum() / (left + abandoned)[::2].sum() == pytest.approx(greeting.LEAVES_MESSAGE, abs=0.03)
    assert left[1::2].sum() == done.sum() == 0, "nobody has a hand free for them"
    assert gauge(world, "work_open") > 20
    world.staff.home += 30
    (done,) = grown(run(world, 300), 600, "work_done")
    assert done[::2].sum() > left.sum() / 2


_SPIKE = {"kind": "topic_spike", "at": "0s", "for": "3h", "factor": 3, "topic": "优惠券"}


def test_one_answer_spares_a_third_of_a_topic_and_misleads_some() -> None:
    world = World(twins(40_000, 60, injections=(_SPIKE,)), 4)
    (item,) = order(world, "set_topic_answer", {"topic": "top", "on": 1})
    assert item["target"] == "商品"
    run(world, 60)
    assert order(world, "set_topic_answer", {"topic": "top", "on": 1}, id_="2")[0]["target"] == "优惠券"
    (early,) = grown(world, 240, "offered")
    assert ratio(early) == pytest.approx(1, abs=0.09)
    offered, repeats = grown(run(world, 1500), 900, "offered", "repeats")
    # The injected topic is two thirds; coupons are a fifth of the rest, goods 24 %.
    cut = (2 / 3 + (0.2 + 0.24) / 3) * topic_levers.ANSWERED
    assert ratio(offered - repeats) == pytest.approx(1 - cut, abs=0.03)
    assert (gauge(world, "topics_answered"), gauge(world, "topics_answered", 1)) == (2, 0)
    assert repeats[1::2].sum() == 0
    assert repeats[::2].sum() == pytest.approx(offered[1::2].sum() * cut * topic_levers.MISLED, rel=0.25)


def test_a_cause_stopped_takes_the_topic_and_its_orders_away() -> None:
    rush = {"kind": "order_rush", "at": "0s", "for": "3h", "conversion": 4, "refunds": 6}
    world = World(twins(20_000, 80, injections=(_SPIKE | {"topic": "错价"}, rush), conversion=0.1), 4)
    order(world, "stop_topic", {"topic": "错价", "on": 1})
    offered, buyers, served = grown(run(world, 1900), 1500, "offered", "buyers_ordered", "completed")
    cut = topic_levers.STOPPED
    assert ratio(offered) == pytest.approx(1 - cut * 2 / 3, abs=0.03)
    assert ratio(buyers, served) == pytest.approx((1 + 3 * (1 - cut)) / 4 * (1 - cut * 2 / 3), abs=0.05)
    order(world, "stop_topic", {"topic": "错价", "on": 0}, id_="back")
    (offered,) = grown(run(world, 1900), 600, "offered")
    assert ratio(offered) == pytest.approx(1, abs=0.04)


def test_a_topic_that_a_coach_injects_can_be_answered() -> None:
    world = World(twins(40_000, 60), 4)
    order(world, "set_topic_answer", {"topic": "商品", "on": 1})
    world.inject(TopicSpike.model_validate(_SPIKE | {"topic": "缺货", "at": "10s"}))
    (item,) = order(world, "set_topic_answer", {"topic": "缺货", "on": 1}, id_="new")
    assert (item["before"], item["after"]) == (0, 1)
    (offered,) = grown(run(world, 900), 600, "offered")
    assert ratio(offered) == pytest.approx(1 - (2 / 3 + 0.24 / 3) * topic_levers.ANSWERED, abs=0.05)
    assert gauge(world, "topics_answered") == 2


def test_a_topic_that_is_none_is_said() -> None:
    (item,) = order(World(twins(0, 1), 1), "stop_topic", {"topic": "天气", "on": 1})
    assert item["error"] == "no such topic here"


def test_a_callback_takes_callers_off_the_line_and_must_be_staffed() -> None:
    world = World(twins(20_000, 30, channel="voice", handle="3m", acw="30s", patience="3m"), 4)
    order(world, "set_callback", {"queues": "*", "wait_s": 60.0})
    run(world, 600)
    abandoned, promised, done = grown(world, 1500, "abandoned", "callbacks_promised", "work_done")
    assert ratio(abandoned) < 0.75
    assert promised[::2].sum() > 100
    assert promised[1::2].sum() == 0
    assert gauge(world, "work_open") > 0
    world.staff.home += 30
    (done,) = grown(run(world, 600), 900, "work_done")
    assert done[::2].sum() > 100


@pytest.mark.parametrize("bot", [0.0, 0.2])
def test_a_full_queue_lets_nobody_in(bot: float) -> None:
    world = World(twins(40_000, 30, handle="2m", patience="2m", bot_share=bot, containment=0.3), 4)
    lost = world.losses.lost.copy()
    order(world, "set_queue_cap", {"queues": "*", "cap": 5})
    run(world, 300)
    deflected, sent, abandoned = grown(world, 900, "deflected", "overflow_out", "abandoned")
    assert all(gauge(world, "waiting", number) <= 5 for number in range(0, SITES, 2))
    assert gauge(world, "waiting", 1) > 10
    assert deflected[1::2].sum() == sent[1::2].sum() == 0
    assert deflected[::2].sum() > 500
    assert (sent[::2].sum() > 1000) == (bot > 0)
    assert ratio(abandoned) < 0.5
    if not bot:
        assert ratio(abandoned + deflected) > 0.87, "nobody more is answered for it"
        assert ratio(world.losses.lost - lost) > 0.8, "and who is turned away buys nothing"


@pytest.mark.parametrize("slowdown", [1.5, 1.0])
def test_local_snippets_take_away_most_of_a_platforms_slowness_and_cost_a_little(slowdown: float) -> None:
    degrade = {"kind": "platform_degrade", "at": "0s", "for": "3h", "slowdown": slowdown}
    world = World(twins(9_000, 60, injections=(degrade,), handle={"law": "constant", "mean": "2m"}), 4)
    order(world, "set_snippets", {"queues": "*", "on": 1})
    assert gauge(world, "snippets_on") == 1
    run(world, 2000)
    left = 1 + (slowdown - 1) * (1 - snippets.TAKES_AWAY)
    expected = left / slowdown if slowdown > 1 else 1 + snippets.TWO_PLACES
    assert ratio(*grown(world, 600, "handle_sum_s", "completed")) == pytest.approx(expected, abs=0.01)
