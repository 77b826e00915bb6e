"""What is wrong with a scenario is said with file, line, column and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.errors import InputError
from feeds.yamlfile import parse_yaml
from simulators.scenario import Scenario, load_scenario
from tests.simulators.test_scenario import GOOD

TOLD = (
    GOOD
    + """\
truth:
  story: {zh: 一, en: One}
  events:
    - {id: rush, at: 5m, until: 10m, site: hefei, what: {zh: 一, en: One}}
objectives:
  detect:
    - {event: rush, within: 2m, signs: [{rule: overload, site: hefei}]}
  acts:
    - {id: bot, event: rush, playbook: bot-overflow, from: 5m, until: 9m, what: {zh: 一, en: One}}
"""
)

WHEN = 'starts: "2026-11-10T23:55:00+08:00"\nminutes: 30\n'
TWENTY_THREE = "4, " * 22 + "12"
NOT_WHOLE = "4, " * 23 + "9"


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "expected"),
    [
        ("minutes: 30", f"minutes: 30\ncurve: {{hours: [{NOT_WHOLE}]}}", 5, "add up to 101 %", "100 %"),
        ("minutes: 30", f"minutes: 30\ncurve: {{hours: [{TWENTY_THREE}]}}", 5, "too short", "at least 24"),
        ("minutes: 30", "minutes: 30\ncurve: [[0s, .inf]]", 5, "inf", "a finite number"),
        ("agents: 10", "agents: -10", 10, "-10 is not valid", "greater than or equal to 0"),
        ("category: apparel, on", "category: shoes, on", 12, "'shoes' is not known", "a category with agents"),
        ("agents: 10}", "agents: 10, knows: [shoos]}", 10, "'shoos' is not known", "nearest: 'shoes'"),
        ("at: 5m", "at: 30m", 14, "it comes after the end", "less than 30m"),
        ("contacts_per_day: 1000", "contacts_per_day: .inf", 9, "inf", "a finite number"),
        ("contacts_per_day: 1000", "contacts_per_day: 1e400", 9, "1e400 is not a finite number", "a finite number"),
        ("factor: 2", "factor: .inf", 14, "inf", "a finite number"),
        ("factor: 2", "factor: -1", 14, "-1 is not valid", "greater than or equal to 0"),
        ("minutes: 30", "minutes: 30\nload: .inf", 5, "inf", "a finite number"),
        ("for: 5m,", "for: 0s,", 14, "is not valid", "greater than 0"),
        ("kind: surge", "kind: site_power", 14, "unknown key 'factor'", ""),
        ("event: rush, within", "event: rash, within", 21, "'rash' is not known", "nearest: 'rush'"),
        ("site: hefei, what", "site: wuhan, what", 18, "'wuhan' is not known", "a site"),
        ("until: 10m", "until: 4m", 18, "it is not after at", "a later time"),
        ("from: 5m, until: 9m", "from: 30m, until: 40m", 23, "it comes after the end", "a time before the end"),
        ("rule: overload, site", "site", 21, "a sign says nothing", "rule, or site and unknown"),
        ("{id: bot, event", "{id: bot, rung: P99, event", 23, "'P99' is not valid", "text that matches"),
    ],
)
def test_a_wrong_scenario_is_named_with_line_and_column(
    old: str, new: str, line: int, what: str, expected: str
) -> None:
    assert old in TOLD
    with pytest.raises(InputError) as caught:
        parse_yaml(TOLD.replace(old, new, 1), Scenario, "mine.yaml")
    said = str(caught.value)
    assert what in said
    assert expected in said
    assert caught.value.line == line, said
    assert said.startswith(f"mine.yaml:{line}:{caught.value.column}: ")
    assert "\n" not in said


def test_a_site_named_twice() -> None:
    site = GOOD[GOOD.index("  - id: hefei") : GOOD.index("injections:")]
    with pytest.raises(InputError, match=r"mine\.yaml:13:9: id: site 'hefei' appears twice; expected a site id of its"):
        parse_yaml(GOOD.replace("injections:", site + "injections:"), Scenario, "mine.yaml")


LOAN = "  - {kind: loan, at: 1m, site: hefei, to: xian, category: CATEGORY, count: 5}\n"
XIAN = """\
  - id: xian
    zh: 西安
    en: Xi'an
    contacts_per_day: 1000
    groups: [{category: shoes, agents: 10}]
    queues: [{id: q, zh: 队, en: Queue, category: shoes}]
