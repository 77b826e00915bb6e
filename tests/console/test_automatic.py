"""What the desk starts by itself: announced, stoppable, within limits; and panic, which stops all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.rules import load_rules
from console.desk_core import DeskCore
from console.draw.automatic import automatic_lines
from console.identity import Ids
from console.intents import Panic, StopAutomatic
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.picture import Picture
from console.playbook_desk import shipped_playbooks
from console.view import DeskTitle
from console.wire import MemoryWire
from feeds.journal import Journal
from playbooks.playbook import Playbook
from playbooks.run import RunState
from simulators.world import World
from tests.console.made_drill import overrun


class Room:
    """A small drill whose desk may start the bot by itself."""

    def __init__(self, folder: Path, *, books: tuple[Playbook, ...] = (), journal: Journal | None = None) -> None:
        _path, scenario = overrun(folder)
        self.world, self.journal = World(scenario, 3), journal or Journal()
        self.books = books or shipped_playbooks()
        self.core = self.desk("one")
        self.drill = LockStep(self.world, self.core, MemoryWire())
        self.drill.begin()

    def desk(self, name: str) -> DeskCore:
        """A desk on the journal."""
        return DeskCore(
            list(self.world.sites),
            load_rules(),
            self.books,
            mode="drill",
            title=DeskTitle("台", "Desk"),
            ids=Ids(name),
            journal=JournalKeeper(self.journal, keeps_state=True),
            automatic=("bot-overflow",),
        )

    def until_announced(self) -> None:
        """Play until something is announced."""
        for _ in range(300):
            self.drill.step()
            if self.drill.core.automatic.view().announced:
                return
        raise AssertionError("nothing was announced")

    def play(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(seconds):
            self.drill.step()

    @property
    def kinds(self) -> list[str]:
        """What the journal has of it."""
        return [entry.kind for entry in self.journal.entries() if entry.kind.startswith("automatic.")]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """The drill."""
    return Room(tmp_path)


def test_it_is_announced_and_starts_when_its_time_is_over(room: Room) -> None:
    room.until_announced()
    one = room.core.automatic.view().announced[0]
    assert (one.playbook, one.due - one.at) == ("bot-overflow", 30.0)
    room.play(28)
    assert room.core.playbooks.runs() == ()
    room.play(4)
    run = room.core.playbooks.runs()[0]
    assert (run.playbook, run.who, run.alert) == ("bot-overflow", "desk", one.alert)
    assert room.kinds == ["automatic.announced"]


def test_the_deck_counts_down(room: Room) -> None:
    room.until_announced()
    room.play(10)
    view = room.core.view(room.world.now)
    said = "".join(text for text, _style in automatic_lines(Picture(view), 120)[0])
    assert " 20 s: " in said
    assert "X" in said


def test_one_key_stops_it_for_this_alert(room: Room) -> None:
    room.until_announced()
    one = room.core.automatic.view().announced[0]
    assert room.core.submit(StopAutomatic(), "wang", room.world.now).ok
    room.play(90)
    assert [run for run in room.core.playbooks.runs() if run.alert == one.alert] == []
    stopped = next(entry for entry in room.journal.entries() if entry.kind == "automatic.stopped")
    assert stopped.body["by"] == "wang"
    assert not room.core.submit(StopAutomatic("u-none-1"), "wang", room.world.now).ok


def test_panic_stops_everything_and_outlives_the_desk(room: Room) -> None:
    room.until_announced()
    assert room.core.submit(Panic(note="wrong figures"), "wang", room.world.now).ok
    room.drill.reborn(room.desk("two"))
    core = room.drill.core
    panic = core.automatic.view().panic
    assert panic is not None
    assert (panic.who, panic.note) == ("wang", "wrong figures")
    room.play(120)
    assert core.playbooks.runs() == ()
    assert core.automatic.view().announced == ()
    assert core.submit(Panic(on=False), "wang", room.world.now).ok
    assert not core.submit(Panic(on=False), "wang", room.world.now).ok
    room.until_announced()


def test_in_a_panic_nothing_goes_back_by_itself(tmp_path: Path) -> None:
    bot = next(book for book in shipped_playbooks() if book.id == "bot-overflow")
    from playbooks.library import from_plain

    short = from_plain({**bot.source, "revert": {"after": "1m"}})
    room = Room(tmp_path, books=(short, *(book for book in shipped_playbooks() if book.id != "bot-overflow")))
    room.until_announced()
    room.play(35)
    run = room.core.playbooks.runs()[0]
    assert run.in_force
    room.core.submit(Panic(), "wang", room.world.now)
    room.play(90)
    run = room.core.playbooks.runs()[0]
    assert run.state is RunState.ASKING
    assert run.question is not None
    assert "automatic actions are stopped" in run.question.en


def test_no_more_than_so_many_an_hour(tmp_path: Path) -> None:
    from playbooks.automatic import Automatic, Cause
    from playbooks.library import from_plain

    bot = next(book for book in shipped_playbooks() if book.id == "bot-overflow")
    once = from_plain({**bot.source, "suggest": {**bot.source["suggest"], "mode": "auto", "per_hour": 1}})
    room = Room(tmp_path)
    room.until_announced()
    room.play(32)
    runs, now = room.core.playbooks.runs(), room.world.now
    cause = Cause("a-9", "queue-building", "luoyang/q", "luoyang", now - 300.0)
    assert Automatic([once]).due_for_plan([cause], runs, now) == []
    assert Automatic([once]).due_for_plan([cause], runs, now + 3600.0) != []
