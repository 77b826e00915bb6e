"""One causal record out of the journal: alert → plan → approvals → steps → effect, each with what it was decided on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feeds.errors import InputError
from feeds.journal import Entry
from feeds.journal_reading import matching

_PLAN = frozenset({"playbook.proposed", "playbook.started"})
_APPROVALS = frozenset({"playbook.approved", "playbook.broke_glass"})
_EFFECT = frozenset(
    {
        "playbook.verified",
        "playbook.checked",
        "playbook.renewed",
        "playbook.reverting",
        "playbook.reverted",
        "playbook.failed",
        "playbook.closed",
        "playbook.lapsed",
        "playbook.contradicted",
    }
)
NEAREST = 3


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: its plan as it was shown, who approved it, what was done, and what came of it, as entries."""

    run: str
    playbook: str
    alert: str
    plan: tuple[Entry, ...] = ()
    approvals: tuple[Entry, ...] = ()
    steps: tuple[Entry, ...] = ()
    effect: tuple[Entry, ...] = ()

    @property
    def approved_by(self) -> tuple[str, ...]:
        """Who confirmed the plan, the person that started it first."""
        return tuple(dict.fromkeys(entry.actor for entry in (*self.plan, *self.approvals)))


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An alert, what was told of it, and the runs that answered it; or one run alone, where it answered none."""

    alert: str = ""
    changes: tuple[Entry, ...] = ()
    notices: tuple[Entry, ...] = ()
    runs: tuple[RunRecord, ...] = field(default=())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry of it, in the order of the journal."""
        parts = [*self.changes, *self.notices]
        for run in self.runs:
            parts += [*run.plan, *run.approvals, *run.steps, *run.effect]
        return tuple(sorted(parts, key=lambda entry: entry.number))


def record_of(journal: Path, target: str) -> AuditRecord:
    """What the journal has of an alert or a run, by its id. Raises InputError where it has nothing of that name."""
    named = [e for e in matching(journal, "instr(body, ?)", (f'"{target}',)) if _about(e, target)]
    runs = dict.fromkeys(str(e.body["run"]) for e in named if e.kind in _PLAN)
    alert = next((str(e.body.get("alert") or "") for e in named if e.kind in _PLAN), "")
    if any(e.kind == "alert" and e.body.get("id") == target for e in named):
        alert = target
    if not named or not (alert or runs):
        raise InputError(str(journal), f"there is no alert and no run {target[:80]!r} in this journal", _near(journal))
    if alert and alert != target:
        changes = [e for e in matching(journal, "instr(body, ?)", (f'"{alert}',)) if _about(e, alert)]
    else:
        changes = named if alert else []
    return AuditRecord(
        alert,
        tuple(e for e in changes if e.kind == "alert"),
        tuple(e for e in changes if e.kind == "notice.sent"),
        tuple(_run_record(journal, run) for run in runs),
    )


def _about(entry: Entry, target: str) -> bool:
    """Whether an entry is about an alert or a run of this id, and does not only have the text somewhere."""
    body = entry.body
    if entry.kind == "notice.sent":  # a notice is called after its alert and a number
        return any(str(notice).rpartition(".")[0] == target for notice in body.get("notices", ()))
    return target in (body.get("id"), body.get("run"), body.get("alert"))


def _run_record(journal: Path, run: str) -> RunRecord:
    found = matching(journal, "kind LIKE 'playbook.%' AND instr(body, ?)", (f'"{run}"',))
    entries = [entry for entry in found if entry.body.get("run") == run]
    first = entries[0].body
    known = _PLAN | _APPROVALS | _EFFECT
    return RunRecord(
        run,
        str(first.get("playbook", "")),
        str(first.get("alert") or ""),
        _of(entries, _PLAN),
        _of(entries, _APPROVALS),
        tuple(entry for entry in entries if entry.kind not in known),
        _of(entries, _EFFECT),
    )


def _of(entries: Iterable[Entry], kinds: frozenset[str]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.kind in kinds)


def _near(journal: Path) -> str:
    ids: dict[str, None] = {}
    for entry in matching(journal, "kind IN ('alert', 'playbook.started')", ()):
        ids[str(entry.body.get("run") or entry.body.get("id"))] = None
    newest = list(ids)[-NEAREST:]
    return f"the id of an alert or a run, the newest: {', '.join(newest)}" if newest else "the id of an alert or a run"


def chosen(
    journal: Path, actor: str = "", since_ns: int | None = None, until_ns: int | None = None, most: int = 0
) -> Sequence[Entry]:
    """The entries of a person, a rule or the desk, in a span of time, oldest first; with `most` the newest of them."""
    from collections import deque

    conditions, values = ["1"], list[str | int]()
    for text, value in (("actor = ?", actor or None), ("at_ns >= ?", since_ns), ("at_ns < ?", until_ns)):
        if value is not None:
            conditions.append(text)
            values.append(value)
    return deque(matching(journal, " AND ".join(conditions), values), maxlen=most or None)


def as_dict(record: AuditRecord) -> dict[str, Any]:
    """The record as plain data for JSON, each part with the numbers and hashes of its entries."""
    return {
        "alert": record.alert or None,
        "changes": [entry_as_dict(entry) for entry in record.changes],
        "notices": [entry_as_dict(entry) for entry in record.notices],
        "runs": [
            {
                "run": run.run,
                "playbook": run.playbook,
                "alert": run.alert or None,
                "approved_by": list(run.approved_by),
                **{
                    part: [entry_as_dict(entry) for entry in getattr(run, part)]
                    for part in ("plan", "approvals", "steps", "effect")
                },
            }
            for run in record.runs
        ],
    }


def entry_as_dict(entry: Entry) -> dict[str, Any]:
    """One entry as plain data; `at` in seconds since the epoch."""
    body: Mapping[str, Any] = entry.body
    plain = {"seq": entry.number, "at": entry.at_ns / 1e9, "kind": entry.kind, "by": entry.actor}
    return {**plain, "body": body, "hash": entry.hash}
