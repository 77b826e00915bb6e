from __future__ import annotations

import numpy as np
import pytest

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.codec import decode, encode
from feeds.contract import Hello, Snapshot, schema_hash
from feeds.metric import Rows
from feeds.metrics_levers import LEVER_GAUGES
from feeds.metrics_stored import COUNTERS, GAUGES
from simulators.scenario import load_scenario
from simulators.site import SITE_ROW, SimulatedSite
from simulators.world import World
from tests.simulators.made import command, made, run

SILENCES = [
    {"kind": "site_dark", "at": "10s", "for": "20s", "site": "hefei"},
    {"kind": "site_freeze", "at": "15s", "for": "30s", "site": "xian"},
]


def test_the_hello_announces_the_catalogue_and_one_site_row_at_the_end() -> None:
    world = World(made(), 1)
    hello = SimulatedSite(world, "hefei", 3).hello()
    names = [column.name for column in hello.columns]
    known = [metric.name for metric in (*GAUGES, *COUNTERS)]
    assert names[: len(known)] == known
    clocks = {name.split(".")[1] for name in names[len(known) :]}
    voice = {f"voice_sl_{variant}" for variant in range(1, 7)}
    assert clocks == {"jd_30s", "merchant_first_response", "operational_first_response", "taobao_3min"} | voice
    assert (hello.mode, hello.epoch, hello.site) == ("drill", 3, "hefei")
    assert [row.kind for row in hello.rows[:-1]] == ["queue"] * 9
    assert (hello.rows[-1].id, hello.rows[-1].kind) == (SITE_ROW, "site")
    assert hello.schema == schema_hash(hello.columns, hello.rows)
    assert hello.counters_since_ns == hello.clock_ns - 120 * 10**9
    assert isinstance(decode(encode(hello)), Hello)


def test_a_snapshot_passes_the_codec_and_says_unknown_only_for_gauges() -> None:
    world = run(World(made(), 1), 30)
    site = SimulatedSite(world, "hefei", 3)
    frame = site.snapshot(7, "s")
    assert (frame.gauges.dtype, frame.counters.dtype) == (np.float32, np.float64)
    assert frame.gauges.shape == (10, len(GAUGE_INDEX) + 10)
    assert frame.counters.shape == (10, len(COUNTER_INDEX) + 2 * 10)
    assert np.isfinite(frame.counters).all()
    unknown = {name for name, column in GAUGE_INDEX.items() if np.isnan(frame.gauges[:, column]).any()}
    of_queues = {metric.name for metric in LEVER_GAUGES if metric.rows is Rows.QUEUE}
    assert unknown <= {"agents_standby", "bot_share", "top_topic_share", *of_queues}
    back = decode(encode(frame))
    assert isinstance(back, Snapshot)
    assert np.array_equal(back.counters, frame.counters)
    assert frame.at_ns == frame.sent_ns == round(world.now) * 10**9


def test_an_agent_who_serves_several_queues_is_in_each_row_and_once_in_the_site() -> None:
    world = run(World(made(), 1), 30)
    gauges = SimulatedSite(world, "hefei", 1).snapshot(1, "s").gauges
    rostered = gauges[:, GAUGE_INDEX["agents_rostered"]].tolist()
    assert rostered == [40.0] * 4 + [12.0] * 4 + [4.0] + [56.0]


def test_a_dark_site_hears_nothing_and_works_on() -> None:
    world = World(made(injections=SILENCES), 1)
    hefei = SimulatedSite(world, "hefei", 1)
    dark = []
    for _ in range(40):
        dark.append(hefei.dark(world.now))
        world.step()
    assert [index for index, silent in enumerate(dark) if silent] == list(range(10, 30))
    again = run(World(made(injections=SILENCES), 1), 12)
    hefei = SimulatedSite(again, "hefei", 1)
    before = again.totals("hefei")["offered"]
    assert hefei.obey(command("hefei", "set_bot_share", {"share": 1.0, "queues": "*"}), again.now) == []
    assert 1.0 not in again.bot.share
    assert run(again, 10).totals("hefei")["offered"] > before


