from __future__ import annotations

import numpy as np
import pytest

from simulators.levers import called_in, supervisors, wrap_up
from simulators.world import World
from tests.simulators.made import run
from tests.simulators.twins import gauge, grown, order, ratio, twins

_RESTS = {"rests": {"training": "20%", "ordinary": "10%"}}


def test_training_called_off_brings_people_back_within_five_minutes_and_is_owed() -> None:
    world = World(twins(2_000, 50, staff=_RESTS), 1)
    off = {"reasons": ["training"], "allowance": 0.0, "group": "*"}
    assert order(world, "set_rest_allowance", off) == [{"target": "sports/training", "before": 1.0, "after": 0.0}]
    assert gauge(run(world, 110), "rest_training") == 10
    assert 0 < gauge(run(world, 100), "rest_training") < 10
    assert gauge(run(world, 100), "rest_training") == 0
    assert (gauge(world, "rest_ordinary"), gauge(world, "rest_training", 1)) == (5, 10)
    assert world.staff.on_duty[0] == world.staff.on_duty[1] + 10
    owed = gauge(run(world, 600), "owed_rest_s")
    assert owed == pytest.approx(10 * 600 + 10 * 90, rel=0.05)
    order(world, "set_rest_allowance", off | {"allowance": 1.0}, id_="back")
    assert gauge(run(world, 310), "rest_training") == 5, "it comes back in steps of a tenth a minute"
    assert gauge(run(world, 400), "rest_training") == 15, "and a tenth of the people make up for what they missed"
    run(world, round(gauge(world, "owed_rest_s") / 5) + 2)
    assert (gauge(world, "rest_training"), gauge(world, "owed_rest_s")) == (10, 0)


def test_a_break_can_be_put_off_for_an_hour_and_then_goes() -> None:
    world = World(twins(500, 50, staff=_RESTS), 1)
    off = {"reasons": ["break"], "allowance": 0.0, "group": "*"}
    order(world, "set_rest_allowance", off)
    assert gauge(run(world, 3600), "rest_ordinary") == 0
    assert gauge(run(world, 200), "rest_ordinary") == 10, "those of now, and a tenth who missed theirs"
    again = order(world, "set_rest_allowance", off, id_="again")
    assert "60 min" in again[0]["error"]
    assert again[0]["before"] == again[0]["after"] == 1.0
    run(world, 4000)
    assert gauge(world, "owed_rest_s") == 0
    assert "error" not in order(world, "set_rest_allowance", off, id_="later")[0]


@pytest.mark.parametrize(("channel", "acw"), [("chat", "0s"), ("voice", "40s")])
def test_wrap_up_cut_short_saves_five_to_ten_per_cent_and_is_made_up_for(channel: str, acw: str) -> None:
    handle = {"handle": {"law": "constant", "mean": "3m"}}
    world = World(twins(9_000, 40, channel=channel, acw=acw, **handle), 3)
    order(world, "set_wrap_up", {"queues": "*", "share": 0.0})
    run(world, 600)
    assert 0.90 < ratio(*grown(world, 1500, "handle_sum_s", "completed")) < 0.95
    order(world, "set_wrap_up", {"queues": "*", "share": 1.0}, id_="back")
    run(world, 400)
    assert world.levers.wrap_up.owed[0] > 0
    assert 1.02 < ratio(*grown(world, 600, "handle_sum_s", "completed")) < 1.03 + wrap_up.CATCH_UP


def test_supervisors_come_after_five_minutes_work_faster_and_leave_the_floor() -> None:
    world = World(twins(60_000, 50, handle="3m", patience="10m"), 2)
    (item,) = order(world, "set_supervisors", {"category": "sports", "count": 9})
    assert item == {"target": "sports", "before": 0, "after": 3, "asked": 9, "moved": 3}
    assert gauge(run(world, 299), "agents_supervisors") == 0
    assert gauge(run(world, 305), "agents_supervisors") == 3
    assert gauge(world, "agents_online") == gauge(world, "agents_online", 1) + 3
    # 3 of 50 at 1.15 of the speed: 6.9 % more work done while all are busy.
    assert ratio(*grown(world, 1200, "completed")) == pytest.approx(1 + 3 * supervisors.SPEED / 50, abs=0.035)
    assert world.conversations.contentment is not None
    assert world.conversations.contentment[0] < world.conversations.contentment[1]
    order(world, "set_supervisors", {"counts": {"sports": 0}}, id_="back")
    run(world, 400)
    assert (gauge(world, "agents_supervisors"), world.staff.extra.sum(), world.staff.extra_leaving.sum()) == (0, 0, 0)


