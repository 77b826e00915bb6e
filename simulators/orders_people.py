"""Orders that move people: between sites and groups, to and from rest, in from outside and home."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from simulators.order import Cap, Count, Name, Order, Setting, Share

HeldBack = Literal["ordinary", "break", "meal", "meeting", "coaching", "training", "quality"]
"""Rests that can be put off; `break` is another word for `ordinary`."""


class _Loan(Order):
    group: Name | None = None
    category: Name | None = None
    count: Count
    transfer: Name

    @model_validator(mode="after")
    def _one_of(self) -> _Loan:
        if (self.group is None) == (self.category is None):
            raise ValueError("give either group or category")
        return self


class LendAgents(_Loan):
    """To the donor: send agents to another site."""

    to_site: Name


class BorrowAgents(_Loan):
    """To the receiver: the agents of this transfer join that group when they arrive."""

    from_site: Name


class ReturnAgents(Order):
    """To the receiver: everybody of this transfer goes home."""

    transfer: Name


class AssignAgents(Order):
    """Agents of one group work for another of the same site; `return_agents` ends it."""

    from_category: Name
    to_category: Name
    count: Count
    transfer: Name


class SendHome(_Loan):
    """Agents go home before their shift ends."""


class RecallAgents(ReturnAgents):
    """Whoever was sent home under this transfer comes back."""


class CallIn(_Loan):
    """People from outside the roster come in."""

    pool: Literal["standby", "outsourcer"] = "standby"


class ReleaseAgents(ReturnAgents):
    """Whoever was called in under this transfer goes."""


class SetRestAllowance(Order):
    """How much of the planned rest may be taken: 1 all of it, 0 none; by reason and group, or by `group/reason`."""

    reasons: list[HeldBack] | None = Field(default=None, min_length=1)
    allowance: Share | None = None
    group: Name | None = None
    allowances: dict[Name, Share] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> SetRestAllowance:
        parts = [part is not None for part in (self.reasons, self.allowance, self.group)]
        if (self.allowances is None) != all(parts) or (self.allowances is not None and any(parts)):
            raise ValueError("give reasons, allowance and group, or allowances")
        return self


class SetSupervisors(Order):
    """So many supervisors and quality staff take contacts of a group."""

    category: Name | None = None
    group: Name | None = None
    count: int | None = Field(default=None, ge=0, le=10_000)
    counts: dict[Name, int] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> SetSupervisors:
        one = (self.category is None) != (self.group is None) and self.count is not None
        none = self.category is None and self.group is None and self.count is None
        if not (one if self.counts is None else none):
            raise ValueError("give category (or group) and count, or counts")
        if any(not 0 <= count <= 10_000 for count in (self.counts or {}).values()):
            raise ValueError("counts: from 0 to 10000")
        return self


class SetConcurrencyCap(Setting):
    """How many contacts an agent may hold: one for a group or all (`*`), or one for each group."""

    value: ClassVar[str] = "cap"
    targets: ClassVar[str] = "group"
    each: ClassVar[str] = "caps"
    cap: Cap | None = None
    group: Name | None = None
    caps: dict[Name, Cap] | None = None
