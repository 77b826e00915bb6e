"""Why agrees with the engine to the last truth value, changes nothing, and says it in words that people use."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.clock_state import STATES, ClockFigures, State
from alerts.engine import RuleEngine
from alerts.platforms import platform_row
from alerts.rows import RowAttributes
from alerts.rules import Rule
from alerts.silence import Matcher, Silence
from alerts.site_table import Columns, Reading, SiteTable
from alerts.unknown import Missing, Seen, platform_unknown, unknown_metric, why_clock_unknown
from alerts.why import Why
from alerts.why_report import why_as_dict, why_lines
from alerts.why_words import verdict_of
from feeds.canonical import canonical
from feeds.columns import Columns as BoardColumns
from feeds.columns import Window
from feeds.errors import RefusedError
from tests.alerts.made_engine import HEFEI, NAN, columns, engine, rule

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = 1_762_833_600.0  # 2025-11-11 12:00:00 in Shanghai
RULES = (
    rule("plain", "waiting > 10", **{"for": "20s"}, clear="waiting < 5", keep_firing_for="15s"),
    rule("joined", "waiting > 10 and waiting / slots > 50% or not known(slots)", clear="waiting < 8 or slots > 30"),
    rule("turned", "20 < waiting", scope={"platforms": ["jd"]}),
    rule("over-time", "avg(waiting, 20s) > 8 and max(waiting, slots) > 3", **{"for": "5s"}),
    rule("lasting", "not (waiting < 12 for 20s)", clear="waiting < 15 for 10s"),
    rule("dark", "unknown > 0", scope={"level": "site"}, inhibits="queues"),
    rule("grave", "waiting > 25", inhibits=["plain"]),
)


def told(why: Why) -> str:
    return verdict_of(why, SHANGHAI).en


def ask(made: RuleEngine, name: str, key: str, now: float, seen: Columns) -> Why:
    return made.why(name, key, now, {"hf": Seen(seen, now)})


class Watched:
    """The readings of an engine as it takes them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.readings: list[tuple[SiteTable, Reading]] = []
        read = SiteTable.read

        def reading(table: SiteTable, given_columns: Columns, now: float) -> Reading:
            found = read(table, given_columns, now)
            self.readings.append((table, found))
            return found

        monkeypatch.setattr(SiteTable, "read", reading)


def truth(value: float) -> str:
    return "unknown" if math.isnan(value) else "true" if value else "false"


FIGURE = st.sampled_from([NAN, 0.0, 3.0, 7.0, 11.0, 14.0, 20.0, 22.0, 31.0])
MOMENTS = st.lists(
    st.tuples(
        st.sampled_from([1.0, 5.0, 10.0, 20.0]),
        st.lists(FIGURE, min_size=3, max_size=3),
        st.lists(FIGURE, min_size=3, max_size=3),
        st.sampled_from([0.0, 0.0, 0.0, 1.0]),
    ),
    min_size=1,
    max_size=12,
)


def moments(drawn: Sequence[tuple[float, list[float], list[float], float]]) -> Iterator[tuple[float, Columns]]:
    now = NOON
    for step, waiting, slots, unknown in drawn:
        now += step
        known = {"waiting": waiting, "slots": slots} if not unknown else {"waiting": [NAN] * 3, "slots": [NAN] * 3}
        yield now, columns(unknown=unknown, **known)


