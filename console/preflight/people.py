"""Preflight of the people: who should be at work and is, and who can be called in when that is not enough."""

from __future__ import annotations

import math

from console.format import count, percent
from console.preflight.check import NOTHING, Check, Detail, Verdict, names, of_verdict, worst
from console.preflight.facts import PreflightFacts
from console.preflight.feeds import who
from feeds.site_view import SiteView
from playbooks.words import Words

ATTENDANCE_WARN, ATTENDANCE_NO_GO = 0.9, 0.6
"""Those of the shipped rules `attendance-warning` and `attendance-critical`."""


def site_value(site: SiteView, metric: str) -> float:
    """A figure of a whole site; NaN where it is not known."""
    if metric not in site.columns:
        return math.nan
    column = site.columns[metric]
    return float(column[site.site_row]) if 0 <= site.site_row < len(column) else math.nan


def _total(facts: PreflightFacts, metric: str) -> float:
    """Over the sites that say; NaN where none does."""
    known = [value for site in facts.view.board.sites if math.isfinite(value := site_value(site, metric))]
    return sum(known) if known else math.nan


def check_attendance(facts: PreflightFacts) -> Check:
    """Agents logged in against the roster, site by site."""
    details = tuple(_attendance(site) for site in facts.view.board.sites)
    verdict = worst(detail.verdict for detail in details)
    online = _total(facts, "agents_online")
    zh, en = f"在线 {count(online)} 人", f"{count(online)} agents online"
    listed = names(of_verdict(details, verdict))
    what = {
        "warn": Words("出勤低于 90%", "attendance under 90%"),
        "no_go": Words("出勤低于 60%", "attendance under 60%"),
        "unknown": Words("出勤未知", "attendance not known"),
    }
    if verdict in what:
        zh, en = f"{zh}；{what[verdict].zh}：{listed.zh}", f"{en}; {what[verdict].en}: {listed.en}"
    todo = Words(
        "请基地主管点名：迟到、休息与登录问题", "have the site leads call the roll: lateness, rests, trouble logging in"
    )
    ask = verdict in what
    return Check("attendance", Words("到岗", "Attendance"), verdict, Words(zh, en), todo if ask else NOTHING, details)


def _attendance(site: SiteView) -> Detail:
    share, online = site_value(site, "attendance"), site_value(site, "agents_online")
    if not math.isfinite(share):
        return Detail(site.id, who(site), "unknown", Words("未知", "not known"))
    verdict: Verdict = "no_go" if share < ATTENDANCE_NO_GO else "warn" if share < ATTENDANCE_WARN else "go"
    rostered = count(site_value(site, "agents_rostered"))
    found = Words(
        f"在线 {count(online)} / 排班 {rostered}（{percent(share)}%）",
        f"{count(online)} online of {rostered} rostered ({percent(share)}%)",
    )
    return Detail(site.id, who(site), verdict, found)


def check_standby(facts: PreflightFacts) -> Check:
    """Agents on call against what was planned. Where nobody planned any, none on call is worth a word."""
    title = Words("待命人员", "Standby")
    details = tuple(_standby(site, facts) for site in facts.view.board.sites)
    verdict = worst(detail.verdict for detail in details)
    if verdict == "not_applicable":
        found = Words("演练的基地没有待命人员数据", "the sites of this drill say nothing of standby")
        return Check("standby", title, verdict, found)
    known, planned = _total(facts, "agents_standby"), sum(facts.standby.values())
    zh, en = "待命人数未知", "standby not known"
    if math.isfinite(known):
        zh, en = f"已知 {count(known)} 人待命", f"{count(known)} agents known to be on call"
    if planned:
        zh, en = f"{zh}，计划 {planned}", f"{en}, {planned} planned"
    if verdict != "go":
        found, listed = _STANDBY[verdict][0], names(of_verdict(details, verdict))
        zh, en = f"{zh}；{found.zh}：{listed.zh}", f"{en}; {found.en}: {listed.en}"
    todo = _STANDBY[verdict][1] if verdict in _STANDBY else NOTHING
    return Check("standby", title, verdict, Words(zh, en), todo, details)


_STANDBY: dict[Verdict, tuple[Words, Words]] = {
    "no_go": (
        Words("少于计划", "fewer than planned"),
        Words("致电基地主管补足待命，或改计划（standby）", "have the site leads fill up, or change the plan (standby)"),
    ),
    "unknown": (
        Words("基地没有报", "sites that do not say"),
        Words(
            "致电基地主管问待命人数；问过之后用 --accept standby",
            "ask the site leads who is on call; then use --accept standby",
        ),
    ),
    "warn": (
        Words("无人待命，也没有计划", "nobody on call, and none planned"),
        Words("约定待命人数，写入 dutydeck.yaml 的 standby", "agree how many; write it as standby in dutydeck.yaml"),
    ),
}


def _standby(site: SiteView, facts: PreflightFacts) -> Detail:
    on_call, planned = site_value(site, "agents_standby"), facts.standby.get(site.id)
    plan = Words(f"，计划 {planned}", f", {planned} planned") if planned is not None else Words("", "")
    if not math.isfinite(on_call):
        verdict: Verdict = "unknown" if facts.live or planned is not None else "not_applicable"
        return Detail(site.id, who(site), verdict, Words(f"基地没有报{plan.zh}", f"the site does not say{plan.en}"))
    verdict = "go" if on_call >= (planned or 0) else "no_go"
    if planned is None and on_call < 1:
        verdict = "warn"
    return Detail(
        site.id, who(site), verdict, Words(f"{count(on_call)} 人待命{plan.zh}", f"{count(on_call)} on call{plan.en}")
    )
