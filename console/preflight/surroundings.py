"""Preflight of the desk itself: what is open already, receivers of notices, the journal, this machine, its terminal."""

from __future__ import annotations

import math

from console.preflight.check import NOTHING, Check, Detail, Verdict, names, of_verdict, worst
from console.preflight.facts import PreflightFacts, ReceiverFacts
from console.preflight.words import both, moment, size
from playbooks.run import FINAL, RunState, RunView
from playbooks.words import Words

ROOM_WARN, ROOM_NO_GO = 2.0 * 2**30, 200.0 * 2**20
"""Free bytes beside the journal. A day with storms writes some hundred MB; a recording beside it several GB."""

MEMORY = ":memory:"


def check_alerts(facts: PreflightFacts) -> Check:
    """Alerts that stand already, and whether somebody has them."""
    title = Words("已有告警", "Open alerts")
    standing = [a for a in facts.view.alerts if a.state == "firing" and not a.inhibited and a.severity != "info"]
    free = [alert for alert in standing if alert.acknowledged is None]
    critical = [alert for alert in free if alert.severity == "critical"]
    if not standing:
        return Check("alerts", title, "go", Words("没有", "none"))
    zh = f"{len(standing)} 条，其中 {len(free)} 条无人认领（严重 {len(critical)}）"
    en = f"{len(standing)} stand, {len(free)} of them with nobody ({len(critical)} critical)"
    verdict: Verdict = "warn" if free else "go"
    details = tuple(
        Detail(a.id, both(a.key), "warn" if a.acknowledged is None else "go", Words(a.message_zh, a.message_en))
        for a in standing[:20]
    )
    todo = Words("高峰前处理或认领（a）", "deal with them before the peak, or take them on (a)")
    return Check("alerts", title, verdict, Words(zh, en), todo if free else NOTHING, details)


def check_runs(facts: PreflightFacts) -> Check:
    """Runs that wait for a person, or that end in the middle of the peak."""
    details = [_run(run, facts) for run in facts.view.runs if run.state not in FINAL]
    title = Words("执行中的预案", "Open runs")
    if not details:
        return Check("runs", title, "go", Words("没有", "none"))
    verdict = worst(detail.verdict for detail in details)
    listed = names(of_verdict(details, verdict))
    found = Words(f"{len(details)} 个：{listed.zh}", f"{len(details)}: {listed.en}")
    todo = Words("回答、还原或延长到高峰之后（p）", "answer, undo, or keep past the peak (p)")
    return Check("runs", title, verdict, found, NOTHING if verdict == "go" else todo, tuple(details))


def _run(run: RunView, facts: PreflightFacts) -> Detail:
    name = Words(f"{run.title.zh or run.playbook} {run.id}", f"{run.title.en or run.playbook} {run.id}")
    if run.state in (RunState.ASKING, RunState.UNKNOWN, RunState.PROPOSED):
        return Detail(run.id, name, "warn", Words("等待人答复", "waits for a person"))
    if run.until is not None and facts.peak.overlaps(run.until, run.until + 1.0):
        at = moment(run.until)
        return Detail(
            run.id, name, "warn", Words(f"{at} 在高峰中还原", f"is undone at {at}, in the middle of the peak")
        )
    return Detail(run.id, name, "go", Words("在效", "in force"))


def check_receivers(facts: PreflightFacts) -> Check:
    """Robots and webhooks, by a message that really arrived."""
    title = Words("通知机器人", "Receivers")
    if not facts.receivers:
        if not facts.live:
            return Check("receivers", title, "not_applicable", Words("演练不通知人", "a drill notifies nobody"))
        todo = Words("写一个 notify.yaml", "write a notify.yaml")
        return Check(
            "receivers", title, "warn", Words("没有配置，告警只在屏幕上", "none: alerts are on the screen only"), todo
        )
    details = tuple(_receiver(receiver) for receiver in facts.receivers)
    verdict = worst(detail.verdict for detail in details)
    good = len(of_verdict(details, "go"))
    zh, en = f"{good}/{len(details)} 个送达", f"{good} of {len(details)} got the message"
    todo = NOTHING
    if verdict == "unknown":
        listed = names(of_verdict(details, verdict))
        zh, en = f"未测试：{listed.zh}", f"not tested: {listed.en}"
        todo = Words(
            "按 t 测试（会发一条消息），或去掉 --no-robots",
            "test them with t (it sends a message), or without --no-robots",
        )
    elif verdict == "no_go":
        listed = names(of_verdict(details, verdict))
        zh, en = f"{zh}；失败：{listed.zh}", f"{en}; failed: {listed.en}"
        todo = Words(
            "检查地址、密钥与机器人的安全设置", "check its address, its secret and the robot's security settings"
        )
    return Check("receivers", title, verdict, Words(zh, en), todo, details)


