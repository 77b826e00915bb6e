from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import (
    audit,
    consoles,
    day,
    decode,
    headless,
    hours,
    latency,
    matrix,
    moves,
    notice,
    overview,
    projection,
    simulate,
    start,
    stepping,
    table,
    thousand_sites,
)
from benchmarks.__main__ import NAMES
from benchmarks.apps.crossing_sites import SITES
from benchmarks.apps.table_data import COLUMNS, TableData
from benchmarks.made_site import Shape, figures
from benchmarks.outcome import Outcome, printed, quantiles
from benchmarks.terminal import ROOT, Terminal

pytestmark = pytest.mark.bench


def read(outcome: Outcome) -> dict[str, Any]:
    """What is printed, read again: every benchmark says these things."""
    said: dict[str, Any] = json.loads(printed(outcome, True, 0.0))
    assert {"benchmark", "machine", "figures", "ratio"} <= set(said)
    assert "limit" in said or "peer" in said or outcome.benchmark == "latency"
    assert said["benchmark"] in NAMES
    assert str(ROOT) not in json.dumps(said)
    return said


def test_decode() -> None:
    said = read(decode.measure(quick=True, passes=2))
    assert said["figures"]["20_gauges"]["us"] > 0
    assert said["ratio"]["to_limit"].keys() == said["ratio"]["list_of_maps_to_ours"].keys() == decode.SHAPES.keys()


def test_overview() -> None:
    case = overview.measure_case(("2", "5", "5", "5"), 1.2, 0.5)
    assert case["screen_core_share"] > 0
    assert case["bytes_per_s"] > 0
    assert case["key_to_repaint_ms"]["of"] == 8


def test_hours() -> None:
    found = asyncio.run(hours._hours(2, 120))
    assert len(found) == 2


def test_thousand_sites_of_which_there_are_four() -> None:
    said = read(thousand_sites.measure(quick=True, sites=4, seconds=1))
    assert said["figures"]["sites_live_at_the_end"] == 4
    assert said["figures"]["faults"] == 0
    assert said["figures"]["rows"] == 4 * 201


def test_consoles() -> None:
    said = read(consoles.measure(quick=True, consoles=(0, 2)))
    looked = said["figures"]["2 consoles"]
    assert 0 < looked["bytes_per_s"] < looked["whole_view_bytes"] * looked["views_per_s"]
    assert said["figures"]["deed_ms"]["of"] == said["figures"]["deed_on_another_screen_ms"]["of"] == 6
    assert said["ratio"]["bytes_to_whole_views"] < 0.5


def test_projection() -> None:
    said = read(projection.measure(quick=True))
    worst = said["figures"]["exact"]["worst_error"]
    assert all(float(worst[name]) < 1e-4 for name in projection.SHARES)
    assert said["figures"]["fast"].keys() > {f"{least}-{most} agents" for least, most in projection.SIZES}
    assert said["figures"]["replications"]["contacts_per_cpu_s"] > 0


def test_matrix() -> None:
    said = read(matrix.measure(quick=True))
    assert said["figures"]["look_ms_13"] > 0
    assert said["ratio"]["look_200"] < 1.0


def test_moves() -> None:
    said = read(moves.measure(quick=True))
    (board,) = said["figures"]["boards"].values()
    assert board["optimiser"]["value"] >= board["greedy"]["value"] >= board["one"]["value"] > 0
    assert board["optimiser"]["gap_to_bound"] < 0.01
    assert said["figures"]["preview"]["queues"] == 130
    assert said["figures"]["preview"]["with_a_move"] > 0


def test_simulate_is_right_with_or_without_its_peers() -> None:
    said = read(simulate.measure(quick=True, queues=200, peers_contacts=20_000, names=("10 agents",)))
    for name in ("10 agents",):
        for found in (*said["figures"][name].values(), *said["peer"][name].values()):
            assert found == "not installed" or abs(found["p_abandon_off"]) < 0.05
        assert said["figures"][name].keys() == {"network, 20 queues", "kernel, 20 queues", "kernel, 50 × 20"}


def test_stepping_three_sites() -> None:
    said = read(stepping.measure(quick=True, sites=3, seconds=5))
    assert said["figures"]["queues"] == 3 * stepping.QUEUES
    assert said["figures"]["contacts_per_s"] > 0


