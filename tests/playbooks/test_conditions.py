from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.conditions import Condition, Sight, condition
from playbooks.facts import split_place
from playbooks.orders import answered
from playbooks.scope import figure, heads, scopes
from tests.playbooks.world import crowd

NAMES = frozenset({"to.waiting", "donor.load"})


def made(text: str) -> Condition:
    return condition(text, "t", lambda at: (1, at + 1), NAMES, frozenset({"count"}), also=("before", "held"))


def sight(figures: Mapping[str, float], **more: object) -> Sight:
    return Sight(lambda name: figures.get(name, math.nan), **more)  # type: ignore[arg-type]


def test_before_is_the_figure_at_the_intent_and_unknown_where_it_was_not_seen() -> None:
    found = made("to.waiting <= 0.5 * before(to.waiting) + $count")
    assert found.value(sight({"to.waiting": 10}, before={"to.waiting": 16}, params={"count": 2.0})) == 1.0
    assert found.value(sight({"to.waiting": 11}, before={"to.waiting": 16}, params={"count": 2.0})) == 0.0
    assert math.isnan(found.value(sight({"to.waiting": 11}, params={"count": 2.0})))


def test_two_holding_parts_are_timed_apart() -> None:
    found = made("to.waiting < 5 for 10s or donor.load > 0.9 for 2s")
    since: dict[int, float] = {}
    course = []
    for now, waiting, load in [(0, 1, 0.5), (5, 1, 0.95), (6, 1, 0.95), (7, 9, 0.95)]:
        value, since = found.look(sight({"to.waiting": waiting, "donor.load": load}, now=float(now), since=since))
        course.append(value)
    assert course == [0.0, 0.0, 0.0, 1.0]


@given(st.lists(st.sampled_from([1.0, 9.0, math.nan]), min_size=1, max_size=40))
def test_held_means_held_at_every_look(waiting: list[float]) -> None:
    found = made("to.waiting < 5 for 10s")
    since: dict[int, float] = {}
    streak = 0
    for now, value in enumerate(waiting):
        held, since = found.look(sight({"to.waiting": value}, now=float(now), since=since))
        streak = streak + 1 if value < 5 else 0
        assert (held == 1.0) == (streak > 10)


def test_names_stand_for_places() -> None:
    world = crowd()
    kinds = {"to": "queue", "from": "site", "category": "category", "count": "count"}
    params = {"to": "hefei/q1", "from": "nanchang", "category": "apparel", "count": 3.0}
    places = scopes(kinds, params)  # type: ignore[arg-type]
    assert heads(kinds) == {"network", "to", "to_site", "from", "donor"}  # type: ignore[arg-type]
    assert figure("to.waiting", places, world) == 40
    assert figure("to_site.waiting", places, world) == 80
    assert figure("donor.load", places, world) == figure("from.load", places, world) == 0.5
    assert figure("network.load", places, world) == 0.8
    assert figure("to_site.bot_share", places, world) == 0.2
    assert figure("to.bot_share", places, world) == 0.3
    world.set("hefei", dark=True)
    assert math.isnan(figure("to.waiting", places, world))


@pytest.mark.parametrize(("text", "place"), [("a/b", ("a", "b")), ("a", ("a", None)), ("a/b/c", ("a", "b/c"))])
def test_a_place_is_a_site_and_perhaps_a_queue(text: str, place: tuple[str, str | None]) -> None:
    assert split_place(text) == place


def test_an_eta_beyond_reason_is_not_waited_for() -> None:
    from feeds.contract import Ack, Command
    from playbooks.run import Issued

    issued = Issued(Command("s", "c1", "v", {}, "lin", 0), due=15.0)
    for eta, due in [(math.inf, 60.0), (math.nan, 60.0), (-5.0, 60.0), (1e12, 7_215.0), (100.0, 115.0)]:
        after = answered(issued, Ack("s", "c1", eta_s=eta), 0.0)
        assert after is not None
        assert after.due == due
