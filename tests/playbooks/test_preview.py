from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import InputError, RefusedError
from playbooks.action import World as Choosing
from playbooks.runner import PlaybookRunner
from playbooks.spare import DONOR_LOAD_AFTER, candidates, needed, spare
from tests.playbooks.made import TWO_STEPS, playbook
from tests.playbooks.world import LIBRARY, Desk, FakeSite, crowd

BOT, MOVE = LIBRARY


def test_nothing_is_sent_by_looking() -> None:
    desk = Desk()
    before = desk.runner.dump()
    preview = desk.preview("cross-site-move", to="hefei/q1")
    assert preview.ok
    assert desk.runner.dump() == before
    assert desk.effects == []


def test_the_donor_is_the_one_with_most_people_to_spare() -> None:
    preview = Desk().preview("cross-site-move", to="hefei/q1")
    assert preview.params["from"] == "nanchang"
    assert preview.params["category"] == "apparel"
    assert preview.params["count"] == 40
    assert [(order.site, order.verb) for order in preview.steps[0].orders] == [
        ("nanchang", "lend_agents"),
        ("hefei", "borrow_agents"),
    ]
    assert preview.sites == ("nanchang", "hefei")
    why = {c.site: c.why_not.en for c in preview.candidates if c.why_not}
    assert why == {"changsha": "nobody there serves apparel"}


@pytest.mark.parametrize(
    ("change", "donor"),
    [
        ({"dark": True}, "wuhan"),
        ({"load": 0.8}, "wuhan"),
        ({"load": math.nan}, "wuhan"),
        ({"available": 11.0}, "wuhan"),
    ],
)
def test_who_cannot_lend_is_never_chosen(change: dict[str, float], donor: str) -> None:
    desk = Desk()
    desk.world.set("nanchang", **change)
    assert desk.preview("cross-site-move", to="hefei/q1").params["from"] == donor


def test_without_a_donor_it_is_refused_and_says_why_in_both_languages() -> None:
    desk = Desk()
    desk.world.set("nanchang", dark=True)
    desk.world.set("wuhan", load=0.9)
    preview = desk.preview("cross-site-move", to="hefei/q1")
    assert not preview.ok
    assert preview.steps == ()
    assert [words.en for words in preview.refusals] == ["no site has apparel agents to spare"]
    assert all(words.zh for words in preview.refusals)
    with pytest.raises(RefusedError) as refused:
        desk.runner.start(preview, "lin", desk.now)
    assert refused.value.code == "GUARD"


@given(
    available=st.floats(0, 500),
    online=st.floats(0, 500),
    load=st.floats(0, 2),
    overlap=st.integers(1, 4),
)
def test_a_donor_keeps_its_reserve_and_its_load(available: float, online: float, load: float, overlap: int) -> None:
    queues = tuple((f"q{i}", "apparel") for i in range(overlap))
    world = crowd(nanchang=FakeSite(queues=queues, available=available, online=online, load=load))
    count = spare(world, "nanchang", "apparel")
    assert count >= 0
    assert count == int(count)
    assert count <= max(0.0, available - 0.1 * online + 1e-6)
    if 0 < count < online:
        assert load * online / (online - count) <= DONOR_LOAD_AFTER + 1e-9


def test_an_agent_of_two_queues_is_spared_once() -> None:
    class Overlapping(type(crowd())):  # type: ignore[misc]
        def value(self, site: str, row: str | None, metric: str) -> float:
            return float(super().value(site, None if metric != "bot_share" else row, metric))

    world = Overlapping(crowd().table)
    assert spare(world, "nanchang", "apparel") == 40


def test_so_many_as_would_take_who_waits_at_the_pace_of_borrowed_staff() -> None:
    assert needed(crowd(), "hefei", "apparel") == math.ceil(80 / (0.6 * 3))


def test_what_another_run_holds_is_no_donor() -> None:
    found = candidates("hefei", "apparel", Choosing(crowd(), frozenset({"agents:nanchang:apparel"})))
    assert (found[0].site, found[0].why_not) == ("wuhan", None)
    assert [c.why_not.en for c in found if c.site == "nanchang" and c.why_not] == ["its people are held by another run"]


def test_guards_show_their_figures_and_the_unknown_refuses() -> None:
    desk = Desk()
    desk.world.network_load = 1.2
    failing = desk.preview("cross-site-move", to="hefei/q1")
    assert failing.guards[0].verdict == "fails"
    assert failing.guards[0].figures == (("network.load", 1.2),)
    assert failing.refusals[0].en == "guard fails: network.load < 1 (network.load = 1.2)"
    desk.world.network_load = math.nan
    unknown = desk.preview("cross-site-move", to="hefei/q1")
    assert unknown.guards[0].verdict == "unknown"
    assert not unknown.ok


