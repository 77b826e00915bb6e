"""Playbook tests: the shipped ones hold, and one that should fail does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli import main
from console.playbook_desk import shipped_playbooks
from console.playbook_tests.reading import PlaybookTest, read_playbook_tests
from console.playbook_tests.trying import run_playbook_test, shipped_playbook_tests
from feeds.errors import InputError

SHIPPED = [test for path in shipped_playbook_tests() for test in read_playbook_tests(path)]

LONG_MIN = 40.0

SMALL = """
playbooks: [shipped]
scenario:
  id: small
  title: {zh: 小场, en: Small}
  starts: "2026-11-10T20:00:00+08:00"
  minutes: 4
  warm_up: 1m
  curve: [[0s, 1]]
  lead_time: 30s
  sites:
    - id: hefei
      zh: 合肥
      en: Hefei
      contacts_per_day: 60000
      groups: [{category: apparel, agents: 10, cap: 3}]
      shops: [{id: a, zh: 甲, en: A, category: apparel, on: [tmall], phases: [pre]}]
tests:
  - name: the bot
    decisions:
      - {at: 2m, run: bot-overflow, with: {site: hefei, category: apparel}}
      - {at: 3m, revert: bot-overflow}
    expect:
      commands:
        - {site: hefei, verb: set_bot_share, args: {share: 60%}, by: 2m10s}
        - {site: hefei, verb: set_bot_share, after: 3m}
      runs: {bot-overflow: reverted}
      steps: {bot-overflow: [seen]}
      ledger: []
      left: {bot: 0}
"""


def _tried(test: PlaybookTest) -> pytest.ParameterSet:
    """One shipped test; those of an hour are for `make test-crash`, which takes its time anyway."""
    marks = [pytest.mark.crash] if test.minutes > LONG_MIN else []
    return pytest.param(test, id=test.name, marks=marks)


@pytest.mark.parametrize("test", [_tried(test) for test in SHIPPED if test.kill == "none"])
def test_the_shipped_tests_hold(test: PlaybookTest) -> None:
    """Those with kills are tried with them, by `make test-crash`."""
    assert [str(failure) for failure in run_playbook_test(test).failures] == []


def test_every_shipped_playbook_has_a_test() -> None:
    tried = {decision.run for test in SHIPPED for decision in test.decisions}
    assert {book.id for book in shipped_playbooks()} <= tried


def small(folder: Path, *changes: tuple[str, str]) -> Path:
    """The small file with some of its words changed."""
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "small.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_desk_that_is_killed_at_each_write_keeps_its_promises(tmp_path: Path) -> None:
    result = run_playbook_test(read_playbook_tests(small(tmp_path))[0])
    assert [str(failure) for failure in result.failures] == []
    before, after = result.killed
    assert any("before playbook.started" in kill for kill in before.kills)
    assert any("after playbook.started" in kill for kill in after.kills)
    assert any("playbook.reply" in kill for kill in before.kills)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("share: 60%", "share: 50%", "expected share: 50%, got set_bot_share"),
        ("verb: set_bot_share, after: 3m", "verb: set_greeting, after: 3m", "expected set_greeting to hefei"),
        ("by: 2m10s", "by: 1m", "expected it by 1m"),
        ("bot-overflow: reverted", "bot-overflow: active", "to be active, got reverted"),
        ("[seen]", "[done]", "expected the steps of bot-overflow"),
        ("ledger: []", "ledger: [bot-overflow]", "expected ['bot-overflow'] in force"),
        ("{bot: 0}", "{bot: 3}", "expected bot 3 at the sites"),
        ("{site: hefei, category: apparel}}", "{site: hefei, share: 2%}}", "a decision was refused: guard fails"),
    ],
)
def test_what_is_not_as_expected_is_said(tmp_path: Path, before: str, after: str, said: str) -> None:
    result = run_playbook_test(read_playbook_tests(small(tmp_path, (before, after)))[0])
    assert any(said in str(failure) for failure in result.failures), [str(one) for one in result.failures]
    assert result.killed == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("run: bot-overflow", "run: bot-overflo", "unknown playbook 'bot-overflo'; expected"),
        ("verb: set_bot_share", "verb: set_bot", "unknown command 'set_bot'"),
        ("- {site: hefei, verb", "- {site: hefe, verb", "unknown site of the scenario 'hefe'"),
        ("runs: {bot-overflow: reverted}", "runs: {bot-overflow: gone}", "unknown state of a run 'gone'"),
        ("contacts_per_day: 60000", "contacts_per_day: -1", "contacts_per_day"),
        ("playbooks: [shipped]", "playbooks: [mine.yaml]", "there is no 'mine.yaml' here"),
        ("  - name: the bot\n", "  - name: the bot\n    automatic: [queue-cap]\n", "queue-cap cannot start by itself"),
    ],
)
def test_a_file_that_is_wrong_is_one_line_with_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    path = small(tmp_path, (before, after))
    with pytest.raises(InputError) as wrong:
        read_playbook_tests(path)
    assert said in str(wrong.value)
    assert str(wrong.value).startswith(f"{path}:")
    assert wrong.value.line


def test_the_command_says_what_came_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small(tmp_path, ("    expect:\n", "    kill: none\n    expect:\n"))
    assert main(["test", "playbooks", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["tests"][0]
    assert said["passed"]
    assert [one["verb"] for one in said["commands"]] == ["set_bot_share", "set_bot_share"]
    assert (said["ledger"], said["left"]["bot"]) == ([], 0)
    assert main(["check", str(path)]) == 0
    wrong = small(tmp_path, ("share: 60%", "share: 50%"))
    assert main(["test", "playbooks", str(wrong)]) == 1
