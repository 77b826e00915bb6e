"""A recording of a drill, replayed, gives the same alerts and runs at the same times."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli import main
from feeds.recording import RecordingReader
from tests.console.test_headless import DECISIONS

CAPTURE = Path(__file__).parents[1] / "data" / "asterisk" / "queue_log"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(list(arguments)) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_replayed_drill_comes_out_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "decisions.yaml"
    script.write_text(DECISIONS, encoding="utf-8")
    recording = str(tmp_path / "drill.rec")
    command = ["drill", "double11-midnight", "--headless", "--minutes", "9", "--json", "--decisions", str(script)]
    drill = printed(capsys, *command, "--record", recording)
    replayed = printed(capsys, "replay", recording, "--headless", "--json")
    assert len(RecordingReader(Path(recording)).manifest.config_hash) == 16
    assert replayed["alerts"] == drill["alerts"]
    assert replayed["playbooks"] == drill["playbooks"]
    assert drill["playbooks"]


def test_an_imported_log_replays_on_the_desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = str(tmp_path / "log.rec")
    assert main(["import", "asterisk-queue-log", str(CAPTURE), "-o", recording]) == 0
    capsys.readouterr()
    replayed = printed(capsys, "replay", recording, "--headless", "--json")
    assert replayed["sites"] == [{"rows": 6, "site": "queue_log", "state": "live"}]


def test_what_is_no_recording_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        assert main(["replay", str(path), "--headless"]) == 2
        assert capsys.readouterr().err.count("\n") == 1
