"""The sections of a handover, in the order in which whoever comes in needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from alerts.alert import Alert, gravest_first
from console.format import clock_minutes, duration
from console.handover.gathered import Gathered
from console.handover.page import Item, Page, Section
from console.promises import whole_ledger
from playbooks.ledger import LedgerLine
from playbooks.run import FINAL, RunState, RunView
from playbooks.words import Words

MOST_ALERTS = 40
"""Of more alerts than this, those that need a person least are counted and not listed."""

NOTES_SHOWN = 20

_STATES: dict[RunState, Words] = {
    RunState.PROPOSED: Words("待批准", "waits for approval"),
    RunState.RUNNING: Words("执行中", "running"),
    RunState.VERIFYING: Words("待看板确认", "waits to be seen on the board"),
    RunState.ACTIVE: Words("生效中", "in force"),
    RunState.REVERTING: Words("还原中", "on its way back"),
    RunState.UNKNOWN: Words("结果未知", "outcome unknown"),
    RunState.ASKING: Words("等待答复", "waits for an answer"),
}


def page_of(found: Gathered, zone: tzinfo | None) -> Page:
    """The handover of what was gathered, times of day in `zone`."""
    write, when = _Writer(found, zone), clock_minutes(found.at, zone)
    lines, runs = whole_ledger(found.runs, found.shift, found.at), found.runs
    parts: tuple[tuple[str, str, str, str, str, tuple[Item, ...]], ...] = (
        ("overdue", "逾期未还", "Overdue", "无", "nothing", write.overdue(runs)),
        ("asking", "等待人答复", "Waiting for somebody", "无", "nothing", write.asking(runs)),
        ("alerts", "未了告警", "Open alerts", "无告警", "no alerts", write.alerts(found.alerts)),
        ("borrowed", "借调待还", "People due back", "无", "nobody", write.ledger(lines, "borrowed")),
        ("switched", "已调整待还原", "Switched on, goes back", "无", "nothing", write.ledger(lines, "switched")),
        ("promised", "对商家与基地的承诺", "Promises", "无", "none", write.ledger(lines, "promised")),
        ("runs", "在执行的预案", "Running playbooks", "无", "none", write.runs(runs)),
        ("unknown", "状态未知的基地", "Sites unknown", "无", "none", write.unknown()),
        ("silences", "静默", "Silences", "无", "none", write.silences()),
        ("notes", "班次记录", "Notes of the shift", "无记录", "none", write.notes()),
    )
    return Page(
        found.at,
        Words(f"交接班 · {found.title.zh} · {when}", f"Handover · {found.title.en} · {when}"),
        write.standing(),
        tuple(Section(name, Words(zh, en), items, Words(no_zh, no_en)) for name, zh, en, no_zh, no_en, items in parts),
    )


@dataclass(frozen=True)
class _Writer:
    """Writes sentences: names of sites and times of day are its business."""

    found: Gathered
    zone: tzinfo | None

    def time(self, at: float) -> str:
        return clock_minutes(at, self.zone)

    def standing(self) -> Item:
        shift, now = self.found.shift, self.found.at
        offer, held = shift.offer, shift.accepted
        data = {
            "holder": held.who if held else None,
            "held_since": held.at if held else None,
            "offered_by": offer.who if offer else None,
            "offered_at": offer.at if offer else None,
            "note": offer.note if offer else None,
        }
        if offer is not None:
            when, ago = self.time(offer.at), duration(now - offer.at)
            zh = f"{offer.who} 于 {when} 提出交班（{ago} 前），等待接班" + (f"：{offer.note}" if offer.note else "")
            en = f"offered by {offer.who} at {when}, {ago} ago, and not accepted yet"
            return Item(Words(zh, en + (f": {offer.note}" if offer.note else "")), "warning", data=data)
        if held is not None:
            source_zh = f"，接自 {held.offered_by}" if held.offered_by else ""
            source_en = f", from {held.offered_by}" if held.offered_by else ""
            when = self.time(held.at)
            return Item(
                Words(f"{held.who} 于 {when} 接班{source_zh}", f"{held.who} has it since {when}{source_en}"),
                "good",
                data=data,
            )
        return Item(Words("尚无交接记录", "no handover has been accepted yet"), "dim", data=data)

    def places(self, sites: Iterable[str]) -> Words:
        names = [self.found.name(site) for site in sites]
        return Words("·".join(name.zh for name in names), "·".join(name.en for name in names))

    def overdue(self, runs: Sequence[RunView]) -> tuple[Item, ...]:
        found = []
        for run in runs:
            if run.overdue is not None:
                late, places = duration(self.found.at - run.overdue), self.places(run.sites)
                asks = run.question or Words("", "")
                zh = f"{run.title.zh} {places.zh}：应于 {self.time(run.overdue)} 还原，已逾期 {late}。{asks.zh}"
                en = f"{run.title.en} {places.en}: due back at {self.time(run.overdue)}, {late} overdue. {asks.en}"
                found.append(Item(Words(zh, en), "critical", run=run.id, data=_run_data(run)))
        return tuple(found)

    def asking(self, runs: Sequence[RunView]) -> tuple[Item, ...]:
        found = []
        for run in runs:
            waits = run.question is not None and run.overdue is None
            if waits or run.state is RunState.PROPOSED:
                asks = run.question or Words("等待另一人批准", "waits for one more person to approve")
                places = self.places(run.sites)
                words = Words(f"{run.title.zh} {places.zh}：{asks.zh}", f"{run.title.en} {places.en}: {asks.en}")
                found.append(Item(words, "warning", run=run.id, data={**_run_data(run), "choices": list(run.choices)}))
        return tuple(found)

    def alerts(self, alerts: Sequence[Alert]) -> tuple[Item, ...]:
        def need(alert: Alert) -> tuple[bool, tuple[int, float, str, str]]:
            return alert.acknowledged is not None or bool(alert.silenced), gravest_first(alert)

        standing = sorted((one for one in alerts if one.state == "firing" and not one.inhibited), key=need)
        items = [self._alert(alert) for alert in standing[:MOST_ALERTS]]
        more = len(standing) - MOST_ALERTS
        if more > 0:
            data = {"more": more}
            items.append(Item(Words(f"另有 {more} 条", f"and {more} more"), "dim", data=data))
        return tuple(items)

    def _alert(self, alert: Alert) -> Item:
        since = alert.fired_at if alert.fired_at is not None else alert.since
        taken, age = alert.acknowledged, duration(self.found.at - since)
        zh = f"[{_SEVERITY.get(alert.severity, alert.severity)}] {alert.message_zh or alert.title_zh}，已 {age}"
        en = f"[{alert.severity}] {alert.message_en or alert.title_en}, for {age}"
        if taken is not None:
            note = f"（{taken.note}）" if taken.note else ""
            zh, en = (
                f"{zh}，{taken.who} 已接手{note}",
                f"{en}, taken by {taken.who}" + (f" ({taken.note})" if taken.note else ""),
            )
        else:
            zh, en = f"{zh}，无人接手", f"{en}, taken by nobody"
        if alert.silenced:
            zh, en = f"{zh}，已静默", f"{en}, silenced"
        tone = "dim" if taken is not None or alert.silenced else str(alert.severity)
        data = {
            "id": alert.id,
            "rule": alert.rule,
            "key": alert.key,
            "severity": alert.severity,
            "since": since,
            "taken_by": taken.who if taken else None,
            "owner": alert.owner or None,
        }
        return Item(Words(zh, en), tone, alert=alert.id, data=data)

    def ledger(self, lines: Sequence[LedgerLine], kind: str) -> tuple[Item, ...]:
        return tuple(self._ledger_line(one) for one in lines if one.kind == kind)

    def _ledger_line(self, one: LedgerLine) -> Item:
        now, words = self.found.at, one.words
        since = self.time(one.since) if one.since is not None else "–"
        if one.until is not None:
            left, until = duration(one.until - now), self.time(one.until)
            asks_zh, asks_en = ("，到时询问", ", asks then") if one.on_expiry == "ask" else ("", "")
            zh, en = f"{until} 还（剩 {left}）{asks_zh}", f"back at {until}, in {left}{asks_en}"
        else:
            zh, en = "何时还待定", "when it ends is somebody's to decide"
        when_zh, when_en = (f"；或当 {one.ends_when}", f"; or when {one.ends_when}") if one.ends_when else ("", "")
        said = Words(
            f"{words.zh}：{one.who} 自 {since}，{zh}{when_zh}", f"{words.en}: by {one.who} since {since}, {en}{when_en}"
        )
        data = {
            "run": one.run,
            "playbook": one.playbook,
            "sites": list(one.sites),
            "by": one.who,
            "since": one.since,
            "until": one.until,
            "ends_when": one.ends_when or None,
            "on_expiry": one.on_expiry,
            "overdue": one.overdue,
        }
        return Item(said, "critical" if one.overdue is not None else "", run=one.run, data=data)

    def runs(self, runs: Sequence[RunView]) -> tuple[Item, ...]:
        return tuple(self._run(run) for run in runs if run.state not in FINAL)

    def _run(self, run: RunView) -> Item:
        state, places = _STATES.get(run.state, Words(str(run.state), str(run.state))), self.places(run.sites)
        zh = f"{run.title.zh} {places.zh} ({run.id})：{state.zh}，{run.who} 于 {self.time(run.proposed)}"
        en = f"{run.title.en} {places.en} ({run.id}): {state.en}, by {run.who} at {self.time(run.proposed)}"
        if run.check_due is not None:
            at = self.time(run.check_due)
            zh, en = f"{zh}，{at} 核对效果", f"{en}, checked at {at}"
        if run.next:
            zh, en = f"{zh}，未达预期，建议 {run.next}", f"{en}, brings too little: try {run.next}"
        return Item(Words(zh, en), "", run=run.id, data=_run_data(run))

    def unknown(self) -> tuple[Item, ...]:
        words = {word.site: word for word in self.found.words}
        found = []
        for one in self.found.unknown:
            name, word = self.found.name(one.site), words.get(one.site)
            zh, en = name.zh, name.en
            if one.since is not None:
                zh, en = f"{zh}，自 {self.time(one.since)}", f"{en}, since {self.time(one.since)}"
            if word is not None:
                up_zh, up_en = ("正常", "up") if word.up else ("停摆", "down")
                zh = f"{zh}；{word.who} {self.time(word.at)} 电话确认现场{up_zh} {word.note}".rstrip()
                en = f"{en}; by phone at {self.time(word.at)} {word.who} heard that its floor is {up_en} {word.note}"
            data = {"site": one.site, "since": one.since, "phoned": word.up if word is not None else None}
            found.append(Item(Words(zh, en.rstrip()), "unknown", data=data))
        return tuple(found)

    def silences(self) -> tuple[Item, ...]:
        found = []
        for one in self.found.silences:
            what = ", ".join((*one.matcher.rules, *one.matcher.keys, *one.matcher.sites)) or "*"
            until, note = self.time(one.until), f"（{one.note}）" if one.note else ""
            zh = f"{what} 至 {until}，{one.author}{note}"
            en = f"{what} until {until}, by {one.author}" + (f" ({one.note})" if one.note else "")
            data = {"id": one.id, "until": one.until, "by": one.author, "note": one.note or None}
            found.append(Item(Words(zh, en), "dim", data=data))
        return tuple(found)

    def notes(self) -> tuple[Item, ...]:
        kept = self.found.shift.notes[-NOTES_SHOWN:]
        return tuple(
            Item(
                Words(f"{self.time(note.at)} {note.who}：{note.text}", f"{self.time(note.at)} {note.who}: {note.text}"),
                data={"at": note.at, "by": note.who, "text": note.text},
            )
            for note in kept
        )


_SEVERITY = {"critical": "严重", "warning": "警告", "info": "提示"}


def _run_data(run: RunView) -> dict[str, object]:
    return {
        "run": run.id,
        "playbook": run.playbook,
        "state": str(run.state),
        "by": run.who,
        "sites": list(run.sites),
        "since": run.since,
        "until": run.until,
        "overdue": run.overdue,
        "alert": run.alert or None,
    }
