from __future__ import annotations

from pathlib import Path

import pytest

from feeds.errors import InputError
from feeds.yamlfile import parse_yaml
from simulators.layout import Layout
from simulators.scenario import Scenario, list_scenarios, load_scenario

GOOD = """\
id: tiny
title: {zh: 小, en: Tiny}
starts: "2026-11-10T23:55:00+08:00"
minutes: 30
sites:
  - id: hefei
    zh: 合肥
    en: Hefei
    contacts_per_day: 1000
    groups: [{category: apparel, agents: 10}]
    shops:
      - {id: yun, zh: 云, en: Yun, category: apparel, on: [tmall, jd]}
injections:
  - {kind: surge, at: 5m, for: 5m, site: hefei, factor: 2}
"""


def test_shipped_scenarios_load_and_are_sorted_by_id() -> None:
    ids = [scenario.id for scenario in list_scenarios()]
    assert ids == sorted(ids)
    assert {"double11-midnight", "evening-calm", "site-dark"} <= set(ids)
    assert all(load_scenario(name).id == name for name in ids)


def test_double11_is_thirteen_sites_about_three_thousand_agents_and_a_dark_site_in_the_first_half_hour() -> None:
    scenario = load_scenario("double11-midnight")
    layout = Layout(scenario)
    assert len(layout.sites) == 13
    assert 2800 <= sum(group.agents for group in layout.groups) <= 3300
    assert all(8 <= len(plan.queues) <= 10 for plan in layout.plans)
    assert {queue.row.platform for queue in layout.queues} >= {"taobao", "tmall", "jd", "douyin", "pdd", "phone"}
    assert any(one.kind == "site_dark" and one.at < 1800 for one in scenario.injections)


def test_a_file_is_loaded_by_path(tmp_path: Path) -> None:
    file = tmp_path / "tiny.yaml"
    file.write_text(GOOD, encoding="utf-8")
    layout = Layout(load_scenario(str(file)))
    assert [queue.row.id for queue in layout.queues] == [
        "yun-tmall-pre",
        "yun-tmall-after",
        "yun-jd-pre",
        "yun-jd-after",
    ]
    assert sum(queue.per_day for queue in layout.queues) == pytest.approx(1000)


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'double12' is not known; expected a path to a .yaml file, or one of d01"):
        load_scenario("double12")


@pytest.mark.parametrize("name", ["", "x" * 5000, "a\0b", "../double11-midnight", "\x1b[2J", "no/such.yaml"])
def test_a_strange_name_is_one_clear_line(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(name)
    assert str(caught.value).isprintable()


def test_a_path_that_does_not_exist_is_one_line() -> None:
    with pytest.raises(InputError, match=r"there is no such file"):
        load_scenario("no/such/file.yaml")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("minutes: 30", "minuets: 30", 4, "unknown key 'minuets'"),
        ("minutes: 30", "minutes: 0", 4, "minutes"),
        ("at: 5m, for: 5m", "at: 5, for: 5m", 14, "5 has no unit"),
        ("site: hefei, factor", "site: hefe, factor", 14, "'hefe' is not known; expected a site, nearest: 'hefei'"),
        ("kind: surge", "kind: sruge", 14, "sruge"),
        ("category: apparel, on", "category: apparal, on", 12, "'apparal' is not known"),
        ("on: [tmall, jd]", "on: [tmall, jdd]", 12, "'jdd' is not known; expected a platform, nearest: 'jd'"),
        ("agents: 10", "agents: -1", 10, "agents"),
        ('"2026-11-10T23:55:00+08:00"', '"2026-11-10T23:55:00"', 3, "starts"),
        ("at: 5m", "at: 2h", 14, "it comes after the end"),
        ("minutes: 30", "minutes: 30\ncurve: midnite", 5, "a curve is a name"),
        ("minutes: 30", "minutes: 30\ncurve: [[5m, 1], [0s, 2]]", 5, "a curve is a name"),
        ("minutes: 30", "minutes: 30\nlead_time: 10", 5, "has no unit"),
    ],
)
def test_a_wrong_file_is_named_with_line_and_column(old: str, new: str, line: int, what: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_yaml(GOOD.replace(old, new, 1), Scenario, "tiny.yaml")
    assert what in str(caught.value)
    assert caught.value.line == line
    assert caught.value.column is not None
    assert str(caught.value).startswith(f"tiny.yaml:{line}:")
    assert "\n" not in str(caught.value)


def test_a_layer_changes_only_what_it_names_and_factors_multiply() -> None:
    text = GOOD.replace("minutes: 30", "minutes: 30\nprofile: {handle_factor: 2, redial: 0%}\nstaff: {cap: 9}").replace(
        "agents: 10", "agents: 10, slowdown: 0.1"
    )
    layout = Layout(parse_yaml(text, Scenario, "t"))
    pre, after = layout.queues[0].profile, layout.queues[1].profile
    assert (pre.redial, pre.patience.mean, after.patience.mean) == (0.0, 240.0, 480.0)
    assert (pre.handle_factor, after.handle_factor) == (2.0, 2.5)
    assert (layout.groups[0].staff.cap, layout.groups[0].staff.slowdown) == (9, 0.1)


def test_hostile_names_are_harmless() -> None:
    scenario = parse_yaml(GOOD.replace("zh: 合肥", 'zh: "合\\e[2J肥\\u202e"'), Scenario, "t")
    assert "\x1b" not in scenario.sites[0].zh
    assert "\u202e" not in scenario.sites[0].zh
