from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.metrics_stored import WAIT_EDGES_S, WAITING_OVER_S
from simulators.scenario import REST_REASONS, Scenario
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.made import command, site, two_sites

G, C = GAUGE_INDEX, COUNTER_INDEX

categories = st.sampled_from(["apparel", "shoes", "food", "digital"])


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    names = ["hefei", "wuhan", "xian"][: draw(st.integers(1, 3))]
    sites = [
        site(
            name,
            draw(st.sampled_from([0.0, 800.0, 20_000.0, 200_000.0])),
            draw(st.dictionaries(categories, st.integers(0, 25), min_size=1, max_size=3)),
            voice=draw(st.integers(0, 3)),
        )
        for name in names
    ]
    injections: list[dict[str, Any]] = draw(
        st.lists(
            st.sampled_from(
                [
                    {"kind": "surge", "at": "10s", "for": "40s", "factor": 5},
                    {"kind": "agents_leave", "at": "15s", "for": "30s", "site": "hefei", "share": "60%"},
                    {"kind": "agents_leave", "at": "20s", "site": "hefei", "share": "100%"},
                    {"kind": "bot_fault", "at": "5s", "for": "1m", "containment": "90%", "false_containment": "80%"},
                    {"kind": "topic_spike", "at": "5s", "for": "1m", "factor": 3},
                ]
            ),
            max_size=3,
        )
    )
    profile = {
        "redial": draw(st.sampled_from([0.0, 0.9])),
        "redial_after": "5s",
        "come_back": "5s",
        "bot_time": draw(st.sampled_from(["1s", "30s"])),
        "patience": draw(st.sampled_from(["5s", "2m"])),
        "handle": draw(st.sampled_from(["3s", "1m"])),
        "transfer": draw(st.sampled_from([0.0, 0.5])),
    }
    staff = {"cap": draw(st.integers(1, 8)), "reserve": draw(st.sampled_from([0.0, 0.5]))}
    changes = {"sites": sites, "injections": injections, "profile": profile, "staff": staff, "warm_up": "20s"}
    return Scenario.model_validate(two_sites(**changes, lead_time="7s"))


def _orders(world: World) -> list[tuple[int, str, str, dict[str, Any]]]:
    """Some orders at ticks of the run: to lend and return between the first two sites, and to use the bot."""
    every = [(5, world.sites[0], "set_bot_share", {"share": 0.9, "queues": "*"})]
    if len(world.sites) > 1:
        a, b = world.sites[:2]
        for number, category in enumerate(["apparel", "shoes", "food"]):
            loan = {"category": category, "count": 5, "transfer": f"t{number}"}
            every += [
                (3 + number, a, "lend_agents", loan | {"to_site": b}),
                (9, b, "borrow_agents", loan | {"from_site": a}),
            ]
            every += [(20 + 9 * number, b, "return_agents", {"transfer": f"t{number}"})]
    return [*every, (30, world.sites[0], "set_concurrency_cap", {"cap": 2, "group": "*"})]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(scenarios(), st.integers(0, 2**32))
def test_nothing_is_lost_or_made_up(scenario: Scenario, seed: int) -> None:
    world = World(scenario, seed)
    sites = {name: SimulatedSite(world, name, 1) for name in world.sites}
    orders = _orders(world)
    before = _counters(world)
    for second in range(70):
        for number, (_, name, verb, args) in enumerate(order for order in orders if order[0] == second):
            sites[name].obey(command(name, verb, args, id_=f"{second}-{number}"), world.now)
        world.step()
        after = _counters(world)
        assert np.all(after >= before)
        before = after
        _check_contacts(world)
        _check_agents(world)


def _counters(world: World) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.concatenate([world.blocks(number)[2] for number in range(len(world.sites))])


def _check_contacts(world: World) -> None:
    for number, name in enumerate(world.sites):
        _, gauges, counters = world.blocks(number)
        ended = sum(counters[:, C[key]] for key in ("answered", "abandoned", "timed_out", "bot_contained"))
        open_now = gauges[:, G["waiting"]] + gauges[:, G["bot_open"]]
        assert np.array_equal(counters[:, C["offered"]], ended + open_now)
        assert np.array_equal(counters[:-1].sum(axis=0).round(6), counters[-1].round(6))
        assert np.all(np.isfinite(counters))
        assert np.array_equal(counters[:, C["answered"]], counters[:, C["completed"]] + _in_hand(gauges))
        assert np.array_equal(
            counters[:, C["bot_entered"]],
            counters[:, C["bot_contained"]] + counters[:, C["bot_handed_over"]] + gauges[:, G["bot_open"]],
        )
        for outcome in ("answered", "abandoned"):
            histogram = [counters[:, C[f"{outcome}_within_{edge}s"]] for edge in WAIT_EDGES_S] + [
                counters[:, C[outcome]]
            ]
            assert np.all(np.diff(histogram, axis=0) >= 0)
        assert np.all(counters[:, C["turns_replied"]] <= counters[:, C["turns"]])
        assert np.all(counters[:, C["turns_within_180s"]] <= counters[:, C["turns_replied"]])
        late = [gauges[:, G["waiting"]]] + [gauges[:, G[f"waiting_over_{limit}s"]] for limit in WAITING_OVER_S]
        assert np.all(np.diff(late, axis=0) <= 0)
        totals = world.totals(name)
        assert totals.pop("offered") == sum(totals.values())


def _in_hand(gauges: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Open contacts; voice rows count the wrap-up too, as a contact is completed after it."""
    return gauges[:, G["chats_open"]] + _acw(gauges)


def _acw(gauges: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return gauges[:, G["agents_acw"]]


def _check_agents(world: World) -> None:
    site_rows = np.array([world.blocks(number)[1][-1] for number in range(len(world.sites))])
    staff = world.staff
    present = site_rows[:, G["agents_online"]].sum() + world.transfers.on_the_way() + staff.absent.sum()
    assert present == site_rows[:, G["agents_rostered"]].sum() == staff.home.sum()
    assert (
        site_rows[:, G["agents_lent"]].sum() == site_rows[:, G["agents_borrowed"]].sum() + world.transfers.on_the_way()
    )
    rests = sum(site_rows[:, G[f"rest_{reason}"]] for reason in REST_REASONS)
    assert np.array_equal(site_rows[:, G["agents_online"]], rests + _by_site(world, staff.on_duty))
    for column in (staff.absent, staff.out, staff.borrowed, staff.own_leaving, staff.guests_leaving, staff.accepting):
        assert column.min() >= 0
    assert np.all(staff.own_leaving <= staff.own_duty)
    assert np.all(staff.guests_leaving <= staff.borrowed)


def _by_site(world: World, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.add.reduceat(values, world.layout.group_start[:-1])
