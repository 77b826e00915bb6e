"""A headless drill that is judged: the same bytes, scores that differ the right way, reports, many seeds."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from console.cli import main
from console.drill_report import write_report
from console.rehearsal import NOBODY, Rehearsal, read_choice, rehearse
from console.replications import replicate, table, verdict
from feeds.canonical import canonical
from feeds.journal import Journal
from simulators.deeds import courses, deeds
from simulators.opening import Opening
from simulators.scenario import Scenario
from simulators.suffering import harm
from tests.console.made_drill import overrun

SEED, MINUTES = 3, 6


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return overrun(tmp_path_factory.mktemp("drill"))[1]


@pytest.fixture(scope="module")
def nobody(scenario: Scenario) -> Rehearsal:
    return rehearse(scenario, SEED, MINUTES, NOBODY)


@pytest.fixture(scope="module")
def played(scenario: Scenario, nobody: Rehearsal) -> Rehearsal:
    return rehearse(scenario, SEED, MINUTES, read_choice("auto"), best=nobody.best)


def dutydeck(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(list(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
    return code or 0, out.getvalue(), err.getvalue()


def test_somebody_at_the_desk_is_better_than_nobody(nobody: Rehearsal, played: Rehearsal) -> None:
    without, with_ = (run.score.as_dict() for run in (nobody, played))
    for part in ("customers", "detect", "act"):
        assert with_["parts"][part]["points"] > without["parts"][part]["points"]
    assert with_["total"]["share"] > without["total"]["share"]
    assert harm(nobody.best).whole <= harm(played.suffered).whole < harm(nobody.suffered).whole
    assert {one["playbook"] for one in played.report["playbooks"]} >= {"bot-overflow"}


def test_every_number_is_traced_to_entries_that_exist(played: Rehearsal) -> None:
    numbers = {entry.number: entry for entry in played.entries}
    for name, part in played.score.parts.items():
        assert part.findings
        for finding in part.findings:
            assert set(finding.entries) <= set(numbers), (name, finding)
    (outcome,) = (entry for entry in played.entries if entry.kind == "drill.outcome")
    customers = {finding.what: finding for finding in played.score.parts["customers"].findings}
    assert customers["abandoned"].entries == (outcome.number,)
    assert customers["abandoned"].value == outcome.body["suffered"]["counts"]["abandoned"]
    assert numbers[played.score.parts["act"].findings[0].entries[0]].kind == "playbook.started"


def test_the_same_drill_gives_the_same_bytes(scenario: Scenario, played: Rehearsal, tmp_path: Path) -> None:
    again = rehearse(scenario, SEED, MINUTES, read_choice("auto"))
    assert canonical(again.report) == canonical(played.report)
    assert [entry.hash for entry in again.entries] == [entry.hash for entry in played.entries]
    files = [write_report(tmp_path / name, scenario, run, "auto", None) for name, run in (("a", played), ("b", again))]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "path", "rect", "polyline"):
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("path", "rect", "polyline"):
            assert self.open.pop() == tag


def test_the_report_stands_alone(scenario: Scenario, played: Rehearsal, nobody: Rehearsal, tmp_path: Path) -> None:
    write_report(tmp_path / "new" / "folder", scenario, played, "auto", nobody)
    html, markdown, svg, plain = (
        (tmp_path / "new" / "folder" / name).read_text(encoding="utf-8")
        for name in ("report.html", "report.md", "course.svg", "report.json")
    )
    tags = _Tags()
    tags.feed(html)
    assert tags.open == []
    assert tags.links == []
    assert "A small &lt;drill&gt;" in html
    assert "A small &lt;drill> \\| with \\*marks\\*" in markdown
    for words in (
        "得分 ",
        "What the other choice would have given",
        "时钟与预算",
        "bot-overflow",
        "Journal entries cited",
    ):
        assert words in html
    assert ET.fromstring(svg).tag.endswith("svg")
    assert "bot-overflow" in svg
    assert json.loads(plain)["other"]["score"]["parts"]["detect"]["points"] == 0


def test_a_playbook_left_out_is_not_started(scenario: Scenario, nobody: Rehearsal) -> None:
    alone = rehearse(scenario, SEED, 4, read_choice("auto").limited(["cross-site-move"]), best=nobody.best)
    assert {one["playbook"] for one in alone.report["playbooks"]} <= {"cross-site-move"}


def test_the_shift_before_has_done_its_part(scenario: Scenario, nobody: Rehearsal) -> None:
    opening = Opening.model_validate(
        {"at": "2m", "who": "early", "run": "bot-overflow", "with": {"site": "hefei", "category": "apparel"}}
    )
    run = rehearse(scenario.model_copy(update={"opening": (opening,)}), SEED, 3, NOBODY, best=nobody.best)
    assert [(one["playbook"], one["who"]) for one in run.report["playbooks"]] == [("bot-overflow", "early")]


def test_the_shift_before_offers_the_desk_and_whoever_comes_in_accepts_it(
    scenario: Scenario, nobody: Rehearsal, tmp_path: Path
) -> None:
    before = Opening.model_validate({"at": "2m", "who": "early", "hand_over": "mind Hefei"})
    path = tmp_path / "decisions.yaml"
    path.write_text("decisions:\n  - {at: 150s, handover: accept, who: late}\n", encoding="utf-8")
    book = Journal()
    changed = scenario.model_copy(update={"opening": (before,)})
    rehearse(changed, SEED, 3, read_choice(str(path)), journal=book, best=nobody.best)
    done = deeds(book.entries(), 0.0)
    assert [(one.deed, one.who) for one in done if one.deed in ("note", "handover")] == [
        ("note", "early"),
        ("handover", "late"),
    ]
    assert next(one.values for one in done if one.deed == "handover")["from"] == "early"


SCRIPT = """
decisions:
  - {at: 2m, run: bot-overflow, with: {site: hefei, category: apparel}}
  - {at: 150s, renew: bot-overflow, for: 20m}
  - {at: 170s, revert: bot-overflow}
  - {at: 175s, renew: cross-site-move}