def test_a_dark_receiver_is_refused() -> None:
    desk = Desk()
    desk.world.set("hefei", dark=True)
    preview = desk.preview("bot-overflow", site="hefei", category="apparel")
    assert "the figures of hefei are unknown" in [words.en for words in preview.refusals]


def test_what_could_not_be_put_back_is_refused() -> None:
    desk = Desk()
    desk.world.set("hefei", shares=(("q1", 0.3), ("q2", math.nan)))
    desk.runner = PlaybookRunner([playbook(TWO_STEPS)], desk.ids)
    preview = desk.preview("both", to="hefei/q2")
    assert any("could not be put back" in words.en for words in preview.refusals)


def test_a_queue_without_a_bot_is_left_alone() -> None:
    desk = Desk()
    desk.world.set("hefei", shares=(("q1", 0.3), ("q2", math.nan)))
    preview = desk.preview("bot-overflow", site="hefei")
    assert preview.params["category"] == "apparel"
    assert preview.steps[0].args["queues"] == ("q1",)


def test_nobody_is_moved_to_where_they_are() -> None:
    preview = Desk().preview("cross-site-move", to="hefei/q1", count=5, **{"from": "hefei"})
    assert [words.en for words in preview.refusals] == ["donor and receiver are the same site"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"to": "hefei/q9"}, "cross-site-move: to: 'hefei/q9' is not a queue; expected SITE/QUEUE"),
        ({"to": "hefie/q1"}, "cross-site-move: to: unknown site 'hefie'; expected a site, nearest: 'hefei'"),
        ({"to": "hefei/q1", "count": 41}, "cross-site-move: count: 41 is out of bounds; expected 1 to 40"),
        (
            {"to": "hefei/q1", "count": 2.5},
            "cross-site-move: count: 2.5 is not a whole number; expected a count such as 30",
        ),
        ({"to": "hefei/q1", "count": True}, "cross-site-move: count: True is not a value; expected a count"),
        ({"to": "hefei/q1", "count": "\x1b[1m"}, "cross-site-move: count: '\\x1b[1m' is not a whole number"),
        ({"too": "hefei/q1"}, "cross-site-move: unknown parameter 'too'; expected a parameter, nearest: 'to'"),
    ],
)
def test_a_value_that_cannot_be_is_one_line(params: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as wrong:
        Desk().preview("cross-site-move", **params)
    assert str(wrong.value).startswith(message)


def test_a_missing_parameter_is_a_refusal() -> None:
    assert [w.en for w in Desk().preview("bot-overflow").refusals] == ["parameter site has no value"]
    said = [w.en for w in Desk().preview("cross-site-move").refusals]
    assert said == ["where the sites are heading is unknown"]  # which receiver would be best, nobody can say then


def test_an_alert_key_stands_for_its_queue_and_category() -> None:
    desk = Desk()
    assert desk.preview("bot-overflow", site="hefei", category="hefei/q1").params["category"] == "apparel"
    assert desk.preview("cross-site-move", to="hefei").params["to"] == "hefei/q1"


def test_the_hash_is_of_what_is_approved() -> None:
    desk = Desk()
    one = desk.preview("cross-site-move", to="hefei/q1", count=30)
    desk.now += 5
    assert desk.preview("cross-site-move", to="hefei/q1", count=30).plan_hash == one.plan_hash
    assert desk.preview("cross-site-move", to="hefei/q1", count=29).plan_hash != one.plan_hash


def test_a_preview_grows_old() -> None:
    desk = Desk()
    preview = desk.preview("cross-site-move", to="hefei/q1")
    with pytest.raises(RefusedError) as refused:
        desk.runner.start(preview, "lin", desk.now + 121)
    assert refused.value.code == "STALE"


def test_a_site_that_went_dark_since_the_preview_refuses_the_start() -> None:
    desk = Desk()
    desk.world.set("changsha", waiting=50.0)
    desk.start("bot-overflow", site="changsha", category="beauty")
    preview = desk.preview("cross-site-move", to="hefei/q1")
    desk.world.set("nanchang", dark=True)
    desk.look()
    with pytest.raises(RefusedError) as refused:
        desk.runner.start(preview, "lin", desk.now)
    assert refused.value.code == "DARK"
