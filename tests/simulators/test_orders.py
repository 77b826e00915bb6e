from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from feeds.catalog import GAUGE_INDEX
from feeds.codec import decode, encode
from feeds.contract import NACK_CODES, Ack, Nack, Query, Result
from simulators.orders import VERBS
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.made import command, made, run

LEND = {"to_site": "xian", "category": "apparel", "count": 8, "transfer": "t1"}
FLEX = {"from_category": "apparel", "to_category": "shoes", "count": 2, "transfer": "f1"}
BORROW = {"from_site": "hefei", "category": "apparel", "count": 8, "transfer": "t1"}


@pytest.fixture
def world() -> World:
    return World(made(), 3)


def _sites(world: World) -> tuple[SimulatedSite, SimulatedSite]:
    return SimulatedSite(world, "hefei", 1), SimulatedSite(world, "xian", 1)


def _state(world: World) -> tuple[Any, ...]:
    staff = world.staff
    return (
        world.bot.share.tolist(),
        staff.cap.tolist(),
        staff.accepting.tolist(),
        sorted((loan.id, loan.bound_for_target, loan.target) for loan in world.transfers.loans.values()),
    )


def _site_gauge(world: World, site: str, name: str) -> float:
    return float(world.blocks(world.sites.index(site))[1][-1, GAUGE_INDEX[name]])


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("lend_agents", LEND),
    ("set_bot_share", {"share": 0.7, "queues": "*"}),
    ("set_bot_share", {"shares": {"shop-apparel-tmall-pre": 0.25}}),
    ("set_concurrency_cap", {"cap": 9, "group": "apparel"}),
    ("set_concurrency_cap", {"caps": {"apparel": 4}}),
]


@pytest.mark.parametrize(("verb", "args"), GOOD)
def test_the_same_id_gets_the_same_reply_and_one_effect(world: World, verb: str, args: dict[str, Any]) -> None:
    hefei, _ = _sites(world)
    before = _state(world)
    ack, result = hefei.obey(command("hefei", verb, args), world.now)
    assert isinstance(ack, Ack)
    assert isinstance(result, Result)
    assert not ack.duplicate
    once = _state(world)
    assert once != before
    run(world, 2)
    again, same = hefei.obey(command("hefei", verb, dict(args)), world.now)
    assert isinstance(again, Ack)
    assert again.duplicate
    assert same == result
    assert hefei.answer(Query("hefei", "c1")) == [again, result]
    assert [loan[:1] for loan in _state(world)[3]] == [loan[:1] for loan in once[3]]
    assert _state(world)[:2] == once[:2]


def test_an_id_cannot_be_used_for_something_else(world: World) -> None:
    hefei, _ = _sites(world)
    hefei.obey(command("hefei", "set_bot_share", {"share": 0.7, "queues": "*"}), world.now)
    (nack,) = hefei.obey(command("hefei", "set_bot_share", {"share": 0.1, "queues": "*"}), world.now)
    assert isinstance(nack, Nack)
    assert nack.code == "CONFLICT"
    assert 0.1 not in world.bot.share


