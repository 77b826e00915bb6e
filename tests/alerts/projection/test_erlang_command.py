"""`dutydeck erlang`: one case, a table, and every way to ask wrongly."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from tests.alerts.projection.precise import precise

HEADER = "arrivals_per_s,mean_handle_s,agents,mean_patience_s,within_s\n"
CASE = ["erlang", "--arrivals", "1200/h", "--handle", "300s", "--agents", "105", "--within", "20s"]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(list(arguments)) == 0
    return json.loads(capsys.readouterr().out)


def test_one_case_is_right_to_the_last_digits(capsys: pytest.CaptureFixture[str]) -> None:
    row = answer(capsys, *CASE, "--patience", "120s", "--json")
    p_wait, p_abandon, wait, level = (float(x) for x in precise(105, 100, 2.5, 1) if x is not None)
    assert row["p_wait"] == pytest.approx(p_wait, abs=1e-14)
    assert row["p_abandon"] == pytest.approx(p_abandon, abs=1e-14)
    assert row["mean_wait_s"] == pytest.approx(wait * 300, rel=1e-13)
    assert row["service_level"] < level  # within 20 s, not within 300 s
    assert (row["stable"], row["arrivals_per_s"]) == (True, 1200 / 3600)


def test_agents_needed_are_the_fewest(capsys: pytest.CaptureFixture[str]) -> None:
    row = answer(capsys, *CASE, "--target", "80%", "--json")
    assert row["service_level"] < 0.8
    assert row["agents_needed"] == 108
    without = [word for word in CASE if word not in ("--agents", "105")]
    needed = answer(capsys, *without, "--target", "80%", "--json")
    assert needed["agents"] == 108
    assert needed["service_level"] >= 0.8
    one_less = answer(capsys, *without, "--agents", "107", "--json")
    assert one_less["service_level"] < 0.8


def test_the_text_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CASE, "--target", "80%"]) == 0
    text = capsys.readouterr().out
    assert "63.0479%" in text
    assert "108" in text
    assert main(["erlang", "--arrivals", "21/m", "--handle", "5m", "--agents", "105", "--within", "20s"]) == 0
    assert "not stable" in capsys.readouterr().out


def test_a_table_in_the_order_of_its_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.csv"
    # 0.29 × 100 is below 29 as floats, and 29 as people write it: not stable.
    file.write_bytes(b"\xef\xbb\xbf" + (HEADER + "0.29,100,29,,20\r\n0.5,60,35,90,10\r\n\r\n0.1,10,3,,5\r\n").encode())
    rows = answer(capsys, "erlang", "--csv", str(file), "--json")["rows"]
    assert [row["agents"] for row in rows] == [29, 35, 3]
    first = {name: rows[0][name] for name in ("stable", "p_wait", "p_abandon", "mean_wait_s", "service_level")}
    assert first == {"stable": False, "p_wait": 1.0, "p_abandon": 0.0, "mean_wait_s": None, "service_level": 0.0}
    assert rows[1]["p_wait"] == pytest.approx(float(precise(35, 30, 60 / 90, 1 / 6)[0]), abs=1e-13)
    assert main(["erlang", "--csv", str(file)]) == 0
    printed = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert printed[0]["mean_wait_s"] == printed[0]["mean_patience_s"] == ""
    assert [row["stable"] for row in printed] == ["false", "true", "true"]
    assert float(printed[1]["service_level"]) == rows[1]["service_level"]
    needed = answer(capsys, "erlang", "--csv", str(file), "--target", "0.9", "--json")["rows"]
    assert all(row["agents_needed"] > 0 for row in needed)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (HEADER + "0.5,60,35,90,10\n0.5,60,0,90,10\n", ":3:3: agents is '0'"),
        (HEADER + "-0.5,60,35,90,10\n", ":2:1: arrivals_per_s is '-0.5'"),
        (HEADER + "0.5,60,35,0,10\n", ":2:4: mean_patience_s is '0'"),
        (HEADER + "0.5,60,35,90,0\n", ":2:5: within_s is '0'"),
        (HEADER + "0.5,60,35.5,90,10\n", ":2:3: agents is '35.5'"),
        (HEADER + "0.5,nan,35,90,10\n", ":2:2: mean_handle_s is 'nan'"),
        (HEADER + "0.5,inf,35,90,10\n", ":2:2: mean_handle_s is 'inf'"),
        (HEADER + "0.5,6_0,35,90,10\n", ":2:2: mean_handle_s is '6_0'"),
        (HEADER + ",60,35,90,10\n", ":2:1: no arrivals_per_s"),
        (HEADER + "0.5,60,35,90\n", ":2: 4 fields"),
        (HEADER + '0.5,"60,35,90,10\n', ":2: broken CSV"),
        (HEADER + "\n", "no rows"),
        ("arrivals_per_s,agents\n1,2\n", ":1: no column mean_handle_s, mean_patience_s, within_s"),
        (HEADER.replace("within_s", "agents"), ":1: no column within_s"),
        (HEADER.strip() + ",agents\n", ":1: two columns agents"),
        ("", ":1: the file has no header"),
    ],
)
def test_a_wrong_table_is_one_line(text: str, where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(text, encoding="utf-8")
    assert main(["erlang", "--csv", str(file), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert where in err
    assert "cases.csv" in err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--agents", "0"], "--agents"),
        (["--agents", "-3"], "--agents"),
        (["--handle", "0s"], "--handle"),
        (["--handle", "300"], "--handle"),
        (["--arrivals", "1200"], "--arrivals"),
        (["--arrivals", "0/h"], "--arrivals"),
        (["--arrivals", "-1/h"], "--arrivals"),
        (["--within", "-20s"], "--within"),
        (["--patience", "0"], "--patience"),
        (["--target", "100%"], "--target"),
        (["--target", "0%"], "--target"),
        (["--csv", "nothing.csv"], "--arrivals"),
    ],
)
def test_a_wrong_question_is_one_line(change: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CASE, *change]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert said in err


def test_what_is_missing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erlang", "--arrivals", "1/s", "--within", "5s", "--agents", "3"]) == 2
    assert "--handle" in capsys.readouterr().err
    assert main(["erlang", "--arrivals", "1/s", "--handle", "9s", "--within", "5s"]) == 2
    assert "--agents" in capsys.readouterr().err
