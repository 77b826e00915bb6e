"""Preflight of what the desk goes by: the peak itself, degrade windows, clocks, rules and playbooks."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.degrade import DegradeWindow
from console.format import duration
from console.preflight.check import NOTHING, Check, Detail, Verdict, names, of_verdict, worst
from console.preflight.facts import PreflightFacts
from console.preflight.words import both, moment
from feeds.clocks import ClockDefinition
from playbooks.words import Words

STEP_S = 900.0
"""Assessed hours begin and end on a quarter of an hour or are met close enough by one."""


def check_peak(facts: PreflightFacts) -> Check:
    """When the peak is, by whose word; one that is over is not what anybody gets ready for."""
    peak, title = facts.peak, Words("高峰", "Peak")
    span = f"{moment(peak.begins)} – {moment(peak.ends)}"
    if peak.ends <= facts.now:
        todo = Words(
            "在 dutydeck.yaml 写下一个 peak，或用 --peak", "write the next peak in dutydeck.yaml, or use --peak"
        )
        return Check("peak", title, "no_go", Words(f"{span} 已经过去", f"{span} is over"), todo)
    left = peak.begins - facts.now
    zh, en = (f"还有 {duration(left)}", f"in {duration(left)}") if left > 0 else ("正在进行", "going on")
    zh, en = f"{span}，{zh}", f"{span}, {en}"
    if not peak.stated:
        zh, en = f"{zh}（未写明，按下一个零点）", f"{en} (assumed: the next midnight)"
    return Check("peak", title, "go", Words(zh, en))


def check_degrade(facts: PreflightFacts) -> Check:
    """Windows of the calendar between now and the end of the peak, and the clocks that have no figures in them."""
    title = Words("平台降级窗口", "Degrade")
    if not facts.calendar:
        if not facts.live:
            return Check("degrade", title, "not_applicable", Words("演练没有日历", "this drill has no calendar"))
        todo = Words(
            "查看各平台公告；有则写入 degrade.yaml，没有则写 degrade: []",
            "read the platforms' notices; write them into degrade.yaml, or `degrade: []` where there are none",
        )
        return Check("degrade", title, "warn", Words("没有日历", "there is no calendar"), todo)
    ahead = [w for w in facts.degrade if w.from_.timestamp() < facts.peak.ends and facts.now < w.to.timestamp()]
    if not ahead:
        found = Words(
            f"到高峰结束没有窗口（日历 {len(facts.degrade)} 条）",
            f"none until the peak ends ({len(facts.degrade)} in the calendar)",
        )
        return Check("degrade", title, "go", found)
    details = tuple(_window(number, window, facts.clocks) for number, window in enumerate(ahead, 1))
    zh, en = "、".join(window.platform for window in ahead), ", ".join(window.platform for window in ahead)
    todo = Words(
        "这些时段相关时钟无数据：告知各主管，改看运营时钟",
        "tell the leads: these clocks have no figures then; go by the operational one",
    )
    found = Words(f"{len(ahead)} 个窗口：{zh}", f"{len(ahead)} ahead: {en}")
    return Check("degrade", title, "warn", found, todo, details)


def _window(number: int, window: DegradeWindow, clocks: tuple[ClockDefinition, ...]) -> Detail:
    span = f"{moment(window.from_.timestamp())} – {moment(window.to.timestamp())}"
    ids = ", ".join(clock.id for clock in clocks if window.platform in clock.platforms) or "–"
    zh, en = f"{span} {window.what.zh}；时钟：{ids}", f"{span} {window.what.en}; clocks: {ids}"
    return Detail(f"{number}-{window.platform}", both(window.platform), "warn", Words(zh, en))


def check_clocks(facts: PreflightFacts) -> Check:
    """Which clocks count at some time of the peak: at midnight no platform's does."""
    title = Words("时钟", "Clocks")
    if not facts.clocks:
        return Check(
            "clocks", title, "unknown", Words("未知", "not known"), Words("运行 dutydeck check", "run dutydeck check")
        )
    details = tuple(_assessed(clock, facts) for clock in facts.clocks)
    counting = of_verdict(details, "go")
    if not counting:
        todo = Words(
            "高峰内没有承诺在计：确认商家条款，写入 clocks/",
            "no promise counts in the peak: ask the merchants, see clocks/",
        )
        return Check("clocks", title, "warn", Words("高峰内无时钟考核", "none counts in the peak"), todo, details)
    listed, number = names(counting), f"{len(counting)}/{len(details)}"
    found = Words(f"高峰内 {number} 个在计：{listed.zh}", f"{number} count in the peak: {listed.en}")
    return Check("clocks", title, "go", found, NOTHING, details)


def _share(clock: ClockDefinition, facts: PreflightFacts) -> float:
    at = list(_moments(facts))
    return sum(clock.assesses(moment_) for moment_ in at) / len(at)


def _moments(facts: PreflightFacts) -> Iterator[float]:
    steps = max(1, min(200, round((facts.peak.ends - facts.peak.begins) / STEP_S)))
    width = (facts.peak.ends - facts.peak.begins) / steps
    return (facts.peak.begins + number * width for number in range(steps))


def _assessed(clock: ClockDefinition, facts: PreflightFacts) -> Detail:
    share = _share(clock, facts)
    name = Words(clock.zh or clock.id, clock.en or clock.id)
    if share >= 1.0:
        return Detail(clock.id, name, "go", Words("整个高峰都计", "counts all through the peak"))
    if share > 0.0:
        return Detail(clock.id, name, "go", Words("高峰内部分时间计", "counts in a part of the peak"))
    return Detail(clock.id, name, "not_applicable", Words("高峰内不考核", "not assessed in the peak"))


def check_files(facts: PreflightFacts) -> Check:
    """Configuration, rules, clocks and playbooks as they stand on disk now, and the tests of the shipped rules."""
    details = tuple(
        Detail(one.id, one.who, "no_go" if one.error else "go", both(one.error) if one.error else one.counted)
        for one in facts.files
    )
    title = Words("规则与预案", "Rules")
    verdict: Verdict = worst(detail.verdict for detail in details) if details else "unknown"
    if verdict == "no_go":
        wrong = next(detail for detail in details if detail.verdict == "no_go")
        todo = Words("改正这一行，再运行 dutydeck check", "put this line right; dutydeck check finds the next one")
        return Check("files", title, verdict, wrong.found, todo, details)
    found = Words("；".join(d.found.zh for d in details), "; ".join(d.found.en for d in details))
    remark = _rules_in_force(facts)
    if remark is None:
        return Check("files", title, verdict, found, NOTHING, details)
    return Check("files", title, worst((verdict, "warn")), *remark, details)


def _rules_in_force(facts: PreflightFacts) -> tuple[Words, Words] | None:
    """What is worth a word of the rules that the desk goes by, and what to do about it."""
    rules = facts.view.rules
    if rules.files_differ:
        found = Words("规则文件已改，值班台还按旧的", "rule files were changed; the desk goes by what they said before")
        return found, Words("重新加载（:reload），或改回去", "reload them (:reload), or change them back")
    if rules.lock is not None and facts.now < rules.lock.until < facts.peak.ends:
        until = moment(rules.lock.until)
        found = Words(
            f"规则锁定只到 {until}，高峰未完", f"the rules are locked until {until} only, before the peak ends"
        )
        return found, Words("锁到高峰之后", "lock them past the peak")
    return None