_SHOES = ({"category": "shoes", "agents": 4},)
_BOTH = ({"id": "q", "phase": "pre"}, {"id": "r", "category": "shoes", "phase": "pre"})


def test_agents_flexed_are_there_in_five_minutes_and_their_own_queue_waits() -> None:
    scenario = twins(24_000, 30, groups=_SHOES, queues=_BOTH, handle="3m", patience="2m")
    world = World(scenario, 2)
    flex = {"from_category": "sports", "to_category": "shoes", "count": 8, "transfer": "f"}
    (item,) = order(world, "assign_agents", flex)
    assert (item["target"], item["asked"], item["moved"]) == ("sports", 8, 8)
    run(world, 420)
    assert gauge(world, "agents_flexed", 0, 1) == 8
    assert [gauge(world, name, 0, row) for name in ("agents_borrowed", "agents_lent") for row in (0, 1)] == [0] * 4
    answered, abandoned = grown(world, 1800, "answered", "abandoned")
    # Four people and eight at 0.7 to 0.9 of their speed instead of four.
    assert 2.2 < ratio(answered, queue=1, queues=2) < 3.0
    assert ratio(abandoned, queue=0, queues=2) > 1.2
    order(world, "return_agents", {"transfer": "f"})
    run(world, 900)
    assert (world.staff.out.sum(), world.staff.borrowed.sum()) == (0, 0)


def test_people_called_in_come_within_the_hour_and_are_slower() -> None:
    world = World(twins(60_000, 20, pools={"standby": 6, "outsourcer": 4}, handle="3m", patience="10m"), 2)
    (item,) = order(world, "call_in", {"category": "sports", "count": 10, "transfer": "c"})
    assert (item["asked"], item["moved"]) == (10, 6)
    order(world, "call_in", {"category": "sports", "count": 4, "pool": "outsourcer", "transfer": "o"}, id_="o")
    assert gauge(world, "agents_standby") == 0
    assert gauge(run(world, 1800), "agents_called_in") == 0
    assert gauge(run(world, 1000), "agents_called_in") == 3
    assert gauge(run(world, 900), "agents_called_in") == 10
    more = ratio(*grown(world, 900, "completed")) - 1
    low, high = called_in.EFFICIENCY
    assert low < more / (10 / 20) < high + 0.05
    assert world.conversations.contentment is not None
    assert world.conversations.contentment[0] == pytest.approx(1 - 0.15 / 3)
    order(world, "release_agents", {"transfer": "c"})
    assert gauge(run(world, 900), "agents_called_in") == 4
    assert gauge(world, "agents_standby") == 6


def test_people_sent_home_are_half_an_hour_away() -> None:
    world = World(twins(2_000, 20, handle="2m"), 2)
    (item,) = order(world, "send_home", {"category": "sports", "count": 5, "transfer": "h"})
    assert (item["before"], item["after"]) == (20, 15)
    run(world, 300)
    assert [gauge(world, name) for name in ("agents_online", "agents_sent_home", "agents_lent")] == [15, 5, 0]
    assert gauge(world, "agents_rostered") == 20
    order(world, "recall_agents", {"transfer": "h"})
    assert gauge(run(world, 1790), "agents_online") == 15
    assert gauge(run(world, 20), "agents_online") == 20


def test_more_contacts_an_agent_and_more_bot_please_less() -> None:
    world = World(twins(2_000, 20, staff={"cap": 3, "slowdown": 0.4}, bot_share=0.2), 2)
    assert world.conversations.contentment is None
    order(world, "set_concurrency_cap", {"cap": 5, "group": "*"})
    order(world, "set_bot_share", {"share": 0.8, "queues": "*"})
    run(world, 1)
    assert world.conversations.contentment is not None
    assert world.conversations.contentment[:2] == pytest.approx([0.985**2 * (1 - 0.3 * 0.4), 1.0])
    assert np.all(world.conversations.contentment <= 1)
