"""The orders that a simulated site obeys: what each takes, checked before anything happens."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from simulators.order import Order
from simulators.orders_people import (
    AssignAgents,
    BorrowAgents,
    CallIn,
    LendAgents,
    RecallAgents,
    ReleaseAgents,
    ReturnAgents,
    SendHome,
    SetConcurrencyCap,
    SetRestAllowance,
    SetSupervisors,
)
from simulators.orders_queues import (
    SetBotShare,
    SetCallback,
    SetGreeting,
    SetPriority,
    SetQueueCap,
    SetRoutingWeights,
    SetSnippets,
    SetTopicAnswer,
    SetWrapUp,
    StopTopic,
)

ORDERS: dict[str, type[Order]] = {
    "lend_agents": LendAgents,
    "borrow_agents": BorrowAgents,
    "return_agents": ReturnAgents,
    "set_bot_share": SetBotShare,
    "set_concurrency_cap": SetConcurrencyCap,
    "set_rest_allowance": SetRestAllowance,
    "set_wrap_up": SetWrapUp,
    "set_supervisors": SetSupervisors,
    "assign_agents": AssignAgents,
    "set_routing_weights": SetRoutingWeights,
    "set_priority": SetPriority,
    "set_greeting": SetGreeting,
    "set_topic_answer": SetTopicAnswer,
    "call_in": CallIn,
    "release_agents": ReleaseAgents,
    "set_callback": SetCallback,
    "set_queue_cap": SetQueueCap,
    "stop_topic": StopTopic,
    "send_home": SendHome,
    "recall_agents": RecallAgents,
    "set_snippets": SetSnippets,
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
