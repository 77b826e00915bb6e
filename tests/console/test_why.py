"""The desk and the command line say why: in a drill as the engine has it, in a recording, and from the journal."""

from __future__ import annotations

import json
import math
import sqlite3
from datetime import UTC
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from alerts.alert import Remark
from alerts.alert_story import story_lines, story_of
from alerts.site_table import Columns, Reading, SiteTable
from console.cli import main
from console.desk_core import DeskCore
from console.explaining import moment
from console.headless import drill_core, drill_meta
from console.intents import Acknowledge, AskWhy
from console.lockstep import LockStep
from console.standing import StandingColumns
from console.wire import MemoryWire
from feeds.columns import unknown_columns
from feeds.errors import InputError, RefusedError
from feeds.journal import Journal
from feeds.recording import RecordingReader, RecordingWriter
from simulators.scenario import load_scenario
from simulators.world import World

SECONDS = 140
"""Of `site-dark`: long enough for a dark site."""


def truth(value: float) -> str:
    return "unknown" if math.isnan(value) else "true" if value else "false"


def agrees(core: DeskCore, readings: dict[str, tuple[SiteTable, Reading]], now: float) -> int:
    """Every rule on every row, asked and compared with what the engine worked out; returns how many were unknown."""
    standing = {(alert.rule, alert.key): alert for alert in core.engine.alerts()}
    unknown = 0
    for table, reading in readings.values():
        at = {plan.rule.rule: rank for rank, plan in enumerate(table.plans)}
        for rule in core.engine.rules:
            for place, row in enumerate(table.rows):
                why = core.why(rule.rule, row.key, now)
                alert = standing.get((rule.rule, row.key))
                assert why.state == (alert.state if alert else "inactive")
                assert bool(why.alert) == (alert is not None)
                assert alert is None or (bool(why.muted_by), why.value) == (alert.inhibited, alert.value)
                rank = at.get(rule.rule)
                assert bool(why.outside) == (rank is None or not table.mask[rank, place])
                if rank is not None and not why.outside:
                    assert why.parts[0].truth == truth(reading.when[rank, place])
                    assert all(one.reason != "no_such_figure" for part in why.parts for one in part.missing)
                    unknown += why.verdict == "unknown"
    return unknown


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[dict[str, Any]]]:
    """A recording and a journal of a drill that was asked why all along, and what its alerts did."""
    folder = tmp_path_factory.mktemp("why")
    scenario = load_scenario("site-dark")
    readings: dict[str, tuple[SiteTable, Reading]] = {}
    read = SiteTable.read

    def reading(table: SiteTable, columns: Columns, now: float) -> Reading:
        found = read(table, columns, now)
        for site in {row.site for row in table.rows}:  # sites that were looked at together are one table
            readings.pop(site, None)
        readings[table.site] = table, found
        return found

    world, journal = World(scenario, 7), Journal(folder / "journal.db")
    with (
        RecordingWriter(folder / "rec", config_hash="", meta=drill_meta(scenario, 7)) as writer,
        pytest.MonkeyPatch().context() as patch,
    ):
        patch.setattr(SiteTable, "read", reading)
        core = drill_core(scenario, 7, journal, writer)
        drill = LockStep(world, core, MemoryWire())
        drill.begin()
        unknown = 0
        for second in range(SECONDS):
            drill.step()
            if second % 20 == 19:
                unknown += agrees(core, readings, world.now)
        assert unknown > 100
        dark = next(alert for alert in core.engine.alerts() if alert.rule == "site-dark")
        assert core.submit(Acknowledge(dark.id, "on the phone"), "duty-1", world.now).ok
    journal.close()
    return folder / "rec", folder / "journal.db", [transition.as_dict() for transition in core.transitions]


