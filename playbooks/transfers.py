"""Where people are whom playbooks have moved: every one of them accounted for, by transfer.

Sites tell head counts in their results and carry no names of agents to the desk, so people are accounted for by the id
of their transfer: at home, on the way, at work elsewhere, returned, gone, and who said so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playbooks.heads import come, either, gone, heads
from playbooks.run import CARRIED_OUT, FINAL, Issued, Reply, Run, StepRun, StepState
from playbooks.words import Words

Phase = Literal["leaving", "on the way", "at work", "going home", "home", "unknown"]

HOMEWARD_S = 3_600.0
"""So long after the last word people may still be on the way home."""

Span = tuple[float, float]
"""At least, at most."""

AT_ONE_SITE = ("assign_agents", "call_in", "send_home")
"""Moves that one site carries out alone, with one command of their own name."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One move of people. `lent` is the site's word on how many went, and always the sum of the four after it.

    `donor` and `receiver` are sites; a move within one has it twice, one called in has a pool for a donor, one sent
    home nobody for a receiver. `gone` are those who were not there any more when they were called back; `why` says who
    said so. Where people were sent home, `at_work` are those who are there.
    """

    id: str
    run: str
    action: str
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
    def arrived(self) -> Span:
        """How many may have come to where they were to go."""
        if self.phase == "unknown":
            return 0.0, max(self.asked, self.lent)
        if self.phase == "going home":
            return 0.0, self.returned
        return self.at_work, self.at_work + (self.in_transit if self.phase == "on the way" else 0.0)


def transfers_of(runs: Iterable[Run], now: float) -> tuple[Transfer, ...]:
    """Every move that may still have somebody away, the oldest first."""
    found = (_transfer(run, step, now) for run in runs for step in run.steps)
    return tuple(transfer for transfer in found if transfer is not None)


def _transfer(run: Run, step: StepRun, now: float) -> Transfer | None:
    if step.action == "reallocate_agents":
        return _between_sites(run, step, now)
    return _at_one_site(run, step, now) if step.action in AT_ONE_SITE else None


@dataclass(frozen=True, slots=True)
class _Move:
    """What is the same of a transfer in all its phases."""

    run: Run
    step: StepRun
    donor: str
    receiver: str
    asked: float

    def at(self, phase: Phase, in_transit: float, at_work: float, returned: float = 0.0, left: float = 0.0) -> Transfer:
        said = self.receiver or self.donor
        why = Words(f"{said} 称返还时已不在", f"{said} said that they were not there any more") if left else None
        return Transfer(
            self.step.token,
            self.run.id,
            self.step.action,
            self.donor,
            self.receiver,
            str(self.step.args["category"]),
            self.asked,
            in_transit + at_work + returned + left,
            in_transit,
            at_work,
            returned,
            left,
            phase,
            why,
        )

    def back(self, order: Issued, lent: float, now: float) -> Transfer | None:
        """Everybody was called back; None once they have had the time to come."""
        if self.run.ended is not None and now - self.run.ended > HOMEWARD_S:
            return None
        whole = self.asked if math.isnan(lent) else lent
        reply = order.reply
        told = heads(reply, whole, either) if reply is not None and reply.items else math.nan
        home = whole if math.isnan(told) else told
        return self.at("going home", 0.0, 0.0, home, whole - home)


def _between_sites(run: Run, step: StepRun, now: float) -> Transfer | None:
    lend, borrow = _order(step.issued, "lend_agents"), _order(step.issued, "borrow_agents")
    if lend is None or lend.state is StepState.FAILED:
        return None
    move = _Move(run, step, str(step.args["from"]), str(step.args["to"]), _number(lend.command.args.get("count")))
    lent = _told(lend.reply, move.asked, down=True) if lend.state in CARRIED_OUT else math.nan
    back = _return_of(run, step.token)
    if back is not None and back.state in CARRIED_OUT:
        return move.back(back, lent, now)
    if run.state in FINAL:
        return None
    if math.isnan(lent) or (borrow is not None and borrow.state is StepState.UNKNOWN) or back is not None:
        return move.at("unknown", move.asked if math.isnan(lent) else lent, 0.0)
    if borrow is None or borrow.state not in CARRIED_OUT:
        return move.at("leaving", lent, 0.0)
    if step.state is StepState.SEEN:
        came = min(lent, _told(borrow.reply, lent, down=False))
        return move.at("at work", lent - came, came)
    return move.at("on the way", lent, 0.0)


def _at_one_site(run: Run, step: StepRun, now: float) -> Transfer | None:
    order, site = _order(step.issued, step.action), str(step.args["site"])
    if order is None or order.state is StepState.FAILED:
        return None
    donor = str(step.args["pool"]) if step.action == "call_in" else site
    receiver = "" if step.action == "send_home" else site
    move = _Move(run, step, donor, receiver, _number(order.command.args.get("count")))
    went = math.nan
    if order.state in CARRIED_OUT and order.reply is not None:
        went = heads(order.reply, move.asked, either)
    back = _return_of(run, step.token)
    if back is not None and back.state in CARRIED_OUT:
        return move.back(back, went, now)
    if run.state in FINAL:
        return None
    if math.isnan(went) or back is not None:
        return move.at("unknown", move.asked if math.isnan(went) else went, 0.0)
    return move.at("at work", 0.0, went) if step.state is StepState.SEEN else move.at("on the way", went, 0.0)


def _order(issued: Iterable[Issued], verb: str) -> Issued | None:
    return next((order for order in issued if order.command.verb == verb), None)


def _return_of(run: Run, token: str) -> Issued | None:
    orders = (undo.issued for undo in run.undo if undo.issued is not None)
    return next((order for order in orders if order.command.args.get("transfer") == token), None)


def _told(reply: Reply | None, asked: float, *, down: bool) -> float:
    return heads(reply, asked, gone if down else come) if reply is not None else math.nan


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