def test_an_expired_order_is_never_carried_out(world: World) -> None:
    hefei, _ = _sites(world)
    before = _state(world)
    late = command(
        "hefei", "set_bot_share", {"share": 0.7, "queues": "*"}, deadline_ns=round(world.now * 1e9) - 1_000_000
    )
    (nack,) = hefei.obey(late, world.now)
    assert isinstance(nack, Nack)
    assert nack.code == "EXPIRED"
    assert _state(world) == before
    assert hefei.obey(late, world.now) == [nack]


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("close_the_shop", {}, "UNKNOWN_VERB"),
    ("lend_agents", {}, "BAD_ARGS"),
    ("lend_agents", LEND | {"count": "8"}, "BAD_ARGS"),
    ("lend_agents", LEND | {"count": True}, "BAD_ARGS"),
    ("lend_agents", LEND | {"count": 8.0}, "BAD_ARGS"),
    ("lend_agents", LEND | {"count": 0}, "BAD_ARGS"),
    ("lend_agents", LEND | {"count": 2**70}, "BAD_ARGS"),
    ("lend_agents", LEND | {"to_site": "hefei"}, "BAD_ARGS"),
    ("lend_agents", LEND | {"to_site": "atlantis"}, "BAD_ARGS"),
    ("lend_agents", LEND | {"group": "apparel"}, "BAD_ARGS"),
    ("lend_agents", LEND | {"speed": 2}, "BAD_ARGS"),
    ("lend_agents", LEND | {"category": "digital"}, "PRECONDITION"),
    ("lend_agents", {key: value for key, value in LEND.items() if key != "category"} | {"group": "x"}, "BAD_ARGS"),
    ("borrow_agents", BORROW, "BAD_ARGS"),
    ("return_agents", {"transfer": "t9"}, "PRECONDITION"),
    ("return_agents", {"transfer": None}, "BAD_ARGS"),
    ("set_bot_share", {"share": 1.5, "queues": "*"}, "BAD_ARGS"),
    ("set_bot_share", {"share": float("nan"), "queues": "*"}, "BAD_ARGS"),
    ("set_bot_share", {"share": "0.5", "queues": "*"}, "BAD_ARGS"),
    ("set_bot_share", {"share": True, "queues": "*"}, "BAD_ARGS"),
    ("set_bot_share", {"share": 0.5}, "BAD_ARGS"),
    ("set_bot_share", {"share": 0.5, "queues": "all"}, "BAD_ARGS"),
    ("set_bot_share", {"share": 0.5, "queues": [1]}, "BAD_ARGS"),
    ("set_bot_share", {"share": 0.5, "queues": "*", "shares": {}}, "BAD_ARGS"),
    ("set_bot_share", {"shares": [0.5]}, "BAD_ARGS"),
    ("set_concurrency_cap", {"cap": 0, "group": "*"}, "BAD_ARGS"),
    ("set_concurrency_cap", {"cap": 3}, "BAD_ARGS"),
    ("set_concurrency_cap", {"cap": 2.5, "group": "*"}, "BAD_ARGS"),
    ("set_rest_allowance", {"reasons": ["training"], "allowance": 0.5}, "BAD_ARGS"),
    ("set_rest_allowance", {"reasons": ["forced"], "allowance": 0.5, "group": "*"}, "BAD_ARGS"),
    ("set_rest_allowance", {"reasons": ["meal"], "allowance": 1.5, "group": "*"}, "BAD_ARGS"),
    ("set_wrap_up", {"share": 0.5}, "BAD_ARGS"),
    ("set_wrap_up", {"share": -0.1, "queues": "*"}, "BAD_ARGS"),
    ("set_supervisors", {"category": "apparel"}, "BAD_ARGS"),
    ("set_supervisors", {"category": "digital", "count": 2}, "PRECONDITION"),
    ("set_supervisors", {"counts": {"apparel": -1}}, "BAD_ARGS"),
    ("assign_agents", FLEX | {"to_category": "apparel"}, "PRECONDITION"),
    ("assign_agents", FLEX, "PRECONDITION"),
    ("assign_agents", FLEX | {"count": 0}, "BAD_ARGS"),
    ("set_routing_weights", {"category": "apparel", "weights": {}}, "BAD_ARGS"),
    ("set_routing_weights", {"category": "apparel", "weights": {"hefei": -1.0}}, "BAD_ARGS"),
    ("set_routing_weights", {"category": "apparel", "weights": {"hefei": 0.0, "xian": 0.0}}, "BAD_ARGS"),
    ("set_routing_weights", {"category": "food", "weights": {"hefei": 1.0}}, "PRECONDITION"),
    ("set_priority", {"queues": "*", "level": 10}, "BAD_ARGS"),
    ("set_greeting", {"queues": "*", "on": True}, "BAD_ARGS"),
    ("set_snippets", {"queues": "*", "on": 2}, "BAD_ARGS"),
    ("set_topic_answer", {"topic": "top"}, "BAD_ARGS"),
    ("stop_topic", {"on": 1}, "BAD_ARGS"),
    ("set_callback", {"queues": "*", "wait_s": -1.0}, "BAD_ARGS"),
    ("set_callback", {"queues": "*", "wait_s": float("inf")}, "BAD_ARGS"),
    ("set_queue_cap", {"queues": "*", "cap": -1}, "BAD_ARGS"),
    ("call_in", {"category": "apparel", "count": 2, "pool": "friends", "transfer": "c"}, "BAD_ARGS"),
    ("call_in", {"category": "food", "count": 2, "transfer": "c"}, "PRECONDITION"),
    ("release_agents", {"transfer": "t9"}, "PRECONDITION"),
    ("recall_agents", {"transfer": "t9"}, "PRECONDITION"),
    ("send_home", {"category": "apparel", "count": 2}, "BAD_ARGS"),
]


