"""The checks of a preflight: what is found, what it means, and that nothing unknown passes."""

from __future__ import annotations

import asyncio
import base64
import json
import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock_files import load_clocks
from alerts.degrade import DegradeWindow
from alerts.notices.exchange import Delivered, Refused, Retry, Verdict
from alerts.notices.receivers import Receiver
from console.config import DeskConfig
from console.peak import Peak, local_moment, next_midnight, peak_of
from console.preflight.check import Check, is_go
from console.preflight.facts import FileFacts, JournalFacts, MachineFacts, PreflightFacts, ReceiverFacts, TokenFacts
from console.preflight.gather import Gatherer
from console.preflight.report import report_lines
from console.preflight.robots import asked, try_receivers
from console.preflight.run import CHECKS, run_checks
from console.tokens import jwt_expiry
from console.view import DeskView, RuleLock, RulesView
from feeds.board_view import BoardView
from feeds.catalog import GAUGE_INDEX
from feeds.columns import Columns
from feeds.errors import InputError
from playbooks.words import Words
from tests.console.fake_desk import NOW, SITES, FakeCourses, desk_view, link_view, run_view, site_view

TWO = SITES[:2]
MIDNIGHT = datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
PEAK = Peak(MIDNIGHT, MIDNIGHT + 7_200.0, stated=True)


def good_view(states: dict[str, str] | None = None, **standby: float) -> DeskView:
    """Two sites with everything in order; `states` of some, and how many are on call."""
    sites = []
    for number, site in enumerate(TWO):
        made = site_view(NOW, site, 3, number, (states or {}).get(site[0], "live"))
        known = made.columns
        if made.state in ("live", "late"):
            gauges = np.array(known.gauges)
            gauges[0, GAUGE_INDEX["agents_standby"]] = standby.get(site[0], 6.0)
            gauges[0, GAUGE_INDEX["agents_online"]] = gauges[0, GAUGE_INDEX["agents_rostered"]]
            known = Columns(known.size, gauges, known.gauge_at, known.counters, known.counter_at, known.windows)
        sites.append(replace(made, columns=known))
    links = {site[0]: link_view(site[0], (states or {}).get(site[0], "live")) for site in TWO}
    board = BoardView(NOW, tuple(sites), FakeCourses(NOW))  # type: ignore[arg-type]
    return desk_view(sites=TWO, mode="live", board=board, links=links, alerts=(), runs=())


