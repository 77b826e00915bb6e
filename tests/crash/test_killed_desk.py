"""The desk is killed at random moments, some hundred times, and goes on where it was each time.

Nothing is lost that was confirmed, nothing is told twice, nothing is over that is not. `DUTYDECK_KILLS` says how often.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from feeds.journal import Entry, Journal
from feeds.journal_audit import verify_journal
from feeds.journal_keys import public_keys
from feeds.journal_proof import Witness
from tests.crash.driver import Person, Receiver, RestlessSite, lives

KILLS = int(os.environ.get("DUTYDECK_KILLS", "220"))
LAG_S = 0.5
"""A desk hears of a change so much later at the most, on a busy machine."""

RULES = """
rules:
  - rule: queue
    title: {zh: 排队, en: Queue}
    when: waiting > 20
    for: 300ms
    clear: waiting < 10
    keep_firing_for: 200ms
    severity: critical
    message: {zh: "{queue} {value}", en: "{queue} {value}"}
    why: It comes and goes all the time.
"""

STATES = ("inactive", "pending", "firing", "recovering", "resolved")

Change = tuple[str, str, str, float]
"""(key, from, to, at)."""


@dataclass
class Around:
    """What stood around the desk, and how often it died at a write and by the clock."""

    site: RestlessSite
    person: Person
    receiver: Receiver
    deaths: tuple[int, int] = (0, 0)


def configure(folder: Path, url: str, told: str) -> Path:
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "queue.yaml").write_text(RULES, encoding="utf-8")
    sites = f'sites: [{{id: hefei, url: "{url}"}}]\n'
    (folder / "dutydeck.yaml").write_text(sites + "journal: journal.db\n", encoding="utf-8")
    receiver = f'receivers: [{{id: hook, kind: webhook, url: "{told}", repeat_critical: 30s}}]\n'
    (folder / "notify.yaml").write_text(receiver, encoding="utf-8")
    return folder


async def kill_often(folder: Path, rng: random.Random) -> Around:
    around = Around(RestlessSite(rng), Person(rng), Receiver(rng))
    site, person = around.site, around.person
    await site.gateway.start()
    publishing = asyncio.create_task(site.run())
    server = await asyncio.start_server(person.meet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    config = configure(folder, site.gateway.url, await around.receiver.start())
    async with lives(config, port, rng) as desk:
        for _ in range(KILLS):
            by_write = rng.random() < 0.5
            die = (rng.randint(1, 9), rng.choice(["before", "inside", "after"])) if by_write else None
            await desk.one(die, rng.uniform(0.05, 1.0) if die is None else 3.0)
        around.deaths = desk.by_write, desk.by_clock
    server.close()
    publishing.cancel()
    await site.gateway.stop()
    await around.receiver.stop()
    return around


@pytest.mark.crash
@pytest.mark.timeout(1500)
def test_a_desk_killed_again_and_again_loses_nothing_and_invents_nothing(tmp_path: Path) -> None:
    around = asyncio.run(kill_often(tmp_path / "desk", random.Random(11)))
    person, deaths = around.person, around.deaths
    journal_path = tmp_path / "desk" / "journal.db"
    journal = Journal(journal_path)
    assert journal.verify() > KILLS
    key = public_keys([journal_path.with_name("journal.db.key.pub")])
    assert verify_journal(journal_path, Witness(keys=key)).ok
    entries = list(journal.entries())
    stories = told(entries)
    print(f"killed {deaths[0]}+{deaths[1]} times; {len(stories)} alerts, {len(person.confirmed)} acknowledged")
    heard = around.receiver.heard
    print(f"{len(heard)} notices, {sum(again for _, again in heard)} of them said to repeat")
    assert min(deaths) > KILLS / 5, "both ways to die are tried"
    assert len(stories) > KILLS / 10, "there were alerts to be lost"
    follow_one_another(stories)
    end_only_when_over(stories, around.site)
    acknowledgements_stay(entries, person)
    clocks_stand_where_they_began(stories, person)
    nobody_is_told_twice(stories, around.receiver)


def told(entries: list[Entry]) -> dict[str, list[Change]]:
    """What the journal tells of each alert of the rule, in order."""
    stories = defaultdict(list)
    for entry in entries:
        body = entry.body
        if entry.kind == "alert" and body["rule"] == "queue" and body["to"] in STATES:
            stories[body["id"]].append((body["key"], body["from"], body["to"], body["at"]))
    return dict(stories)


def follow_one_another(stories: dict[str, list[Change]]) -> None:
    """No change is missing, told twice, or told after the end; and no two alerts stand on one row at a time."""
    spans = defaultdict(list)
    for alert, changes in stories.items():
        assert changes[0][1] == "inactive", (alert, changes)
        for (_, _, reached, _), (_, left, _, _) in pairwise(changes):
            assert reached == left, (alert, changes)
            assert reached not in ("inactive", "resolved"), (alert, changes)
        over = changes[-1][2] in ("inactive", "resolved")
        spans[changes[0][0]].append((changes[0][3], changes[-1][3] if over else float("inf")))
    for row in spans.values():
        for (_, end), (begin, _) in pairwise(sorted(row)):
            assert end <= begin


def end_only_when_over(stories: dict[str, list[Change]], site: RestlessSite) -> None:
    """What recovers or resolves was seen below its `clear` then; what begins or fires, above its `when`."""
    for changes in stories.values():
        for key, come, gone, at in changes:
            levels = site.was(int(key[-1]), at - LAG_S, at)
            if gone in ("recovering", "resolved"):
                assert min(levels) < 10, (key, come, gone, at, levels)
            elif gone in ("pending", "firing"):
                assert max(levels) >= (10 if come == "recovering" else 21), (key, come, gone, at, levels)


def acknowledgements_stay(entries: list[Entry], person: Person) -> None:
    """Whatever was confirmed is in the journal, and was on the deck in every later life while the alert stood."""
    written = defaultdict(list)
    for entry in entries:
        if entry.body.get("to") == "acknowledged":
            written[entry.body["id"]].append(entry.body["reason"].removeprefix("duty-1: "))
    assert person.confirmed
    for alert, notes in person.confirmed.items():
        assert [note for note in written[alert] if note in notes] == notes, alert
    for alert, notes in written.items():
        assert [note for note in person.asked[alert] if note in notes] == notes, alert
    assert person.kept
    assert all(alert["ack"] is not None for alert in person.kept)
    taken: set[str] = set()
    for shown in person.seen:
        for one in shown:
            if one["ack"] is not None:
                taken.add(one["id"])
            assert one["id"] not in taken or one["ack"] is not None, one


def clocks_stand_where_they_began(stories: dict[str, list[Change]], person: Person) -> None:
    """On the deck every alert began, and fired, when the journal says so, however often the desk died since."""
    looked = 0
    for alert in (alert for alerts in person.seen for alert in alerts if alert["key"] != "hefei/*"):
        changes = stories[alert["id"]]
        assert alert["since"] == pytest.approx(changes[0][3], abs=1e-6)
        fired = next((at for _, _, gone, at in changes if gone == "firing"), None)
        assert alert["fired_at"] is None or alert["fired_at"] == pytest.approx(fired, abs=1e-6)
        looked += 1
    assert looked > 100


def nobody_is_told_twice(stories: dict[str, list[Change]], receiver: Receiver) -> None:
    """Every notice came once, or again under its id and said to be a repeat; in order, without gaps, and true."""
    first: dict[str, dict[str, Any]] = {}
    for notice, again in receiver.heard:
        if notice["id"] in first:
            assert again, notice
            assert notice == first[notice["id"]]
        first.setdefault(notice["id"], notice)
    by_alert = defaultdict(list)
    for notice in first.values():
        by_alert[notice["alert"]].append(notice)
    assert len(by_alert) > KILLS / 20, "there was something to tell"
    for alert, notices in by_alert.items():
        if alert not in stories:
            continue
        assert [notice["sequence"] for notice in notices] == list(range(1, len(notices) + 1)), notices
        kinds = Counter(notice["kind"] for notice in notices)
        assert kinds["firing"] <= 1, notices
        assert kinds["resolved"] <= 1, notices
        if kinds["resolved"]:
            assert stories[alert][-1][2] == "resolved", (notices, stories[alert])
            assert notices[0]["kind"] in ("firing", "flapping"), notices
