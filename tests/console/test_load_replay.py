"""A recorded drill's load again: the same contacts to the last, nearly the same service, better with more people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from console.cli import main
from console.load_outcome import recorded_outcome
from console.load_replay import Replayed, recorded_world, replay_load
from console.rehearsal import Choice
from feeds.codec import decode, encode
from feeds.contract import Hello, Snapshot
from feeds.errors import InputError
from feeds.recording import RecordingReader, RecordingWriter
from simulators.checkpoint import restore, save
from simulators.recorded.build import Recorded, Staffing
from simulators.recorded.reading import read_load
from simulators.recorded.staffing import read_change
from simulators.recorded.world import RecordedWorld
from simulators.scenario import load_scenario
from tests.console.made_drill import overrun

CAPTURE = Path(__file__).parents[1] / "data" / "asterisk" / "queue_log"
MINUTES = 6


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("load")
    path, rec = overrun(folder)[0], folder / "day.rec"
    assert main(["drill", str(path), "--headless", "--seed", "3", "--record", str(rec)]) == 0
    return rec


@pytest.fixture(scope="module")
def recorded(recording: Path) -> Recorded:
    return Recorded(read_load(RecordingReader(recording)))


@pytest.fixture(scope="module")
def more_people(recorded: Recorded) -> Replayed:
    return replay_load(recorded, Staffing((read_change("hefei/apparel=+15"),)), None, 7)


def altered(recording: Path, target: Path, change: Any) -> Path:
    """The recording with `change(record)` for the bytes of each frame; None leaves one out."""
    with RecordingWriter(target, meta=RecordingReader(recording).manifest.meta) as writer:
        for record in RecordingReader(recording):
            if record.kind == "frame" and (data := change(record)) is not None:
                writer.frame(record.at, record.site, data)
    return target


def test_the_load_is_what_the_drill_counted(recorded: Recorded, recording: Path) -> None:
    last: dict[str, Any] = {}
    first: dict[str, Any] = {}
    hellos: dict[str, Hello] = {}
    for record in RecordingReader(recording):
        frame = decode(record.body) if record.kind == "frame" else None
        if isinstance(frame, Hello):
            hellos[frame.site] = frame
        if isinstance(frame, Snapshot):
            first.setdefault(frame.site, frame.counters)
            last[frame.site] = frame.counters
    load = recorded.load
    assert (load.intervals, load.every_s, load.unknown()) == (36, 10.0, {})
    for site in load.sites:
        hello = hellos[site.id]
        place = [column.name for column in hello.columns if column.kind == "counter"].index("offered")
        counted = (last[site.id] - first[site.id])[: len(site.rows), place]
        assert site.counters["offered"].sum(axis=0).tolist() == counted.tolist()


def test_the_same_staffing_gives_the_same_contacts_and_nearly_the_same_day(more_people: Replayed) -> None:
    was, same = more_people.was, more_people.same
    assert same.counted["offered"].tolist() == was.counted["offered"].tolist()
    for number in range(2):
        recorded, simulated = was.of_site(number), same.of_site(number)
        assert recorded["service_level"] is not None
        assert simulated["service_level"] == pytest.approx(recorded["service_level"], abs=0.08)
        assert simulated["abandoned_share"] == pytest.approx(recorded["abandoned_share"], abs=0.06)


def test_more_people_are_better(more_people: Replayed) -> None:
    same, other = more_people.same, more_people.other
    assert other is not None
    assert other.counted["offered"].tolist() == same.counted["offered"].tolist()
    assert other.of()["abandoned"] < 0.8 * same.of()["abandoned"]  # type: ignore[operator]
    assert other.of()["service_level"] > same.of()["service_level"] + 0.05  # type: ignore[operator]


def test_somebody_at_the_desk_runs_playbooks_on_the_recorded_load(recorded: Recorded) -> None:
    done = replay_load(recorded, Staffing(), Choice("auto"), 7)
    assert done.other is not None
    assert done.other.counted["offered"].sum() >= done.same.counted["offered"].sum()
    assert "bot-overflow" in {one["playbook"] for one in done.run.report["playbooks"]}
    assert done.other.of()["abandoned"] < done.same.of()["abandoned"]  # type: ignore[operator]


def test_what_a_playbook_saved_is_missing_where_nobody_decides(tmp_path: Path) -> None:
    path, rec = overrun(tmp_path)[0], tmp_path / "played.rec"
    drill = ["drill", str(path), "--headless", "--seed", "3", "--decisions", "auto", "--record", str(rec)]
    assert main(drill) == 0
    done = replay_load(Recorded(read_load(RecordingReader(rec))), Staffing(), Choice("none"), 7)
    assert done.other is not None
    was, same, other = (one.of() for one in (done.was, done.same, done.other))
    assert same["bot_contained"] == pytest.approx(was["bot_contained"], rel=0.35)
    assert other["bot_contained"] < same["bot_contained"]  # type: ignore[operator]
    assert other["abandoned"] > same["abandoned"]  # type: ignore[operator]
    assert done.run.report["playbooks"] == []


def test_a_dark_minute_keeps_its_contacts(recording: Path, recorded: Recorded, tmp_path: Path) -> None:
    start = recorded.load.starts
    dark = lambda r: None if r.site == "hefei" and 100 < r.at - start < 190 else r.body  # noqa: E731
    load = read_load(RecordingReader(altered(recording, tmp_path / "dark.rec", dark)))
    (spread, guessed) = load.unknown()["hefei"]
    assert spread >= 6
    assert guessed == 0
    before = recorded_outcome(recorded.load).counted["offered"]
    assert recorded_outcome(load).counted["offered"].tolist() == before.tolist()


def test_counters_that_begin_again_lose_a_moment(recording: Path, recorded: Recorded, tmp_path: Path) -> None:
    start = recorded.load.starts
    at_reset: dict[str, Any] = {}

    def reset(record: Any) -> bytes:
        frame = decode(record.body)
        if not isinstance(frame, Snapshot) or record.at - start < 200:
            return bytes(record.body)
        base = at_reset.setdefault(record.site, frame.counters.copy())
        return encode(frame._replace(counters=frame.counters - base))

    load = read_load(RecordingReader(altered(recording, tmp_path / "reset.rec", reset)))
    before, after = (float(recorded_outcome(one).counted["offered"].sum()) for one in (recorded.load, load))
    assert 0.97 * before < after <= before


def test_a_site_that_went_for_good_is_drawn_on(recording: Path, recorded: Recorded, tmp_path: Path) -> None:
    start = recorded.load.starts
    gone = lambda r: None if r.site == "luoyang" and r.at - start > 240 else r.body  # noqa: E731
    load = read_load(RecordingReader(altered(recording, tmp_path / "gone.rec", gone)))
    assert load.unknown()["luoyang"][1] >= 8
    offered = [float(site.counters["offered"].sum()) for one in (recorded.load, load) for site in one.sites[1:]]
    assert offered[1] == pytest.approx(offered[0], rel=0.25)
    world = RecordedWorld(*(lambda day: (day.scenario, 1, day.course))(Recorded(load).day(Staffing(), as_it_was=True)))
    assert world.elapsed == 0


def test_in_the_middle_of_the_wave_it_begins_with_who_was_open(recording: Path) -> None:
    recorded = Recorded(read_load(RecordingReader(recording), skip_s=180.0))
    day = recorded.day(Staffing(), as_it_was=True)
    world = RecordedWorld(day.scenario, 7, day.course)
    site = recorded.load.sites[0]
    there = float(np.nansum(site.at_start["waiting"]) + np.nansum(site.at_start["chats_open"]))
    mine = world.layout.queue_site[world.contacts.queue[world.lines.slots]] == 0
    found = mine.sum() + world.service.held[world.layout.group_site == 0].sum()
    assert found == pytest.approx(there, rel=0.25)


def test_an_imported_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rec = str(tmp_path / "log.rec")
    assert main(["import", "asterisk-queue-log", str(CAPTURE), "-o", rec]) == 0
    capsys.readouterr()
    assert main(["replay", rec, "--load-only", "--headless", "--json", "--staff", "*/*=+3"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["agents_estimated"] == ["queue-log"]
    recorded, same, other = (report[name]["all"] for name in ("recorded", "same_staffing", "other"))
    assert recorded["offered"] == same["offered"] == other["offered"] == 227
    assert same["answered"] == pytest.approx(recorded["answered"], rel=0.2)
    assert other["answered"] > same["answered"]
    assert report["distance"]["all"]["offered"] == 0
    assert report["saved"]["abandoned"] < 0


def test_written_as_a_scenario_it_can_be_checked_and_drilled(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    assert main(["replay", str(recording), "--load-only", "--write", str(path), "--staff", "luoyang/apparel=50"]) == 0
    scenario = load_scenario(str(path))
    assert [site.id for site in scenario.sites] == ["hefei", "luoyang"]
    assert scenario.sites[1].groups[0].agents == 50
    assert scenario.minutes == MINUTES
    assert main(["check", str(path)]) == 0
    assert main(["drill", str(path), "--headless", "--minutes", "1"]) == 0


def test_a_roster_and_a_report(recording: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    rows = [f"hefei,apparel,2026-11-10T{at}+08:00,40" for at in ("20:00", "20:15")]
    roster.write_text("\n".join(["site,category,interval_start,agents", *rows]), encoding="utf-8")
    arguments = ["replay", str(recording), "--load-only", "--headless", "--roster", str(roster), "--minutes", "2"]
    assert main([*arguments, "--report", str(tmp_path / "report")]) == 0
    text = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "负荷回放" in text
    assert "roster roster.csv" in text
    plain = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert plain["load"]["other"]["all"]["abandoned"] < plain["load"]["same_staffing"]["all"]["abandoned"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--staff", "hefei/apparel=+1"],
        ["--load-only", "--headless", "--staff", "hefei/beauty=+1"],
        ["--load-only", "--headless", "--staff", "hefei/apparel=2%"],
        ["--load-only", "--headless", "--from", "2h"],
        ["--load-only", "--headless", "--minutes", "0"],
        ["--load-only", "--headless", "--decisions", "nowhere.yaml"],
        ["--load-only", "--headless", "--roster", "nowhere.csv"],
        ["--load-only", "--write", "scenario.txt"],
        ["--load-only", "--decisions", "auto"],
    ],
)
def test_what_cannot_be_is_one_line(recording: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(recording), *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_recordings_without_a_load_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RecordingWriter(tmp_path / "empty.rec"):
        pass
    with RecordingWriter(tmp_path / "noise.rec") as writer:
        for at in range(100):
            writer.frame(1000.0 + at, "hefei", b"\xc1 not a frame")
    for path in (tmp_path / "empty.rec", tmp_path / "noise.rec", tmp_path):
        assert main(["replay", str(path), "--load-only", "--headless"]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_change_of_staff_says_what_it_means(recorded: Recorded) -> None:
    before = recorded.day(Staffing(), as_it_was=True).course.present
    for text, wanted in (("hefei/apparel=+5", 25), ("*/*=-50%", 10), ("hefei/*=7", 7)):
        day = recorded.day(Staffing((read_change(text),)), as_it_was=True)
        assert before[0, 0] == 20
        assert (day.course.present[:, 0] == wanted).all()
    with pytest.raises(InputError):
        read_change("hefei=+5")


def test_a_coach_can_go_back_in_a_recorded_load(recorded: Recorded) -> None:
    world = recorded_world(recorded.day(Staffing(), as_it_was=False), 7)
    moment = save(world, {})
    for _ in range(60):
        world.step()
    again, _ = restore(moment, world)
    for _ in range(60):
        again.step()
    assert again.now == world.now
    assert again.tally.values.tobytes() == world.tally.values.tobytes()
