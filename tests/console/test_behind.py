"""The lists behind figures at the desk and on the screen."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from console import i18n
from console.app import DutyDeckApp
from console.behind import KEPT, Behind, BehindDesk, list_key
from console.draw.behind import plan_behind
from console.figures.place import place_of
from console.figures.sums import sums_of
from console.headless import drill_core
from console.intents import AskBehind, Outcome
from console.listing import gathered, list_of, places_of
from console.lockstep import LockStep
from console.picture import Picture
from console.remote.asked import Ask, read, written
from console.remote.roles import Person, refusal
from console.screens.behind import BehindScreen
from console.screens.queue import QueueScreen
from console.wire import MemoryWire
from feeds.codec import decode, encode
from feeds.contract import Hello, ListItem, ListQuery, ListReply, Row, schema_hash
from feeds.journal import Journal
from feeds.session import SiteSession
from simulators.world import World
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop
from tests.console.made_drill import overrun
from tests.console.test_screens import screen_text

ROWS = (Row("q1"), Row("*", "site"))


def _session(lists: tuple[str, ...]) -> SiteSession:
    session = SiteSession("hefei")
    session.connected(1.0)
    session.receive(
        encode(Hello("hefei", 3, "合肥", "Hefei", (), ROWS, lists=lists, schema=schema_hash((), ROWS))), 1.0
    )
    return session


def _reply(place: str, what: str, total: int, *items: ListItem) -> Behind:
    return Behind(what, place, "told", NOW - 1, NOW - 1, total, items)


def test_only_a_site_that_tells_a_list_is_asked_for_it() -> None:
    desk = BehindDesk()
    asked = desk.ask("waiting", ("hefei/q1",), {"hefei": _session(("waiting",))}, 2.0)
    assert [(one.what, one.row) for one in asked] == [("waiting", "q1")]
    assert isinstance(decode(encode(asked[0])), ListQuery)
    assert desk.found[list_key("waiting", "hefei/q1")].state == "asked"
    assert desk.ask("waiting", ("hefei/*",), {"hefei": _session(())}, 2.0) == []  # a site of version 1.0
    assert desk.found[list_key("waiting", "hefei/*")].state == "not_told"
    away = _session(("waiting",))
    away.disconnected(3.0, "gone")
    assert desk.ask("idle", ("hefei/*", "moon/*"), {"hefei": away}, 4.0) == []
    assert desk.found[list_key("idle", "hefei/*")].state == "down"


def test_what_was_told_stays_until_it_is_told_anew_and_only_so_much_is_kept() -> None:
    desk, session = BehindDesk(), _session(("waiting",))
    desk.ask("waiting", ("hefei/*",), {"hefei": session}, 2.0)
    before = desk.found
    desk.take(ListReply("hefei", "1", "waiting", "*", 3_000_000_000, 7, (ListItem("a", 5.0, "q1"),)), 3.0)
    assert before[list_key("waiting", "hefei/*")].state == "asked"  # a view holds the mapping that it was given
    desk.ask("waiting", ("hefei/*",), {"hefei": session}, 8.0)
    kept = desk.found[list_key("waiting", "hefei/*")]
    assert (kept.state, kept.total, kept.at, kept.asked_at) == ("told", 7, 3.0, 8.0)
    for i in range(KEPT + 30):
        desk.take(ListReply("hefei", "", "waiting", f"q{i}", 1, 0), 9.0)
    assert len(desk.found) == KEPT
    desk.take(ListReply("hefei", "", "secrets", "*", 1, 0), 9.0)
    assert not any("secrets" in key for key in desk.found)


def _told(**lists: Behind) -> Picture:
    return Picture(replace(desk_view(), behind={list_key(one.what, one.place): one for one in lists.values()}))


def test_a_list_over_sites_says_how_many_more_and_who_tells_nothing() -> None:
    picture = _told(
        a=_reply("hefei/*", "waiting", 40, ListItem("c1", 200.0, "q00"), ListItem("c2", 3.0, "q01")),
        b=_reply("nanchang/*", "waiting", 1, ListItem("c3", 100.0, "q01")),
        c=Behind("waiting", "wuhan/*", "down", NOW),
        d=Behind("waiting", "jinan/*", "not_told", NOW),
    )
    found = gathered(picture, "*", "waiting")
    assert [row.item.id for row in found.rows] == ["c1", "c3", "c2"]
    assert (found.total, found.more) == (41.0, 38)
    assert (found.silent, found.away) == (("jinan",), ("wuhan",))
    assert "xian" in found.waiting_for
    assert found.rows[0].left_s < 0 < found.rows[2].left_s  # past its limit, and not yet


def test_a_queue_takes_its_part_of_the_list_of_its_site() -> None:
    picture = _told(a=_reply("hefei/*", "waiting", 2, ListItem("c1", 200.0, "q00"), ListItem("c2", 3.0, "q01")))
    found = gathered(picture, "hefei/q01", "waiting")
    assert [row.item.id for row in found.rows] == ["c2"]
    assert found.total == 1.0


def test_which_places_are_asked_and_which_list_a_figure_means() -> None:
    picture = Picture(desk_view())
    assert places_of(picture, "hefei") == ("hefei/*",)
    assert len(places_of(picture, "*")) == 13
    assert places_of(picture, "hefei/q00") == ("hefei/q00",)
    assert len(places_of(picture, "shop:shop-1")) == 26
    assert places_of(picture, "moon") == ()
    assert [list_of(name) for name in ("waiting", "abandon_rate_15m", "rest_meal", "agents_online", "")] == [
        "waiting", "abandoned", "resting", "idle", "waiting",
    ]  # fmt: skip


def test_a_question_goes_over_the_wire_and_everybody_may_ask() -> None:
    intent = AskBehind("waiting", ("hefei/q00",))
    found = read(written(4, intent))
    assert found == Ask(4, intent)
    view = desk_view()
    assert refusal(Person("a", "viewer"), intent, view) is None
    assert refusal(Person("b", "lead", ("xian",)), intent, view) is None  # all read everything


def test_the_plan_fits_every_size() -> None:
    for width in (1, 80, 120, 200):
        for height in (1, 2, 5, 22, 58):
            assert all(p.y + p.height <= height for p in plan_behind(width, height).places.values())


@in_loop
async def test_the_list_is_asked_for_by_key_and_opens_its_queue() -> None:
    desk = FakeDesk(answer=lambda _intent: Outcome())
    app = DutyDeckApp(desk, lang="en", operator="duty-1", monotonic=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("j", "D")
        await pilot.pause()
        assert isinstance(app.screen, BehindScreen)
        assert (AskBehind("waiting", ("hefei/*",)), "duty-1") in desk.sent
        items = (ListItem("c0ffee", 200.0, "q00"), ListItem("beef", 3.0, "q01"))
        desk.tick(behind={list_key("waiting", "hefei/*"): _reply("hefei/*", "waiting", 40, *items)})
        app.look()
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert "40 in all · +38 more than shown · the board says 266" in text
        assert "c0ffee" in text
        assert "late" in text
        await pilot.press("3")
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert "asked, no answer yet: Hefei" in text
        assert "Rest: meal 16" in text  # counted where nobody is named
        await pilot.press("1")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, QueueScreen)
        assert app.screen.key == "hefei/q00"


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_a_list_is_drawn_at_every_size(lang: i18n.Language) -> None:
    items = tuple(ListItem(f"c{i}", 200.0 - i, "q00") for i in range(50))
    behind = {list_key("abandoned", "hefei/*"): _reply("hefei/*", "abandoned", 90, *items)}
    app = DutyDeckApp(FakeDesk(desk_view(behind=behind)), lang=lang, operator="duty-1")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(BehindScreen("hefei", "abandoned"))
        for size in ((80, 24), (120, 40), (20, 5), (1, 1), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            if size[0] >= 80:
                assert ("另有 40 未列出" if lang == "zh" else "+40 more than shown") in "\n".join(screen_text(app))
    i18n.use("en")


def test_a_drill_tells_its_lists_through_the_desk(tmp_path: Path) -> None:
    scenario = overrun(tmp_path)[1]
    world = World(scenario, 7)
    core = drill_core(scenario, 7, Journal())
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    drill.step(120)
    assert core.submit(AskBehind("waiting", ("hefei/*", "luoyang/*")), "duty-1", world.now).ok
    drill.step()
    view = core.view(world.now)
    told = view.behind[list_key("waiting", "hefei/*")]
    assert told.state == "told"
    assert told.total == view.board.rollup("site").columns["waiting"][0]
    assert told.total > 0
    picture = Picture(view)
    assert gathered(picture, "*", "waiting").total == sum(one.total for one in view.behind.values())
    core.submit(AskBehind("resting", ("hefei/*",)), "duty-1", world.now)
    drill.step()
    assert core.view(world.now).behind[list_key("resting", "hefei/*")].state == "not_told"
    assert math.isnan(gathered(picture, "hefei", "idle").total)


def test_totals_of_a_simulated_network_are_reconciled_to_the_contact(tmp_path: Path) -> None:
    """The world's own invariant, as the figures' screen says it: nothing is left beside the parts."""
    scenario = overrun(tmp_path)[1]
    world = World(scenario, 7)
    core = drill_core(scenario, 7, Journal())
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    drill.step(90)
    picture = Picture(core.view(world.now))
    for key in ("*", "hefei"):
        place = place_of(picture, key)
        assert place is not None
        said = [text for _label, text, _style in sums_of("offered", place)]
        assert len(said) == 1, said
        assert "Offered" in said[0]
