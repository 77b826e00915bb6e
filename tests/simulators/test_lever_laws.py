from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalog import COUNTER_INDEX as C
from feeds.catalog import GAUGE_INDEX as G
from feeds.contract import Ack, Nack, Result
from simulators.orders import VERBS
from simulators.scenario import Scenario
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.made import command, run, site, two_sites

_CATEGORIES = ("apparel", "shoes")
_QUEUES = ("shop-apparel-tmall-pre", "shop-apparel-jd-after", "shop-shoes-tmall-after", "hotline", "nowhere")


def _levers(**changes: Any) -> Scenario:
    """Two sites that share two categories, with people to call in, who know each other's work, and a topic."""
    people = {"apparel": 14, "shoes": 9}
    sites = [site("a", 30_000, people, voice=3), site("b", 9_000, people, voice=3)]
    for one in sites:
        one["pools"] = {"standby": 5, "outsourcer": 3}
        one["groups"][0]["knows"], one["groups"][1]["knows"] = ["shoes"], ["apparel"]
    base: dict[str, Any] = {
        "sites": sites,
        "warm_up": "30s",
        "lead_time": "20s",
        "staff": {"cap": 3, "reserve": "20%", "rests": {"ordinary": "10%", "meal": "5%", "training": "10%"}},
        "profile": {"patience": "30s", "handle": "40s", "redial_after": "10s", "bot_time": "10s"},
        "injections": [
            {"kind": "topic_spike", "at": "20s", "for": "5m", "factor": 3, "topic": "差价", "category": "apparel"},
            {"kind": "platform_degrade", "at": "40s", "for": "3m", "platform": "jd", "slowdown": 1.5},
            {"kind": "agents_leave", "at": "70s", "for": "60s", "site": "a", "share": "40%"},
            {"kind": "agents_rest", "at": "90s", "for": "80s", "site": "b", "share": "20%"},
            {"kind": "site_power", "at": "200s", "for": "60s", "site": "b"},
        ],
    }
    return Scenario.model_validate(two_sites(**base | changes))


_queues = st.one_of(st.just("*"), st.lists(st.sampled_from(_QUEUES), min_size=1, max_size=3))
_category, _share = st.sampled_from(_CATEGORIES), st.sampled_from([0.0, 0.3, 1.0])
_transfer, _count = st.sampled_from(["t1", "t2", "t3"]), st.integers(1, 8)
_switch = st.integers(0, 1)


def _of(verb: str, **args: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(args))


orders = st.one_of(
    _of(
        "set_rest_allowance",
        reasons=st.lists(st.sampled_from(["break", "meal", "training", "quality"]), min_size=1, max_size=3),
        allowance=_share,
        group=st.sampled_from(["*", "apparel", "shoes"]),
    ),
    _of("set_wrap_up", queues=_queues, share=_share),
    _of("set_supervisors", category=_category, count=st.integers(0, 3)),
    _of("set_concurrency_cap", group=st.sampled_from(["*", "apparel"]), cap=st.integers(1, 5)),
    _of("set_bot_share", queues=_queues, share=_share),
    _of("assign_agents", from_category=_category, to_category=_category, count=_count, transfer=_transfer),
    _of("return_agents", transfer=_transfer),
    _of(
        "set_routing_weights",
        category=_category,
        weights=st.dictionaries(st.sampled_from(["a", "b"]), _share, min_size=1),
    ),
    _of("set_priority", queues=_queues, level=st.integers(-2, 2)),
    _of("set_greeting", queues=_queues, on=_switch),
    _of("set_snippets", queues=_queues, on=_switch),
    _of("set_topic_answer", topic=st.sampled_from(["top", "差价", "物流", "?"]), on=_switch),
    _of("stop_topic", topic=st.sampled_from(["top", "差价", "物流"]), on=_switch),
    _of(
        "call_in", category=_category, count=_count, pool=st.sampled_from(["standby", "outsourcer"]), transfer=_transfer
    ),
    _of("release_agents", transfer=_transfer),
    _of("set_callback", queues=_queues, wait_s=st.sampled_from([0.0, 5.0, 40.0])),
    _of("set_queue_cap", queues=_queues, cap=st.sampled_from([0, 1, 6])),
    _of("send_home", category=_category, count=_count, transfer=_transfer),
    _of("recall_agents", transfer=_transfer),
)
story = st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["a", "b"]), orders), min_size=1, max_size=14)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(story, st.integers(0, 2**32))
def test_no_order_loses_or_makes_up_a_contact_or_an_agent(
    told: list[tuple[int, str, tuple[str, dict[str, Any]]]], seed: int
) -> None:
    world = World(_levers(), seed)
    sites = {name: SimulatedSite(world, name, 1) for name in world.sites}
    before = _counters(world)
    for second in range(320):
        for number, (at, name, (verb, args)) in enumerate(told):
            if at == second:
                sites[name].obey(command(name, verb, args, id_=f"o{number}"), world.now)
        world.step()
        check_people(world)
        if second % 7 == 0:
            after = _counters(world)
            assert np.all(after >= before)
            before = after
            check_contacts(world)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(orders, st.integers(0, 2**32))
