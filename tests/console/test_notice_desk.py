"""Notices of a whole desk: out of the journal's state over a kill, with a full disk, in a drill, over real sockets."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from alerts.notices.exchange import Delivered, Refused, Retry
from alerts.notices.post import Delivery
from alerts.notices.receivers import Receiver
from alerts.rules import load_rules
from console.clock import DeskClock
from console.desk import DeskThread
from console.desk_core import NEVER_GRACE_S, DeskCore
from console.identity import Ids
from console.intents import Acknowledge
from console.journal_keeper import JournalKeeper
from console.notifier import Notifier
from console.view import DeskTitle, Mode
from feeds.journal import Journal
from feeds.link import Address
from tests.alerts.notices.made import receiver
from tests.console.fake_desk import in_loop
from tests.console.loopback import Inbox, serving
from tests.console.test_desk_thread import GoodSite, until

START = 1_794_326_100.0
DARK = START + NEVER_GRACE_S


def desk(path: Path | str, *receivers: Receiver, now: float = START, life: int = 1, mode: Mode = "live") -> DeskCore:
    core = DeskCore(
        ["hefei"],
        [rule.model_copy(update={"escalate": ()}) for rule in load_rules()],
        (),
        mode=mode,
        title=DeskTitle("台", "Desk"),
        ids=Ids(f"life{life}"),
        journal=JournalKeeper(Journal(path), keeps_state=True),
        receivers=receivers or (receiver(),),
    )
    core.begin(now)
    return core


def only(core: DeskCore, now: float) -> Delivery:
    (delivery,) = core.notifying.due(now)
    return delivery


def kinds(core: DeskCore) -> list[tuple[str, Any]]:
    return [(e.kind, e.body.get("notices")) for e in core.journal.journal.entries() if e.kind.startswith("notice")]


def test_what_was_not_sent_or_not_answered_for_is_sent_by_the_next_desk(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    core = desk(path)
    core.advance(DARK + 1)
    core = desk(path, now=DARK + 2, life=2)  # killed before anything was sent
    sent = only(core, DARK + 2)
    assert ([one.id for one in sent.notices], sent.repeat) == (["a-life1-1.1"], False)
    core = desk(path, now=DARK + 3, life=3)  # killed between sending and the answer
    again = only(core, DARK + 3)
    assert (again.key, again.notices, again.repeat) == (sent.key, sent.notices, True)
    core.notifying.answered(again, Delivered(), DARK + 3)
    core = desk(path, now=DARK + 4, life=4)
    core.advance(DARK + 5)
    assert core.notifying.due(DARK + 5) == []
    assert kinds(core) == [("notice.sent", ["a-life1-1.1"])]
    assert core.journal.journal.verify() > 0


def test_reminders_and_acknowledgements_go_on_over_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    core = desk(path)
    core.advance(DARK + 1)
    core.notifying.answered(only(core, DARK + 1), Delivered(), DARK + 1)
    core = desk(path, now=DARK + 200, life=2)
    core.advance(DARK + 299)
    assert core.notifying.due(DARK + 299) == []
    core.advance(DARK + 301)
    assert [one.kind for one in only(core, DARK + 301).notices] == ["reminder"]
    core = desk(path, receiver(acknowledged=False), now=DARK + 302, life=3)
    core.notifying.answered(only(core, DARK + 302), Delivered(), DARK + 302)
    assert core.submit(Acknowledge("a-life1-1", ""), "duty-1", DARK + 303).ok
    core = desk(path, now=DARK + 304, life=4)
    core.advance(DARK + 3_000)
    assert core.notifying.due(DARK + 3_000) == []


def test_people_are_told_also_when_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.db"
    core = desk(path)
    real = core.journal.journal._db

    class Full:
        in_transaction = False

        def execute(self, *_: Any) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(core.journal.journal, "_db", Full())
    core.advance(DARK + 1)
    sent = only(core, DARK + 1)
    core.notifying.answered(sent, Delivered(), DARK + 1)
    monkeypatch.setattr(core.journal.journal, "_db", real)
    core.advance(DARK + 400)
    core = desk(path, now=DARK + 401, life=2)
    assert [one.id for one in only(core, DARK + 401).notices] == ["a-life1-1.2"]


def test_a_drill_tells_only_those_that_want_drills_and_a_replay_nobody() -> None:
    told = {}
    for mode in ("live", "drill", "replay"):
        core = desk(":memory:", receiver("real"), receiver("practice", drills=True), mode=mode)  # type: ignore[arg-type]
        core.advance(DARK + 1)
        due = core.notifying.due(DARK + 1)
        told[mode] = [one.receiver for one in due]
        assert all(core.notifying.envelope(one).drill == (mode == "drill") for one in due)
    assert told == {"live": ["real", "practice"], "drill": ["practice"], "replay": []}


def test_how_receivers_do_is_in_the_view_and_trouble_in_the_journal_once() -> None:
    core = desk(":memory:")
    core.advance(DARK + 1)
    for second, verdict in enumerate((Retry("HTTP 500"), Retry("HTTP 500"), Refused("HTTP 403: no"))):
        now = DARK + 1 + 400.0 * second
        core.notifying.answered(only(core, now), verdict, now)
    (view,) = core.view(DARK + 1_000).receivers
    assert (view.id, view.state, view.waiting, view.error) == ("hook", "broken", 1, "HTTP 403: no")
    assert [kind for kind, _ in kinds(core)] == ["notice.failed", "notice.failed"]


def test_without_receivers_nothing_is_kept_of_them() -> None:
    core = DeskCore(
        ["hefei"],
        load_rules(),
        (),
        mode="live",
        title=DeskTitle("台", "Desk"),
        ids=Ids("t"),
        journal=JournalKeeper(Journal(), keeps_state=True),
    )
    core.begin(START)
    core.advance(DARK + 1)
    assert core.journal.state("notice") == {}
    assert core.view(DARK + 1).receivers == ()


@in_loop
async def test_a_crossing_at_a_site_arrives_at_a_web_address() -> None:
    inbox, good = Inbox(), GoodSite("hefei")
    await good.gateway.start()
    good.work = asyncio.create_task(good.run())
    async with serving(inbox) as url:
        receivers = [receiver(url=url)]
        core = DeskCore(
            ["hefei"],
            load_rules(),
            (),
            mode="live",
            title=DeskTitle("台", "Desk"),
            ids=Ids("t"),
            journal=JournalKeeper(Journal()),
            receivers=receivers,
        )
        address = Address("hefei", good.gateway.url)
        thread = DeskThread(core, DeskClock(time.time()), [address], notifier=Notifier(receivers, {}))
        thread.start()
        try:
            await until(thread, lambda view: view.board.sites[0].state == "live")
            good.values["oldest_wait_s"] = 400
            await inbox.until(lambda: any("oldest-wait-critical" in str(body) for _, body in inbox.arrived))
            await until(thread, lambda view: view.receivers[0].waiting == 0)
            assert thread.view.receivers[0].state == "ok"
        finally:
            await asyncio.to_thread(thread.stop)
            good.work.cancel()
            await good.gateway.stop()
    assert inbox.arrived[0][1]["notices"][0]["id"].endswith(".1")