def _receiver(receiver: ReceiverFacts) -> Detail:
    verdict: Verdict = "unknown" if receiver.passed is None else "go" if receiver.passed else "no_go"
    return Detail(receiver.name, both(receiver.name), verdict, receiver.said)


def check_journal(facts: PreflightFacts) -> Check:
    """Whether the journal can be written, and has room for the day."""
    title, journal = Words("日志", "Journal"), facts.journal
    error = facts.view.journal.error or (journal.error if journal is not None else "")
    if error:
        todo = Words("修复权限或磁盘；写不了就不能启动预案", "mend rights or disk: without it no playbook can start")
        return Check("journal", title, "no_go", both(error), todo)
    if journal is None or journal.path == MEMORY:
        if facts.live:
            todo = Words("检查 dutydeck.yaml 的 journal", "see journal in dutydeck.yaml")
            return Check("journal", title, "unknown", Words("未知", "not known"), todo)
        return Check("journal", title, "not_applicable", Words("演练只在内存", "a drill keeps it in memory"))
    verdict, todo = _room(journal.free_bytes)
    found = Words(f"{journal.path}，余 {size(journal.free_bytes)}", f"{journal.path}, {size(journal.free_bytes)} free")
    if verdict == "go" and journal.problem:
        verdict, found = "warn", both(journal.problem)
        todo = Words("值班台重启后会从头开始", "a desk that starts on it begins anew")
    elif verdict == "go" and facts.live and journal.at_work is False:
        verdict, todo = "warn", Words("启动值班台：dutydeck", "start the desk: dutydeck")
        found = Words(f"{found.zh}；没有值班台在用", f"{found.en}; no desk is at work on it")
    return Check("journal", title, verdict, found, todo)


def _room(free: float) -> tuple[Verdict, Words]:
    verdict: Verdict = "go" if free >= ROOM_WARN else "warn" if free >= ROOM_NO_GO else "no_go"
    verdict = verdict if math.isfinite(free) else "unknown"
    todo = Words("清理磁盘，或把 journal 放到别处", "free the disk, or keep the journal somewhere else")
    return verdict, NOTHING if verdict == "go" else todo


def check_machine(facts: PreflightFacts) -> Check:
    """Time zones, without which assessed hours cannot be told."""
    title, missing = Words("时区数据", "Time zones"), facts.machine.zones_missing
    if missing:
        listed = ", ".join(missing)
        todo = Words("安装系统的 tzdata，或 pip install tzdata", "install the system's tzdata, or pip install tzdata")
        return Check("machine", title, "no_go", Words(f"缺少 {listed}", f"missing: {listed}"), todo)
    return Check("machine", title, "go", Words("齐全", "all there"))


def check_terminal(facts: PreflightFacts) -> Check:
    """Whether the deck can be read here: UTF-8, and 80×24 cells."""
    title, machine = Words("终端", "Terminal"), facts.machine
    if not machine.columns:
        return Check("terminal", title, "not_applicable", Words("这里没有终端", "there is none here"))
    shown = f"{machine.columns}×{machine.rows}, {machine.encoding}"
    if machine.encoding.lower().replace("-", "") != "utf8":
        todo = Words("设 LANG=zh_CN.UTF-8 或 C.UTF-8", "set LANG to C.UTF-8 or zh_CN.UTF-8")
        return Check("terminal", title, "warn", both(shown), todo)
    if machine.columns < 80 or machine.rows < 24:
        todo = Words("把窗口放大到 80×24 以上", "make the window at least 80×24")
        return Check("terminal", title, "warn", both(shown), todo)
    return Check("terminal", title, "go", both(shown))
