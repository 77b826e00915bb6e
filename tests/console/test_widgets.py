"""Header, banner, alerts and runs as plain text."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notices.outbox import ReceiverView
from alerts.platforms import platform_row
from console import i18n
from console.draw.alert_groups import AlertGroup, group_line, group_lines, grouped, single
from console.draw.alerts import alert_details, alert_line, alert_lines, sorted_alerts
from console.draw.facts import fault_lines, source_lines, staffing_lines
from console.draw.footer import ask_line, said_line
from console.draw.header import Held, banner_lines, header_line
from console.draw.lines import plain, width_of
from console.draw.preview import preview_lines
from console.draw.runs import choice_of, run_lines, run_log, sorted_runs
from console.picture import Picture, worst_age
from console.screens.site import site_facts
from console.view import JournalView, LinkView
from feeds.contract import FAULTS
from playbooks.run import RunState, StepState
from playbooks.words import Words
from tests.console.fake_desk import NOW, SITES, alert, desk_view, link_view, preview_value, run_view, step_view


def _picture(**changes: object) -> Picture:
    return Picture(replace(desk_view(), **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["live", "drill", "replay"])
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_header_keeps_what_matters_at_every_width(mode: str, lang: i18n.Language) -> None:
    i18n.use(lang)
    picture = _picture(mode=mode)
    for width in (20, 40, 80, 120, 200):
        text = plain(header_line(picture, "duty-1", width))
        assert width_of(header_line(picture, "duty-1", width)) == width
        if width >= 40:
            assert i18n._(mode.upper()) in text
            assert "▲3" in text
        if width >= 80:
            assert "?2" in text
            assert "12:04:31" in text
    i18n.use("en")


def test_the_header_at_full_width_is_that_of_the_design() -> None:
    text = plain(header_line(_picture(), "duty-1", 160))
    assert text.startswith(" DutyDeck ▌DRILL  Double 11 2026 · peak 12:04:31 · next 00:00 in 3:55 ")
    assert text.endswith(" 10/13 live 1 late ?2 unknown  ▲3 CRIT  ◆1 WARN  duty-1 ")


def test_a_receiver_that_refuses_is_named_at_the_head() -> None:
    states = {"ding": "broken", "hook": "retrying", "am": "ok"}
    views = tuple(ReceiverView(name, "webhook", state, 1, "HTTP 403", None) for name, state in states.items())  # type: ignore[arg-type]
    for lang, said in (("en", "■ NOT TOLD: ding"), ("zh", "■ 通知发不出：ding")):
        i18n.use(lang)  # type: ignore[arg-type]
        for width in (80, 120, 200):
            assert said in plain(header_line(_picture(receivers=views), "duty-1", width))
    i18n.use("en")
    assert "NOT TOLD" not in plain(header_line(_picture(receivers=views[1:]), "duty-1", 200))


def test_a_journal_that_cannot_be_written_is_said_in_words() -> None:
    picture = _picture(journal=JournalView("j.db", 3, "disk full"))
    assert "NOT WRITTEN DOWN: disk full" in plain(header_line(picture, "duty-1", 120))
    _drill, banner = banner_lines(picture, 120, held=None, silent_s=0.0)
    assert "new commands are refused" in plain(banner)


def test_frozen_and_stalled_views_say_so_over_the_whole_width() -> None:
    picture = _picture(at=NOW + 37)
    drill, held, stalled = banner_lines(picture, 100, held=Held(NOW, 2), silent_s=12.0)
    assert plain(held).strip() == "■ FROZEN at 12:04:31, 37s behind · ▲ 2 NEW ALERTS since · space goes on"
    assert "VIEW STALLED 12s" in plain(stalled)
    assert {width_of(drill), width_of(held), width_of(stalled)} == {100}
    assert banner_lines(picture, 100, held=None, silent_s=2.9) == [drill]
    live = _picture(mode="live")
    assert banner_lines(live, 100, held=None, silent_s=2.9) == []


def test_alerts_that_need_somebody_come_first_and_new_ones_do_not_move_the_others() -> None:
    alerts = list(desk_view().alerts)
    order = [a.id for a in sorted_alerts(alerts)]
    assert order == ["a0001", "a0003", "a0004", "a0002", "a0005", "a0006"]
    later = replace(alert("hefei/q05", number=99), fired_at=NOW)
    assert [i for i in (a.id for a in sorted_alerts([*alerts, later])) if i != "a0099"] == order


@pytest.mark.parametrize(("lang", "words"), [("en", ("recovering", "over in 9s")), ("zh", ("恢复中", "9s 后解除"))])
def test_a_recovering_alert_says_so_comes_after_the_firing_ones_and_counts_no_more(
    lang: i18n.Language, words: tuple[str, str]
) -> None:
    i18n.use(lang)
    easing = replace(alert("hefei/q05", number=99, state="recovering"), fired_at=NOW - 60, deadline=NOW + 9)
    picture = _picture(alerts=(easing,))
    said = plain(alert_line(easing, picture, 120))
    i18n.use("en")
    assert all(word in said for word in words)
    assert picture.firing == []
    order = sorted_alerts([alert("hefei/q06", state="pending"), easing, alert("hefei/q07", "info", number=3)])
    assert [one.state for one in order] == ["firing", "recovering", "pending"]


def test_an_alert_says_what_where_since_when_and_who_has_it() -> None:
    picture = _picture()
    by_id = {a.id: a for a in picture.view.alerts}
    first, second = (plain(spans) for spans in alert_lines(by_id["a0001"], picture, 70))
    assert first.startswith("▲ CRIT Hefei·Apparel 00 ")
    assert first.endswith(" 2m10")
    assert second.strip().startswith("oldest wait 3m14, past the platforms' 3 minutes")
    assert "✓duty-2 2m10" in plain(alert_line(by_id["a0002"], picture, 70))
    assert "muted" in plain(alert_line(by_id["a0005"], picture, 70))
    assert "in 12s" in plain(alert_line(by_id["a0006"], picture, 70))
    stale = replace(by_id["a0001"], stale=True)
    assert "not known now: " in plain(alert_line(stale, picture, 90))


@given(st.integers(0, 90))
def test_alerts_and_runs_fit_any_width(width: int) -> None:
    picture = _picture()
    for one in picture.view.alerts:
        for spans in (alert_line(one, picture, width), *alert_lines(one, picture, width)):
            assert width_of(spans) <= width
    for run in picture.view.runs:
        assert all(width_of(spans) <= width for spans in run_lines(run, picture, width))


@pytest.mark.parametrize("state", RunState)
def test_every_state_of_a_run_has_a_word(state: RunState) -> None:
    picture = _picture()
    run = run_view(state, question=Words("要还原吗?", "revert it?"), choices=("query", "revert", "close"))
    first, second = (plain(spans) for spans in run_lines(run, picture, 100))
    assert "Bot overflow Hefei" in first
    assert second.strip().startswith("y ask the site again  o take it back  n settled outside: close it · revert it?")
    assert plain(run_log(run, picture)[0]).startswith(first.split("Bot")[0].strip()[:1])


@pytest.mark.parametrize("state", StepState)
def test_every_state_of_a_step_has_a_word(state: StepState) -> None:
    run = replace(run_view(), steps=(step_view(state),), worked=math.nan)
    text = "\n".join(plain(spans) for spans in run_log(run, _picture()))
    assert "bot share to 30 %" in text
    assert "helped or not: unknown" in text


def test_what_asks_comes_before_what_runs_before_what_is_over() -> None:
    runs = [run_view(RunState.REVERTED, id="r1"), run_view(id="r2"), run_view(RunState.UNKNOWN, id="r3")]
    assert [run.id for run in sorted_runs(runs)] == ["r3", "r2", "r1"]
    assert [choice_of(("revert", "keep"), key) for key in "yon"] == ["revert", None, "keep"]
    assert [choice_of(("query", "revert", "close"), key) for key in "yon"] == ["query", "revert", "close"]
    assert choice_of((), "y") is None


def test_a_preview_says_commands_guards_choices_and_why_not() -> None:
    text = "\n".join(plain(spans) for spans in preview_lines(preview_value(), _picture(), 90))
    for said in (
        "In force for 2h00",
        "→ Hefei: set_bot_share",
        "✓ network.load > 0",
        "network.load = 1.31",
        "Nanchang",
        "its figures are unknown",
    ):
        assert said in text
    assert "token" not in text
    assert "CANNOT" not in text
    refused = preview_value(Words("条件不成立", "guard fails: network.load < 1"))
    text = "\n".join(plain(spans) for spans in preview_lines(refused, _picture(), 90))
    assert "CANNOT BE STARTED" in text
    assert "▲ network.load > 0" in text


def test_the_age_shown_is_that_of_the_data_where_it_is_the_worse_for_its_interval() -> None:
    def link(link_age: float, data_age: float, data_s: float = 1.0) -> LinkView:
        return replace(link_view("x"), link_age_s=link_age, data_age_s=data_age, data_s=data_s)

    assert worst_age(link(0.5, 30.0))[:2] == (30.0, "data")
    assert worst_age(link(0.5, 30.0, data_s=60.0))[:2] == (0.5, "link")
    assert worst_age(link(40.0, 41.0))[1] == "data"
    assert math.isnan(worst_age(link_view("x", "never"))[0])


def test_faults_are_named_in_words_by_kind() -> None:
    lines = [plain(spans) for spans in fault_lines(replace(link_view("x"), faults=dict.fromkeys(FAULTS, 2)), 40)]
    assert len(lines) == len(FAULTS) + 1
    assert any(text.split() == ["frames", "missing", "2"] for text in lines)
    assert [plain(spans).split() for spans in fault_lines(link_view("x"), 40)] == [["faults", "none"]]


def test_a_site_that_is_not_known_shows_what_was_known_last_with_its_age() -> None:
    picture = _picture()
    wuhan = picture.site("wuhan")
    assert wuhan is not None
    text = "\n".join(plain(spans) for spans in site_facts(wuhan, picture, 44))
    assert "NOT KNOWN NOW. What was known last, 48s ago:" in text
    assert "Rostered" in text
    styles = {names for spans in site_facts(wuhan, picture, 44)[12:] for _text, names in spans}
    assert "bright" not in styles
    ganzhou = picture.site("ganzhou")
    assert ganzhou is not None
    assert "Nothing is known of this site." in plain(site_facts(ganzhou, picture, 44)[0])
    assert "no link" in "\n".join(plain(s) for s in source_lines(wuhan, None, picture, 44))


def test_people_are_shown_by_what_they_do() -> None:
    values = {"agents_rostered": 40.0, "agents_busy": 20.0, "rest_meal": 3.0, "rest_meeting": 0.0}
    lines = [plain(spans) for spans in staffing_lines(lambda name: values.get(name, math.nan), 50)]
    assert [text.split()[0] for text in lines] == ["Staffing", "Rostered", "Busy", "Rest:"]
    assert lines[1].count("█") == 2 * lines[2].count("█") > 0


def test_the_foot_says_asks_and_fits() -> None:
    assert plain(said_line("done", "ok", 20)).strip() == "✓ done"
    assert "y yes" in plain(ask_line("undo it?", 40))
    assert {width_of(said_line("x" * 99, kind, 30)) for kind in ("ok", "bad", "note")} == {30}


def test_the_network_stands_first_and_places_have_names() -> None:
    picture = _picture()
    assert picture.place("hefei/q00") == "Hefei·Apparel 00"
    assert picture.place("hefei/*") == "Hefei"
    assert picture.place("nowhere/q1") == "nowhere/q1"
    assert picture.worst["*"] == "critical"
    assert picture.worst["changsha"] == "warning"
    assert "nanchang" not in picture.worst
    assert len(picture.states) == 4
    assert sum(picture.states.values()) == len(SITES)


def test_a_storm_is_grouped_by_site_and_rule_and_what_is_taken_on_apart() -> None:
    picture = _picture()
    storm = [alert(f"hefei/q{i:02d}", number=10 + i) for i in range(6)]
    groups = grouped(sorted_alerts([*storm, *picture.view.alerts]))
    assert [(len(group.alerts), group.lead.site) for group in groups[:2]] == [(7, "hefei"), (1, "wuhan")]
    first, second = (plain(spans) for spans in group_lines(groups[0], picture, 70))
    assert first.startswith("▲ CRIT Hefei ×7")
    assert "Oldest wait over 3 min" in first
    assert second.strip().startswith("Apparel 00, Apparel 00")
    for width in range(90):
        lines = (group_line(groups[0], picture, width), *group_lines(groups[0], picture, width))
        assert all(width_of(spans) <= width for spans in lines)
    assert sum(group.lead.acknowledged is not None for group in groups) == 1
    assert [group.id for group in single(storm)] == [one.id for one in storm]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "flapping, ↑duty-lead · "), ("zh", "抖动、↑duty-lead · ")],
)
def test_an_alert_says_that_it_flaps_whom_it_was_escalated_to_and_what_it_is_judged_by(
    lang: i18n.Language, words: str
) -> None:
    i18n.use(lang)
    picture = _picture()
    one = replace(alert("hefei/q00"), flapping=True, level=1, escalated_to="duty-lead", escalates_at=NOW + 60)
    one = replace(one, profile="peak")
    said, details = plain(alert_line(one, picture, 160)), [plain(spans) for spans in alert_details(one, picture)]
    i18n.use("en")
    assert words in said
    assert any("duty-lead" in detail and "1" in detail for detail in details)
    assert any("peak" in detail for detail in details)


def test_the_alert_of_a_platform_is_called_by_the_platform_and_all_sites() -> None:
    picture = _picture()
    one = replace(alert("*/tmall", rule="platform-stalled"), site="*", row=platform_row("tmall"))
    assert "Tmall·All sites" in plain(alert_line(one, picture, 120))
    pair = AlertGroup("x", (one, one))
    assert "All sites ×2" in plain(group_line(pair, picture, 120))
