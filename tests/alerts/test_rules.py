# ruff: noqa: E501 - one case, one line
from __future__ import annotations

import math
from pathlib import Path

import pytest

from alerts.engine import RuleEngine
from alerts.plan import make_plan
from alerts.rows import RowAttributes, attributes_of
from alerts.rules import Rule, RuleScope, Words, load_rules
from alerts.templates import fill, format_figure, unit_of
from feeds.contract import Hello, Row
from feeds.errors import InputError
from feeds.metric import Unit

RULE = """\
rules:
  - rule: oldest
    title: {zh: 最长等待, en: Oldest wait}
    when: oldest_wait_s > 60s
    for: 40s
    clear: oldest_wait_s < 45s
    severity: warning
    message: {zh: "{queue} 等待 {value}", en: "{queue}: {value} over {threshold}"}
    why: Because.
"""


def write(folder: Path, text: str, name: str = "rules.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        load_rules([path])
    return str(refused.value).removeprefix(str(path))


def test_the_shipped_rules_are_right() -> None:
    rules = load_rules()
    ids = [rule.rule for rule in rules]
    assert len(rules) >= 12
    assert {"site-dark", "data-frozen", "oldest-wait-critical", "service-level-critical"} <= set(ids)
    assert ids.index("site-dark") == 0
    for rule in rules:
        assert (rule.why.en[-1], rule.why.zh[-1]) == (".", "。")
        assert rule.title.zh != rule.title.en
    assert RuleEngine(rules, lambda: "x").rules == rules


def test_docs_list_every_shipped_rule_with_its_condition() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    for rule in load_rules():
        assert f"| `{rule.rule}` |" in docs
        assert f"`{rule.when}`" in docs


def test_reads_a_rule(tmp_path: Path) -> None:
    (rule,) = load_rules([write(tmp_path, RULE)])
    assert rule == Rule(
        rule="oldest",
        title=Words(zh="最长等待", en="Oldest wait"),
        when="oldest_wait_s > 60s",
        for_=40.0,
        clear="oldest_wait_s < 45s",
        severity="warning",
        message=Words(zh="{queue} 等待 {value}", en="{queue}: {value} over {threshold}"),
        why="Because.",
    )


def test_reads_folders_by_name(tmp_path: Path) -> None:
    write(tmp_path, RULE.replace("rule: oldest", "rule: b"), "2.yaml")
    write(tmp_path, RULE.replace("rule: oldest", "rule: a"), "1.yaml")
    assert [rule.rule for rule in load_rules([tmp_path])] == ["a", "b"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("severity: warning", "sevrity: warning", ":7:5: unknown key 'sevrity'; expected a key of this mapping, nearest: 'severity'"),
        ("severity: warning", "severity: bad", ":7:15: severity: 'bad' is not valid; expected 'critical', 'warning' or 'info'"),
        ("for: 40s", "for: 40", ":5:10: for: 40 has no unit; expected a duration such as 40s"),
        (RULE[RULE.index("  - ") :], "  []\n", ":2:3: rules: too short; expected at least 1"),
        ("why: Because.", "why: Because.\n    inhibits: queue", ":10:15: inhibits: 'queue' is not valid; expected 'queues'"),
        ("rule: oldest", "rule: Oldest", ":2:11: rule: 'Oldest' is not valid; expected text that matches ^[a-z]"),
        ("when: oldest_wait_s > 60s", "when: oldst_wait_s > 60s", ":4:11: unknown metric 'oldst_wait_s'; expected a metric of the catalogue, nearest: 'oldest_wait_s'"),
        ("when: oldest_wait_s > 60s", "when: waiting > 3 and oldest_wait > 60s", ":4:27: unknown metric 'oldest_wait'"),
        ("when: oldest_wait_s > 60s", "when: 'waiting > 3 and oldest_wait > 60s'", ":4:28: unknown metric 'oldest_wait'"),
        ("when: oldest_wait_s > 60s", "when: >\n      waiting > 3\n      and oldest_wait > 60s", ":6:11: unknown metric 'oldest_wait'"),
        ("when: oldest_wait_s > 60s", "when: oldest_wait_s >", ":4:26: the expression ends too early"),
        ("when: oldest_wait_s > 60s", "when: oldest_wait_s", ":4:11: a figure where a condition is needed"),
        ("when: oldest_wait_s > 60s", "when: oldest_wait_s > $x", ":4:27: unknown parameter $x"),
        ("when: oldest_wait_s > 60s", "when: agv(waiting, 5m) > 3", ":4:11: unknown function 'agv'; expected a function that exists here, nearest: 'avg'"),
        ("when: oldest_wait_s > 60s", "when: avg(waiting, 5) > 3", ":4:24: avg over no time that is kept; expected a duration such as 5m, at most 1h"),
        ("when: oldest_wait_s > 60s", "when: max(waiting, 2h) > 3", ":4:24: max over no time that is kept; expected a duration such as 5m, at most 1h"),
        ("when: oldest_wait_s > 60s", "when: oldest_wait_s > 60s for 2h", ":4:35: `for` over no time that is kept"),
        ("when: oldest_wait_s > 60s", "when: rate(waiting) > 3", ":4:11: rate has 1 arguments; expected 2"),
        ("when: oldest_wait_s > 60s", "when: avg(waiting > 3, 5m) > 3", ":4:23: a condition where a figure is needed"),
        ("when: oldest_wait_s > 60s", "when: avg(waiting, 5m) > 30s", ":4:30: 30s is no limit for waiting"),
        ("when: oldest_wait_s > 60s", "when: waiting > 60s", ":4:21: 1m is no limit for waiting; expected a plain number: the metric is in count"),
        ("when: oldest_wait_s > 60s", "when: refund_time_h_day > 48h", ":4:31: 2d is no limit for refund_time_h_day; expected a plain number: the metric is in h"),
        ("when: oldest_wait_s > 60s", "when: service_level_30s_15m < 72", ":4:35: 72 is no limit for service_level_30s_15m; expected a share such as 72%"),
        ("when: oldest_wait_s > 60s", "when: oldest_wait_s > 30", ":4:27: 30 is no limit for oldest_wait_s; expected a duration such as 30s"),
        ("when: oldest_wait_s > 60s", "when: max(oldest_wait_s, 5m) > 90", ":4:36: 90 is no limit for oldest_wait_s; expected a duration such as 90s"),
        ("when: oldest_wait_s > 60s", "when: abandon_rate_15m > 30", ":4:30: 30 is no limit for abandon_rate_15m; expected a share such as 30%"),
        ("when: oldest_wait_s > 60s", "when: 5% < waiting", ":4:11: 5% is no limit for waiting; expected a plain number: the metric is in count"),
        ("when: oldest_wait_s > 60s", "scope: {level: site}\n    when: bot_share > 3%", ":5:11: bot_share is a figure of a queue, not of a site"),
        ("clear: oldest_wait_s < 45s", "clear: oldest_wait_s < 90s", ":6:12: clear and when can both be true: oldest_wait_s < 1m30s and oldest_wait_s > 1m; expected a clear on the good side, such as oldest_wait_s <= 1m"),
        ("clear: oldest_wait_s < 45s", "clear: waiting == 0 or 90s > oldest_wait_s", ":6:28: clear and when can both be true"),
        ("clear: oldest_wait_s < 45s", "clear: oldest_wait_s > 45s", ":6:12: clear and when can both be true"),
        ('en: "{queue}: {value}', 'en: "{queue}: {valu}', ":8:55: unknown field {valu}; expected one of {value}, {threshold}"),
        ('en: "{queue}: {value}', 'en: "{queue}: {value.__class__}', ":8:55: unknown field {value.__class__}"),
        ('en: "{queue}: {value}', 'en: "{queue}: {{value}', ":8:55: unknown field {{}"),
        ("why: Because.", "why: Because.\n    escalate: [{after: 10, to: lead}]", ":10:24: after: 10 has no unit; expected a duration such as 40s"),
        ("why: Because.", "why: Because.\n    escalate: [{after: 10m, to: lead}, {after: 10m, to: head}]", ":10:48: this step comes after 10m, the one before it after 10m; expected more than 10m"),
        ("why: Because.", "why: Because.\n    escalate: [{after: 10m, to: lead, severity: info}]", ":10:49: this step makes a warning alert info; expected critical or warning"),
        ("why: Because.", "why: Because.\n    escalate: [{after: 0s, to: lead}]", ":10:24: after: 0.0 is not valid"),
        ("why: Because.", "why: Because.\n    inhibits: [oldst]", ":10:16: unknown rule 'oldst'; expected the id of a rule, nearest: 'oldest'"),
        ("why: Because.", "why: Because.\n    inhibits: [oldest]", ":10:16: oldest and oldest inhibit each other; expected one direction only"),
        ("why: Because.", "why: Because.\n" + RULE.removeprefix("rules:\n").rstrip(), ":10:11: rule 'oldest' is here twice, first in"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert old in RULE
    told = refusal(write(tmp_path, RULE.replace(old, new)))
    assert told.startswith(line)
    assert "\n" not in told


def test_one_id_in_two_files_names_the_first(tmp_path: Path) -> None:
    first, second = write(tmp_path, RULE, "1.yaml"), write(tmp_path, RULE, "2.yaml")
    with pytest.raises(InputError) as refused:
        load_rules([first, second])
    assert (
        str(refused.value) == f"{second}:2:11: rule 'oldest' is here twice, first in {first}:2; expected each id once"
    )


def test_rules_must_not_inhibit_each_other_in_a_circle(tmp_path: Path) -> None:
    both = (
        RULE
        + "    inhibits: [other]\n"
        + RULE.removeprefix("rules:\n").replace("oldest\n", "other\n")
        + "    inhibits: [oldest]\n"
    )
    assert "oldest and other inhibit each other" in refusal(write(tmp_path, both))


def test_an_empty_folder_has_no_rules(tmp_path: Path) -> None:
    assert refusal(tmp_path) == ": no rules here; expected at least one file *.yaml"


@pytest.mark.parametrize(
    ("when", "clear"),
    [
        ("waiting > 20", "waiting <= 20"),
        ("waiting >= 20", "waiting < 20"),
        ("waiting > 20 and slots > 3", "waiting < 10 or slots == 0"),
        ("20 < waiting", "10 > waiting"),
        ("waiting > 20", "slots > 3"),
        ("waiting > 20 or slots < 3", "waiting < 50"),
        ("waiting > slots", "waiting < 2 * slots"),
        ("waiting > 2 * 10", "waiting < 40 / 2"),
    ],
)
def test_a_clear_on_the_good_side_or_not_obvious_passes(tmp_path: Path, when: str, clear: str) -> None:
    text = RULE.replace("oldest_wait_s > 60s", when).replace("oldest_wait_s < 45s", clear)
    assert load_rules([write(tmp_path, text)])[0].clear == clear


@pytest.mark.parametrize(
    ("when", "clear"),
    [
        ("waiting >= 20", "waiting <= 20"),
        ("waiting < 5", "waiting > 4"),
        ("waiting > 20 and slots > 3", "slots < 2 or waiting < 30"),
        ("waiting > 10 and waiting < 20", "waiting > 15"),
        ("waiting + slots > 20", "waiting + slots < 21"),
    ],
)
def test_a_clear_that_overlaps_is_refused(tmp_path: Path, when: str, clear: str) -> None:
    text = RULE.replace("oldest_wait_s > 60s", when).replace("oldest_wait_s < 45s", clear)
    assert "clear and when can both be true" in refusal(write(tmp_path, text))


def test_scope() -> None:
    row = RowAttributes(
        "hf/q1", "queue", "hf", shop="s1", platform="jd", category="3c", phase="presale", channel="chat", tier=2
    )
    assert RuleScope().matches(row)
    assert RuleScope(sites=("hf", "nc"), platforms=("jd",), tiers=(1, 2)).matches(row)
    wrong = ({"sites": ("nc",)}, {"shops": ("s2",)}, {"platforms": ("taobao",)}, {"categories": ("x",)}, {"phases": ("x",)}, {"channels": ("voice",)}, {"tiers": (1,)}, {"level": "site"})  # fmt: skip
    for one in wrong:
        assert not RuleScope.model_validate(one).matches(row)


def test_rows_of_a_hello() -> None:
    rows = (Row("q1", zh="服饰", shop="s1", platform="jd", tier=1), Row("all", "site"))
    hello = Hello("hf", 1, "合肥", "Hefei", (), rows)
    queue, site = attributes_of(hello)
    assert (queue.key, queue.level, queue.zh, queue.site_en, queue.shop, queue.tier) == (
        "hf/q1",
        "queue",
        "服饰",
        "Hefei",
        "s1",
        1,
    )
    assert (site.key, site.level) == ("hf/*", "site")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9321, Unit.SHARE, "93.2%"),
        (0.72, Unit.SHARE, "72%"),
        (130.4, Unit.SECONDS, "2m10s"),
        (90_061.0, Unit.SECONDS, "1d1h"),
        (26.54, Unit.HOURS, "26.5 h"),
        (1.3, Unit.RATIO, "1.30"),
        (1234.0, Unit.COUNT, "1,234"),
        (12.5, Unit.AGENTS, "12.5"),
        (1234.5, Unit.CNY, "¥1,234"),
        (41.23, Unit.PER_SECOND, "41.2/s"),
        (math.nan, Unit.SHARE, "–"),
        (math.inf, Unit.COUNT, "–"),
    ],
)
def test_figures_as_people_write_them(value: float, unit: Unit, text: str) -> None:
    assert format_figure(value, unit) == text


def test_a_name_from_outside_is_never_a_template() -> None:
    assert fill("{site}: {value} {other}", {"site": "{value}", "value": "3"}) == "{value}: 3 {other}"


def test_messages_speak_of_the_row_and_the_figure() -> None:
    rules = {rule.rule: rule for rule in load_rules()}
    row = RowAttributes("hf/q1", "queue", "hf", zh="服饰", en="Apparel", site_zh="合肥", site_en="Hefei")
    zh, en = make_plan(rules["oldest-wait-critical"], 0).message(row, 192.0)
    assert zh == "合肥 服饰 最长等待 3m12s，已超平台3分钟线"
    assert en == "Hefei Apparel: oldest wait 3m12s, past the platforms' 3 minutes"
    zh, en = make_plan(rules["site-dark"], 0).message(RowAttributes("wh/*", "site", "wh"), 48.0)
    assert zh.startswith("wh 无数据 48s")


def test_every_shipped_figure_shows_in_a_sensible_unit() -> None:
    for index, rule in enumerate(load_rules()):
        plan = make_plan(rule, index)
        assert plan.threshold != "–"
        if rule.show is None:
            assert plan.unit is unit_of(rule.when.split()[0])
