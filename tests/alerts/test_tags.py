"""Tags: words that a site gives its rows, by which rules and silences choose."""

from __future__ import annotations

import json
from dataclasses import replace

import msgpack
import pytest

from alerts.rows import RowAttributes, attributes_of
from alerts.rules import RuleScope
from alerts.silence import Matcher, Silence, restored_silence
from feeds.codec import decode, encode
from feeds.contract import Hello, Row
from feeds.errors import FrameError
from feeds.session import SiteSession
from simulators.layout import Layout
from simulators.scenario import load_scenario
from tests.alerts.made_engine import engine, rule
from tests.feeds.made import hello

VIP = RowAttributes("hf/q1", "queue", "hf", tags=("vip", "new-shop"))
PLAIN = RowAttributes("hf/q2", "queue", "hf")


def with_tags(*tags: str) -> Hello:
    first, *others = hello().rows
    return replace(hello(), rows=(replace(first, tags=tags), *others))


def announced(sent: Hello) -> tuple[Row, ...]:
    session = SiteSession("hefei")
    session.connected(0.0)
    session.receive(encode(sent), 0.0)
    assert session.board.hello is not None
    return session.board.hello.rows


def test_tags_reach_the_rules_cleaned_bounded_and_each_once() -> None:
    sent = with_tags("vip", "\x1b[31mred", "vip", "  ", "x" * 99, *map(str, range(40)))
    row = announced(sent)[0]
    assert row.tags[:2] == ("vip", "�[31mred")
    assert len(row.tags) <= 16
    assert all(len(tag) <= 32 and "\x1b" not in tag for tag in row.tags)
    assert attributes_of(replace(sent, rows=(row,)))[0].tags == row.tags


def test_a_hello_without_tags_is_what_it_was() -> None:
    plain = msgpack.unpackb(encode(hello()))
    assert all("tags" not in row for row in plain["rows"])
    assert all(row.tags == () for row in decode(encode(hello())).rows)  # type: ignore[union-attr]
    tagged = with_tags("vip")
    assert decode(encode(tagged)).rows[0].tags == ("vip",)  # type: ignore[union-attr]


@pytest.mark.parametrize("tags", ["vip", 3, {"vip": 1}, ["vip", 3]])
def test_tags_that_are_no_list_of_words_are_garbage(tags: object) -> None:
    plain = msgpack.unpackb(encode(with_tags("vip")))
    plain["rows"][0]["tags"] = tags
    with pytest.raises(FrameError):
        decode(msgpack.packb(plain))


def test_a_rule_and_a_silence_choose_rows_that_have_any_of_their_tags() -> None:
    scope = RuleScope(tags=("vip", "live-stream"))
    assert scope.matches(VIP)
    assert not scope.matches(PLAIN)
    assert not RuleScope(tags=("vip",), sites=("wh",)).matches(VIP)
    matcher = Matcher(tags=("new-shop",))
    assert matcher.matches("r", "warning", VIP)
    assert not matcher.matches("r", "warning", PLAIN)
    silence = Silence("s", matcher, "duty-1", "", 0.0, 9.0)
    assert restored_silence(json.loads(json.dumps(silence.dump()))) == silence


def test_tags_survive_a_restart_with_their_alert() -> None:
    desk = engine(rule("r", "waiting > 1"), sites={"hf": (VIP,)})
    desk.evaluate("hf", {"waiting": 5.0}, 1.0)
    again = engine(rule("r", "waiting > 1"), sites={})
    again.restore(json.loads(json.dumps(desk.dump())))
    assert again.alerts()[0].row == VIP


def test_a_scenarios_shops_carry_tags() -> None:
    scenario = load_scenario("evening-calm")
    site = scenario.sites[0]
    shop = site.shops[0].model_copy(update={"tags": ("vip",)})
    changed = site.model_copy(update={"shops": (shop, *site.shops[1:])})
    layout = Layout(scenario.model_copy(update={"sites": (changed, *scenario.sites[1:])}))
    rows = [queue.row for queue in layout.plans[0].queues]
    assert {row.tags for row in rows if row.shop == shop.zh} == {("vip",)}
    assert {row.tags for row in rows if row.shop != shop.zh} == {()}
