"""Flapping: an alert that comes and goes is said to flap, once, and what it settled on is told afterwards.

The measure is that of Nagios (base/flapping.c), with time in place of checks, because figures come whenever they come:
of the last 20 slots of 30 s, the share in which the alert changed, newer ones weighing more (0.75 to 1.25). From 30 %
on it flaps, at 20 % it has settled. Every change stays a transition of its own; only telling people waits. What they
were told last is remembered, so that what happened inside is never lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Any, cast

from alerts.alert import Remark, Transition
from alerts.lifecycle import State
from feeds.shallow import fields_of

Cell = tuple[str, str]
"""(rule, key of the row)."""

_CHANGES = frozenset({"firing", "recovering", "resolved"})
_LIGHTEST, _HEAVIEST = 0.75, 1.25
_FORGET_FROM = 1_024
"""From this many records on, those that say nothing any more are looked for."""


@dataclass(frozen=True, slots=True)
class FlapPolicy:
    """How long a memory, in slots, and from which share of changed slots on an alert flaps and until which."""

    slot_s: float = 30.0
    slots: int = 20
    start: float = 0.30
    stop: float = 0.20


@dataclass(frozen=True, slots=True)
class FlapRecord:
    """The changes of one rule on one row: the slots that had any, oldest first, and the last one."""

    last: Transition
    slots: tuple[int, ...] = ()
    told: str = "resolved"
    """The state that people know of."""
    since: float | None = None
    """Since when it flaps; None when it does not."""


def share_of_changes(slots: Sequence[int], now: float, policy: FlapPolicy) -> float:
    """The weighted share of the policy's slots up to `now` in which something changed."""
    newest = floor(now / policy.slot_s)
    places = [policy.slots - 1 - (newest - slot) for slot in slots]
    each = (_HEAVIEST - _LIGHTEST) / (policy.slots - 1)
    return sum(_LIGHTEST + place * each for place in places if place >= 0) / policy.slots


def changed(record: FlapRecord, change: Transition, policy: FlapPolicy) -> FlapRecord:
    """The record after one more change; it flaps from this change on when there are too many."""
    slot = floor(change.at / policy.slot_s)
    kept = tuple(one for one in record.slots if slot - policy.slots < one < slot)
    after = replace(record, last=change, slots=(*kept, slot))
    if record.since is None and share_of_changes(after.slots, change.at, policy) >= policy.start:
        return replace(after, since=change.at)
    return after if after.since is not None else replace(after, told=change.to_state)


def settles_at(record: FlapRecord, policy: FlapPolicy) -> float | None:
    """When it will have settled if nothing changes any more; None for one that does not flap."""
    if record.since is None:
        return None
    slot = record.slots[-1]
    while share_of_changes(record.slots, slot * policy.slot_s, policy) > policy.stop:
        slot += 1
    return max(slot * policy.slot_s, record.last.at)


class FlapKeeper:
    """The records of all alerts, fed with their transitions in order of time."""

    def __init__(self, policy: FlapPolicy) -> None:
        self._policy = policy
        self._records: dict[Cell, FlapRecord] = {}
        self._settling: dict[Cell, float] = {}
        """Those that flap, and when each has settled if nothing changes; asked for on every frame."""
        self._most = _FORGET_FROM

    def flaps(self, cell: Cell) -> bool:
        """Whether an alert flaps now."""
        return cell in self._settling

    def next_deadline(self) -> float | None:
        """When the next one has settled if nothing changes."""
        return min(self._settling.values(), default=None)

    def take(self, transitions: Sequence[Transition], now: float, *, before: bool) -> list[Transition]:
        """What must be told beside these transitions: what begins to flap, and what has settled by `now`."""
        told: list[Transition] = []
        for one in transitions:
            told.extend(self._settled(one.at, before=True, only=(one.rule, one.key)))
            if one.to_state in _CHANGES:
                told.extend(self._changed(one))
        return told + self._settled(now, before=before)

    def dump(self) -> list[dict[str, Any]]:
        """Plain data that `restore` reads back."""
        return [_plain(self._records[cell]) for cell in sorted(self._records)]

    def dump_of(self, cell: Cell) -> dict[str, Any] | None:
        """One record as in `dump`; None where nothing has changed yet."""
        record = self._records.get(cell)
        return _plain(record) if record is not None else None

    def restore(self, saved: Sequence[Mapping[str, Any]]) -> None:
        """Go on from a dump."""
        for one in saved:
            value = one["last"]["value"]
            last = Transition(**{**one["last"], "value": float("nan") if value is None else value})
            self._keep((last.rule, last.key), FlapRecord(last, tuple(one["slots"]), one["told"], one["since"]))

    def _keep(self, cell: Cell, record: FlapRecord) -> None:
        self._records[cell] = record
        at = settles_at(record, self._policy)
        if at is None:
            self._settling.pop(cell, None)
        else:
            self._settling[cell] = at

    def _changed(self, one: Transition) -> list[Transition]:
        cell = (one.rule, one.key)
        if cell not in self._records and len(self._records) >= self._most:
            self._forget(one.at)
        before = self._records.get(cell, FlapRecord(one))
        after = changed(before, one, self._policy)
        self._keep(cell, after)
        if before.since is not None or after.since is None:
            return []
        share = share_of_changes(after.slots, one.at, self._policy)
        return [_remark(one, "flapping", one.at, f"{share:.0%} of changes")]

    def _forget(self, now: float) -> None:
        """Forget what has not changed within the memory: a record that begins anew would say the same."""
        oldest = floor(now / self._policy.slot_s) - self._policy.slots
        self._records = {
            cell: record
            for cell, record in self._records.items()
            if cell in self._settling or (record.slots and record.slots[-1] > oldest)
        }
        self._most = max(_FORGET_FROM, 2 * len(self._records))

    def _settled(self, now: float, *, before: bool, only: Cell | None = None) -> list[Transition]:
        if not self._settling:
            return []
        told = []
        for cell in [only] if only else sorted(self._settling):
            at = self._settling.get(cell)
            if at is None or at > now or (before and at == now):
                continue
            record = self._records[cell]
            state = record.last.to_state
            reason = f"{state}, last told {record.told}"
            told.append(_remark(record.last, "settled", at, reason))
            self._keep(cell, replace(record, told=state, since=None))
        return told


def _remark(change: Transition, remark: Remark, at: float, reason: str) -> Transition:
    """A remark on an alert that stands where its last change has brought it."""
    return replace(change, from_state=cast("State", change.to_state), to_state=remark, at=at, reason=reason)


def _plain(record: FlapRecord) -> dict[str, Any]:
    return {**fields_of(record), "last": fields_of(record.last)}
