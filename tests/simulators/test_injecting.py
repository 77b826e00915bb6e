"""Injections typed by a coach: read as the file's are, refused with one line, and the same as if the file had them."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import InputError
from simulators.checkpoint import restore, save
from simulators.injecting import KINDS, keys_of, read_injection, ready_made
from simulators.injection_words import injection_words
from simulators.scenario import Scenario, list_scenarios
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.made import command, made, two_sites

EVERY = {
    "surge": "site=hefei factor=3 for=1m half_life=20s",
    "topic_spike": "category=apparel factor=2 for=1m topic=优惠券",
    "oscillation": "amplitude=40% period=1m for=2m",
    "bot_fault": "site=hefei containment=90% false_containment=50% for=1m",
    "handle_time": "factor=2 for=1m",
    "order_rush": "platform=tmall conversion=5 refunds=3 for=1m",
    "platform_degrade": "platform=jd counters=all for=1m",
    "agents_leave": "site=hefei category=apparel share=50% for=40s",
    "agents_rest": "site=hefei share=30% reason=meal for=40s",
    "site_power": "site=xian for=30s",
    "loan": "site=xian to=hefei category=apparel count=5 for=90s",
    "site_dark": "site=hefei for=30s",
    "site_freeze": "site=hefei for=30s",
    "clock_skew": "site=xian by=90s behind=true for=30s",
    "feed_delay": "site=hefei by=20s for=30s",
    "feed_repeat": "site=hefei for=30s",
    "feed_unit": "site=hefei metric=agents_online factor=1000 for=30s",
    "counter_reset": "site=hefei",
    "agents_doubled": "site=xian for=30s",
}
AFTER_S = 100
SHORT = {"warm_up": "20s"}


@cache
def begun(tick: int) -> tuple[World, bytes]:
    """A world so many seconds after its start, as bytes to begin again from."""
    world = World(made(**SHORT), 3)
    for _ in range(tick):
        world.step()
    return world, save(world, {})


def shown(world: World, seconds: int) -> list[bytes]:
    """All that the sites show each second, and whether they can be heard at all."""
    out = []
    sites = [SimulatedSite(world, name, 1) for name in world.sites]
    for second in range(seconds):
        world.step()
        for site in sites:
            frame = site.snapshot(second, "s")
            figures = frame.gauges.tobytes() + frame.counters.tobytes() + str((frame.at_ns, frame.sent_ns)).encode()
            out.append(figures + str((site.dark(world.now), site.frozen, site.repeats)).encode())
    return out


def test_every_kind_can_be_typed() -> None:
    assert set(EVERY) == set(KINDS)
    for kind, rest in EVERY.items():
        one = read_injection(f"{kind} {rest}", made(), 10.0)
        assert one.at == (31.0 if kind == "feed_delay" else 11.0)
        assert {pair.partition("=")[0] for pair in rest.split()} <= set(keys_of(kind))
        assert all(injection_words(one, made()))


@pytest.mark.parametrize(("kind", "tick"), [(kind, 0 if number % 4 == 0 else 23) for number, kind in enumerate(EVERY)])
def test_an_injection_at_run_time_is_the_scenario_that_had_it(kind: str, tick: int) -> None:
    like, kept = begun(tick)
    world, _ = restore(kept, like)
    one = read_injection(f"{kind} {EVERY[kind]}", world.scenario, world.elapsed)
    data = one.model_dump(by_alias=True, exclude_unset=True) | {"kind": kind, "at": one.at}
    written = World(Scenario.model_validate(two_sites(injections=[data], **SHORT)), 3)
    for _ in range(tick):
        written.step()
    world.inject(one)
    assert shown(world, AFTER_S) == shown(written, AFTER_S)


def test_an_injection_makes_a_difference() -> None:
    for kind in ("surge", "site_dark", "feed_unit"):
        like, kept = begun(23)
        plain, _ = restore(kept, like)
        world, _ = restore(kept, like)
        world.inject(read_injection(f"{kind} {EVERY[kind]}", world.scenario, world.elapsed))
        assert shown(world, 60) != shown(plain, 60)


@settings(max_examples=10)
@given(after=st.integers(0, 90), kind=st.sampled_from(sorted(EVERY)), ordered=st.booleans())
def test_back_at_a_moment_the_world_is_what_it_was_when_first_there(after: int, kind: str, ordered: bool) -> None:
    like, kept = begun(23)
    world, _ = restore(kept, like)
    world.inject(read_injection(f"{kind} {EVERY[kind]}", world.scenario, world.elapsed))
    if ordered:
        loan = {"to_site": "hefei", "category": "apparel", "count": 4, "transfer": "t"}
        SimulatedSite(world, "xian", 1).obey(command("xian", "lend_agents", loan), world.now)
    for _ in range(after):
        world.step()
    moment = save(world, {})
    first = shown(world, 45)
    again, _ = restore(moment, world)
    assert (again.now, again.injections) == (world.now - 45, world.injections)
    assert shown(again, 45) == first


def test_replies_are_kept_with_the_world() -> None:
    like, kept = begun(23)
    world, _ = restore(kept, like)
    site = SimulatedSite(world, "xian", 1)
    order = command("xian", "lend_agents", {"to_site": "hefei", "category": "apparel", "count": 4, "transfer": "t"})
    first = site.obey(order, world.now)
    again, replies = restore(save(world, {"xian": site.replies}), world)
    back = SimulatedSite(again, "xian", 2)
    back.replies.update(replies["xian"])
    assert back.obey(order, again.now)[1:] == first[1:]
    assert again.transfers.loans.keys() == world.transfers.loans.keys()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "nothing was typed"),
        ("surg site=hefei", "kind 'surg' is not known; expected one of surge"),
        ("surge site=hefei", "key 'for' is missing"),
        ("surge site=hefe factor=3 for=1m", "site: 'hefe' is not known; expected a site, nearest: 'hefei'"),
        ("surge category=hats factor=3 for=1m", "category: 'hats' is not known"),
        ("surge factor=-3 for=1m", "factor: -3 is not valid; expected greater than or equal to 0"),
        ("surge factor=inf for=1m", "factor"),
        ("surge factor=3 for=10", "for: 10 has no unit"),
        ("surge factor=3 for=1m fo=2", "unknown key 'fo'; expected for, factor"),
        ("surge 'a", "no closing quotation"),
        ("surge hefei", "'hefei' is no key=value"),
        ("surge factor=3 factor=4 for=1m", "factor: it is there twice"),
        ("surge factor=3 for=1m at=5s", "at: '5s' is over; expected 101s or later"),
        ("surge factor=3 for=1m at=2m in=1m", "in: at is there too"),
        ("surge factor=3 for=1m in=5h", "at: it comes after the end; expected less than 60m"),
        ("feed_delay site=hefei by=1m for=1m at=2m", "at: '2m' is over; expected 161s or later"),
        ("loan site=xian to=xian category=apparel count=3", "to: it is the same site"),
        ("site_dark for=1m", "key 'site' is missing"),
        ("site_dark site=\x1b[2J for=1m", "site: "),
    ],
)
def test_what_cannot_be_used_is_one_line(typed: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_injection(typed, made(), 100.0)
    text = str(refused.value)
    assert text.startswith(":inject: ")
    assert said in text
    assert text.isprintable()


def test_the_menu_holds_for_every_scenario() -> None:
    for scenario in list_scenarios():
        menu = ready_made(scenario)
        assert len(menu) == 9
        for text in menu:
            if not text.startswith("feed_delay") or scenario.minutes > 1:
                assert read_injection(text, scenario, 1.0).at >= 2.0


def test_a_world_refuses_what_is_too_late() -> None:
    like, kept = begun(23)
    world, _ = restore(kept, like)
    late = read_injection("surge factor=2 for=1m", world.scenario, world.elapsed - 5.0)
    with pytest.raises(ValueError, match="too late"):
        world.inject(late)
