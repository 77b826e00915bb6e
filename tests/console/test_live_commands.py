"""`simulate`, `record`, `replay` and `export` as real processes on real sockets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import main

ROOT = Path(__file__).parents[2]


def test_a_simulated_network_is_recorded_replayed_and_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, recording = tmp_path / "desk", tmp_path / "live.rec"
    environment = {
        **os.environ,
        "DUTYDECK_TOKEN": "s3cret",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "DUTYDECK_OPERATOR": "duty-1",
    }
    simulate = [sys.executable, "-m", "console", "simulate", "evening-calm", "--port", "0", "--speed", "10"]
    sites = subprocess.Popen(
        [*simulate, "--write-config", str(config)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    try:
        assert sites.stdout is not None
        urls = [sites.stdout.readline().split()[1] for _ in range(4)]
        assert all(url.startswith("ws://127.0.0.1:") for url in urls)
        record = [
            sys.executable,
            "-m",
            "console",
            "record",
            "-o",
            str(recording),
            "--config",
            str(config),
            "--minutes",
            "0.05",
        ]
        done = subprocess.run(
            record, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "4 of 4 sites" in done.stderr
    finally:
        sites.send_signal(signal.SIGTERM)
        assert sites.wait(timeout=20) == 0
        assert sites.stdout is not None
        sites.stdout.close()
    assert (tmp_path / "state" / "dutydeck" / "drill.db").exists()
    assert main(["replay", str(recording), "--headless", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert len(report["sites"]) == 4
    assert all(site["rows"] > 3 for site in report["sites"])
    assert (
        main(["export", str(recording), "--by", "all", "--interval", "1d", "--threshold", "20s", "--format", "json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["rows"]


def test_recording_without_a_configuration_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DUTYDECK_CONFIG", raising=False)
    assert main(["record", "-o", str(tmp_path / "x.rec")]) == 2
    assert "dutydeck.yaml" in capsys.readouterr().err