@pytest.mark.parametrize(("verb", "args", "code"), BAD)
def test_a_bad_order_is_refused_without_effect(world: World, verb: str, args: dict[str, Any], code: str) -> None:
    hefei, _ = _sites(world)
    before = _state(world)
    (nack,) = hefei.obey(command("hefei", verb, args), world.now)
    assert isinstance(nack, Nack)
    assert nack.code == code
    assert code in NACK_CODES
    assert nack.why
    assert "\n" not in nack.why
    assert _state(world) == before
    assert decode(encode(nack)) == nack


def test_an_order_for_another_site_is_refused(world: World) -> None:
    hefei, _ = _sites(world)
    (nack,) = hefei.obey(command("xian", "set_bot_share", {"share": 0.5, "queues": "*"}), world.now)
    assert isinstance(nack, Nack)
    assert nack.code == "BAD_ARGS"


def _result(replies: list[Any]) -> Result:
    _, result = replies
    assert isinstance(result, Result)
    assert decode(encode(result)) == result
    return result


def test_bot_shares_are_reported_per_queue_and_can_be_put_back_exactly(world: World) -> None:
    hefei, _ = _sites(world)
    before = world.bot.share.tolist()
    result = _result(hefei.obey(command("hefei", "set_bot_share", {"share": 0.83, "queues": "*"}), world.now))
    assert result.state == "done"
    assert {item["after"] for item in result.items} == {0.83}
    assert len(result.items) == 8
    shares = {item["target"]: item["before"] for item in result.items}
    _result(hefei.obey(command("hefei", "set_bot_share", {"shares": shares}, id_="c2"), world.now))
    assert world.bot.share.tolist() == before


def test_what_cannot_be_done_for_one_target_is_said_and_the_rest_is_done(world: World) -> None:
    hefei, _ = _sites(world)
    queues = ["shop-apparel-tmall-pre", "hotline", "nowhere"]
    result = _result(hefei.obey(command("hefei", "set_bot_share", {"share": 0.9, "queues": queues}), world.now))
    assert result.state == "partial"
    assert ["error" in item for item in result.items] == [False, True, True]
    caps = {"caps": {"hotline": 3}}
    assert _result(hefei.obey(command("hefei", "set_concurrency_cap", caps, id_="c2"), world.now)).state == "failed"


def test_more_bot_means_fewer_people_in_the_line() -> None:
    worlds = [World(made(staff={"cap": 2}), 4) for _ in range(2)]
    SimulatedSite(worlds[1], "hefei", 1).obey(
        command("hefei", "set_bot_share", {"share": 1.0, "queues": "*"}), worlds[1].now
    )
    waiting = [_site_gauge(run(world, 600), "hefei", "waiting") for world in worlds]
    assert waiting[1] < 0.8 * waiting[0]
    assert worlds[1].tally.of("overflow_out").sum() > 0
    assert worlds[0].tally.of("overflow_out").sum() == 0


def test_agents_travel_work_and_come_home(world: World) -> None:
    hefei, xian = _sites(world)
    home = _state(world)
    online = {name: _site_gauge(world, name, "agents_online") for name in world.sites}
    lent = _result(hefei.obey(command("hefei", "lend_agents", LEND), world.now))
    assert (lent.state, lent.items[0]["asked"], lent.items[0]["moved"]) == ("done", 8, 8)
    assert lent.items[0]["before"] - lent.items[0]["after"] == 8
    borrowed = _result(xian.obey(command("xian", "borrow_agents", BORROW), world.now))
    assert (borrowed.state, borrowed.items[0]["before"], borrowed.items[0]["after"]) == ("done", 0, 8)
    run(world, 59)
    assert _site_gauge(world, "xian", "agents_borrowed") == 0
    run(world, 120)
    assert _site_gauge(world, "xian", "agents_borrowed") == 8
    assert _site_gauge(world, "hefei", "agents_lent") == 8
    assert _site_gauge(world, "xian", "agents_online") == online["xian"] + 8
    assert _site_gauge(world, "hefei", "agents_online") == online["hefei"] - 8
    assert _site_gauge(world, "hefei", "agents_rostered") == 56
    back = _result(xian.obey(command("xian", "return_agents", {"transfer": "t1"}, id_="c2"), world.now))
    assert (back.state, back.items[0]["before"], back.items[0]["after"]) == ("done", 8, 0)
    run(world, 180)
    assert {name: _site_gauge(world, name, "agents_online") for name in world.sites} == online
    assert _state(world)[2] == home[2]
    assert _site_gauge(world, "hefei", "agents_lent") == 0


