"""A drill cannot reach a live site, notify anybody, or write where a live desk writes, whatever is configured."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from console.app import DutyDeckApp
from console.cli import main
from console.commands import screen
from console.config import DeskConfig, find_config
from console.desk import DeskThread
from console.drill_journal import drill_journal
from console.drill_room import DrillRoom, loopback_only
from console.intents import AskCoach, Inject, MarkMoment, Reveal, Seek
from console.opening import open_desk
from console.preflight.gather import Gatherer
from feeds.errors import InputError
from feeds.journal import Journal
from tests.console.made_drill import OVERRUN

COMMANDS = (
    "reload",
    "preflight",
    "inject surge site=hefei factor=2 for=1m",
    "mark here",
    "seek here",
    "reveal",
    "site hefei",
)


class Watched:
    """What this process connects to and opens, as the interpreter itself reports it, while `on`."""

    def __init__(self) -> None:
        self.on = False
        self.connected: list[Any] = []
        self.opened: list[str] = []
        sys.addaudithook(self._heard)

    def _heard(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "socket.connect":
            self.connected.append(given[1])
        elif event in ("open", "sqlite3.connect") and given and isinstance(given[0], str | bytes | os.PathLike):
            self.opened.append(os.fsdecode(given[0]))


WATCHED = Watched()
"""One for all tests: an audit hook cannot be taken away again."""


@pytest.fixture
def listening() -> Iterator[list[socket.socket]]:
    """Two live sites and a receiver: sockets that would see a connection."""
    found = []
    for _ in range(3):
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        one.listen()
        one.setblocking(False)
        found.append(one)
    yield found
    for one in found:
        one.close()


@pytest.fixture
def day(tmp_path: Path, listening: list[socket.socket], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A live configuration that everything finds, with its journal, as a desk left it."""
    ports = [one.getsockname()[1] for one in listening]
    folder = tmp_path / "day"
    folder.mkdir()
    sites = "\n".join(
        f"  - {{id: {name}, url: 'ws://127.0.0.1:{port}'}}"
        for name, port in zip(("hefei", "luoyang"), ports[:2], strict=True)
    )
    (folder / "dutydeck.yaml").write_text(f"journal: live.db\nsites:\n{sites}\n", encoding="utf-8")
    (folder / "notify.yaml").write_text(
        f"receivers:\n  - {{id: hook, kind: webhook, url: 'http://127.0.0.1:{ports[2]}/', drills: true}}\n",
        encoding="utf-8",
    )
    config = DeskConfig(folder)
    assert len(config.receivers) == 1
    journal = Journal(folder / "live.db")
    journal.append(1, "desk.started", "desk", {"mode": "live"})
    journal.append(2, "alert", "queue-building", {"id": "a-1", "to": "firing"})
    journal.close()
    monkeypatch.setenv("DUTYDECK_CONFIG", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert find_config("") == folder
    return folder


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file of a folder by its bytes."""
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def walked(desk: DrillRoom | DeskThread, lang: str, config: DeskConfig | None = None, *, wall: bool = False) -> int:
    """What `show` does, without a terminal: sit at the deck and type every command that might lead out."""
    assert config is None
    assert isinstance(desk, DrillRoom)

    async def walk() -> None:
        app = DutyDeckApp(desk, lang="en", operator="duty-1", preflight=Gatherer(config, os.environ))
        async with app.run_test(size=(120, 40)) as pilot:
            for text in COMMANDS:
                await pilot.press("colon")
                app.screen.query_one(Input).value = text
                await pilot.press("enter")
                await pilot.pause()
                if text in ("preflight", "reveal"):
                    await pilot.press("T" if text == "preflight" else "y")
                    await pilot.pause()
                while len(app.screen_stack) > 1:
                    app.pop_screen()
            await app.workers.wait_for_complete()

    asyncio.run(walk())
    assert desk.core.notifying.receivers() == ()
    for intent in (Inject("site_dark site=hefei for=1m"), MarkMoment("x"), Seek("start"), Reveal(), AskCoach()):
        assert desk.submit(intent, "coach").result(20).ok
    return 0


def test_a_drill_beside_a_live_configuration_never_goes_there(
    day: Path, listening: list[socket.socket], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = tmp_path / "overrun.yaml"
    scenario.write_text(OVERRUN, encoding="utf-8")
    before = fingerprint(day)
    ports = {str(one.getsockname()[1]) for one in listening}
    monkeypatch.setattr(screen, "show", walked)
    WATCHED.connected.clear()
    WATCHED.opened.clear()
    WATCHED.on = True
    try:
        assert screen.drill_on_screen(str(scenario), 7, 1.0, None, None, "en") == 0
    finally:
        WATCHED.on = False
    for one in listening:
        with pytest.raises(BlockingIOError):
            one.accept()
    tried = [place for place in WATCHED.connected if isinstance(place, tuple)]
    assert tried, "the drill's own links were not seen: this test sees nothing"
    assert {place[0] for place in tried} == {"127.0.0.1"}
    assert not {str(place[1]) for place in tried} & ports
    assert not [path for path in WATCHED.opened if path.startswith(str(day))], "the day's configuration was read"
    assert ":memory:" in WATCHED.opened
    assert fingerprint(day) == before
    assert not (tmp_path / "state").exists()


def test_the_sockets_of_this_test_would_have_seen_a_live_desk(day: Path, listening: list[socket.socket]) -> None:
    """The same configuration opened live does connect: the test above can fail."""
    with open_desk(DeskConfig(day), os.environ, "duty-1"):
        for one in listening[:2]:
            one.setblocking(True)
            one.settimeout(10.0)
            one.accept()[0].close()


def test_a_drill_refuses_the_journal_of_a_live_desk(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = fingerprint(day)
    live = day / "live.db"
    for headless in ([], ["--headless", "--minutes", "0.1"]):
        assert main(["drill", "evening-calm", *headless, "--journal", str(live)]) == 2
        assert capsys.readouterr().err.strip().endswith("expected the path of a new journal")
    assert fingerprint(day) == before


def test_a_live_desk_refuses_the_journal_of_a_drill(day: Path, tmp_path: Path) -> None:
    (day / "live.db").unlink()
    book = drill_journal(day / "live.db")
    book.append(1, "desk.started", "desk", {"mode": "drill"})
    book.close()
    with pytest.raises(InputError, match="this journal is that of a drill"), open_desk(DeskConfig(day), {}, "duty-1"):
        pass
    (tmp_path / "empty.db").touch()
    drill_journal(tmp_path / "empty.db").close()


def test_a_configured_drill_keeps_its_journal_apart_from_the_day(day: Path, tmp_path: Path) -> None:
    file = day / "dutydeck.yaml"
    own = file.read_text(encoding="utf-8").replace("journal: live.db\n", "")
    paths = []
    for mode in ("live", "drill"):
        file.write_text(f"mode: {mode}\n{own}", encoding="utf-8")
        paths.append(DeskConfig(day).journal_path({"XDG_STATE_HOME": str(tmp_path)}))
    assert [path.name for path in paths] == ["journal.db", "drill.db"]


def test_the_addresses_of_a_drill_are_on_loopback_or_there_is_none() -> None:
    assert [one.site for one in loopback_only({"a": "ws://127.0.0.1:5", "b": "ws://[::1]:6"})] == ["a", "b"]
    for url in ("ws://10.1.2.3:5", "wss://0.0.0.0:1", "ws://[2001:db8::1]:5", "ws:"):
        with pytest.raises(ValueError, match="not loopback"):
            loopback_only({"a": "ws://127.0.0.1:5", "b": url})
    with pytest.raises(ValueError, match=r"hefei\.example"):
        loopback_only({"a": "ws://127.0.0.1:5", "b": "ws://hefei.example:5"})
