from __future__ import annotations

from pathlib import Path

import pytest

from console.cli import main
from console.config import DeskConfig, find_config
from console.playbook_desk import shipped_playbooks
from feeds.errors import InputError

GOOD = """
desk: {zh: 台, en: Desk}
sites:
  - {id: hefei, url: "ws://127.0.0.1:8700", token_env: HEFEI_TOKEN}
  - {id: nanchang, url: "wss://example.org/feed", token_file: nanchang.token}
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "dutydeck.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_sites_and_their_tokens_are_found(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD)
    (folder / "nanchang.token").write_text("n-secret\n", encoding="utf-8")
    addresses = DeskConfig(folder).addresses({"HEFEI_TOKEN": "h-secret"})
    assert [(a.site, a.token) for a in addresses] == [("hefei", "h-secret"), ("nanchang", "n-secret")]


def test_own_rules_and_playbooks_are_in_force_and_in_the_hash(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD)
    before = DeskConfig(folder)
    (folder / "rules").mkdir()
    (folder / "rules" / "own.yaml").write_text(
        "rules:\n  - rule: mine\n    title: {zh: 我的, en: Mine}\n    when: waiting > 5\n    severity: info\n"
        "    message: {zh: 等, en: waits}\n    why: to see it\n",
        encoding="utf-8",
    )
    after = DeskConfig(folder)
    assert [rule.rule for rule in after.rules] == ["mine"]
    assert after.hash != before.hash
    assert {playbook.id for playbook in after.playbooks} == {playbook.id for playbook in shipped_playbooks()}


CLOCK = """
clock: ours
title: {zh: 我们, en: Ours}
unit: session
limits: [{within: 30s}]
consequence: {zh: 无, en: None}
source: The contract.
verified: 2026-11-22
"""
RULE = """
rules:
  - rule: mine
    title: {zh: 我, en: Mine}
    when: ours.rate_15m < 80%
    severity: info
    message: {zh: 慢, en: Slow}
    why: Because.
"""
DEGRADE = """
degrade:
  - {platform: jd, from: "2026-11-11T00:00:00+08:00", to: "2026-11-11T01:00:00+08:00", what: {zh: 迟, en: Late}}
"""


def test_own_clocks_stand_beside_the_shipped_ones_and_rules_may_name_them(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD)
    before = DeskConfig(folder)
    (folder / "rules").mkdir()
    (folder / "rules" / "a.yaml").write_text(RULE, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.yaml:5:11: unknown metric 'ours\.rate_15m'"):
        DeskConfig(folder)
    (folder / "clocks").mkdir()
    (folder / "clocks" / "ours.yaml").write_text(CLOCK, encoding="utf-8")
    (folder / "clocks" / "jd.yaml").write_text(CLOCK.replace("ours", "jd_30s"), encoding="utf-8")
    (folder / "degrade.yaml").write_text(DEGRADE, encoding="utf-8")
    after = DeskConfig(folder)
    assert {clock.id for clock in after.clocks} - {clock.id for clock in before.clocks} == {"ours"}
    assert next(clock for clock in after.clocks if clock.id == "jd_30s").source == "The contract."
    assert [window.platform for window in after.degrade] == ["jd"]
    assert after.hash != before.hash
    assert before.degrade == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sites: []", "dutydeck.yaml:1:8"),
        ("sites:\n  - {id: a, url: 'http://x'}", "dutydeck.yaml:2:18"),
        ("sites:\n  - {id: A B, url: 'ws://x'}", "dutydeck.yaml:2:10"),
        ("sites:\n  - {id: a, url: 'ws://x', tokn: 1}", "dutydeck.yaml:2:28"),
        ("sites: [\n", "dutydeck.yaml"),
        ("desk: {zh: a, zh: b}\nsites: []", "dutydeck.yaml:1:15"),
        ("sites:\n  - {id: a, url: 'ws://x'}\n  - {id: a, url: 'ws://y'}", "dutydeck.yaml"),
    ],
)
def test_a_broken_file_is_one_line_with_its_place(
    tmp_path: Path, text: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder_with(tmp_path, text))]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert place in said
    assert "expected" in said


def test_a_missing_token_is_said_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="HEFEI_TOKEN"):
        DeskConfig(folder_with(tmp_path, GOOD)).addresses({})
    with pytest.raises(InputError, match=r"nanchang\.token"):
        DeskConfig(tmp_path).addresses({"HEFEI_TOKEN": "x"})


def test_the_option_wins_over_the_environment_and_the_usual_place(tmp_path: Path) -> None:
    one, two, usual = tmp_path / "one", tmp_path / "two", tmp_path / "home" / "dutydeck"
    for folder in (one, two, usual):
        folder.mkdir(parents=True)
        folder_with(folder, GOOD)
    environment = {"DUTYDECK_CONFIG": str(two), "XDG_CONFIG_HOME": str(tmp_path / "home")}
    assert find_config(str(one), environment) == one
    assert find_config("", environment) == two
    assert find_config("", {"XDG_CONFIG_HOME": str(tmp_path / "home")}) == usual
    assert find_config("", {"XDG_CONFIG_HOME": str(tmp_path / "nothing")}) is None
    with pytest.raises(InputError, match=r"no dutydeck\.yaml"):
        find_config(str(tmp_path), {})


@pytest.mark.parametrize("name", ["evening-calm", "site-dark", "double11-midnight"])
def test_shipped_scenarios_pass_the_check(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(__file__).parents[2] / "simulators" / "scenarios" / f"{name}.yaml"
    assert main(["check", str(path)]) == 0
    assert "a scenario: good" in capsys.readouterr().out


def test_what_is_shipped_is_good(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DUTYDECK_CONFIG", raising=False)
    assert main(["check"]) == 0
    assert "good" in capsys.readouterr().out


def test_a_file_of_no_known_kind_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "what.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