"""


def test_a_script_renews_and_takes_back(scenario: Scenario, nobody: Rehearsal, tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    choice = read_choice(str(path))
    run = rehearse(scenario, SEED, 3, choice, best=nobody.best)
    (course,) = courses(run.entries, run.started)
    assert course.due == pytest.approx(7200 + 1200, abs=150)
    assert course.end == "reverted"
    assert len(run.result.refused) == 1
    assert choice.limited(["bot-overflow"]).decisions == choice.decisions[:3]


@pytest.fixture(scope="module")
def replicated(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    path = str(overrun(tmp_path_factory.mktemp("many"))[0])
    return path, replicate(path, range(1, 3), 5, read_choice("auto"), processes=1)


def test_many_seeds_give_the_same_in_two_processes(tmp_path: Path) -> None:
    path = str(overrun(tmp_path)[0])
    one, two = (canonical(replicate(path, range(1, 3), 0.5, NOBODY, processes=count)) for count in (1, 2))
    assert one == two


def test_the_distribution_says_what_breaks_and_what_helps(replicated: tuple[str, dict[str, Any]]) -> None:
    _, found = replicated
    assert found["seeds"] == [1, 2]
    row = next(one for one in found["breach"] if (one["clock"], one["site"]) == ("merchant_first_response", "hefei"))
    assert row["p_nobody"] == 1.0
    assert all(one["p"] is None or 0 <= one["p"] <= 1 for one in found["breach"])
    assert found["score"]["customers"]["n"] == 2
    assert found["measures"]["harm"]["mean"] < found["nobody"]["harm"]["mean"]
    bot = next(one for one in found["playbooks"] if one["playbook"] == "bot-overflow")
    assert bot["better_in"] == bot["seeds"] >= 1
    text = table(found)
    assert "P(breach)" in text
    assert "bot-overflow alone, against nobody" in text


def test_a_playbook_is_worth_it_when_its_effect_is_clear() -> None:
    assert verdict([-0.1, -0.12, -0.11]) == "yes"
    assert verdict([0.1, 0.12, 0.11]) == "no"
    assert verdict([-0.1, 0.1, 0.02]) == verdict([-0.1]) == verdict([]) == verdict([0.0, 0.0]) == "unclear"


def test_the_command_line_prints_the_score_and_writes_the_report(tmp_path: Path) -> None:
    path = str(overrun(tmp_path)[0])
    asked = ("drill", path, "--headless", "--minutes", "0.5", "--decisions", "auto", "--report", str(tmp_path / "out"))
    code, out, err = dutydeck(*asked, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert set(found["score"]["parts"]) == {"customers", "detect", "act", "reversal", "log"}
    assert {row["clock"] for row in found["clocks"]} >= {"jd_30s", "taobao_3min"}
    assert (tmp_path / "out" / "report.html").stat().st_size > 5000
    assert "score" in dutydeck(*asked)[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--replications", "0"), "--replications"),
        (("--replications", "2", "--report", "x"), "--report"),
        (("--replications", "2", "--journal", "x"), "--journal"),
        (("--replications", "2", "--decisions", "/no/such/file"), "/no/such/file"),
        (("--report", "/dev/null/x"), "cannot be written"),
    ],
)
def test_wrong_requests_are_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    path = str(overrun(tmp_path)[0])
    code, out, err = dutydeck("drill", path, "--headless", "--minutes", "0.1", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
