# ruff: noqa: E501 - one case, one line
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.rule_test_file import read_rule_tests
from alerts.rule_tests import RuleTestResult, run_rule_test, shipped_tests
from alerts.rules import load_rules
from console.cli import main
from feeds.errors import InputError

RULE = "{rule: x, when: waiting > 20, clear: waiting < 10, for: 30s, keep_firing_for: 15s}"
ISSUE = f"""\
cases:
  - name: breach and recovery
    rule: {RULE}
    interval: 5s
    series: {{"合肥/服饰": {{waiting: [1, 30, 30, null, 30, 30, 30, 30, 30, 5, 5, 5, 5, 5]}}}}
    expect:
      - {{at: 0s, state: inactive}}
      - {{at: 5s, state: pending}}
"""
RULES_FILE = """\
rules:
  - rule: overload
    title: {zh: 超负荷, en: Overload}
    scope: {level: site}
    when: load > 1
    severity: warning
    message: {zh: "{site}", en: "{site}"}
    why: Because.
    inhibits: queues
  - rule: building
    title: {zh: 积压, en: Building}
    when: waiting > 20
    for: 10s
    severity: warning
    message: {zh: "{queue}", en: "{queue}"}
    why: Because.
"""


def write(folder: Path, text: str, name: str = "tests.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def results(folder: Path, text: str) -> tuple[RuleTestResult, ...]:
    return tuple(map(run_rule_test, read_rule_tests(write(folder, text)).cases))


def states(result: RuleTestResult) -> list[str]:
    return [f"{one.at:g} {one.series} {one.state} {one.since:g}" for one in result.states]


def case(body: str) -> str:
    return "cases:\n  - name: c\n" + "".join(f"    {line}\n" for line in body.splitlines())


def failures(folder: Path, body: str) -> list[str]:
    (result,) = results(folder, case(body))
    return [f"{one.line} {one.at:g} {one.series}: {one.expected} / {one.got}" for one in result.failures]


def test_the_case_of_the_issue(tmp_path: Path) -> None:
    (result,) = results(tmp_path, ISSUE)
    assert result.passed
    expected = "0 inactive 0,5 pending 5,10 pending 5,15 pending 5,20 pending 5,25 pending 5,30 pending 5,35 firing 35,40 firing 35,45 recovering 45,50 recovering 45,55 recovering 45,60 inactive 60,65 inactive 60"
    assert [one.replace("合肥/服饰 ", "") for one in states(result)] == expected.split(",")


def test_series_in_their_order_at_every_instant_and_a_short_one_holds_its_last_value(tmp_path: Path) -> None:
    (result,) = results(tmp_path, case("rule: {when: waiting > 20}\nseries: {b: [30], a/*: [0, 30, null], '*': []}"))
    assert states(result) == [
        "0 b firing 0", "0 a/* inactive 0", "0 * inactive 0",
        "1 b firing 0", "1 a/* firing 1", "1 * inactive 0",
        "2 b firing 0", "2 a/* firing 1", "2 * inactive 0",
    ]  # fmt: skip


def test_deadlines_between_the_instants_have_passed(tmp_path: Path) -> None:
    (result,) = results(
        tmp_path,
        case(
            "rule: {when: waiting > 20, for: 7s, keep_firing_for: 4s}\ninterval: 10s\nseries: {q: [30, 30, 0, 0]}\n"
            "expect:\n- {at: 6.999s, state: pending}\n- {at: 7s, state: firing}\n- {at: 23s, state: recovering}\n- {at: 24s, state: resolved, since: 24s}"
        ),
    )
    assert states(result) == ["0 q pending 0", "10 q firing 7", "20 q recovering 20", "30 q inactive 24"]
    assert result.passed


def test_tenths_of_a_second_meet_where_people_expect(tmp_path: Path) -> None:
    (result,) = results(
        tmp_path, case("rule: {when: waiting > 20, for: 200ms}\ninterval: 100ms\nseries: {q: [0, 30, 30, 0]}")
    )
    assert states(result)[-1] == "0.3 q inactive 0.3"
    (result,) = results(
        tmp_path, case("rule: {when: waiting > 20, for: 200ms}\ninterval: 100ms\nseries: {q: [0, 30, 30, 30]}")
    )
    assert states(result)[-1] == "0.3 q firing 0.3"


def test_figures_as_people_write_them(tmp_path: Path) -> None:
    (result,) = results(
        tmp_path,
        case(
            "rule: {when: service_level_30s_15m < 72% and oldest_wait_s > 45s}\n"
            "series: {q: {service_level_30s_15m: [80%, 70%, 0.5], oldest_wait_s: 1m}}"
        ),
    )
    assert [one.split()[2] for one in states(result)] == ["inactive", "firing", "firing"]


def test_a_failing_expectation_is_told_with_all_that_helps(tmp_path: Path) -> None:
    text = "rule: {when: waiting > 20, for: 10s}\nseries: {a: [30, 30], b: [0, 0]}\nexpect:\n- {at: 1s, state: firing}\n- {at: 1s, series: a, state: pending}\n- {at: 12s, series: [a], state: inactive}"
    assert failures(tmp_path, text) == [
        "6 1 a: firing / pending",
        "6 1 b: firing / inactive",
        "8 12 a: inactive / firing",
    ]
    (result,) = results(tmp_path, case(text))
    assert str(result.failures[2]) == f"{tmp_path}/tests.yaml:8: c: at 12s: a: expected inactive, got firing"


def test_since_and_stale_can_be_expected(tmp_path: Path) -> None:
    text = "rule: {when: waiting > 20}\nseries: {q: [30, null]}\nexpect:\n- {at: 1s, state: firing, since: 0s, stale: true}\n- {at: 1s, since: 1s}\n- {at: 0s, stale: true}"
    assert failures(tmp_path, text) == ["8 0 q: stale / not stale", "7 1 q: firing since 1s / since 0s"]


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    body = f"rule: {RULE}\ninterval: 5s\nseries: {{q: [1, 30, 30, null, 30, 30, 30, 30, 30, 5, 5, 5, 5, 5]}}\n"
    (plain,) = results(tmp_path, case(body))
    for at in range(66):
        (restarted,) = results(tmp_path, case(body + f"events: [{{at: {at}s, restart: true}}]"))
        assert restarted.states == plain.states


def test_while_the_desk_is_down_nothing_happens_and_served_time_counts(tmp_path: Path) -> None:
    body = "rule: {when: waiting > 20, for: 10s}\nseries: {q: [30, 30, 30, 0, 30]}\nevents: [{at: 2s, restart: 10s}]\nexpect:\n"
    expect = "- {at: 11s, state: pending, since: 0s, stale: true}\n- {at: 12s, state: firing, since: 12s}"
    assert failures(tmp_path, body + expect) == []


def test_acknowledging_counts_and_outlives_a_restart(tmp_path: Path) -> None:
    body = """\
rule: {when: waiting > 20, keep_firing_for: 5s}
series: {a: [30, 30, 30, 0], b: [30]}
events:
  - {at: 1s, acknowledge: {by: duty-1, note: moving people, series: a}}
  - {at: 2s, restart: true}
  - {at: 2s, acknowledge: {by: duty-1, series: a}}
expect:
  - {at: 0s, acknowledged: false}
  - {at: 4s, series: a, state: recovering, acknowledged: duty-1}
  - {at: 4s, series: b, acknowledged: true}
  - {at: 8s, series: a, state: inactive}
  - {at: 8s, series: b, acknowledged: duty-2}
"""
    assert failures(tmp_path, body) == [
        "12 4 b: acknowledged / not acknowledged",
        "14 8 b: acknowledged by duty-2 / not acknowledged",
    ]
    assert failures(
        tmp_path, "rule: {when: waiting > 20}\nseries: {a: [0]}\nevents: [{at: 0s, acknowledge: duty-1}]"
    ) == ["5 0 any series: an alert to acknowledge / none"]


def test_silencing_and_an_acknowledgement_with_an_end(tmp_path: Path) -> None:
    body = """\
rule: {when: waiting > 20}
series: {a: [30], b: [30]}
events:
  - {at: 1s, silence: {by: duty-1, until: 10s, series: a}}
  - {at: 1s, acknowledge: {by: duty-1, until: 5s}}
expect:
  - {at: 1s, series: a, silenced: true, acknowledged: true}
  - {at: 1s, series: b, silenced: false}
  - {at: 4.9s, acknowledged: duty-1}
  - {at: 5s, acknowledged: false}
  - {at: 10s, series: a, silenced: false, state: firing}
"""
    assert failures(tmp_path, body) == []


def test_a_dark_site_is_unknown_and_its_rule_mutes_its_queues(tmp_path: Path) -> None:
    write(tmp_path, RULES_FILE, "my.yaml")
    body = """\
rules: [building, {rule: dark, when: unknown > 0, scope: {level: site}, inhibits: queues}]
series: {hf/q1: {waiting: [30]}, hf/*: {load: [0]}}
rows: {hf/q1: {site: hf, shop: s-1}, hf/*: {site: hf, level: site}}
events: [{at: 12s, dark: hf}, {at: 20s, back: hf}]
expect:
  - {at: 10s, series: hf/q1, rule: building, state: firing, muted: false}
  - {at: 12s, series: hf/q1, rule: building, state: firing, stale: true, muted: true}
  - {at: 12s, series: hf/*, rule: dark, state: firing}
  - {at: 12s, series: hf/*, rule: building, state: inactive}
  - {at: 20s, series: hf/q1, rule: building, state: firing, stale: false, muted: false, since: 10s}
  - {at: 20s, series: hf/*, rule: dark, state: inactive}
"""
    (result,) = results(tmp_path, "rules: [my.yaml]\n" + case(body))
    assert [str(one) for one in result.failures] == []
    assert result.as_dict()["states"][0] == {
        "at": 0,
        "series": "hf/q1",
        "state": "pending",
        "since": 0,
        "rule": "building",
    }


def test_rules_of_files_are_chosen_by_id_and_all_of_them_by_default(tmp_path: Path) -> None:
    write(tmp_path, RULES_FILE, "my.yaml")
    (result,) = results(tmp_path, "rules: [my.yaml]\n" + case("rule: overload\nseries: {a: {load: [2]}}"))
    assert (states(result), result.several) == (["0 a firing 0"], False)
    (result,) = results(
        tmp_path, "rules: [my.yaml, {rule: y, when: waiting > 1}]\n" + case("series: {a: {waiting: [2]}}")
    )
    assert [(one.rule, one.state) for one in result.states] == [
        ("overload", "inactive"),
        ("building", "inactive"),
        ("y", "firing"),
    ]
    (result,) = results(tmp_path, "rules: [shipped]\n" + case("rule: attendance-critical\nseries: {a: [50%]}"))
    assert states(result) == ["0 a pending 0"]


def test_a_clear_on_the_wrong_side_is_noted_and_can_be_looked_at(tmp_path: Path) -> None:
    tests = read_rule_tests(write(tmp_path, case("rule: {when: waiting > 20, clear: waiting < 30}\nseries: {a: [25]}")))
    (note,) = tests.notes
    assert "tests.yaml:3:" in note
    assert "clear and when can both be true" in note


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases: []", "1:8: cases: too short"),
        (case("rule: {when: waitng > 20}\nseries: {a: [1]}"), "3:18: unknown metric 'waitng'; expected a metric of the catalogue, nearest: 'waiting'"),
        (case("rule: {when: waiting > }\nseries: {a: [1]}"), "3:27: the expression ends too early"),
        (case("rule: {when: waiting}\nseries: {a: [1]}"), "a figure where a condition is needed"),
        (case("rule: {when: waiting > 1, whne: x}\nseries: {a: [1]}"), "3:31: unknown key 'whne'; expected a key of this mapping, nearest: 'when'"),
        (case("rule: {when: waiting > 1}\nseries: {a: {waitin: [1]}}"), "4:18: unknown metric 'waitin'; expected a metric of the catalogue, nearest: 'waiting'"),
        (case("rule: {when: waiting > 1}\nseries: {a: [1, x]}"), "'x' is no figure; expected 30, 80% or 45s"),
        (case("rule: {when: waiting > 1 and load > 1}\nseries: {a: [1]}"), "values without their metric; expected {waiting, load: […]}"),
        (case("rule: {when: waiting > 1}\nseries: {a: [1]}\nexpect: [{at: 1, state: firing}]"), "5:19: at: 1 has no unit"),
        (case("rule: {when: waiting > 1}\nseries: {a: [1]}\nexpect: [{at: 1s, state: fireing}]"), "5:30: state: 'fireing' is not valid; expected 'inactive', 'pending', 'firing', 'recovering' or 'resolved'"),
        (case("rule: {when: waiting > 1}\nseries: {abc: [1]}\nexpect: [{at: 1s, state: firing, series: abd}]"), "unknown series 'abd'; expected a series of this case, nearest: 'abc'"),
        (case("rule: {when: waiting > 1}\nseries: {a: [1]}\nexpect: [{at: 1s}]"), "expects nothing"),
        (case("rule: {when: waiting > 1}\nseries: {a: [1]}\nevents: [{at: 1s, dark: b}]"), "unknown series 'b'"),
        (case("rule: {when: waiting > 1}\nseries: {a: [1]}\nevents: [{at: 1s, dark: a, restart: true}]"), "an event is one thing"),
        (case("rule: {when: waiting > 1}\nseries: {a: [1]}\nevents: [{at: 5s, acknowledge: {by: x, until: 5s}}]"), "ends before it begins; expected an until after at"),
        (case("rule: {when: waiting > 1}\nseries:\n  long: [" + "1, " * 2000 + "1]\n" + "".join(f"  s{n}: 1\n" for n in range(1000))), "a case of this size; expected at most 2,000,000 values"),
        (case("rule: {when: waiting > 1}\nrules: [x]\nseries: {a: [1]}"), "both rule and rules"),
        (case("rule: other\nseries: {a: [1]}"), "3:11: unknown rule 'other'"),
        (case("series: {a: [1]}"), "no rule to test"),
        (case("rule: {when: waiting > 1}\ninterval: 0s\nseries: {a: [1]}"), "4:15: interval: '0s' is not valid"),
        (case("rule: {when: waiting > 1}\nseries: {}"), "4:13: no series; expected {QUEUE: {METRIC: [VALUES]}}"),
        (case("rules: [{when: waiting > 1}, {when: waiting > 2}]\nseries: {a: [1]}"), "rule 'rule' is here twice"),
        (case("rule: {when: waiting > 1}\nseries: {hf/*: [1]}\nrows: {hf/*: {site: hf}}"), "hf/* is the row of a site; expected level: site"),
        ("rules: [none.yaml]\n" + case("rule: x\nseries: {a: [1]}"), "none.yaml: there is no such file"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_rule_tests(write(tmp_path, text))
    assert said in str(refused.value)


# The command.


def test_the_command_says_pass_and_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write(tmp_path, ISSUE, "good.yaml")
    bad = write(tmp_path, ISSUE.replace("at: 5s, state: pending", "at: 5s, state: firing"), "bad.yaml")
    assert main(["test", "rules", str(good)]) == 0
    assert "1 cases, all passed" in capsys.readouterr().out
    assert main(["test", "rules", str(good), str(bad)]) == 1
    out = capsys.readouterr().out
    assert f"{bad}:8: breach and recovery: at 5s: 合肥/服饰: expected firing, got pending" in out
    assert "2 cases, 1 failed" in out


def test_the_command_prints_every_state_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = write(tmp_path, ISSUE.replace("at: 5s, state: pending", "at: 5s, state: firing"))
    assert main(["test", "rules", "--json", str(bad)]) == 1
    captured = capsys.readouterr()
    (told,) = json.loads(captured.out)["cases"]
    assert (told["name"], told["passed"], len(told["states"])) == ("breach and recovery", False, 14)
    assert told["states"][9] == {"at": 45, "series": "合肥/服饰", "state": "recovering", "since": 45}
    assert "expected firing, got pending" in captured.err


def test_a_file_that_cannot_be_read_stops_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write(tmp_path, ISSUE)
    for options in ([], ["--json"]):
        assert main(["test", "rules", *options, str(good), str(tmp_path / "none.yaml")]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err == f"dutydeck: {tmp_path}/none.yaml: there is no such file; expected a YAML file\n"


# Against the words of the definition, second by second.


def reference(values: list[float | None], step: int, hold: int, keep: int, low: int) -> list[tuple[int, str, int]]:
    """(at, state, since) at each instant of the values, by going through every second."""
    state, since, first = "inactive", 0, 0
    told = []
    for now in range(step * len(values)):
        value = values[now // step]
        if value is not None:
            if now % step == 0:
                if state == "inactive" and value > 20:
                    state, since = "pending", now
                elif state == "pending" and not value > 20:
                    state, since = "inactive", now
                elif state == "firing" and value < low:
                    state, since = "recovering", now
                elif state == "recovering" and not value < low:
                    state, since = "firing", first
            if state == "pending" and now >= since + hold:
                state, since, first = "firing", now, now
            if state == "recovering" and now >= since + keep:
                state, since = "inactive", now
        if now % step == 0:
            told.append((now, state, since))
    return told


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([None, 5, 15, 20, 30, 30]), min_size=1, max_size=30),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([0, 1, 5, 7, 10]),
    st.sampled_from([0, 1, 5, 7, 10]),
    st.sampled_from([10, 20]),
)
def test_agrees_with_going_through_every_second(
    tmp_path_factory: pytest.TempPathFactory, values: list[float | None], step: int, hold: int, keep: int, low: int
) -> None:
    rule = {"when": "waiting > 20", "clear": f"waiting < {low}", "for": f"{hold}s", "keep_firing_for": f"{keep}s"}
    text = json.dumps({"cases": [{"name": "c", "rule": rule, "interval": f"{step}s", "series": {"q": values}}]})
    (result,) = results(tmp_path_factory.mktemp("r"), text)
    assert [(one.at, one.state, one.since) for one in result.states] == reference(values, step, hold, keep, low)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([None, 5, 15, 30, 30]), min_size=1, max_size=20), st.data())