def test_audit_of_a_journal() -> None:
    said = read(audit.measure(quick=True, rows=10_000))
    assert (said["figures"]["rows"], said["figures"]["holds"]) == (10_000, True)
    assert said["limit"]["rows_per_cpu_s"] > said["figures"]["rows_per_cpu_s"] > 0


def test_a_few_seconds_of_the_day() -> None:
    said = read(day.measure(quick=True, auto=True, seconds=2))
    hour = said["figures"]["cpu_s_per_simulated_h"]
    assert said["figures"]["queues"] >= 130
    assert hour["cpu_s"] == pytest.approx(sum(value for name, value in hour.items() if name != "cpu_s"), abs=0.01)
    assert said["limit"]["cpu_s_per_day"] == day.LIMIT_S


def test_headless() -> None:
    said = read(headless.measure(quick=True, seconds=2))
    assert said["figures"]["simulated_s"] == 2
    assert said["figures"]["simulated_s_per_s"] > 0


@pytest.mark.pty
@pytest.mark.parametrize("app", ["live_table", "stock_table"])
def test_both_tables_paint_and_answer_keys(app: str) -> None:
    figures_ = table.measure_app(f"benchmarks.apps.{app}", 1.2, settle_s=0.2)
    keys = figures_["key_to_repaint_ms"]
    assert keys["of"] == 8
    assert keys["worst"] < table._PATIENCE_S * 1e3
    assert figures_["bytes_per_s"] > 0


@pytest.mark.pty
def test_latency_while_the_terminal_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "SETTLE_S", 1.0)
    said = read(latency.measure(quick=True, scenes=("terminal_stalled",), rounds=1))
    scene = said["figures"]["terminal_stalled"]
    assert scene["crossings"] == 2 * SITES
    assert scene["never_seen"] == 0
    assert scene["repaints"] > 0


def test_notices_of_crossings_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice, "SETTLE_S", 1.5)
    said = read(notice.measure(quick=True, rounds=1))
    assert said["figures"]["crossings"] == 2 * SITES
    assert said["figures"]["never_told"] == 0
    assert said["limit"]["request_ms"]["of"] == 100


@pytest.mark.pty
def test_the_deck_paints_and_so_does_the_empty_app() -> None:
    said = read(start.measure(quick=True, starts=1, before=0))
    assert said["figures"]["of"] == said["peer"]["of"] == 1
    assert said["ratio"]["to_empty_app"] > 0


def test_a_program_that_fails_says_why() -> None:
    with (
        Terminal("-c", "raise SystemExit('no such \\x1b[31mthing')", columns=40, rows=5) as terminal,
        pytest.raises(RuntimeError, match=r"no such \\x1b\[31mthing"),
    ):
        terminal.until(rb"never", timeout_s=20.0)


def test_the_command_line_writes_what_it_prints(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", "decode", "--quick", "--json", str(file)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert json.loads(file.read_text())["benchmarks"] == [json.loads(ended.stdout)]


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", "speed"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ended.returncode == 2
    assert "decode" in ended.stderr


def test_a_tenth_of_the_cells_changes_each_second() -> None:
    data = TableData(rows=50)
    changes = data.next_second()
    assert len({(row, column) for row, column, _ in changes}) == len(changes) == 50 * COLUMNS // 10
    assert all(data.cells[row][column] == text for row, column, text in changes)
    assert [TableData(rows=50).next_second() for _ in range(2)] == [changes, changes]


def test_made_counters_rise_and_gauges_miss_where_they_are_told_to() -> None:
    made = figures(Shape(queues=20), np.random.default_rng(1), missing=0.3)
    (first, before), (second, after) = next(made), next(made)
    assert (after >= before).all()
    assert (np.isnan(first) == np.isnan(second)).all()
    assert 0.1 < np.isnan(first).mean() < 0.5


def test_quantiles_of_nothing_are_null() -> None:
    assert quantiles([])["p99"] is None
    assert quantiles([1.0, 3.0]) == {"p50": 2.0, "p99": pytest.approx(2.98), "worst": 3.0, "of": 2}
