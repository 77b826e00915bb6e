"""What the report of a drill says, as headings and tables that HTML and Markdown both draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from console.rehearsal import Rehearsal
from feeds.journal import Entry
from simulators.deeds import alerts_shown, deeds
from simulators.scenario import Scenario
from simulators.scoring_part import Part, spoken
from simulators.suffering import harm

PART_NAMES = {
    "customers": ("客户", "Customers"),
    "detect": ("发现用时", "Time to detect"),
    "act": ("首个正确动作", "First right act"),
    "reversal": ("还原纪律", "Reversal discipline"),
    "log": ("记录与交接", "Log and handover"),
}

CHOICE_NAMES = {
    "none": ("无人处置", "nobody decides"),
    "auto": ("内置席位", "the built-in player"),
    "file": ("决策脚本", "a script of decisions"),
    "recorded": ("按录制", "as recorded"),
}

MOST_ALERTS = 200
"""Alerts in the timeline; of more, the first ones."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a table; `note` stands above the table."""

    zh: str
    en: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    note: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Content:
    """The whole report but for its chart."""

    title: tuple[str, str]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def report_content(scenario: Scenario, run: Rehearsal, choice: str, other: Rehearsal | None) -> Content:
    """What is to be said of a drill, `other` being the same seed with nobody at the desk."""
    report = run.report
    total = report["score"]["total"]
    points = "–" if total["points"] is None else f"{total['points']:g} / {total['of']:g}"
    facts = (
        ("场景 Scenario", f"{scenario.id} · {scenario.title.zh} · {scenario.title.en}"),
        ("种子 Seed", str(report["seed"])),
        ("时长 Length", f"{report['minutes']:g} min"),
        ("开始 Starts", scenario.starts.isoformat()),
        ("决策 Decisions", " · ".join(CHOICE_NAMES[choice])),
        ("得分 Score", points + _unknown(total["unknown"])),
    )
    sections = [_score(run), _traces(run), *_compared(run, other), _clocks(report["clocks"]), _sites(report["sites"])]
    sections += [_timeline(scenario, run), _cited(scenario, run)]
    return Content((f"演练报告：{scenario.title.zh}", f"Drill report: {scenario.title.en}"), facts, tuple(sections))


def local(scenario: Scenario, seconds: float) -> str:
    """The local time of day so many seconds after the start."""
    return (scenario.starts + timedelta(seconds=round(seconds))).strftime("%H:%M:%S")