def test_borrowed_agents_are_slower_and_get_better_in_half_an_hour(world: World) -> None:
    hefei, xian = _sites(world)
    target = world.layout.group_of["xian", "apparel"]
    hefei.obey(command("hefei", "lend_agents", LEND), world.now)
    xian.obey(command("xian", "borrow_agents", BORROW), world.now)
    seen = []
    for _ in range(2400):
        world.step()
        duty, guests = int(world.staff.on_duty[target]), int(world.staff.borrowed[target])
        if guests == 8:
            seen.append(1 - (1 - world.transfers.efficiency(world.tick)[target]) * duty / guests)
    assert seen[0] == pytest.approx(0.6, abs=0.01)
    assert seen[-1] == pytest.approx(0.85, abs=0.001)
    assert all(left <= right + 1e-12 for left, right in pairwise(seen))


def test_a_donor_keeps_its_reserve(world: World) -> None:
    hefei, _ = _sites(world)
    result = _result(hefei.obey(command("hefei", "lend_agents", LEND | {"count": 90}), world.now))
    moved = result.items[0]["moved"]
    assert result.state == "partial"
    assert 0 < moved < 90
    group = world.layout.group_of["hefei", "apparel"]
    assert world.staff.accepting[group] == world.staff.reserve[group] == 20
    more = _result(hefei.obey(command("hefei", "lend_agents", LEND | {"transfer": "t2"}, id_="c2"), world.now))
    assert (more.state, more.items[0]["moved"]) == ("failed", 0)
    assert more.items[0]["error"]


def test_agents_finish_before_they_go() -> None:
    world = run(World(made(staff={"cap": 1, "reserve": 0.0}), 3), 300)
    hefei, _ = _sites(world)
    group = world.layout.group_of["hefei", "apparel"]
    assert world.service.held[group] == world.staff.on_duty[group]
    hefei.obey(command("hefei", "lend_agents", LEND | {"count": 30}), world.now)
    for _ in range(120):
        world.step()
        assert world.service.held[group] <= world.staff.on_duty[group]
    assert 0 < world.staff.out[group] < 30


def test_a_return_calls_back_those_who_have_not_left_and_those_on_the_way(world: World) -> None:
    hefei, xian = _sites(world)
    hefei.obey(command("hefei", "lend_agents", LEND), world.now)
    xian.obey(command("xian", "borrow_agents", BORROW), world.now)
    run(world, 20)
    _result(xian.obey(command("xian", "return_agents", {"transfer": "t1"}, id_="c2"), world.now))
    run(world, 45)
    assert world.staff.out.sum() == 0
    assert world.staff.borrowed.sum() == 0
    assert world.transfers.on_the_way() == 0


def test_a_receiver_may_open_its_door_first_or_late(world: World) -> None:
    hefei, xian = _sites(world)
    assert _result(xian.obey(command("xian", "borrow_agents", BORROW), world.now)).state == "done"
    hefei.obey(command("hefei", "lend_agents", LEND), world.now)
    hefei.obey(command("hefei", "lend_agents", LEND | {"transfer": "t2", "count": 2}, id_="c2"), world.now)
    run(world, 200)
    assert _site_gauge(world, "xian", "agents_borrowed") == 8
    assert world.transfers.on_the_way() == 2
    xian.obey(command("xian", "borrow_agents", BORROW | {"transfer": "t2"}, id_="c2"), world.now)
    run(world, 1)
    assert _site_gauge(world, "xian", "agents_borrowed") == 10


def test_people_without_the_skill_are_not_taken_in() -> None:
    world = World(made(), 3)
    hefei, xian = _sites(world)
    xian.obey(command("xian", "lend_agents", LEND | {"to_site": "hefei"}), world.now)
    replies = hefei.obey(
        command("hefei", "borrow_agents", BORROW | {"from_site": "xian", "category": "shoes"}), world.now
    )
    assert isinstance(replies[0], Nack)
    assert replies[0].code == "PRECONDITION"


def test_the_verbs_in_the_hello_are_those_that_are_obeyed(world: World) -> None:
    hefei, _ = _sites(world)
    assert hefei.hello().verbs == VERBS
