"""The fifteen drills show the signs that their table in docs/scenarios.md promises."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
import pytest

from alerts.rules import load_rules
from console.playbook_desk import shipped_playbooks
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from simulators.disturbances import queues_of
from simulators.injection import PlatformDegrade
from simulators.obedience import Done, Refused, carry_out
from simulators.orders_people import BorrowAgents, LendAgents
from simulators.scenario import Scenario, list_scenarios, load_scenario
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.drilled import cut, load, quiet, until, waiting

FIFTEEN = [f"d{number:02d}-" for number in range(1, 16)]


@pytest.fixture(scope="module")
def shipped() -> list[Scenario]:
    return list_scenarios()


def test_all_fifteen_and_the_micro_drills_are_there_with_truth_and_objectives(shipped: list[Scenario]) -> None:
    ids = [scenario.id for scenario in shipped]
    for start in (*FIFTEEN, *(f"m{number:02d}-" for number in range(1, 10))):
        assert sum(name.startswith(start) for name in ids) == 1, start
    for scenario in shipped:
        if scenario.id[0] in "dm" and scenario.id[1:3].isdigit():
            assert scenario.truth is not None, scenario.id
            events = {event.id for event in scenario.truth.events}
            assert {act.event for act in scenario.objectives.acts} <= events
            assert scenario.objectives.acts, scenario.id
            assert scenario.objectives.traps, scenario.id


def test_objectives_name_rules_and_playbooks_that_are_shipped(shipped: list[Scenario]) -> None:
    rules, playbooks = [rule.rule for rule in load_rules()], {book.id: book for book in shipped_playbooks()}
    for scenario in shipped:
        aims = scenario.objectives
        for detection in aims.detect:
            for sign in detection.signs:
                assert not sign.rule or any(fnmatchcase(rule, sign.rule) for rule in rules), (scenario.id, sign)
        for act in (*aims.acts, *aims.traps):
            meant = [book for name, book in playbooks.items() if act.playbook and fnmatchcase(name, act.playbook)]
            assert not act.playbook or meant, (scenario.id, act.id)
            if act.deed in ("run", "revert", "renew"):
                assert any(set(act.with_) <= set(book.parameters) for book in meant), (scenario.id, act.id)
        for deed in scenario.opening:
            assert deed.hand_over or set(deed.with_) <= set(playbooks[deed.run].parameters)


def test_what_a_site_says_holds_nothing_of_the_truth(shipped: list[Scenario]) -> None:
    scenario = cut("d04-feed-dead", "wuhan")
    hello = repr(SimulatedSite(World(scenario, 7), "wuhan", 1).hello())
    assert scenario.truth is not None
    for event in scenario.truth.events:
        assert event.what.zh not in hello
        assert event.what.en not in hello
    assert scenario.truth.story.zh not in hello


def test_d01_the_queue_grows_tenfold_in_ninety_seconds() -> None:
    world = World(cut("d01-midnight-burst", "hefei", "changsha", skip=18), 7)
    seen = []
    while world.elapsed < 6 * 60:
        world.step()
        seen.append(waiting(world)["hefei"])
    grown = [after / before for before, after in zip(seen, seen[90:], strict=False) if before >= 10]
    assert max(grown) >= 10
    assert max(seen) > 500


def test_d02_the_second_wave_is_of_one_topic() -> None:
    world = until(World(cut("d02-evening-live-stream", "changsha", skip=72), 7), 15)
    layout = world.layout
    share = world.blocks(0)[1][:, GAUGE_INDEX["top_topic_share"]]
    wuyu = [int(layout.row_of_queue[n]) for n, queue in enumerate(layout.queues) if queue.shop == "wuyu"]
    assert 0.4 < float(np.mean(share[wuyu])) < 0.7
    assert waiting(world)["changsha"] > 100


def test_d03_a_site_without_power_is_silent_and_its_customers_ask_elsewhere() -> None:
    scenario = cut("d03-site-without-power", "xian", "zhengzhou", "hefei", skip=8)
    power = next(one for one in scenario.injections if one.kind == "site_power")
    scenario = scenario.model_copy(update={"injections": (power.model_copy(update={"for_": 420.0}),)})
    world, calm = World(scenario, 7), World(quiet(scenario), 7)
    until(world, 1.9)
    open_before = int(world.service.held[world.layout.group_site == world.sites.index("xian")].sum())
    until(world, 3)
    here = world.layout.group_site == world.sites.index("xian")
    assert world.dark("xian", world.now)
    assert not world.service.held[here].any()
    assert not world.staff.present[here].any()
    first = _repeats(world, "zhengzhou") + _repeats(world, "hefei")
    until(world, 4.9)
    early = _repeats(world, "zhengzhou") + _repeats(world, "hefei") - first
    until(world, 7.5)
    late = _repeats(world, "zhengzhou") + _repeats(world, "hefei") - first - early
    assert open_before > 50
    assert late > open_before / 2 > early
    until(calm, 7.5)
    assert world.transfers.on_the_way() == 0
    assert _total(world, "offered") > _total(calm, "offered")
    until(world, 10)
    assert not world.dark("xian", world.now)
    assert world.staff.present[here].sum() == world.staff.home[here].sum()


def _repeats(world: World, site: str) -> int:
    number = world.sites.index(site)
    return int(world.tally.of("repeats")[world.layout.queue_site == number].sum())


def _total(world: World, name: str) -> int:
    return int(world.tally.of(name).sum())


def test_d04_only_the_age_grows() -> None:
    world = World(cut("d04-feed-dead", "wuhan", skip=8), 7)
    until(world, 3)
    before = _total(world, "answered")
    until(world, 6)
    assert world.dark("wuhan", world.now)
    assert _total(world, "answered") > before + 50
    assert world.staff.present.sum() == world.staff.home.sum()


def test_d05_everybody_buys_and_everybody_asks() -> None:
    world = World(cut("d05-wrong-price", "nanchang", skip=7), 7)
    until(world, 4.5)
    ordered, served = _total(world, "buyers_ordered"), _total(world, "buyers_served")
    usual = ordered / served
    until(world, 13)
    now = (_total(world, "buyers_ordered") - ordered) / (_total(world, "buyers_served") - served)
    assert now > 2 * usual  # of all buyers served at this site, those who came before included
    assert waiting(world)["nanchang"] > 200


def test_d06_the_bot_contains_more_and_repeats_treble_while_people_wait_less() -> None:
    scenario = cut("d06-bot-answers-wrongly", "changsha", "wuhan", skip=8)
    wrong, right = World(scenario, 7), World(quiet(scenario), 7)
    for world in (wrong, right):
        until(world, 3)
    before = [_shares(world) for world in (wrong, right)]
    for world in (wrong, right):
        until(world, 13)
    assert sum(waiting(wrong).values()) < 0.8 * sum(waiting(right).values())
    for world in (wrong, right):
        until(world, 23)
    (contained, repeats), (usual, usually) = (
        _since(_shares(world), then) for world, then in zip((wrong, right), before, strict=True)
    )
    assert contained > usual + 0.15
    assert repeats > 3 * usually


def _shares(world: World) -> tuple[float, float, float]:
    return _total(world, "bot_contained"), _total(world, "bot_entered"), _total(world, "bot_repeats")


def _since(now: tuple[float, float, float], then: tuple[float, float, float]) -> tuple[float, float]:
    contained, entered, repeats = (a - b for a, b in zip(now, then, strict=True))
    return contained / entered, repeats


def test_d07_orders_stand_still_while_chats_go_on_and_catch_up_at_the_end() -> None:
    scenario = cut("d07-platform-degrade", "hefei", skip=93)
    world = World(scenario, 7)
    degraded = [one for one in scenario.injections if isinstance(one, PlatformDegrade)]
    assert {one.platform for one in degraded} == {"tmall", "taobao"}
    rows = world.layout.row_of_queue[queues_of(world.layout, degraded[0])]
    until(world, 1)
    first = world.blocks(0)[2].copy()
    until(world, 5)
    later = world.blocks(0)[2].copy()
    orders, answered = COUNTER_INDEX["orders"], COUNTER_INDEX["answered"]
    assert (later[rows, orders] == first[rows, orders]).all()
    assert later[rows, answered].sum() > first[rows, answered].sum() + 20
    queues = later[:-1]
    assert later[-1, orders] == pytest.approx(queues[:, orders].sum())
    until(world, 8)
    after = world.blocks(0)[2]
    assert after[rows, orders].sum() > later[rows, orders].sum()
    assert (after[rows, orders] == world.tally.of("orders")[queues_of(world.layout, degraded[0])]).all()


def test_d08_people_are_missing_at_eight_and_the_work_is_too_much_at_half_past_nine() -> None:
    world = World(cut("d08-no-show", "guiyang", skip=70), 7)
    until(world, 2)
    present, home = int(world.staff.present.sum()), int(world.staff.home.sum())
    assert present / home == pytest.approx(0.86, abs=0.01)
    assert int(world.staff.on_duty.sum()) / present == pytest.approx(0.78, abs=0.03)
    assert load(world, "guiyang") < 0.5
    until(world, 15)
    assert load(world, "guiyang") < 1
    until(world, 45)
    assert load(world, "guiyang") > 1


def test_d09_every_interval_is_a_third_over_the_plan() -> None:
    scenario = cut("d09-forecast-low", "hefei", "luoyang")
    busy, plan = World(scenario, 7), World(quiet(scenario), 7)
    off = []
    for interval in range(1, 4):
        was = [_firsts(world) for world in (busy, plan)]
        got = [_firsts(until(world, interval * 8)) - before for world, before in zip((busy, plan), was, strict=True)]
        off.append(got[0] / got[1])
    assert all(1.2 < one < 1.4 for one in off)


def _firsts(world: World) -> int:
    return _total(world, "offered") - _total(world, "repeats")


def test_d10_the_only_donor_cannot_help_the_longest_queue() -> None:
    world = until(World(cut("d10-two-breaches-one-donor", skip=5), 7), 14)
    now = waiting(world)
    assert now["luoyang"] > 100
    assert now["nanchang"] > 100
    assert load(world, "taiyuan") < 0.5
    lent = carry_out(world, "taiyuan", LendAgents(to_site="luoyang", category="apparel", count=10, transfer="a"))
    assert isinstance(lent, Refused)
    lent = carry_out(world, "taiyuan", LendAgents(to_site="nanchang", category="digital", count=10, transfer="b"))
    taken = carry_out(world, "nanchang", BorrowAgents(from_site="taiyuan", category="digital", count=10, transfer="b"))
    assert isinstance(lent, Done)
    assert isinstance(taken, Done)


def test_d11_the_load_crosses_its_line_every_twelve_minutes() -> None:
    world = until(World(cut("d11-flapping", "chengdu"), 7), 32)
    loads = [load(until(world, minute), "chengdu", "food") for minute in range(33, 76)]
    line = float(np.median(loads))
    up = [n for n in range(2, len(loads)) if loads[n - 1] <= line < loads[n]]
    assert 3 <= len(up) <= 7
    assert min(loads) < 1 < max(loads)


def test_d12_pre_sale_is_idle_while_after_sale_waits() -> None:
    world = until(World(cut("d12-after-sale-wave", "hefei", "changsha"), 7), 50)
    for site, category in (("hefei", "apparel"), ("changsha", "beauty")):
        assert load(world, site, category) < 0.4
        assert load(world, site, f"{category}-after") > 1
    oldest = world.blocks(0)[1][:, GAUGE_INDEX["oldest_wait_s"]].max()
    assert oldest > 10 * 60


def test_d13_six_in_ten_ask_about_parcels() -> None:
    world = until(World(cut("d13-carrier-collapse", "chengdu", skip=5), 7), 17)
    rows = [int(world.layout.row_of_queue[n]) for n, queue in enumerate(world.layout.queues) if queue.shop == "shuyue"]
    share = world.blocks(0)[1][rows, GAUGE_INDEX["top_topic_share"]]
    assert 0.5 < float(share.mean()) < 0.7
    assert waiting(world)["chengdu"] > 100


def test_d14_the_shift_before_left_two_things_running() -> None:
    scenario = load_scenario("d14-handover-in-the-storm")
    assert [deed.run for deed in scenario.opening if deed.run] == ["cross-site-move", "bot-overflow"]
    assert [deed.who for deed in scenario.opening if deed.hand_over] == ["early-shift"]
    world = World(cut("d14-handover-in-the-storm", "hefei", "changsha"), 7)
    until(world, 7)
    assert waiting(world)["hefei"] > 0
    until(world, 9)
    assert load(world, "changsha") > 0.9
    late = World(cut("d14-handover-in-the-storm", "chengdu", skip=95), 7)
    assert waiting(until(late, 15))["chengdu"] > 50


def test_d15_there_is_not_enough_of_anything() -> None:
    world = until(World(cut("d15-everything-at-once", skip=28), 7), 20)
    assert sum(count > 50 for count in waiting(world).values()) >= 8
    assert world.dark("xian", world.now)
    slots = int(world.staff.slots.sum())
    assert (int(world.service.held.sum()) + len(world.lines)) / slots > 1