def test_an_order_twice_is_one_and_its_before_takes_it_back(order: tuple[str, dict[str, Any]], seed: int) -> None:
    verb, args = order
    world = run(World(_levers(), seed), 5)
    here = SimulatedSite(world, "a", 1)
    was = _ordered(world)
    first = here.obey(command("a", verb, args), world.now)
    now = _ordered(world)
    again = here.obey(command("a", verb, dict(args)), world.now)
    assert _ordered(world) == now
    assert again[-1] == first[-1]
    each = _EACH.get(verb)
    if isinstance(first[0], Nack) or each is None:
        return
    assert isinstance(first[0], Ack)
    assert isinstance(first[1], Result)
    back = {item["target"]: item["before"] for item in first[1].items if "error" not in item}
    undo = {each: back} | ({"category": args["category"]} if verb == "set_routing_weights" else {})
    if back:
        done = here.obey(command("a", verb, undo, id_="undo"), world.now)
        assert isinstance(done[-1], Result), done
        assert done[-1].state == "done"
    assert _ordered(world) == was


_EACH = {
    "set_rest_allowance": "allowances",
    "set_wrap_up": "shares",
    "set_supervisors": "counts",
    "set_concurrency_cap": "caps",
    "set_bot_share": "shares",
    "set_routing_weights": "weights",
    "set_priority": "levels",
    "set_greeting": "states",
    "set_snippets": "states",
    "set_topic_answer": "states",
    "stop_topic": "states",
    "set_callback": "waits",
    "set_queue_cap": "caps",
}
"""Verb → the argument that takes one figure for each target."""


def test_every_verb_is_tried() -> None:
    assert set(VERBS) == {*_EACH, *_OF_PEOPLE}


_OF_PEOPLE = (
    "lend_agents", "borrow_agents", "return_agents", "assign_agents", "call_in", "release_agents", "send_home",
    "recall_agents",
)  # fmt: skip


def test_everything_taken_back_is_over() -> None:
    """Some time after the last order is undone nothing of it is left, and nothing is looked at any more."""
    world = World(_levers(injections=[], minutes=600, load=0.2), 4)
    here = SimulatedSite(world, "a", 1)
    begin = [
        ("set_rest_allowance", {"reasons": ["break", "training"], "allowance": 0.0, "group": "apparel"}),
        ("set_wrap_up", {"queues": "*", "share": 0.0}),
        ("set_supervisors", {"category": "apparel", "count": 1}),
        ("set_routing_weights", {"category": "apparel", "weights": {"b": 3.0}}),
        ("assign_agents", {"from_category": "apparel", "to_category": "shoes", "count": 2, "transfer": "f"}),
        ("call_in", {"category": "shoes", "count": 2, "transfer": "c"}),
        ("send_home", {"category": "apparel", "count": 1, "transfer": "h"}),
        ("set_greeting", {"queues": "*", "on": 1}),
    ]
    end = [
        ("set_rest_allowance", {"reasons": ["break", "training"], "allowance": 1.0, "group": "apparel"}),
        ("set_wrap_up", {"queues": "*", "share": 1.0}),
        ("set_supervisors", {"category": "apparel", "count": 0}),
        ("set_routing_weights", {"category": "apparel", "weights": {"b": 1.0}}),
        ("return_agents", {"transfer": "f"}),
        ("release_agents", {"transfer": "c"}),
        ("recall_agents", {"transfer": "h"}),
        ("set_greeting", {"queues": "*", "on": 0}),
    ]
    for name, told in (("on", begin), ("off", end)):
        for number, (verb, args) in enumerate(told):
            reply = here.obey(command("a", verb, args, id_=f"{name}{number}"), world.now)
            assert isinstance(reply[-1], Result), reply
        run(world, 2400)
        if name == "on":
            assert world.levers.rest.owed.sum() > 0
    run(world, 1800)
    levers, staff = world.levers, world.staff
    for lever in (levers.rest, levers.wrap_up, levers.supervisors, levers.routing, levers.greeting):
        assert not lever.used  # type: ignore[attr-defined]
    assert not staff.called.any()
    assert not staff.extra.any()
    assert not staff.extra_leaving.any()
    assert not staff.out.any()
    assert not staff.borrowed.any()
    assert {name: left.tolist() for name, left in levers.called_in.left.items()} == {
        "standby": [5, 5],
        "outsourcer": [3, 3],
    }