def test_a_frozen_site_repeats_its_figures_with_their_old_time_and_still_obeys() -> None:
    world = run(World(made(injections=SILENCES), 1), 15)
    xian = SimulatedSite(world, "xian", 1)
    last = xian.snapshot(1, "s")
    run(world, 20)
    frozen = xian.snapshot(2, "s")
    assert xian.frozen
    assert frozen.at_ns == last.at_ns == frozen.sent_ns - 20 * 10**9
    assert np.array_equal(frozen.gauges, last.gauges, equal_nan=True)
    assert np.array_equal(frozen.counters, last.counters)
    assert len(xian.obey(command("xian", "set_bot_share", {"share": 1.0, "queues": "*"}), world.now)) == 2
    run(world, 11)
    thawed = xian.snapshot(3, "s")
    assert not xian.frozen
    assert thawed.at_ns == thawed.sent_ns
    offered = COUNTER_INDEX["offered"]
    assert thawed.counters[-1, offered] > frozen.counters[-1, offered]


def test_people_leave_and_come_back() -> None:
    leave = [{"kind": "agents_leave", "at": "5s", "for": "20s", "site": "hefei", "share": "50%", "category": "apparel"}]
    world = World(made(injections=leave), 1)
    column = GAUGE_INDEX["agents_online"]
    seen = [float(run(world, 1).blocks(0)[1][-1, column]) for _ in range(40)]
    assert seen[0] == seen[-1] == 56
    assert min(seen) == 36


def test_a_surge_a_topic_and_a_bot_fault_show_in_the_figures() -> None:
    where = {"at": "0s", "for": "30m", "category": "apparel"}
    spike = {"kind": "topic_spike", "topic": "优惠券", "factor": 3} | where
    fault = {"kind": "bot_fault", "containment": "80%", "false_containment": "90%"} | where
    surge = {"kind": "surge", "factor": 2} | where
    quick = {"come_back": "1m"}
    plain, hit = (run(World(made(injections=some, profile=quick), 2), 900) for some in ([], [spike, fault, surge]))
    row = plain.layout.queue_of["hefei", "shop-apparel-tmall-pre"]
    column = GAUGE_INDEX["top_topic_share"]
    assert hit.blocks(0)[1][row, column] > 0.55 > plain.blocks(0)[1][row, column]
    assert hit.tally.of("offered")[row] > 4 * plain.tally.of("offered")[row]
    contained = [world.tally.of("bot_contained")[row] / world.tally.of("bot_entered")[row] for world in (plain, hit)]
    assert contained[1] > contained[0] + 0.25
    repeats = [world.tally.of("bot_repeats")[row] / world.tally.of("bot_contained")[row] for world in (plain, hit)]
    assert repeats[1] > repeats[0] + 0.3


@pytest.fixture(scope="module")
def midnight() -> list[dict[str, float]]:
    """Minute by minute from 23:55 to 00:40, over all sites of the shipped scenario."""
    world = World(load_scenario("double11-midnight"), 7)
    minutes = []
    previous = world.tally.values.sum(axis=1)
    for _ in range(46):
        run(world, 60)
        counters = world.tally.values.sum(axis=1)
        grown = dict(zip(COUNTER_INDEX, (counters - previous).tolist(), strict=True))
        previous = counters
        ended = grown["answered"] + grown["abandoned"]
        sites = [world.blocks(number)[1][-1] for number in range(len(world.sites))]
        loads = [
            (row[GAUGE_INDEX["chats_open"]] + row[GAUGE_INDEX["waiting"]]) / row[GAUGE_INDEX["slots"]] for row in sites
        ]
        minutes.append(
            {"waiting": float(len(world.lines)), "in_time": grown["answered_within_30s"] / ended,
             "calmest": float(min(loads)), "busiest": float(max(loads))}
        )  # fmt: skip
    return minutes


def test_midnight_is_calm_before_the_hour(midnight: list[dict[str, float]]) -> None:
    assert all(minute["in_time"] > 0.95 and minute["waiting"] < 50 for minute in midnight[:5])


def test_at_midnight_lines_are_certain_while_some_sites_have_people_to_spare(midnight: list[dict[str, float]]) -> None:
    worst = max(midnight, key=lambda minute: minute["waiting"])
    assert worst["waiting"] > 3000
    assert worst["busiest"] > 1.3
    assert worst["calmest"] < 0.8
    assert min(minute["in_time"] for minute in midnight) < 0.3


def test_by_0040_the_wave_is_past_its_worst(midnight: list[dict[str, float]]) -> None:
    assert midnight[44]["waiting"] < 0.1 * max(minute["waiting"] for minute in midnight)