@settings(max_examples=40)
@given(MOMENTS)
def test_why_agrees_with_the_engine_and_changes_nothing(
    drawn: list[tuple[float, list[float], list[float], float]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        watched = Watched(patch)
        asked, left_alone = engine(*RULES), engine(*RULES)
        for made in (asked, left_alone):
            made.silence(Silence("s-1", Matcher(keys=("hf/q2",)), "duty-1", "test", NOON, NOON + 60.0))
        for now, seen in moments(drawn):
            alike = [made.evaluate("hf", seen, now) + made.expire(now) for made in (asked, left_alone)]
            assert repr(alike[0]) == repr(alike[1])  # as text: NaN is not itself
            before = repr((asked.dump(), asked.next_deadline(), asked.alerts()))
            check(asked, watched.readings[-2], now, seen)
            assert repr((asked.dump(), asked.next_deadline(), asked.alerts())) == before


def check(made: RuleEngine, watched: tuple[SiteTable, Reading], now: float, seen: Columns) -> None:
    table, reading = watched
    standing = {(alert.rule, alert.key): alert for alert in made.alerts()}
    active = [bool(row) for row in table.codes.any(axis=1)]
    for rank, plan in enumerate(table.plans):
        for place, row in enumerate(HEFEI):
            why = ask(made, plan.rule.rule, row.key, now, seen)
            if place == 0:
                canonical(why_as_dict(why, SHANGHAI))
                assert why_lines(why, SHANGHAI)
            alert = standing.get((plan.rule.rule, row.key))
            assert why.state == (alert.state if alert else "inactive")
            if not table.mask[rank, place]:
                assert why.verdict == "out_of_scope"
                assert why.outside
                continue
            assert why.parts[0].truth == truth(reading.when[rank, place])
            if why.clear and active[rank] and alert is not None and alert.state != "pending":
                assert why.clear[0].truth == truth(made_clear(table, rank, place, seen))
            assert (why.verdict in ("pending", "held", "firing", "stale", "recovering", "recovering_stale")) == (
                alert is not None
            )
            assert (why.verdict in ("held", "stale", "recovering_stale")) == (alert is not None and alert.stale)
            if alert is not None:
                assert (why.alert, why.since, why.entered) == (alert.id, alert.since, alert.entered)
                assert (bool(why.muted_by), why.silenced_by is not None) == (alert.inhibited, bool(alert.silenced))
                assert why.deadline == alert.deadline or (alert.deadline is None and math.isnan(why.deadline))
                assert why.value == alert.value or (math.isnan(why.value) and math.isnan(alert.value))
            for parts in (why.parts, why.clear):
                assert all(bool(part.missing) == (part.truth == "unknown") for part in parts if part.truth)
                assert not parts or any(part.decides for part in parts)


def made_clear(table: SiteTable, rank: int, place: int, seen: Columns) -> float:
    """The rule's own `clear` over all rows at once, as the engine works it out."""
    from alerts.nodes import Scope

    clear = table.plans[rank].clear
    assert clear is not None
    with np.errstate(all="ignore"):
        scope = Scope(lambda name: seen[name], {}, table.functions)
        return float(np.broadcast_to(clear.value(scope), len(table.rows))[place])


def after(made: RuleEngine, now: float, **figures: Sequence[float]) -> tuple[float, Columns]:
    seen = columns(**figures)
    made.evaluate("hf", seen, now)
    made.expire(now)
    return now, seen


BUILDING = rule(
    "building", "waiting > 20 and waiting > 50% * slots", **{"for": "1m"}, clear="waiting < 10", keep_firing_for="30s"
)


def test_the_life_of_an_alert_in_words() -> None:
    made = engine(BUILDING)
    said = []
    for later, waiting in ((0, 12.0), (10, 45.0), (70, 45.0), (80, 15.0), (90, 4.0)):
        now, seen = after(made, NOON + later, waiting=[waiting, 0.0, 0.0], slots=[80.0] * 3)
        said.append(told(ask(made, "building", "hf/q1", now, seen)))
    assert said == [
        "Not firing: Waiting 12, needs > 20: 8 short; Waiting 12, needs > 40 (50% * slots): 28 short.",
        (
            "True since 12:00:10, must be so for 1m, fires at 12:01:10: Waiting 45 > 20, by 25; "
            "Waiting 45 > 40 (50% * slots), by 5."
        ),
        (
            "Firing since 12:01:10: Waiting 45 > 20, by 25; Waiting 45 > 40 (50% * slots), by 5. "
            "Not over yet: Waiting 45, needs < 10: 35 above."
        ),
        "Firing since 12:01:10. Not over yet: Waiting 15, needs < 10: 5 above.",
        "Recovering since 12:01:30, over at 12:02:00: Waiting 4 < 10, by 6.",
    ]
    now, seen = after(made, NOON + 95, waiting=[NAN, 0.0, 0.0], slots=[80.0] * 3)
    stale = ask(made, "building", "hf/q1", now, seen)
    assert told(stale).startswith("Recovering since 12:01:30, and nobody can tell now: Waiting: ")
    assert stale.verdict == "recovering_stale"
    assert stale.value == 4.0


def test_the_chinese_says_the_same() -> None:
    made = engine(BUILDING)
    now, seen = after(made, NOON, waiting=[12.0, 30.0, 0.0], slots=[80.0, NAN, 0.0])
    zh = [verdict_of(ask(made, "building", key, now, seen), SHANGHAI).zh for key in ("hf/q1", "hf/q2", "hf/*")]
    assert zh == [
        "未触发：等待中 12，须 > 20：还差 8；等待中 12，须 > 40 (50% * slots)：还差 28。",
        "无法判断：接待容量：没有数值。",
        "不看这一行：它看的是队列，这一行是基地。",
    ]


def test_only_what_decides_is_named() -> None:
    made = engine(
        rule("both", "waiting > 20 and slots > 5"),
        rule("either", "waiting > 20 or slots > 5"),
        rule("neither", "not (waiting > 20 or slots > 5)"),
    )
    now, seen = after(made, NOON, waiting=[12.0] * 3, slots=[80.0] * 3)
    assert [told(ask(made, name, "hf/q1", now, seen)) for name in ("both", "either", "neither")] == [
        "Not firing: Waiting 12, needs > 20: 8 short.",
        "Firing since 12:00:00: Slots 80 > 5, by 75.",
        "Not firing: Slots 80 > 5, by 75.",
    ]
    now, seen = after(made, NOON + 1.0, waiting=[NAN] * 3, slots=[3.0] * 3)
    why = ask(made, "both", "hf/q1", now, seen)
    assert (told(why), why.missing) == ("Not firing: Slots 3, needs > 5: 2 short.", ())


def test_what_keeps_an_alert_from_people_is_named() -> None:
    made = engine(rule("dark", "unknown > 0", scope={"level": "site"}, inhibits="queues"), rule("w", "waiting > 10"))
    made.silence(Silence("s-1", Matcher(rules=("w",)), "duty-1", "drill", NOON, NOON + 600.0))
    after(made, NOON, waiting=[30.0, 1.0, 0.0])
    made.acknowledge("a1", "duty-2", "", NOON + 1.0)
    seen = columns(unknown=1.0, waiting=[NAN] * 3)
    made.evaluate("hf", seen, NOON + 2.0)
    why = ask(made, "w", "hf/q1", NOON + 2.0, seen)
    assert [(one.alert, one.rule, one.key) for one in why.muted_by] == [("a2", "dark", "hf/*")]
    assert why.silenced_by is not None
    assert told(why) == (
        "Firing since 12:00:00, and nobody can tell whether it is over: Waiting: there is no value for it. "
        "Muted by dark {value} (dark on hf/*). Silenced by duty-1 until 12:10:00 (drill). "
        "Taken on by duty-2 at 12:00:01."
    )
    assert ask(made, "w", "hf/q2", NOON + 2.0, seen).muted_by  # there is no alert, and it would be muted
    assert not ask(made, "w", "hf/q1", NOON + 600.0, seen).silenced_by


def test_an_alert_that_is_over_while_its_condition_is_true_begins_again() -> None:
    made = engine(rule("w", "waiting > 10", clear="slots > 5"))
    after(made, NOON, waiting=[30.0] * 3, slots=[1.0] * 3)
    now, seen = after(made, NOON + 1.0, waiting=[30.0] * 3, slots=[9.0] * 3)
    why = ask(made, "w", "hf/q1", now, seen)
    assert (why.verdict, why.state) == ("again", "inactive")
    assert told(why).startswith("Just over, and its condition is still true: Waiting 30 > 10, by 20.")


def test_scope_says_which_part_keeps_the_row_out() -> None:
    made = engine(rule("w", "avg(waiting, 1m) > 10", scope={"platforms": ["taobao", "jd"], "tiers": [1]}))
    now, seen = after(made, NOON, waiting=[30.0] * 3)
    why = ask(made, "w", "hf/q1", now, seen)
    assert [(one.part, one.allowed, one.own) for one in why.outside] == [("tiers", ("1",), "0")]
    assert told(why) == "It does not look at this row: its tier is 1, the row's is 0."
    assert [one.part for one in ask(made, "w", "hf/*", now, seen).outside] == ["level", "platforms", "tiers"]


TAGGED = RowAttributes("hf/vip", "queue", "hf", platform="jd", tags=("vip",))
PLATFORMS = (platform_row("jd"), platform_row("taobao"))


def test_scope_is_told_as_the_rules_have_it() -> None:
    for scope in (
        {},
        {"level": "site"},
        {"level": "platform"},
        {"platforms": ["jd"]},
        {"tags": ["vip", "live"]},
        {"level": "platform", "platforms": ["taobao"]},
    ):
        scoped = rule("w", "waiting > 10", scope=scope)
        made = engine(scoped, sites={"hf": (*HEFEI, TAGGED), "*": PLATFORMS})
        for row in (*HEFEI, TAGGED, *PLATFORMS):
            why = made.why("w", row.key, NOON, {})
            assert (why.verdict == "out_of_scope") == (not scoped.scope.matches(row))
            assert told(why)
    assert told(engine(rule("w", "waiting > 10", scope={"tags": ["vip"]})).why("w", "hf/q1", NOON, {})) == (
        "It does not look at this row: its tags are vip, the row's are none."
    )


def test_a_platform_mutes_its_queues_and_is_asked_like_a_site() -> None:
    stalled = rule("stalled", "stalled_share > 90%", scope={"level": "platform"}, inhibits="queues")
    made = engine(stalled, rule("w", "waiting > 10"), sites={"hf": HEFEI, "*": PLATFORMS})
    shares = {"stalled_share": np.array([0.95, NAN]), "shops": np.array([5.0, NAN])}
    made.evaluate("*", shares, NOON)
    seen = {"*": Seen(shares, NOON, lambda name, row: platform_unknown(shares, name, row))}
    assert told(made.why("stalled", "*/jd", NOON, seen)) == (
        "Firing since 12:00:00: Share of stalled shops 95% > 90%, by 5 points."
    )
    assert made.why("stalled", "*/taobao", NOON, seen).missing == (Missing("stalled_share", "unseen"),)
    muted = [bool(made.why("w", row.key, NOON, seen).muted_by) for row in HEFEI]
    assert muted == [True, False, False]  # the one queue on JD


def test_a_profile_and_an_escalation_show() -> None:
    peak = rule("w", "waiting > 10", profiles={"peak": {"when": "waiting > 50"}})
    made = engine(peak)
    made.set_profile("peak", NOON)
    now, seen = after(made, NOON, waiting=[30.0, 0.0, 0.0])
    why = ask(made, "w", "hf/q1", now, seen)
    assert (why.profile, why.threshold) == ("peak", "50")
    assert told(why) == "Not firing: Waiting 30, needs > 50: 20 short. Judged by the profile peak."
    steps = [{"after": "1m", "to": "operations", "severity": "critical"}]
    made = engine(Rule.model_validate({**rule("w", "waiting > 10").model_dump(by_alias=True), "escalate": steps}))
    made.silence(Silence("s-1", Matcher(severities=("critical",)), "duty-1", "", NOON, NOON + 600.0))
    now, seen = after(made, NOON, waiting=[30.0, 0.0, 0.0])
    assert ask(made, "w", "hf/q1", now, seen).silenced_by is None
    now, seen = after(made, NOON + 61.0, waiting=[30.0, 0.0, 0.0])
    why = ask(made, "w", "hf/q1", now, seen)
    assert (why.severity, why.silenced_by is not None) == ("critical", True)


def test_a_rule_that_was_never_worked_out_yet_is_unknown() -> None:
    made = engine(rule("w", "avg(waiting, 1m) > 10 or waiting > 99 for 10s"))
    why = ask(made, "w", "hf/q1", NOON, columns(waiting=[30.0] * 3))
    assert why.verdict == "unknown"


def test_what_does_not_exist_is_refused_with_what_is_near() -> None:
    made = engine(BUILDING)
    for name, key, code, near in (
        ("biulding", "hf/q1", "no_such_rule", "nearest: building"),
        ("building", "hf/q3", "no_such_row", "nearest: hf/q"),
        ("building", "\x1b[2J", "no_such_row", "there is no row"),
    ):
        with pytest.raises(RefusedError, match=near) as refused:
            made.why(name, key, NOON, {})
        assert refused.value.code == code
        assert "\x1b" not in refused.value.message


def test_before_the_site_has_spoken_nothing_is_known() -> None:
    made = engine(*RULES)
    for one, row in itertools.product(RULES, HEFEI):
        why = made.why(one.rule, row.key, NOON, {})
        assert why.verdict in ("unknown", "out_of_scope") or one.rule == "joined"  # which asks `known`
        assert why.standing == "never"
    assert made.why("plain", "hf/q1", NOON, {}).missing == (Missing("waiting", "never"),)


def test_an_alert_from_before_a_restart_is_explained_before_its_site_has_spoken() -> None:
    made = engine(BUILDING)
    after(made, NOON, waiting=[45.0, 0.0, 0.0], slots=[80.0] * 3)
    again = RuleEngine((BUILDING,), lambda: "b1")
    again.restore(made.dump(), NOON + 5.0)
    why = again.why("building", "hf/q1", NOON + 5.0, {})
    assert (why.verdict, why.alert, why.since, why.value) == ("held", "a1", NOON, 45.0)
    assert told(why) == (
        "True since 12:00:00, must be so for 1m, and nobody can tell now: "
        "Waiting, Slots: nothing has been heard of the site yet. It fires or goes away once that is known."
    )


def test_a_lasting_condition_says_for_how_long_it_has_been_true() -> None:
    made = engine(rule("w", "waiting > 10 for 10m"))
    after(made, NOON, waiting=[1.0] * 3)
    after(made, NOON + 10.0, waiting=[30.0, 1.0, 0.0])
    now, seen = after(made, NOON + 100.0, waiting=[30.0, 1.0, 0.0])
    why = ask(made, "w", "hf/q1", now, seen)
    assert told(why) == "Not firing: waiting > 10 true for 1m30s, needs 10m."
    assert told(ask(made, "w", "hf/q2", now, seen)) == "Not firing: Waiting 1, needs > 10: 9 short."


def test_a_window_that_has_not_filled_and_a_division_by_zero_say_so() -> None:
    made = engine(rule("w", "avg(waiting, 10m) > 10"), rule("q", "waiting / slots > 1"))
    after(made, NOON, waiting=[NAN] * 3, slots=[0.0] * 3)
    now, seen = after(made, NOON + 100.0, waiting=[30.0] * 3, slots=[0.0] * 3)
    assert ask(made, "w", "hf/q1", now, seen).missing == (Missing("avg(waiting, 10m)", "needs_history"),)
    assert ask(made, "q", "hf/q1", now, seen).missing == (Missing("waiting / slots", "divided_by_zero"),)


@pytest.mark.parametrize(
    ("name", "gauges", "counters", "window", "expected"),
    [
        ("waiting", {}, {}, False, Missing("waiting", "not_sent")),
        ("waiting", {"waiting": NAN}, {}, False, Missing("waiting", "no_value")),
        ("attendance", {"agents_online": 3.0}, {}, False, Missing("attendance", "not_sent", "agents_rostered")),
        (
            "attendance",
            {"agents_online": 3.0, "agents_rostered": NAN},
            {},
            False,
            Missing("attendance", "no_value", "agents_rostered"),
        ),
        (
            "attendance",
            {"agents_online": 3.0, "agents_rostered": 0.0},
            {},
            False,
            Missing("attendance", "nothing_counted"),
        ),
        ("arrivals_per_s", {}, {"offered": 4.0}, False, Missing("arrivals_per_s", "needs_history")),
        ("waitng", {}, {}, False, Missing("waitng", "no_such_figure")),
    ],
)
def test_why_a_metric_is_unknown(
    name: str, gauges: dict[str, float], counters: dict[str, float], window: bool, expected: Missing
) -> None:
    block = BoardColumns(
        1,
        np.array([list(gauges.values())], np.float64).reshape(1, len(gauges)),
        {known: place for place, known in enumerate(gauges)},
        np.array([list(counters.values())], np.float64).reshape(1, len(counters)),
        {known: place for place, known in enumerate(counters)},
        {"1m": Window(np.zeros((1, len(counters))), 60.0)} if window else {},
    )
    assert unknown_metric(block, name, 0) == expected


@pytest.mark.parametrize(
    ("state", "figure", "fed", "expected"),
    [
        ("not_assessed", "burn", True, "not_assessed"),
        ("not_assessed", "burn", False, "not_assessed"),
        ("degraded", "rate_15m", True, "degraded"),
        ("no_data", "burn", False, "not_fed"),
        ("no_data", "rate_day", True, "nothing_counted"),
        ("no_target", "budget_left", True, "no_target"),
        ("met", "burn_1h", True, "needs_history"),
        ("met", "rate_15m", True, "nothing_counted"),
    ],
)
def test_why_a_clocks_figure_is_unknown(state: State, figure: str, fed: bool, expected: str) -> None:
    one = SimpleNamespace(state=np.array([STATES.index(state)], np.int8), state_of=lambda _row: state)
    assert why_clock_unknown(cast("ClockFigures", one), 0, figure, fed=fed) == expected


def test_a_made_rule_needs_no_more_than_its_condition() -> None:
    bare = Rule.model_validate(
        {
            "rule": "b",
            "title": {"zh": "b", "en": "b"},
            "when": "true",
            "severity": "info",
            "message": {"zh": "b", "en": "b"},
            "why": "x",
        }
    )
    made = engine(bare)
    now, seen = after(made, NOON, waiting=[1.0] * 3)
    assert told(ask(made, "b", "hf/q1", now, seen)) == "Firing since 12:00:00: true is true."