def test_no_restart_at_any_instant_is_seen(
    tmp_path_factory: pytest.TempPathFactory, values: list[float | None], data: st.DataObject
) -> None:
    body: dict[str, Any] = {
        "name": "c",
        "rule": {"when": "waiting > 20", "clear": "waiting < 10", "for": "7s", "keep_firing_for": "4s"},
        "interval": "3s",
        "series": {"q": values},
    }
    restarts = data.draw(st.lists(st.integers(0, 60), max_size=4))
    with_them = {**body, "events": [{"at": f"{at}s", "restart": True} for at in restarts]}
    (plain, restarted) = results(tmp_path_factory.mktemp("r"), json.dumps({"cases": [body, with_them]}))
    assert restarted.states == plain.states


# The shipped ones.


def test_the_shipped_rules_pass_their_shipped_tests_and_each_fires_and_ends_in_one() -> None:
    fired, ended = set(), set()
    for path in shipped_tests():
        tests = read_rule_tests(path)
        assert tests.notes == ()
        for test in tests.cases:
            result = run_rule_test(test)
            assert [str(one) for one in result.failures] == []
            assert result.expectations > 0
            checked = {rule.rule for rule in test.rules}
            fired |= {one.rule for one in test.expect if one.state == "firing"} | (
                checked if len(checked) == 1 else set()
            )
            ended |= {one.rule for one in test.expect if one.state == "inactive"} | (
                checked if len(checked) == 1 else set()
            )
    every = {rule.rule for rule in load_rules()}
    assert every <= fired
    assert every <= ended


def test_the_examples_of_the_docs_pass(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", docs.partition("## Rule tests")[2], re.MULTILINE | re.DOTALL)
    write(tmp_path, next(block for block in blocks if "cases:" not in block), "my-rules.yaml")
    examples = [block for block in blocks if "cases:" in block]
    assert len(examples) == 2
    for block in examples:
        for result in results(tmp_path, block):
            assert [str(one) for one in result.failures] == []
            assert result.expectations == 4