"""


@pytest.mark.parametrize(
    ("to", "category", "what"),
    [
        ("xian", "shoes", "nobody at 'hefei' can be lent to 'xian' for 'shoes'"),
        ("hefei", "apparel", "it is the same site"),
        ("xiam", "shoes", "'xiam' is not known"),
    ],
)
def test_a_loan_that_cannot_be(to: str, category: str, what: str) -> None:
    loan = LOAN.replace("CATEGORY", category).replace("to: xian", f"to: {to}")
    with pytest.raises(InputError) as caught:
        parse_yaml(GOOD.replace("injections:\n", XIAN + "injections:\n" + loan), Scenario, "mine.yaml")
    assert what in str(caught.value)
    assert caught.value.line == 20


def test_a_metric_that_is_none() -> None:
    fault = "injections:\n  - {kind: feed_unit, at: 1m, for: 1m, site: hefei, metric: waitng}\n"
    with pytest.raises(
        InputError, match=r"mine\.yaml:14:61: metric: 'waitng' is not known; expected a metric, nearest: 'wait"
    ):
        parse_yaml(GOOD.replace("injections:\n", fault), Scenario, "mine.yaml")


def test_a_scenario_stands_on_a_network_beside_it_and_its_own_keys_win(tmp_path: Path) -> None:
    network = GOOD[: GOOD.index("injections")].replace(
        'starts: "2026-11-10T23:55:00+08:00"\nminutes: 30\n', "lead_time: 3m\n"
    )
    (tmp_path / "net.yaml").write_text(network.replace("id: tiny", "id: net", 1), encoding="utf-8")
    file = tmp_path / "mine.yaml"
    base = 'id: mine\ntitle: {zh: 一, en: Mine}\nstarts: "2026-11-10T23:55:00+08:00"\nminutes: 30\nnetwork: net.yaml\n'
    file.write_text(base, encoding="utf-8")
    found = load_scenario(str(file))
    assert (found.id, found.lead_time, [site.id for site in found.sites]) == ("mine", 180.0, ["hefei"])
    assert found.sites == parse_yaml(GOOD, Scenario, "t").sites
    file.write_text(base + "lead_time: 5m\nload: 2\n", encoding="utf-8")
    assert load_scenario(str(file)).lead_time == 300.0


@pytest.mark.parametrize(
    ("tail", "where", "what"),
    [
        (
            "network: thirteen-site\n",
            "mine.yaml:5:10",
            "'thirteen-site' is not known; expected four-sites, thir",
        ),
        ("network: four-sites\nonly: [hefei, xian]\n", "mine.yaml:6:15", "'xian' is not a site of this network"),
        ("network: bad.yaml\n", "bad.yaml:8:42", "-3 is not valid"),
        ("network: none.yaml\n", "none.yaml", "there is no such file"),
    ],
)
def test_a_wrong_network_is_named_in_the_file_that_is_wrong(tmp_path: Path, tail: str, where: str, what: str) -> None:
    network = GOOD[: GOOD.index("injections")].replace(WHEN, "")
    (tmp_path / "bad.yaml").write_text(network.replace("agents: 10", "agents: -3"), encoding="utf-8")
    file = tmp_path / "mine.yaml"
    head = 'id: mine\ntitle: {zh: 一, en: Mine}\nstarts: "2026-11-10T23:55:00+08:00"\nminutes: 30\n'
    file.write_text(head + tail, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(str(file))
    assert where in str(caught.value)
    assert what in str(caught.value)


def test_an_act_matches_by_deed_time_playbook_and_values() -> None:
    scenario = parse_yaml(
        TOLD.replace("from: 5m", "with: {site: [hefei, xian], share: {min: 0.5}, to: 'hefei/*'}, from: 5m"),
        Scenario,
        "t",
    )
    act = scenario.objectives.acts[0]
    values = {"site": "hefei", "share": 0.6, "to": "hefei/yun-jd-pre"}
    assert act.matches("run", values, 300, playbook="bot-overflow")
    assert not act.matches("run", values, 299, playbook="bot-overflow")
    assert not act.matches("run", values, 541, playbook="bot-overflow")
    assert not act.matches("revert", values, 300, playbook="bot-overflow")
    assert not act.matches("run", values, 300, playbook="cross-site-move")
    for wrong in ({"site": "wuhan"}, {"share": 0.4}, {"to": "xian/q"}):
        assert not act.matches("run", values | wrong, 300, playbook="bot-overflow")
    assert not act.matches("run", {}, 300, playbook="bot-overflow")