def test_why_agrees_with_the_engine_in_a_drill_and_leaves_no_trace(
    recorded: tuple[Path, Path, list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A replay of the drill, in which nobody asks, comes out the same; no question is in its recording."""
    rec, _, transitions = recorded
    assert not [record for record in RecordingReader(rec) if record.kind == "operator" and "why" in str(record.body)]
    assert main(["replay", str(rec), "--headless", "--json"]) == 0
    replayed = json.loads(capsys.readouterr().out)["alerts"]
    assert [(one["rule"], one["key"], one["to"]) for one in replayed] == [
        (one["rule"], one["key"], one["to"]) for one in transitions
    ]


def test_a_question_is_answered_and_is_no_input() -> None:
    scenario = load_scenario("site-dark")
    world, journal = World(scenario, 7), Journal()
    core = drill_core(scenario, 7, journal)
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    drill.step()
    before = journal.number, core.next_deadline(), repr(core.engine.dump()), len(core.outgoing())
    answer = core.submit(AskWhy("site-dark", "hefei/*"), "duty-1", world.now + 100.0)
    assert answer.ok
    assert answer.why is not None
    assert answer.why.verdict == "quiet"
    refused = core.submit(AskWhy("site-drak", "hefei/*"), "duty-1", world.now)
    assert (refused.code, refused.en) == ("no_such_rule", "there is no rule 'site-drak'; nearest: site-dark")
    assert (journal.number, core.next_deadline(), repr(core.engine.dump()), len(core.outgoing())) == before
    with pytest.raises(RefusedError):
        core.why("site-dark", "hefei", world.now)


def test_a_site_that_never_spoke_is_unknown_for_that_reason() -> None:
    core = drill_core(load_scenario("site-dark"), 7, Journal())
    core.begin(1_000.0)
    assert core.why("overload", "hefei/*", 1_001.0).missing[0].reason == "never"
    core.advance(1_030.0)
    why = core.why("overload", "hefei/*", 1_030.0)
    assert (why.verdict, why.missing[0].reason, why.standing) == ("unknown", "never", "unknown")


def test_a_site_that_has_sent_no_figures_yet_has_not_spoken() -> None:
    early = StandingColumns(unknown_columns(1), {"unknown": 0.0}, 1, spoken=False)
    silent = StandingColumns(unknown_columns(1), {"unknown": 1.0}, 1)
    scant = StandingColumns(unknown_columns(1), {"unknown": 0.0}, 1)
    assert [one.why_unknown("waiting", 0).reason for one in (early, silent, scant)] == ["never", "dark", "not_sent"]
    # A row that the desk has from its journal, or has made for the site as a whole.
    assert [one.why_unknown("waiting", 1).reason for one in (early, silent, scant)] == ["never", "dark", "no_site_row"]


def test_an_alert_of_a_desk_that_was_killed_is_explained_before_its_site_has_spoken(tmp_path: Path) -> None:
    scenario = load_scenario("site-dark")
    journal = Journal(tmp_path / "journal.db")
    core, world = drill_core(scenario, 7, journal), World(scenario, 7)
    core.journal.keeps_state = True
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    while not core.engine.alerts():
        drill.step()
    known = core.engine.alerts()[0]
    journal.close()
    again = drill_core(scenario, 7, Journal(tmp_path / "journal.db"))
    again.journal.keeps_state = True
    again.begin(world.now + 1.0)
    for later in (1.0, 30.0):
        again.advance(world.now + later)
        why = again.why(known.rule, known.key, world.now + later)
        assert (why.alert, why.since, why.verdict) == (known.id, known.since, "held")
        assert {one.reason for one in why.missing} == {"never"}


def test_a_recording_is_asked_at_a_moment(
    recorded: tuple[Path, Path, list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    rec, _, transitions = recorded
    dark = next(one for one in transitions if one["rule"] == "site-dark")
    site = dark["key"].partition("/")[0]
    began = next(record.at for record in RecordingReader(rec) if record.kind == "frame")
    at = str(round(dark["at"] - began + 5.0))

    def said(*arguments: str) -> str:
        assert main(["why", *arguments, "--in", str(rec)]) == 0
        return capsys.readouterr().out

    found = json.loads(said("site-dark", dark["key"], "--at", at, "--json"))
    assert (found["verdict"], found["state"], found["fired_at"]) == ("firing", "firing", dark["at"])
    assert found["when"][0]["truth"] == "true"
    muted = json.loads(said("queue-building", f"{site}/hotline", "--at", at, "--json"))
    assert (muted["verdict"], muted["muted_by"][0]["rule"]) == ("unknown", "site-dark")
    assert {one["reason"] for one in muted["missing"]} == {"dark"}
    text = said("queue-building", f"{site}/hotline", "--at", "20s", "--lang", "en")
    assert "Not firing: Waiting " in text
    assert "✗ waiting > 20   Waiting " in text
    assert "未触发：等待中 " in said("queue-building", f"{site}/hotline", "--at", "00:20", "--lang", "zh")
    replayed = json.loads(said(found["alert"], "--at", at, "--json"))
    assert (replayed["rule"], replayed["key"]) == ("site-dark", dark["key"])


def test_an_alert_is_told_from_the_journal(
    recorded: tuple[Path, Path, list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    _, journal, transitions = recorded
    dark = next(one for one in transitions if one["to"] == "acknowledged")
    assert main(["why", dark["id"], "--journal", str(journal), "--json"]) == 0
    story = json.loads(capsys.readouterr().out)
    assert (story["rule"], story["state"]) == ("site-dark", "firing")
    assert [(step["to"], step["by"]) for step in story["steps"]] == [
        ("firing", "site-dark"),
        ("acknowledged", "duty-1"),
    ]
    assert main(["why", dark["id"], "--journal", str(journal), "--lang", "en", "--tz", "UTC"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"alert {dark['id']} · site-dark on {dark['key']} · firing"
    assert lines[2].endswith("  taken on: duty-1: on the phone (" + lines[2].rpartition("(")[2])
    assert main(["why", dark["id"], "--journal", str(journal), "--lang", "zh"]) == 0
    assert "认领：duty-1: on the phone" in capsys.readouterr().out


def test_whatever_becomes_of_an_alert_has_a_word() -> None:
    body = {"id": "a-1", "rule": "w", "key": "hefei/q1", "from": "firing", "at": 1.0, "value": None, "reason": "x"}
    story = story_of("a-1", [("duty-1", {**body, "to": became}) for became in get_args(Remark)])
    assert story is not None
    assert story.state == "inactive"
    for became, said in zip(get_args(Remark), story_lines(story, UTC)[1:], strict=True):
        assert became == "escalated" or f"  {became}:" not in said.en
        assert became not in said.zh


def test_what_does_not_exist_is_one_line(
    recorded: tuple[Path, Path, list[dict[str, Any]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rec, journal, transitions = recorded
    (tmp_path / "text.db").write_text("no journal", encoding="utf-8")
    sqlite3.connect(tmp_path / "empty.db").close()
    near = transitions[0]["id"]
    for arguments, expected in (
        (["site-drak", "hefei/*", "--in", str(rec)], "nearest: site-dark"),
        (["site-dark", "hefie/*", "--in", str(rec), "--at", "3s"], "nearest: hefei/*"),
        (["nobody", "--in", str(rec), "--at", "3s"], "there has been no alert 'nobody'"),
        (["site-dark", "hefei/*", "--in", str(rec), "--at", "2h"], "not in the recording"),
        (["site-dark", "hefei/*", "--in", str(rec), "--at", "soon"], "--at: 'soon'"),
        (["site-dark", "hefei/*", "--in", str(tmp_path / "nothing")], "nothing"),
        (["site-dark", "hefei/*"], "--in RECORDING or --drill SCENARIO"),
        (["site-dark", "hefei/*", "--in", str(rec), "--drill", "site-dark"], "one of --in and --drill"),
        (["site-dark", "hefei/*", "--drill", "site-dark", "--at", "99:00"], "not in the drill"),
        ([near + "0", "--journal", str(journal)], f"nearest: {near}"),
        (["a-1", "--journal", str(tmp_path / "nowhere.db")], "no such file"),
        (["a-1", "--journal", str(tmp_path / "text.db")], "cannot be read"),
        (["a-1", "--journal", str(tmp_path / "empty.db")], "cannot be read"),
        (["a-1", "--config", str(tmp_path)], "no dutydeck.yaml here"),
    ):
        assert main(["why", *arguments]) == 2, arguments
        out, error = capsys.readouterr()
        assert out == ""
        assert error.count("\n") == 1
        assert expected in error


def test_moments_are_read_as_people_write_them() -> None:
    zone, began = ZoneInfo("Asia/Shanghai"), 1_762_833_600.0  # 12:00:00
    at = {text: moment(text, zone)(began) - began for text in ("12:04:31", "02:30", "330", "5m30s", "00:00:10", "90.5")}
    assert at == {
        "12:04:31": 271.0,
        "02:30": 150.0,
        "330": 330.0,
        "5m30s": 330.0,
        "00:00:10": 43_210.0,
        "90.5": 90.5,
    }
    assert moment("12:00:00", UTC)(began) - began == 8 * 3600.0
    assert math.isnan(moment("", zone)(began))
    for wrong in ("25:00:00", "12:60:00", "12:00:61", "1:99", "later"):
        with pytest.raises(InputError):
            moment(wrong, zone)(began)
