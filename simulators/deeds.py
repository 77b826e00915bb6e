"""What people and alerts did in a drill, read from its journal: each with the number of its entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from feeds.journal import Entry


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that somebody did at the desk. `at` in seconds since the scenario's start.

    `deed`, `playbook`, `values` and `verbs` are what `simulators.objectives.Act` asks about.
    """

    entry: int
    at: float
    who: str
    deed: str
    playbook: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    verbs: tuple[str, ...] = ()
    alert: str = ""
    """The alert that it is about, by its id; empty where none is named."""
    noted: bool = False
    """Whether there are words with it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One alert from its first firing: `until` is when it was over, None where it was not. Muted ones are left out."""

    entry: int
    alert: str
    rule: str
    key: str
    at: float
    until: float | None = None
    taken: Done | None = None
    """The first acknowledgement."""

    @property
    def site(self) -> str:
        """The site of its row."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Course:
    """One run of a playbook. `due` is when it had to end at the latest, None where it was never in force."""

    run: str
    playbook: str
    entry: int
    started: float
    due: float | None = None
    reverting: float | None = None
    ended: float | None = None
    end: str = ""
    """`reverted`, `failed` or `closed`; empty while it is not over."""
    entries: tuple[int, ...] = ()


def in_order(entries: Iterable[Entry], started: float) -> list[tuple[Entry, float]]:
    """Entries with their times in seconds since `started` (epoch seconds)."""
    return [(entry, entry.at_ns / 1e9 - started) for entry in entries]


def alerts_shown(entries: Iterable[Entry], started: float) -> tuple[Shown, ...]:
    """Every alert that fired and was not muted, in the order of their first firing."""
    found: dict[str, Shown] = {}
    for entry, at in in_order((e for e in entries if e.kind == "alert"), started):
        body = entry.body
        alert, to = str(body["id"]), str(body["to"])
        shown = found.get(alert)
        if to == "firing" and shown is None:
            if not body.get("inhibited") and not body.get("silenced"):
                found[alert] = Shown(entry.number, alert, str(body["rule"]), str(body["key"]), at)
        elif shown is None:
            continue
        elif to in ("resolved", "inactive"):
            found[alert] = replace(shown, until=at)
        elif to == "acknowledged" and shown.taken is None:
            found[alert] = replace(shown, taken=_acknowledgement(entry, at))
    return tuple(found.values())


def deeds(entries: Iterable[Entry], started: float) -> tuple[Done, ...]:
    """What people did, in the order of the journal."""
    entries = list(entries)
    verbs: dict[str, list[str]] = {}
    for entry in entries:
        if entry.kind in ("playbook.intent", "playbook.task"):
            verbs.setdefault(str(entry.body["run"]), []).append(str(entry.body["verb"]))
    found = [_deed(entry, at, verbs) for entry, at in in_order(entries, started)]
    return tuple(one for one in found if one is not None)


def _deed(entry: Entry, at: float, verbs: Mapping[str, list[str]]) -> Done | None:
    body, who = entry.body, entry.actor
    if entry.kind == "alert" and body.get("to") == "acknowledged":
        return _acknowledgement(entry, at)
    if entry.kind == "silence.begun":
        return Done(entry.number, at, who, "silence", values=_plain(body.get("matcher")), noted=bool(body.get("note")))
    if entry.kind in ("note", "handover.offered", "playbook.note", "playbook.notice"):
        text = str(body.get("text") or body.get("note") or "")
        return Done(entry.number, at, who, "note", values={"text": text}, noted=True)
    if entry.kind == "handover.accepted":
        given = {"from": str(body.get("from") or ""), "runs": float(len(body.get("runs", ())))}
        return Done(entry.number, at, who, "handover", values=given, noted=True)
    if entry.kind in ("playbook.started", "playbook.proposed"):
        run, values = str(body["run"]), _plain(body.get("params"))
        sent = tuple(dict.fromkeys(verbs.get(run, ())))
        return Done(
            entry.number, at, who, "run", str(body["playbook"]), values, sent, alert=str(body.get("alert") or "")
        )
    if entry.kind == "playbook.reverting" and body.get("why") in ("key", "cancelled"):
        return Done(entry.number, at, who, "revert", str(body["playbook"]))
    if entry.kind == "playbook.renewed":
        return Done(entry.number, at, who, "renew", str(body["playbook"]))
    return None


def _acknowledgement(entry: Entry, at: float) -> Done:
    body = entry.body
    key, note = str(body["key"]), _note_of(str(body.get("reason", "")))
    values = {"rule": body["rule"], "key": key, "site": key.partition("/")[0], "alert": body["id"], "note": note}
    return Done(entry.number, at, entry.actor, "acknowledge", "", values, (), str(body["id"]), bool(note))


def courses(entries: Iterable[Entry], started: float) -> tuple[Course, ...]:
    """Every run, in the order in which they began."""
    found: dict[str, Course] = {}
    for entry, at in in_order((e for e in entries if e.kind.startswith("playbook.")), started):
        kind, run = entry.kind.removeprefix("playbook."), str(entry.body.get("run", ""))
        if run not in found:
            found[run] = Course(run, str(entry.body.get("playbook", "")), entry.number, at)
        found[run] = _followed(found[run], kind, entry, at, started)
    return tuple(found.values())


def _followed(course: Course, kind: str, entry: Entry, at: float, started: float) -> Course:
    until = entry.body.get("until")
    if kind in ("verified", "renewed") and isinstance(until, int | float):
        course = replace(course, due=float(until) - started)
    elif kind == "reverting" and course.reverting is None:
        course = replace(course, reverting=at)
    elif kind in ("reverted", "closed") or (kind == "failed" and "step" not in entry.body):
        course = replace(course, ended=at, end=kind)
    else:
        return course
    return replace(course, entries=(*course.entries, entry.number))


def _note_of(reason: str) -> str:
    """The note in the reason of an acknowledgement, which says `who: note`, or who alone."""
    return reason.partition(": ")[2]


def _plain(value: object) -> dict[str, object]:
    return {str(name): one for name, one in value.items()} if isinstance(value, Mapping) else {}