def _unknown(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f"（未知 unknown: {', '.join(' '.join(PART_NAMES[name]) for name in names)}）"


def _numbers(entries: Sequence[int], most: int = 12) -> str:
    shown = ", ".join(f"#{number}" for number in entries[:most])
    return shown + (f" … ({len(entries)})" if len(entries) > most else "")


def _score(run: Rehearsal) -> Section:
    rows = [(" ".join(PART_NAMES[name]), _points(part), f"{part.of:g}", _why(part)) for name, part in _parts(run)]
    return Section("得分", "Score", (("项", "part"), ("得分", "points"), ("满分", "of"), ("说明", "")), tuple(rows))


def _parts(run: Rehearsal) -> Iterable[tuple[str, Part]]:
    return run.score.parts.items()


def _points(part: Part) -> str:
    return f"{part.points:.1f}" if part.points == part.points else "–"


def _why(part: Part) -> str:
    if part.points == part.points:
        return ""
    return f"{part.why_zh} · {part.why_en}"


def _traces(run: Rehearsal) -> Section:
    rows = [
        (" ".join(PART_NAMES[name]), finding.zh, finding.en, _numbers(finding.entries))
        for name, part in _parts(run)
        for finding in part.findings
    ]
    columns = (("项", "part"), ("依据", ""), ("", "because"), ("日志条目", "journal entries"))
    return Section("得分依据", "What the score is made of", columns, tuple(rows))


def _compared(run: Rehearsal, other: Rehearsal | None) -> Iterator[Section]:
    if other is None:
        return
    rows = [
        (zh, en, f"{mine:{form}}", f"{theirs:{form}}", f"{mine - theirs:+{form}}")
        for zh, en, mine, theirs, form in _measures(run, other)
    ]
    columns = (
        ("量", ""),
        ("", "measure"),
        ("本次", "this drill"),
        ("无人处置", "nobody decides"),
        ("差", "difference"),
    )
    note = ("同一种子：同样的客户到来。", "The same seed: the same customers arrive.")
    yield Section("另一种选择", "What the other choice would have given", columns, tuple(rows), note)


def _measures(run: Rehearsal, other: Rehearsal) -> Iterator[tuple[str, str, float, float, str]]:
    mine, theirs = harm(run.suffered), harm(other.suffered)
    names = (
        ("综合损害", "harm", "whole"),
        ("超时率", "late share", "late"),
        ("放弃率", "abandoned share", "abandoned"),
        ("销售损失率", "share of sales lost", "sales"),
    )
    for zh, en, name in names:
        yield zh, en, getattr(mine, name), getattr(theirs, name), ".2%"
    pairs = ((one.suffered.counts["abandoned"], one.suffered.lost_sales) for one in (run, other))
    (gone, lost), (gone_then, lost_then) = pairs
    yield "放弃", "abandoned", float(gone.sum()), float(gone_then.sum()), ",.0f"
    yield "损失销售额 ¥", "sales lost, CNY", float(lost.sum()), float(lost_then.sum()), ",.0f"
    yield (
        "客户得分",
        "points for customers",
        run.score.parts["customers"].points,
        other.score.parts["customers"].points,
        ".2f",
    )


def _clocks(rows: Sequence[dict[str, Any]]) -> Section:
    shown = tuple(
        (
            f"{row['zh']} · {row['en']}",
            "全网 network" if row["site"] == "*" else row["site"],
            f"{row['late']:,.0f}",
            f"{row['met'] + row['late']:,.0f}",
            f"{row['rate']:.1%}",
            "–" if row["target"] is None else f"{row['target']:.0%}",
            "–" if row["budget"] is None else f"{row['budget']:,.0f}",
            {None: "–", True: "✖ 破线 breached", False: "● 达标 kept"}[row["breached"]],
        )
        for row in rows
    )
    columns = (
        ("时钟", "clock"), ("范围", "where"), ("超时", "late"), ("计入", "assessed"), ("比率", "rate"),
        ("目标", "target"), ("预算余额", "budget left"), ("状态", "state"),
    )  # fmt: skip
    return Section("时钟与预算", "Clocks and budgets", columns, shown)


def _sites(rows: Sequence[dict[str, Any]]) -> Section:
    names = ("offered", "answered", "abandoned", "timed_out", "bot_contained", "open")
    columns = (("基地", "site"), ("进线", "offered"), ("接起", "answered"), ("放弃", "abandoned"),
               ("离队", "let go"), ("机器人解决", "contained"), ("未了", "open"))  # fmt: skip
    shown = tuple((str(row["site"]), *(f"{row.get(name, 0):,}" for name in names)) for row in rows)
    note = ("自预热开始计数。", "Counted from the beginning of the warm-up.")
    return Section("基地", "Sites", columns, shown, note)


def _timeline(scenario: Scenario, run: Rehearsal) -> Section:
    lines: list[tuple[float, int, str, str, str]] = []
    for one in alerts_shown(run.entries, run.started)[:MOST_ALERTS]:
        ended = "–" if one.until is None else spoken(one.until - one.at)
        lines.append((one.at, one.entry, "▲ 告警 alert", f"{one.rule} {one.key} ({ended})", ""))
    for done in deeds(run.entries, run.started):
        about = done.playbook or " ".join(str(done.values.get(name, "")) for name in ("rule", "key"))
        lines.append((done.at, done.entry, f"◆ {_DEEDS.get(done.deed, done.deed)}", about.strip(), done.who))
    rows = tuple((local(scenario, at), f"#{entry}", what, about, who) for at, entry, what, about, who in sorted(lines))
    columns = (("时间", "time"), ("条目", "entry"), ("事", "what"), ("内容", "about"), ("谁", "who"))
    return Section("告警与决策", "Alerts and decisions", columns, rows)


_DEEDS = {
    "run": "启动预案 run",
    "revert": "还原 revert",
    "renew": "续期 renew",
    "acknowledge": "接手 acknowledge",
    "silence": "静默 silence",
    "note": "记录 note",
}


def _cited(scenario: Scenario, run: Rehearsal) -> Section:
    wanted = {number for _, part in _parts(run) for finding in part.findings for number in finding.entries}
    rows = tuple(
        (f"#{entry.number}", local(scenario, entry.at_ns / 1e9 - run.started), entry.kind, entry.actor, _gist(entry))
        for entry in run.entries
        if entry.number in wanted
    )
    columns = (("条目", "entry"), ("时间", "time"), ("类", "kind"), ("谁", "actor"), ("内容", "gist"))
    note = (
        "得分所引的日志条目，哈希前十二位在最后。",
        "The journal entries that the score cites, with the first twelve digits of their hashes.",
    )
    return Section("所引日志", "Journal entries cited", columns, rows, note)


def _gist(entry: Entry) -> str:
    body = entry.body
    about = " ".join(str(body[name]) for name in ("rule", "key", "to", "playbook", "run") if body.get(name))
    return f"{about} {entry.hash[:12]}".strip()
