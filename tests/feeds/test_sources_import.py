"""`import` and `export` as people run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from console.commands import recordings
from feeds.errors import InputError
from feeds.recording import RecordingReader

DATA = Path(__file__).parent.parent / "data" / "asterisk"


def run(*args: str | Path) -> Result:
    app = typer.Typer()
    recordings.register(app)
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_import_and_export(tmp_path: Path) -> None:
    rec = tmp_path / "rec"
    done = run("import", "asterisk-queue-log", DATA / "queue_log", "-o", rec, "--site", "基地 1")
    assert done.exit_code == 0, done.output
    assert done.stderr == "dutydeck: 227 contacts of 5 queues of 基地 1.\n"
    assert done.stdout == ""
    out = run("export", rec, "--by", "site", "--interval", "1d", "--threshold", "20s", "--format", "json")
    rows = json.loads(out.stdout)["rows"]
    assert [(r["site"], r["queue"], r["offered"]) for r in rows] == [("基地 1", "*", 227)]
    run("export", rec, "-o", tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text().count("\n") > 5


def test_the_manifest_tells_where_it_came_from(tmp_path: Path) -> None:
    run("import", "asterisk-ami", DATA / "ami.txt.gz", "-o", tmp_path / "rec")
    manifest = RecordingReader(tmp_path / "rec").manifest
    assert manifest.meta == {
        "source": "asterisk-ami",
        "file": "ami.txt.gz",
        "site": "ami",
        "oddities": {},
        "ended_at": 1795319879.933629,
    }
    assert manifest.sites == ("ami",)


def test_overwriting_takes_force_and_a_failed_import_changes_nothing(tmp_path: Path) -> None:
    rec, broken = tmp_path / "rec", tmp_path / "broken"
    broken.write_text("1|c|q|NONE|ENTERQUEUE||1|1\nnonsense\n")
    assert run("import", "asterisk-queue-log", DATA / "queue_log", "-o", rec).exit_code == 0
    again = run("import", "asterisk-queue-log", DATA / "queue_log", "-o", rec)
    assert isinstance(again.exception, InputError)
    failed = run("import", "asterisk-queue-log", broken, "-o", rec, "--force")
    assert str(failed.exception).startswith(f"{broken}:2:1: not a line of a queue_log")
    assert len(list(RecordingReader(rec).contacts())) == 227 + 137 + 18 + 72 + 137
    run("import", "asterisk-queue-log", broken, "-o", tmp_path / "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken", "rec"]
    assert run("import", "asterisk-ami", DATA / "ami.txt.gz", "-o", rec, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("import", "csv", "F", "-o", "R"), "FORMAT: unknown format 'csv'; expected one of asterisk-ami"),
        (("import", "contacts-csv", "F", "-o", "F"), "exists and is not a recording"),
        (("import", "contacts-csv", "F", "-o", "R", "--tz", "Mars/Olympus"), "--tz: unknown time zone 'Mars/Olympus'"),
        (("import", "contacts-csv", "F", "-o", "R", "--tz", "../../etc/passwd"), "--tz: unknown time zone"),
        (("import", "contacts-csv", "F", "-o", "none/R"), "its directory does not exist"),
        (("import", "asterisk-ami", "missing", "-o", "R"), "missing: cannot be read"),
        (("export", "F"), "is not a recording"),
        (("export", "missing"), "is not a recording"),
        (("export", "R0", "--interval", "7m"), "--interval: 420 s neither divides a day nor is whole days"),
        (("export", "R0", "--interval", "900"), "--interval: '900' is not a duration"),
        (("export", "R0", "--threshold", "-3s"), "--threshold: '-3s' is not a duration"),
        (("export", "R0", "-o", "none/table.csv"), "cannot be written"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("F").write_text("mine\n")
    run("import", "asterisk-queue-log", DATA / "queue_log", "-o", "R0")
    result = run(*args)
    assert isinstance(result.exception, InputError), result.output
    assert told in str(result.exception)
    assert Path("F").read_text() == "mine\n"
    assert not Path("R").exists()


def test_a_recording_that_was_cut_off_is_counted_and_said(tmp_path: Path) -> None:
    rec = tmp_path / "rec"
    run("import", "asterisk-queue-log", DATA / "queue_log", "-o", rec)
    segment = rec / "segment-00000.ddr"
    segment.write_bytes(segment.read_bytes()[:-20])
    out = run("export", rec, "--by", "all", "--interval", "1d")
    assert out.exit_code == 0
    assert out.stderr == f"dutydeck: {rec}: cut off; the table holds what is there\n"
    assert ",207,118,14,62,13," in out.stdout


def test_wrong_use_is_exit_2() -> None:
    assert run("export", "x", "--by", "agent").exit_code == 2
    assert run("export", "x", "--format", "xml").exit_code == 2
    assert run("import", "contacts-csv").exit_code == 2


def test_a_pipe_closed_early_is_no_error(tmp_path: Path) -> None:
    run("import", "asterisk-queue-log", DATA / "queue_log", "-o", tmp_path / "rec")
    code = "import typer; from console.commands import recordings\napp = typer.Typer(); recordings.register(app); app()"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code, "export", str(tmp_path / "rec"), "--interval", "1m"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_open_contacts_have_waited_until_the_log_ends(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("100|c|q|NONE|ENTERQUEUE||1|1\n130|NONE|q|Agent 1|PAUSE|lunch\n")
    run("import", "asterisk-queue-log", log, "-o", tmp_path / "rec")
    levels = [
        json.loads(run("export", tmp_path / "rec", "--threshold", limit, "--format", "json").stdout)["rows"][0][
            "service_level"
        ]
        for limit in ("29s", "30s")
    ]
    assert levels == [0.0, None]
