"""What people have promised merchants and sites by word: until when, kept or put off, and late where neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from console.intents import KeepPromise, MakePromise, RenewPromise
from console.shift import Promise, ShiftView
from feeds.errors import RefusedError
from feeds.text import clean
from playbooks.ledger import LedgerLine, in_order, ledger
from playbooks.run import RunState, RunView
from playbooks.words import Words

LONGEST_TEXT = 200
"""So many cells a promise may have."""

LONGEST_S = 7 * 86_400.0
"""A promise for longer than the days around a promotion belongs into a contract."""

MOST = 200
"""So many may be open at once."""

PROMISE = "promise"
"""The playbook that a promise's line in the ledger names: none."""


def made(promises: tuple[Promise, ...], intent: MakePromise, who: str, now: float, number: int) -> Promise:
    """The promise that somebody makes. Raises RefusedError for one without words or time."""
    text = clean(intent.text, LONGEST_TEXT).strip()
    if not text or not 0.0 < intent.seconds <= LONGEST_S:
        raise RefusedError(
            "BAD_PROMISE",
            "a promise has a time up to 7 days, and words: promise 2h TEXT",
            "承诺要有时限（至多 7 天）与内容",
        )
    if len(promises) >= MOST:
        raise RefusedError("TOO_MANY", f"{MOST} promises are open: say first which of them are kept", "未了承诺过多")
    return Promise(f"m{number:04}", now, who, text, now + intent.seconds)


def without(promises: tuple[Promise, ...], intent: KeepPromise) -> tuple[Promise, tuple[Promise, ...]]:
    """The promise that was kept, and the others. Raises RefusedError where there is none of that name."""
    found = _found(promises, intent.promise)
    return found, tuple(one for one in promises if one is not found)


def put_off(promises: tuple[Promise, ...], intent: RenewPromise, now: float) -> tuple[Promise, tuple[Promise, ...]]:
    """The promise with its later time, and all of them. Raises RefusedError."""
    found = _found(promises, intent.promise)
    later = replace(found, until=max(found.until, now) + intent.seconds)
    if not 0.0 < later.until - now <= LONGEST_S:
        raise RefusedError("BAD_PROMISE", "a promise is put off by a time up to 7 days", "承诺至多延 7 天")
    return later, tuple(later if one is found else one for one in promises)


def _found(promises: tuple[Promise, ...], name: str) -> Promise:
    found = next((one for one in promises if one.id == name), None)
    if found is None:
        raise RefusedError("NO_PROMISE", f"there is no open promise {name!r}", f"没有未了的承诺 {name}")
    return found


def ledger_line(one: Promise, now: float) -> LedgerLine:
    """The promise as a line of the ledger. It never ends by itself: somebody says that it was kept."""
    return LedgerLine(
        run=one.id,
        playbook=PROMISE,
        words=Words(one.text, one.text),
        sites=(),
        who=one.who,
        since=one.at,
        until=one.until,
        state=RunState.ACTIVE,
        question=None,
        kind="promised",
        on_expiry="ask",
        overdue=one.until if one.until <= now else None,
    )


def whole_ledger(runs: Iterable[RunView], shift: ShiftView, now: float) -> tuple[LedgerLine, ...]:
    """What playbooks have left in force and what people have promised: what needs somebody first."""
    return in_order((*ledger(runs), *(ledger_line(one, now) for one in shift.promises)))
