"""The orders that a simulated site obeys: what each takes, checked before anything happens."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Cap = Annotated[int, Field(ge=1, le=100)]
Count = Annotated[int, Field(ge=1, le=100_000)]


class Order(BaseModel):
    """Arguments of one verb. Types are exact: `"3"`, `3.0` and `true` are not the number 3."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


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


class SetBotShare(Order):
    """The share of new contacts that meet the bot: one for some queues or all (`*`), or one for each queue."""

    share: Share | None = None
    queues: list[Name] | Literal["*"] | None = None
    shares: dict[Name, Share] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> SetBotShare:
        if (self.shares is None) == (self.share is None or self.queues is None) or (
            self.shares is not None and (self.share is not None or self.queues is not None)
        ):
            raise ValueError("give share and queues, or shares")
        return self


class SetConcurrencyCap(Order):
    """How many contacts an agent may hold: one for a group or all (`*`), or one for each group."""

    cap: Cap | None = None
    group: Name | None = None
    caps: dict[Name, Cap] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> SetConcurrencyCap:
        if (self.caps is None) == (self.cap is None or self.group is None) or (
            self.caps is not None and (self.cap is not None or self.group is not None)
        ):
            raise ValueError("give cap and group, or caps")
        return self


ORDERS: dict[str, type[Order]] = {
    "lend_agents": LendAgents,
    "borrow_agents": BorrowAgents,
    "return_agents": ReturnAgents,
    "set_bot_share": SetBotShare,
    "set_concurrency_cap": SetConcurrencyCap,
}
"""Verb → its arguments."""

VERBS: tuple[str, ...] = tuple(ORDERS)


def read_order(verb: str, args: dict[str, Any]) -> Order | str:
    """The checked arguments of a known verb, or in one line what is wrong with them."""
    try:
        return ORDERS[verb].model_validate(args)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        return f"{place}: {message}" if place else message