def good(view: DeskView | None = None, **changes: object) -> PreflightFacts:
    """Facts under which everything is go."""
    facts = PreflightFacts(
        view=view or good_view(),
        peak=PEAK,
        configured=True,
        tokens={site[0]: TokenFacts(True, PEAK.ends + 86_400.0, "configured") for site in TWO},
        standby={site[0]: 5 for site in TWO},
        clocks=load_clocks(),
        calendar=True,
        files=(FileFacts("configuration", Words("配置", "configuration"), Words("好", "good")),),
        receivers=(ReceiverFacts("group", True, Words("送达", "delivered")),),
        journal=JournalFacts("/var/lib/journal.db", "", 5e10),
        machine=MachineFacts((), "utf-8", 120, 40),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def found(facts: PreflightFacts, check: str) -> Check:
    return next(one for one in run_checks(facts) if one.id == check)


def test_with_everything_in_order_it_is_go_and_nothing_is_to_do() -> None:
    checks = run_checks(good())
    assert {check.verdict for check in checks} == {"go"}
    assert is_go(checks)
    assert [check.id for check in checks] == list(CHECKS)
    assert list(report_lines(checks))[-1] == "GO · 15 go"


@pytest.mark.parametrize(
    ("state", "verdict", "said"),
    [("late", "warn", "late"), ("unknown", "no_go", "dark"), ("never", "no_go", "cannot be reached")],
)
def test_a_site_that_is_not_live_is_named_with_what_is_wrong(state: str, verdict: str, said: str) -> None:
    check = found(good(good_view({"nanchang": state})), "feeds")
    assert check.verdict == verdict
    assert said in check.details[1].found.en
    assert "Nanchang" in check.found.en
    assert "南昌" in check.found.zh
    assert check.todo.en != "nothing"


def test_a_frozen_site_is_told_from_a_dark_one() -> None:
    view = good_view({"nanchang": "unknown"})
    frozen = replace(view.links["nanchang"], state="up", link_age_s=0.5, data_age_s=60.0)
    check = found(good(replace(view, links={**view.links, "nanchang": frozen})), "feeds")
    assert check.verdict == "no_go"
    assert "frozen" in check.details[1].found.en


def test_a_site_that_only_sent_its_last_state_is_not_known_to_live() -> None:
    check = found(good(unmoved=frozenset({"nanchang"})), "feeds")
    assert [detail.verdict for detail in check.details] == ["go", "unknown"]
    assert not is_go(run_checks(good(unmoved=frozenset({"nanchang"}))))


def test_somebody_else_who_writes_for_a_site_is_no_go() -> None:
    view = good_view()
    link = replace(view.links["hefei"], faults={"second_writer": 3})
    assert found(good(replace(view, links={**view.links, "hefei": link})), "feeds").verdict == "no_go"


@pytest.mark.parametrize(
    ("skew", "verdict"),
    [(0.4, "go"), (-2.0, "go"), (2.1, "warn"), (-30.0, "warn"), (31.0, "no_go"), (3600.0, "no_go"), (-3600.0, "no_go")],
)
def test_clocks_that_disagree(skew: float, verdict: str) -> None:
    view = good_view()
    links = {**view.links, "hefei": replace(view.links["hefei"], skew_s=skew)}
    check = found(good(replace(view, links=links)), "skew")
    assert check.verdict == verdict
    if verdict != "go":
        assert "the site" in check.todo.en


def test_where_all_sites_are_off_alike_it_is_this_machine() -> None:
    view = good_view()
    links = {site: replace(link, skew_s=-3600.0 + number) for number, (site, link) in enumerate(view.links.items())}
    assert "this machine" in found(good(replace(view, links=links)), "skew").todo.en


def test_of_a_dark_site_the_skew_is_not_known() -> None:
    assert found(good(good_view({"nanchang": "unknown"})), "skew").verdict == "unknown"


@pytest.mark.parametrize(
    ("token", "verdict"),
    [
        (TokenFacts(True, PEAK.ends + 3_600.0, "jwt"), "go"),
        (TokenFacts(True, PEAK.ends + 60.0, "jwt"), "warn"),
        (TokenFacts(True, PEAK.ends, "configured"), "no_go"),
        (TokenFacts(True, NOW - 1.0, "configured"), "no_go"),
        (TokenFacts(True), "unknown"),
        (TokenFacts(False), "warn"),
    ],
)
def test_tokens_must_last_past_the_peak(token: TokenFacts, verdict: str) -> None:
    facts = good()
    assert found(replace(facts, tokens={**facts.tokens, "hefei": token}), "tokens").verdict == verdict


def test_a_refused_token_is_no_go_whatever_it_claims() -> None:
    view = good_view({"hefei": "never"})
    links = {**view.links, "hefei": replace(view.links["hefei"], state="refused", detail="status 401")}
    facts = good(replace(view, links=links))
    assert found(facts, "tokens").verdict == "no_go"
    assert "401" in found(facts, "feeds").details[0].found.en


def test_standby_against_its_plan() -> None:
    assert found(good(good_view(hefei=4.0)), "standby").verdict == "no_go"
    assert found(good(good_view(hefei=math.nan)), "standby").verdict == "unknown"
    assert found(good(good_view(hefei=0.0), standby={}), "standby").verdict == "warn"
    assert found(good(good_view(hefei=1.0), standby={}), "standby").verdict == "go"
    drill = replace(good_view(hefei=math.nan, nanchang=math.nan), mode="drill")
    assert found(good(drill, standby={}), "standby").verdict == "not_applicable"
    assert found(good(drill), "standby").verdict == "unknown"


def test_degrade_windows_before_the_end_of_the_peak_are_said_with_their_clocks() -> None:
    def window(begins: float, ends: float) -> DegradeWindow:
        tz = ZoneInfo("UTC")
        return DegradeWindow(
            platform="jd",
            from_=datetime.fromtimestamp(begins, tz),
            to=datetime.fromtimestamp(ends, tz),
            what={"zh": "迟", "en": "Late"},  # type: ignore[arg-type]
        )

    inside = found(good(degrade=(window(PEAK.begins - 600, PEAK.begins + 600),)), "degrade")
    assert inside.verdict == "warn"
    assert "jd_30s" in inside.details[0].found.en
    outside = (window(NOW - 7_200, NOW), window(PEAK.ends, PEAK.ends + 60))
    assert found(good(degrade=outside), "degrade").verdict == "go"
    assert found(good(calendar=False), "degrade").verdict == "warn"


def test_the_peak_must_be_ahead() -> None:
    past = Peak(NOW - 86_400, NOW - 79_200, stated=True)
    assert found(good(peak=past), "peak").verdict == "no_go"
    assert "next midnight" in found(good(peak=next_midnight(NOW)), "peak").found.en


def test_which_clocks_count_at_midnight() -> None:
    check = found(good(), "clocks")
    by_id = {detail.id: detail.verdict for detail in check.details}
    assert (by_id["taobao_3min"], by_id["merchant_first_response"]) == ("not_applicable", "go")
    only = tuple(clock for clock in load_clocks() if clock.id == "taobao_3min")
    assert found(good(clocks=only), "clocks").verdict == "warn"
    assert found(good(clocks=()), "clocks").verdict == "unknown"


def test_what_is_open_already() -> None:
    view = replace(good_view(), alerts=desk_view(sites=TWO).alerts)
    assert found(good(view), "alerts").verdict == "warn"
    taken = tuple(alert for alert in view.alerts if alert.acknowledged is not None)
    assert found(good(replace(view, alerts=taken)), "alerts").verdict == "go"
    for until, verdict in ((PEAK.begins + 60, "warn"), (PEAK.ends + 60, "go"), (PEAK.begins - 60, "go")):
        runs = (replace(run_view(), until=until),)
        assert found(good(replace(view, runs=runs)), "runs").verdict == verdict
    asking = replace(run_view(), question=Words("?", "?"), state=desk_view().runs[1].state)
    assert found(good(replace(view, runs=(asking,))), "runs").verdict == "warn"


def test_rules_that_differ_from_their_files_or_are_locked_too_short() -> None:
    for rules, verdict in (
        (RulesView(files_differ=True), "warn"),
        (RulesView(lock=RuleLock(PEAK.begins, "duty-1", "", NOW)), "warn"),
        (RulesView(lock=RuleLock(PEAK.ends, "duty-1", "", NOW)), "go"),
    ):
        assert found(good(replace(good_view(), rules=rules)), "files").verdict == verdict


@pytest.mark.parametrize(
    ("journal", "verdict"),
    [
        (JournalFacts("j.db", "", 1e9), "warn"),
        (JournalFacts("j.db", "", 1e8), "no_go"),
        (JournalFacts("j.db"), "unknown"),
        (JournalFacts("j.db", "cannot be written", 1e12), "no_go"),
        (JournalFacts("j.db", "", 1e12, at_work=False), "warn"),
        (JournalFacts("j.db", "", 1e12, at_work=True), "go"),
        (JournalFacts("j.db", "", 1e12, True, "the state cannot be read"), "warn"),
        (None, "unknown"),
    ],
)
def test_the_journal_and_its_room(journal: JournalFacts | None, verdict: str) -> None:
    assert found(good(journal=journal), "journal").verdict == verdict


def test_machine_and_terminal() -> None:
    assert found(good(machine=MachineFacts(("Asia/Shanghai",))), "machine").verdict == "no_go"
    assert found(good(machine=MachineFacts((), "ascii", 120, 40)), "terminal").verdict == "warn"
    assert found(good(machine=MachineFacts((), "UTF-8", 79, 40)), "terminal").verdict == "warn"
    assert found(good(machine=MachineFacts()), "terminal").verdict == "not_applicable"


def test_what_a_person_accepts_is_a_warning_only_where_it_was_unknown() -> None:
    blind = good_view(hefei=math.nan)
    assert not is_go(run_checks(good(blind)))
    accepted = run_checks(good(blind, accepted=frozenset({"standby"})))
    assert is_go(accepted)
    assert next(check for check in accepted if check.id == "standby").verdict == "warn"
    short = run_checks(good(good_view(hefei=1.0), accepted=frozenset({"standby"})))
    assert not is_go(short)


STATES = st.sampled_from(("live", "late", "unknown", "never"))
FIGURES = st.one_of(st.just(math.nan), st.floats(0.0, 50.0))


@given(
    STATES,
    STATES,
    FIGURES,
    st.booleans(),
    st.one_of(st.none(), st.floats(-1e6, 1e6)),
    st.one_of(st.none(), st.booleans()),
)
def test_the_unknown_is_never_go(
    first: str, second: str, standby: float, configured: bool, left: float | None, passed: bool | None
) -> None:
    view = good_view({"hefei": first, "nanchang": second}, hefei=standby)
    tokens = {site[0]: TokenFacts(True, None if left is None else PEAK.ends + left) for site in TWO}
    receivers = (ReceiverFacts("group", passed, Words("", "")),)
    checks = run_checks(good(view, tokens=tokens, receivers=receivers, configured=configured))
    dark = any(state in ("unknown", "never") for state in (first, second))
    unknown = dark or math.isnan(standby) or (configured and left is None) or passed is None
    assert not (unknown and is_go(checks))
    for check in checks:
        assert all((check.title.zh, check.title.en, check.found.zh, check.found.en))
        if check.verdict in ("warn", "no_go", "unknown"):
            assert check.todo.zh != "无需处理", check.id
        assert not any(detail.verdict in ("unknown", "no_go") for detail in check.details) or check.verdict != "go"


# What the shell gathers -----------------------------------------------------------------------------------------


def jwt(claims: object) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{part}.c2ln"


def test_a_jwt_says_until_when_it_is_good() -> None:
    assert jwt_expiry(jwt({"exp": 1_794_326_400})) == 1_794_326_400.0
    assert jwt_expiry(jwt({"exp": 1.5e9, "sub": "合肥??>>"})) == 1.5e9
    for token in (
        "",
        "s3cret",
        "a.b.c",
        jwt([1]),
        jwt({}),
        jwt({"exp": True}),
        jwt({"exp": "soon"}),
        jwt({"exp": 1e99}),
    ):
        assert jwt_expiry(token) is None
    assert jwt_expiry("." * 2 + "x" * 100_000) is None


@given(st.text())
def test_no_token_breaks_the_reader(token: str) -> None:
    assert jwt_expiry(token) is None or "." in token


def test_the_peak_is_the_options_then_the_configured_then_midnight() -> None:
    at = local_moment("2026-11-11T00:00")
    assert at.timestamp() == MIDNIGHT
    assert peak_of("", at, None, NOW) == PEAK
    assert peak_of("2026-11-11T00:00/2026-11-11T02:00+08:00", None, None, NOW) == PEAK
    assert next_midnight(NOW).begins == MIDNIGHT
    assert next_midnight(MIDNIGHT + 3_600).begins == MIDNIGHT
    assert next_midnight(MIDNIGHT + 7_200).begins == MIDNIGHT + 86_400
    for wrong in ("soon", "2026-11-11", "2026-11-11T02:00/2026-11-11T01:00", "2026-11-11T00:00/"[:-1] + "/x"):
        with pytest.raises(InputError, match="--peak"):
            peak_of(wrong, None, None, NOW)


CONFIG = """
desk: {peak: 2026-11-11T00:00+08:00, peak_ends: 2026-11-11T01:00}
sites:
  - {id: hefei, url: "ws://127.0.0.1:1", token_env: H, token_expires: 2026-11-12T02:00, standby: 3}
  - {id: nanchang, url: "ws://127.0.0.1:1", token_env: N}
"""


def test_facts_come_from_the_folder_as_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "dutydeck.yaml"
    path.write_text(CONFIG + f"journal: {tmp_path}/j.db\n", encoding="utf-8")
    environment = {"H": "opaque", "N": jwt({"exp": 1_794_400_000})}
    gatherer = Gatherer(DeskConfig(tmp_path), environment)
    facts = gatherer.facts(good_view())
    assert facts.peak == Peak(MIDNIGHT, MIDNIGHT + 3_600.0, stated=True)
    assert facts.tokens["hefei"].expires == local_moment("2026-11-12T02:00").timestamp()
    assert facts.tokens["nanchang"] == TokenFacts(True, 1_794_400_000.0, "jwt")
    assert facts.standby == {"hefei": 3}
    assert not facts.calendar
    assert facts.journal is not None
    assert facts.journal.free_bytes > 0
    assert found(facts, "files").verdict == "go"
    assert "opaque" not in repr(run_checks(facts))
    path.write_text(CONFIG.replace("standby", "standbye"), encoding="utf-8")
    broken = found(gatherer.facts(good_view()), "files")
    assert broken.verdict == "no_go"
    assert "dutydeck.yaml:4" in broken.found.en


def receiver(name: str, *, drills: bool = False) -> Receiver:
    return Receiver(id=name, kind="webhook", url="http://127.0.0.1:1/", drills=drills)


def test_receivers_are_tried_at_once_and_none_takes_the_others_down() -> None:
    async def attempt(one: Receiver, _environment: object, _now: float) -> Verdict:
        if one.id == "broken":
            raise ZeroDivisionError
        if one.id == "unset":
            raise InputError("notify.yaml", "$X is empty", "its address in it")
        return {"good": Delivered(), "busy": Retry("HTTP 429"), "bad": Refused("HTTP 403: sign not match")}[one.id]

    names = ("good", "busy", "bad", "broken", "unset")
    facts = asyncio.run(try_receivers([receiver(name) for name in names], {}, NOW, attempt))
    assert [one.passed for one in facts] == [True, False, False, False, False]
    check = found(good(receivers=facts), "receivers")
    assert check.verdict == "no_go"
    assert "sign not match" in check.details[2].found.en
    assert "$X is empty" in check.details[4].found.en
    untested = good(receivers=(ReceiverFacts("group", None, Words("未测试", "not tested")),))
    assert found(untested, "receivers").verdict == "unknown"
    assert found(good(receivers=()), "receivers").verdict == "warn"


def test_a_drill_tries_only_receivers_that_are_told_of_drills() -> None:
    both = (receiver("a"), receiver("b", drills=True))
    assert [one.id for one in asked(both, live=True)] == ["a", "b"]
    assert [one.id for one in asked(both, live=False)] == ["b"]
