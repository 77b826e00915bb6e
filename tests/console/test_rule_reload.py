"""Rules change while the desk is at work: what stays, what is written down, what a lock forbids, and a replay of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from alerts.rule_diff import plain_rule, rules_hash
from alerts.rules import Rule, load_rules
from console import desk as desk_module
from console.cli import main
from console.config import DeskConfig
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.headless import desk_report, drill_core, drill_hash, drill_meta
from console.identity import Ids
from console.intents import Acknowledge, AskReload, Intent, LockRules, Outcome, ReloadRules, Request, UnlockRules
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.opening import open_desk
from console.playbook_desk import shipped_playbooks
from console.recorder import intent_as_map, intent_of_map
from console.replaying import rules_of
from console.view import DeskTitle, DeskView
from console.wire import MemoryWire
from feeds.canonical import canonical
from feeds.errors import InputError, JournalError
from feeds.journal import Entry, Journal
from feeds.recording import RecordingReader, RecordingWriter
from simulators.scenario import load_scenario
from simulators.world import World
from tests.alerts.made_engine import rule
from tests.console.test_desk_core import START, Site
from tests.console.test_desk_thread import GoodSite, until

WAITING = rule("waiting", "waiting > 10", **{"for": "30s"}, clear="waiting < 5")
LOUD = rule("loud", "waiting > 20")


def changed(before: Rule, **fields: Any) -> Rule:
    return Rule.model_validate({**plain_rule(before), **fields})


def core_on(journal: Journal, *rules: Rule, now: float = START) -> DeskCore:
    core = DeskCore(
        ["hefei"],
        rules,
        shipped_playbooks(),
        mode="live",
        title=DeskTitle("台", "Desk"),
        ids=Ids("t"),
        journal=JournalKeeper(journal, keeps_state=True),
    )
    core.begin(now)
    return core


def at_work(core: DeskCore, waiting: float = 15) -> Site:
    """A site whose figures hold from START + 1 to START + 11."""
    site = Site(core)
    site.open(START + 1)
    for second in range(1, 12):
        site.tick(START + second, waiting=waiting)
    return site


def last_entry(core: DeskCore, kind: str) -> Entry:
    return [entry for entry in core.journal.journal.entries() if entry.kind == kind][-1]


# The desk ----------------------------------------------------------------------------------------------------------


def test_new_rules_are_written_down_before_they_act_and_judge_every_site_at_once() -> None:
    core = core_on(Journal(), WAITING, LOUD)
    at_work(core)
    ids = [alert.id for alert in core.engine.alerts()]
    core.submit(Acknowledge(ids[0], "mine"), "duty-1", START + 12)
    outcome = core.submit(ReloadRules((changed(WAITING, **{"for": "5s"}),)), "duty-2", START + 12)
    assert (outcome.code, outcome.en) == ("ok", "new rules in force: 1 removed, 1 changed")
    assert [(a.id, a.state, a.since, a.fired_at) for a in core.engine.alerts()] == [
        (name, "firing", START + 1, START + 12) for name in ids
    ]
    assert core.engine.alerts()[0].acknowledged is not None
    entry = last_entry(core, "rules.reloaded")
    assert (entry.actor, entry.at_ns) == ("duty-2", round((START + 12) * 1e9))
    assert entry.body["changed"] == {"waiting": {"for": ["30s", "5s"]}}
    assert entry.body["removed"] == ["loud"]
    assert (entry.body["before"], entry.body["after"]) == (rules_hash([WAITING, LOUD]), core.rules.hash)
    numbers = {e.body["to"]: e.number for e in core.journal.journal.entries() if e.kind == "alert"}
    assert numbers["acknowledged"] < entry.number < numbers["firing"]
    assert core.next_deadline() <= START + 13


def test_an_alert_that_a_reload_ends_is_its_persons_deed_and_leaves_the_state() -> None:
    core = core_on(Journal(), WAITING, LOUD)
    at_work(core)
    assert core.journal.state("alert")
    core.submit(ReloadRules((LOUD,)), "duty-2", START + 12)
    ended = [entry for entry in core.journal.journal.entries() if entry.body.get("reason") == "rule removed"]
    assert {(entry.actor, entry.body["rule"]) for entry in ended} == {("duty-2", "waiting")}
    assert core.engine.alerts() == ()
    assert core.journal.state("alert") == {}


def test_the_same_rules_are_no_news() -> None:
    core = core_on(Journal(), WAITING, LOUD)
    at_work(core)
    before = core.journal.journal.number
    assert core.submit(ReloadRules((LOUD, WAITING)), "duty-1", START + 12).en == "no change in the rules"
    assert core.journal.journal.number == before


def test_what_was_compared_with_other_rules_is_refused() -> None:
    core = core_on(Journal(), WAITING)
    asked = core.rules.hash
    assert core.submit(ReloadRules((WAITING, LOUD), asked), "duty-1", START + 1).ok
    assert core.submit(ReloadRules((LOUD,), asked), "duty-2", START + 2).code == "rules_changed"
    assert core.engine.rules == (WAITING, LOUD)


def test_rules_that_are_none_and_a_journal_that_cannot_be_written_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    core = core_on(Journal(), WAITING)
    at_work(core)
    before = core.engine.alerts()
    assert core.submit(ReloadRules((rule("bad", "waiting >"),)), "duty-1", START + 11).code == "bad_rules"
    assert core.submit(ReloadRules((WAITING, WAITING)), "duty-1", START + 11).code == "bad_rules"

    def fails(*_: Any, **__: Any) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(core.journal.journal, "append_all", fails)
    for intent in (ReloadRules((LOUD,)), LockRules(60)):
        assert core.submit(intent, "duty-1", START + 11).code == "unjournalled"
    assert core.engine.rules == (WAITING,)
    assert core.engine.alerts() == before
    assert core.view(START + 11).rules.lock is None


# The lock ----------------------------------------------------------------------------------------------------------


def test_a_lock_forbids_a_reload_until_it_is_taken_back_or_over() -> None:
    core = core_on(Journal(), WAITING)
    assert core.submit(LockRules(7200, "peak"), "lead", START + 1).ok
    entry = last_entry(core, "rules.locked")
    assert (entry.actor, entry.body["until"], entry.body["note"]) == ("lead", START + 7201, "peak")
    refused = core.submit(ReloadRules((LOUD,)), "duty-1", START + 61)
    assert (refused.code, "lead" in refused.en, "1h59m" in refused.en) == ("rules_locked", True, True)
    assert core.engine.rules == (WAITING,)
    assert core.submit(UnlockRules(), "duty-1", START + 62).ok
    assert last_entry(core, "rules.unlocked").actor == "duty-1"
    assert core.submit(ReloadRules((LOUD,)), "duty-1", START + 63).ok
    core.submit(LockRules(60), "lead", START + 64)
    lock = core.view(START + 64).rules.lock
    assert lock is not None
    assert lock.until == START + 124
    assert core.submit(ReloadRules((WAITING,)), "duty-1", START + 123.9).code == "rules_locked"
    assert core.submit(ReloadRules((WAITING,)), "duty-1", START + 124).ok
    assert core.submit(UnlockRules(), "duty-1", START + 125).code == "not_locked"


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf"), 1e9])
def test_a_lock_has_an_end(seconds: float) -> None:
    assert core_on(Journal(), WAITING).submit(LockRules(seconds), "lead", START).code == "bad_until"


def test_a_lock_and_the_rules_that_it_locks_outlive_the_desk(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    core = core_on(Journal(path), WAITING)
    at_work(core)
    alerts = [(a.id, a.rule, a.since) for a in core.engine.alerts()]
    core.submit(LockRules(3600, "peak"), "lead", START + 12)
    core.journal.journal.close()
    again = core_on(Journal(path), LOUD, now=START + 20)  # somebody edited the files meanwhile
    assert again.engine.rules == (WAITING,)
    assert [(a.id, a.rule, a.since) for a in again.engine.alerts()] == alerts
    view = again.view(START + 20)
    assert view.rules.lock is not None
    assert (view.rules.lock.who, view.rules.lock.note, view.rules.hash) == ("lead", "peak", rules_hash([WAITING]))
    assert "locked ones are in force" in view.notices[-1].en
    assert last_entry(again, "desk.started").body["rules"] == rules_hash([WAITING])
    again.journal.journal.close()
    later = core_on(Journal(path), LOUD, now=START + 3613)
    assert later.engine.rules == (LOUD,)
    assert later.view(START + 3613).rules.lock is None
    assert last_entry(later, "alert").body["reason"] == "rule removed"


def test_a_lock_that_cannot_be_read_still_locks_and_says_so(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    kept = {"until": START + 60, "who": "lead", "note": "", "at": START, "rules": [{"rule": "of another version"}]}
    journal.append_all([], state=[("rules", "lock", kept)])
    core = core_on(journal, WAITING)
    assert core.engine.rules == (WAITING,)
    assert "cannot be read" in core.view(START).notices[-1].en
    assert core.submit(ReloadRules((LOUD,)), "duty-1", START + 1).code == "rules_locked"


# A configured desk, its files, and a real site ------------------------------------------------------------------------

FILE = """\
rules:
  - rule: waiting
    title: {{zh: 等待, en: Waiting}}
    when: {when}
    for: 50ms
    severity: warning
    message: {{zh: "{{value}}", en: "{{value}}"}}
    why: a test
