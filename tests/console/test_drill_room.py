"""A drill with people on real sockets: injections, going back, what the journal says of it, and the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.coach_view import CoachView
from console.drill_room import DrillRoom
from console.headless import drill_core, drill_hash, drill_meta
from console.intents import (
    Acknowledge,
    AskCoach,
    AskPreview,
    Inject,
    Intent,
    MarkMoment,
    Outcome,
    Reveal,
    Seek,
    SetPace,
    StartPlaybook,
)
from console.view import DeskView
from feeds.journal import Entry, Journal
from feeds.recording import RecordingWriter
from simulators.standing_branch import standing
from simulators.world import World
from tests.console.made_drill import overrun


@contextmanager
def room_of(folder: Path, speed: float = 30.0, writer: RecordingWriter | None = None) -> Iterator[DrillRoom]:
    """The small drill, started; nothing may have died when it ends."""
    room = DrillRoom(World(overrun(folder)[1], 7), Journal(), speed=speed, operator="duty-1", writer=writer)
    room.start()
    try:
        yield room
    finally:
        room.stop()
    assert room.failure is None


def until(room: DrillRoom, true: Callable[[DeskView], bool], seconds: float = 40.0) -> DeskView:
    end = time.monotonic() + seconds
    while not true(room.view):
        assert time.monotonic() < end, "it did not come true in time"
        assert room.failure is None
        time.sleep(0.01)
    return room.view


def asked(room: DrillRoom, intent: Intent, who: str = "coach") -> Outcome:
    return room.submit(intent, who).result(30)


def looked(room: DrillRoom) -> CoachView:
    coach = asked(room, AskCoach()).coach
    assert coach is not None
    return coach


def all_live(view: DeskView) -> bool:
    return all(site.state == "live" for site in view.board.sites)


def entries(room: DrillRoom) -> list[Entry]:
    return room.ask_desk(lambda core: list(core.journal.journal.entries()))


def test_the_desk_goes_back_to_what_it_knew(tmp_path: Path) -> None:
    with room_of(tmp_path) as room:
        view = until(room, lambda v: all_live(v) and any(alert.state == "firing" for alert in v.alerts))
        first = next(alert for alert in view.alerts if alert.state == "firing")
        assert asked(room, Acknowledge(first.id, "mine"), "duty-1").ok
        preview = asked(
            room, AskPreview("bot-overflow", {"site": "hefei", "category": "apparel", "share": 0.6})
        ).preview
        assert preview is not None
        assert preview.ok, preview.refusals
        assert asked(room, StartPlaybook(preview), "duty-1").ok
        until(room, lambda v: bool(v.runs) and str(v.runs[0].state) == "active")
        assert asked(room, MarkMoment("talk")).ok
        assert asked(room, Inject("site_dark site=luoyang for=3m")).ok
        until(room, lambda v: v.board.by_id["luoyang"].state == "unknown")
        asked(room, SetPace(0.0), "duty-1")
        late, known = room.view.at, {alert.id for alert in room.view.alerts}
        back = asked(room, Seek("talk"))
        assert back.ok, back.en
        assert room.view.at < late - 5
        asked(room, SetPace(10.0), "duty-1")
        view = until(room, lambda v: all_live(v) and bool(v.alerts))
        taken = next(alert for alert in view.alerts if alert.id == first.id)
        assert taken.acknowledged is not None
        assert taken.acknowledged.who == "duty-1"
        assert [str(run.state) for run in view.runs] == ["active"]
        luoyang = view.board.by_id["luoyang"]
        assert luoyang.state == "live", "the injection did not happen"
        assert {link.faults.get("second_writer", 0) for link in view.links.values()} == {0}
        assert room.core.board.sessions["hefei"].epoch == 2
        hefei = view.board.by_id["hefei"]
        queues = [i for i, row in enumerate(hefei.rows) if row.category == "apparel" and row.channel != "voice"]
        assert hefei.columns["bot_share"][queues] == pytest.approx(0.6), "what was done before it still holds"
        said = entries(room)
        seek = next(entry for entry in said if entry.kind == "drill.seek")
        begin, end = seek.body["undone"]
        assert {"drill.inject"} <= {entry.kind for entry in said if begin <= entry.number <= end}
        stands = standing(said)
        assert not [entry for entry in stands if entry.kind == "drill.inject"]
        assert [entry.kind for entry in stands if entry.actor == "coach" and entry.kind != "drill.panel"] == [
            "drill.seek"
        ]
        new = {entry.body["id"] for entry in said if entry.kind == "alert" and entry.number > seek.number}
        undone = {entry.body["id"] for entry in said if entry.kind == "alert" and begin <= entry.number <= end}
        assert not (new - known) & undone, "an id is never used twice"
        assert room.keeper.journal.verify() == len(said)
        coach = looked(room)
        assert (coach.seeks, coach.undone > 0) == (1, True)


def test_a_coach_is_told_in_one_line_what_cannot_be_done(tmp_path: Path) -> None:
    with room_of(tmp_path, speed=1.0) as room:
        for intent, said in (
            (Inject("surge site=hefe factor=2 for=1m"), ":inject: site: 'hefe' is not known; expected a site, nearest"),
            (Inject(""), ":inject: nothing was typed"),
            (Seek("-9h"), ":seek: -9h: it is before the drill began"),
            (Seek("19:59"), ":seek: 19:59: it is before the drill began"),
            (Seek("20:05"), ":seek: 20:05: a drill cannot go forward"),
            (Seek("25:70"), ":seek: 25:70 is no time of day"),
            (Seek("soon"), ":seek: 'soon' is no moment of this drill; expected -5m, a time of day"),
        ):
            outcome = asked(room, intent)
            assert outcome.code == "bad_input"
            assert outcome.en.startswith(said)
        assert not [entry for entry in entries(room) if entry.kind.startswith("drill.")]
        assert looked(room).seeks == 0


def test_the_truth_is_hidden_until_it_is_revealed_and_that_is_written_down(tmp_path: Path) -> None:
    with room_of(tmp_path) as room:
        asked(room, AskCoach(opened=True), "zhou")
        asked(room, AskCoach(opened=True), "zhou")
        until(room, lambda v: v.at > room.view.at - 1 and all_live(v))
        coach = looked(room)
        assert (coach.truth, coach.has_truth, coach.known) == (None, True, None)
        assert [one.en for one in coach.past] == ["surge Hefei Apparel ×2.5 7m", "the coach's panel was opened"]
        assert asked(room, Reveal(), "zhou").en == "the truth: A live stream brings a wave"
        coach = looked(room)
        assert coach.truth is not None
        assert coach.known is not None
        assert coach.known.who == "zhou"
        assert "zhou" in asked(room, Reveal(), "lin").en
        assert asked(room, Seek("start")).ok
        coach = looked(room)
        assert coach.known is not None
        assert (coach.known.who, coach.known.at) == ("zhou", 0.0)
        assert coach.truth is not None, "people do not forget"
        assert [entry.kind for entry in entries(room) if entry.kind.startswith("drill.")] == [
            "drill.panel", "drill.reveal", "drill.seek",
        ]  # fmt: skip


def test_a_recorded_drill_cannot_go_back(tmp_path: Path) -> None:
    scenario = overrun(tmp_path)[1]
    with (
        RecordingWriter(tmp_path / "rec", config_hash=drill_hash(scenario), meta=drill_meta(scenario, 7)) as writer,
        room_of(tmp_path, 1.0, writer) as room,
    ):
        assert asked(room, Seek("start")).code == "recorded"
        assert looked(room).fixed


def test_a_desk_that_is_no_drill_of_its_own_refuses_a_coach(tmp_path: Path) -> None:
    core = drill_core(overrun(tmp_path)[1], 7, Journal())
    core.begin(0.0)
    for intent in (Inject("surge factor=2 for=1m"), Seek("start"), MarkMoment("x"), Reveal(), AskCoach()):
        outcome = core.submit(intent, "coach", 1.0)
        assert (outcome.code, bool(outcome.zh), bool(outcome.en)) == ("no_drill", True, True)
    assert core.next_deadline() < 10.0
