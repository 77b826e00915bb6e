"""A desk at work keeps its past by itself, hands it to whoever sits there or elsewhere, and has it after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.intents import AskDay, AskPast, Seek, SetPace, WriteNote
from console.past import desk_past
from console.past.desk_past import DeskPast
from console.past.folder import PastFolder
from console.past.reader import PastReader
from console.people import Reach
from feeds.journal import Journal
from tests.console.fake_desk import in_loop
from tests.console.remote.made_server import ask, served, until_true
from tests.console.test_desk_thread import at_work
from tests.console.test_drill_room import asked, room_of, until


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_past, "SETTLE_S", 0.0)


@in_loop
async def test_a_console_elsewhere_looks_back_with_the_least_of_roles(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        boss, viewer = await made.sit("boss", "duty"), await made.sit("guest", "viewer")
        await ask(boss, WriteNote("call Wuhan"))
        await until_true(lambda: made.desk.past.store.kept().spans != ())
        at = made.desk.view.at
        outcome = await ask(viewer, AskPast(at))
        assert outcome.past is not None, outcome
        reach = Reach(up=True, url=made.url)
        view = PastReader().read(outcome.past, viewer.name, reach)
        assert view.at <= at
        assert view.reach is reach
        assert [site.id for site in view.board.sites] == [site.id for site in made.desk.view.board.sites]
        told = (await ask(viewer, AskDay())).day
        assert told is not None
        assert ("call Wuhan", "boss") in [(event.said.en, event.who) for event in told.events]
        again = (await ask(viewer, AskDay(told.number))).day
        assert again is not None
        assert not again.anew


@in_loop
async def test_a_desk_that_starts_again_knows_what_was(tmp_path: Path) -> None:
    book = Journal(tmp_path / "journal.db")
    async with at_work(book) as (_good, desk):
        await asyncio.wrap_future(desk.submit(WriteNote("before the crash"), "duty-1"))
        await until_true(lambda: desk.past.store.kept().spans != ())
        view, folder = desk.view, PastFolder(tmp_path / "past")
        folder.write(desk.past.store.stretches(), desk.past.store.stretches())
    past = DeskPast(PastFolder(tmp_path / "past"))
    past.watch(desk.core, view.at + 60.0)
    assert past.store.kept().end <= view.at
    assert past.store.kept().spans
    notes = [event.said.en for event in past.events.news(0).events if event.kind == "deed"]
    assert "before the crash" in notes or not desk.core.journal.keeps_state
    past.stop()


def test_a_disk_that_is_full_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    from tests.console.fake_desk import desk_view

    blocked = tmp_path / "past"
    blocked.write_text("a file where the folder would be")
    past = DeskPast(PastFolder(blocked))
    past.published(desk_view(queues=1))
    past.stop()
    assert past.error
    assert past.store.kept().spans


def test_a_drill_that_goes_back_has_no_future(tmp_path: Path) -> None:
    with room_of(tmp_path, speed=20.0) as room:
        begun = room.view.at
        asked(room, WriteNote("too late"), "duty-1")
        until(room, lambda view: view.at > begun + 60.0)
        until(room, lambda _view: len(room.past.store.kept().spans) > 0 and room.past.store.kept().end > begun + 30.0)
        asked(room, SetPace(0.0))
        answer = asked(room, AskPast(begun + 35.0)).past
        assert answer is not None
        assert begun < PastReader().read(answer, "duty-1", None).at <= begun + 35.0
        assert asked(room, Seek("start")).ok
        assert room.past.store.kept().end <= begun + 2.0
        day = asked(room, AskDay()).day
        assert day is not None
        assert "too late" not in [event.said.en for event in day.events]