"""


def written(folder: Path, when: str) -> None:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "own.yaml").write_text(FILE.format(when=when), encoding="utf-8")


async def asked(desk: DeskThread, intent: Intent) -> Outcome:
    return await asyncio.wrap_future(desk.submit(intent, "duty-1"))


def mine(view: DeskView) -> list[tuple[str, str, bool]]:
    return [(a.id, a.state, a.acknowledged is not None) for a in view.alerts if a.rule == "waiting"]


def test_the_files_of_a_desk_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LOOK_AT_FILES_EVERY_S", 0.02)
    asyncio.run(_edit_files(tmp_path))


async def _edit_files(folder: Path) -> None:
    good = GoodSite("hefei")
    good.values["waiting"] = 15
    await good.gateway.start()
    publishing = asyncio.create_task(good.run())
    config = f"journal: journal.db\nsites:\n  - {{id: hefei, url: '{good.gateway.url}'}}\n"
    (folder / "dutydeck.yaml").write_text(config, encoding="utf-8")
    written(folder, "waiting > 10")
    manager = open_desk(DeskConfig(folder), {}, "duty-1")
    desk = await asyncio.to_thread(manager.__enter__)
    try:
        view = await until(desk, lambda v: any(state == "firing" for _, state, _ in mine(v)))
        first = mine(view)[0][0]
        assert (await asked(desk, Acknowledge(first))).ok
        assert not view.rules.files_differ

        written(folder, "waitng > 12")
        await until(desk, lambda v: v.rules.files_differ)
        wrong = await asked(desk, AskReload())
        assert wrong.code == "bad_rules"
        assert "rules/own.yaml:4:11: unknown metric 'waitng'" in wrong.en
        assert str(folder) not in wrong.en
        assert "own.yaml:4:11" in wrong.zh
        assert desk.view.rules.hash == view.rules.hash

        written(folder, "waiting > 12")
        found = (await asked(desk, AskReload())).proposal
        assert found is not None
        assert found.diff.as_dict()["changed"] == {"waiting": {"when": ["waiting > 10", "waiting > 12"]}}
        assert desk.view.rules.hash == view.rules.hash
        assert (await asked(desk, ReloadRules(found.rules, found.before))).ok
        view = await until(desk, lambda v: v.rules.hash != view.rules.hash and not v.rules.files_differ)
        assert (first, "firing", True) in mine(view)
        assert [r.when for r in desk.core.engine.rules] == ["waiting > 12"]
        assert (await asked(desk, AskReload())).proposal.diff.words()[1] == "no change"  # type: ignore[union-attr]
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)
        publishing.cancel()
        await good.gateway.stop()
    journal = Journal(folder / "journal.db")
    assert [entry.actor for entry in journal.entries() if entry.kind == "rules.reloaded"] == ["duty-1"]
    journal.close()


def test_a_drill_has_no_rule_files() -> None:
    core = drill_core(load_scenario("evening-calm"), 7, Journal())
    core.begin(START)
    assert core.submit(AskReload(), "duty-1", START).code == "no_rule_files"


# Replay --------------------------------------------------------------------------------------------------------------


def drilled(path: Path) -> dict[str, Any]:
    """Three minutes of a shipped evening in lock step, in which the rules are changed and locked; recorded."""
    scenario = load_scenario("evening-calm")
    world = World(scenario, 7)
    with RecordingWriter(path, config_hash=drill_hash(scenario), meta=drill_meta(scenario, 7)) as writer:
        core = drill_core(scenario, 7, Journal(), writer)
        tight = [
            changed(one, when="oldest_wait_s > 5s", clear="oldest_wait_s < 3s", **{"for": "15s"})
            if one.rule == "oldest-wait-warning"
            else one
            for one in load_rules()
            if one.rule != "overload"
        ]
        deeds = {
            40: ReloadRules((*tight, rule("own", "avg(chats_open, 1m) > 3")), core.rules.hash),
            80: LockRules(30, "peak"),
            100: ReloadRules((LOUD,)),
            120: AskReload(),
            121: ReloadRules((rule("own", "avg(chats_open, 1m) > 8"), rule("late", "chats_open > 5 for 40s"))),
        }
        started = world.now

        def decide(now: float) -> None:
            deed = deeds.get(round(now - started))
            if deed is not None:
                core.submit(deed, "duty-1", now)

        drill = LockStep(world, core, MemoryWire(), decide)
        drill.begin()
        for _ in range(180):
            drill.step()
    return desk_report(core, started)


def test_a_replay_takes_the_same_rules_at_the_same_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drill = drilled(tmp_path / "drill.rec")
    assert {"own", "late"} <= {one["rule"] for one in drill["alerts"]}
    assert main(["replay", str(tmp_path / "drill.rec"), "--headless", "--json"]) == 0
    assert f'"alerts":{canonical(drill["alerts"])}' in capsys.readouterr().out


def test_a_replay_begins_on_the_rules_that_the_recording_was_made_under(tmp_path: Path) -> None:
    def of(meta: dict[str, Any]) -> tuple[Rule, ...]:
        with RecordingWriter(tmp_path / "a.rec", meta=meta, overwrite=True):
            pass
        return rules_of(RecordingReader(tmp_path / "a.rec"))

    assert of({"rules": [plain_rule(WAITING)]}) == (WAITING,)
    assert of({}) == load_rules()
    for wrong in (5, ["x"], [{"rule": "x"}], [plain_rule(rule("bad", "waiting >"))]):
        with pytest.raises(InputError, match="cannot be read"):
            of({"rules": wrong})


@pytest.mark.parametrize(
    "intent", [ReloadRules((WAITING, LOUD, *load_rules()), "abc"), LockRules(60.0, "x"), UnlockRules()]
)
def test_what_was_asked_of_the_rules_is_read_back(intent: Request) -> None:
    kept = intent_as_map(intent)
    canonical(kept)
    assert intent_of_map({**kept, "who": "duty-1"}) == intent
