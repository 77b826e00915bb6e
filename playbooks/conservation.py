"""Where people are whom playbooks have moved between sites: every one of them accounted for, by transfer.

Sites tell head counts in their results, and the board shows how many are borrowed and lent. On the day head counts
change by themselves: people who are lent out go home from there. So for each transfer the sites' words leave a range of
how many may be away, and what the board shows outside the sum of the ranges is a difference that nobody has explained.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playbooks.facts import Facts
from playbooks.run import CARRIED_OUT, FINAL, Issued, Reply, Run, StepRun, StepState
from playbooks.words import Words

Phase = Literal["leaving", "on the way", "at work", "going home", "home", "unknown"]

HOMEWARD_S = 3_600.0
"""So long after the last word people may still be on the way home."""

NOBODY = (0.0, 0.0)

Span = tuple[float, float]
"""At least, at most."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One loan of people. `lent` is the donor's word on how many went, and always the sum of the four after it.

    `gone` are those who were not there any more when they were called home; `why` says who said so.
    """

    id: str
    run: str
    donor: str
    receiver: str
    category: str
    asked: float
    lent: float
    in_transit: float
    at_work: float
    returned: float
    gone: float
    phase: Phase
    why: Words | None = None

    @property
    def away(self) -> Span:
        """How many may be away from the donor."""
        if self.phase == "unknown":
            return 0.0, max(self.asked, self.lent)
        return (0.0, self.returned) if self.phase == "going home" else (self.in_transit + self.at_work,) * 2

    @property
    def borrowed(self) -> Span:
        """How many may be at work at the receiver."""
        if self.phase == "unknown":
            return 0.0, max(self.asked, self.lent)
        if self.phase == "going home":
            return 0.0, self.returned
        return self.at_work, self.at_work + (self.in_transit if self.phase == "on the way" else 0.0)


@dataclass(frozen=True, slots=True)
class Balance:
    """One site: what the transfers say of it, what the board shows, and the difference that nothing explains.

    Differences are in people, above zero where more are there than known of; NaN where the board does not say.
    """

    site: str
    lent: Span
    lent_seen: float
    lent_unexplained: float
    borrowed: Span
    borrowed_seen: float
    borrowed_unexplained: float


def transfers_of(runs: Iterable[Run], now: float) -> tuple[Transfer, ...]:
    """Every loan that may still have somebody away, the oldest first."""
    found = (_transfer(run, step, now) for run in runs for step in run.steps if step.action == "reallocate_agents")
    return tuple(transfer for transfer in found if transfer is not None)


def balances(transfers: Iterable[Transfer], facts: Facts) -> tuple[Balance, ...]:
    """Every site that takes part, by name. What a site lent or borrowed before or besides is a difference too."""
    loans = list(transfers)
    sites = sorted({site for loan in loans for site in (loan.donor, loan.receiver)})
    return tuple(_balance(site, loans, facts) for site in sites)


def _balance(site: str, loans: list[Transfer], facts: Facts) -> Balance:
    lent = _sum(loan.away for loan in loans if loan.donor == site)
    borrowed = _sum(loan.borrowed for loan in loans if loan.receiver == site)
    out, here = facts.value(site, None, "agents_lent"), facts.value(site, None, "agents_borrowed")
    return Balance(site, lent, out, outside(out, lent), borrowed, here, outside(here, borrowed))


def outside(value: float, span: Span) -> float:
    """How far a value is outside a range: 0 within it, below zero under it, NaN for the unknown."""
    if math.isnan(value):
        return math.nan
    return min(0.0, value - span[0]) + max(0.0, value - span[1])


def _sum(spans: Iterable[Span]) -> Span:
    least, most = 0.0, 0.0
    for low, high in spans:
        least, most = least + low, most + high
    return least, most


def _transfer(run: Run, step: StepRun, now: float) -> Transfer | None:
    lend = _order(step.issued, "lend_agents")
    if lend is None or lend.state is StepState.FAILED:
        return None
    asked = _number(lend.command.args.get("count"))
    lent = _counted(lend.reply, asked, down=True) if lend.state in CARRIED_OUT else math.nan
    borrow = _order(step.issued, "borrow_agents")
    back = _return_of(run, step.token)
    donor, receiver, category = (str(step.args[name]) for name in ("from", "to", "category"))

    def made(phase: Phase, in_transit: float, at_work: float, returned: float = 0.0, gone: float = 0.0) -> Transfer:
        why = (
            Words(f"{receiver} 称返还时已不在", f"{receiver} said that they were not there any more") if gone else None
        )
        total = in_transit + at_work + returned + gone
        return Transfer(
            step.token, run.id, donor, receiver, category, asked, total, in_transit, at_work, returned, gone, phase, why
        )

    if back is not None and back.state in CARRIED_OUT:
        over = run.ended is not None and now - run.ended > HOMEWARD_S
        whole = asked if math.isnan(lent) else lent
        home = min(whole, _returned(back.reply, whole))
        return None if over else made("going home", 0.0, 0.0, home, whole - home)
    if math.isnan(lent) or (borrow is not None and borrow.state is StepState.UNKNOWN) or back is not None:
        return None if run.state in FINAL else made("unknown", asked if math.isnan(lent) else lent, 0.0)
    if run.state in FINAL:
        return None
    if borrow is None or borrow.state not in CARRIED_OUT:
        return made("leaving", lent, 0.0)
    if step.state is StepState.SEEN:
        came = min(lent, _counted(borrow.reply, lent, down=False))
        return made("at work", lent - came, came)
    return made("on the way", lent, 0.0)


def _order(issued: Iterable[Issued], verb: str) -> Issued | None:
    return next((order for order in issued if order.command.verb == verb), None)


def _return_of(run: Run, token: str) -> Issued | None:
    orders = (undo.issued for undo in run.undo if undo.issued is not None)
    return next((order for order in orders if order.command.args.get("transfer") == token), None)


def _counted(reply: Reply | None, asked: float, *, down: bool) -> float:
    """The heads that a reply accounts for, between nobody and whom was asked for; NaN where it does not tell."""
    if reply is None or not reply.items:
        return asked if reply is not None and reply.state == "done" else math.nan
    changes = [(i.before - i.after) if down else (i.after - i.before) for i in reply.items if not i.error]
    if any(map(math.isnan, changes)):
        return math.nan
    return min(asked, max(0.0, float(round(min(1e6, max(-1e6, math.fsum(changes)))))))


def _returned(reply: Reply | None, lent: float) -> float:
    """How many the receiver sent home: by its items, else all of them by its word."""
    counted = _counted(reply, lent, down=True)
    return lent if math.isnan(counted) or (reply is not None and not reply.items) else counted


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