def _counters(world: World) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.concatenate([world.figures.true(number)[2] for number in range(len(world.sites))])


def check_contacts(world: World) -> None:
    """Every contact is somewhere, once."""
    for number in range(len(world.sites)):
        _, gauges, counters = world.figures.true(number)
        ended = sum(counters[:, C[name]] for name in ("answered", "abandoned", "timed_out", "bot_contained"))
        assert np.array_equal(counters[:, C["offered"]], ended + gauges[:, G["waiting"]] + gauges[:, G["bot_open"]])
        let_go = sum(counters[:, C[name]] for name in ("messages_left", "callbacks_promised", "deflected"))
        assert np.array_equal(counters[:, C["timed_out"]], let_go)
        work = counters[:, C["messages_left"]] + counters[:, C["callbacks_promised"]]
        assert np.array_equal(work, gauges[:, G["work_open"]] + counters[:, C["work_done"]])
    held = len(world.service)
    assert held == world.service.held.sum()
    assert len(np.unique(world.lines.slots)) == len(world.lines)
    talking = world.service.talking()
    assert not set(world.lines.slots.tolist()) & set(talking.tolist())


def check_people(world: World) -> None:
    """Every agent is somewhere, once."""
    staff, loans = world.staff, world.transfers.loans.values()
    away = sum(loan.at_home + loan.at_work + loan.on_the_way for loan in loans if loan.origin >= 0)
    assert staff.out.sum() == away
    assert staff.borrowed.sum() == sum(loan.at_work for loan in loans)
    assert np.array_equal(staff.extra, world.levers.supervisors.heads + world.levers.called_in.working())
    for column in (
        staff.present, staff.own_duty, staff.absent, staff.out, staff.borrowed, staff.own_leaving,
        staff.guests_leaving, staff.extra_leaving, staff.accepting, staff.rests, world.levers.rest.owed,
    ):  # fmt: skip
        assert column.min() >= 0
    assert np.all(staff.own_leaving <= staff.own_duty)
    assert np.all(staff.extra_leaving <= staff.extra)
    calls = world.levers.called_in
    for name, left in calls.left.items():
        out = [made for made in calls.calls.values() if made.pool == name]
        there = left.sum() + sum(made.bound + made.leaving for made in out)
        assert there == sum(getattr(plan.site.pools, name) for plan in world.layout.plans)


def _ordered(world: World) -> tuple[Any, ...]:
    """Everything that an order sets."""
    levers, staff = world.levers, world.staff
    figures = (
        levers.wrap_up, levers.supervisors, levers.routing, levers.priority, levers.greeting, levers.callback,
        levers.queue_cap, levers.topics.answers, levers.topics.stops, levers.snippets, levers.rest,
    )  # fmt: skip
    loans = sorted((loan.id, loan.bound_for_target) for loan in world.transfers.loans.values())
    calls = sorted((made.id, made.bound) for made in levers.called_in.calls.values())
    return (*(one.ordered.tolist() for one in figures), staff.cap.tolist(), world.bot.share.tolist(), loans, calls)
