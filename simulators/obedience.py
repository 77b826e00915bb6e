"""Carries orders out at one site of the world. Values come back; nothing here talks to anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulators import orders_people as of_people
from simulators import orders_queues as of_queues
from simulators.obeying import contacts, figures, loans, people
from simulators.obeying.outcome import Done, Refused
from simulators.order import Order
from simulators.world import World

_OBEY: dict[type[Order], Callable[[World, str, Any], Done | Refused]] = {
    of_people.LendAgents: loans.lend,
    of_people.BorrowAgents: loans.borrow,
    of_people.ReturnAgents: loans.give_back,
    of_people.AssignAgents: loans.assign,
    of_people.SetRestAllowance: people.set_rest_allowance,
    of_people.SetSupervisors: people.set_supervisors,
    of_people.CallIn: people.call_in,
    of_people.ReleaseAgents: people.release,
    of_people.SendHome: people.send_home,
    of_people.RecallAgents: people.recall,
    of_people.SetConcurrencyCap: figures.set_cap,
    of_queues.SetBotShare: figures.set_bot_share,
    of_queues.SetWrapUp: figures.set_wrap_up,
    of_queues.SetPriority: figures.set_priority,
    of_queues.SetGreeting: figures.set_greeting,
    of_queues.SetSnippets: figures.set_snippets,
    of_queues.SetCallback: figures.set_callback,
    of_queues.SetQueueCap: figures.set_queue_cap,
    of_queues.SetTopicAnswer: contacts.answer_topic,
    of_queues.StopTopic: contacts.stop_topic,
    of_queues.SetRoutingWeights: contacts.set_routing_weights,
}


def carry_out(world: World, site: str, order: Order) -> Done | Refused:
    """Carries out an order at a site, at once and completely, or refuses it without effect."""
    outcome = _OBEY[type(order)](world, site, order)
    if isinstance(outcome, Done):
        world.levers.touched = True
    return outcome
