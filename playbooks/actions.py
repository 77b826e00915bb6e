"""The table of actions: everything that a step of a playbook can do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from playbooks.action import Action
from playbooks.action_agents import ReallocateAgents
from playbooks.action_bot import SetBotShare
from playbooks.action_floor import (
    SetConcurrencyCap,
    SetRestAllowance,
    SetRoutingWeights,
    SetSupervisors,
    SetTopicAnswer,
    StopTopic,
)
from playbooks.action_human import Note, Notice, PersonDecides, Task, Wait
from playbooks.action_queues import SetCallback, SetGreeting, SetPriority, SetQueueCap, SetSnippets, SetWrapUp
from playbooks.action_staff import AssignAgents, CallIn, SendHome

_EVERY: tuple[Action, ...] = (
    ReallocateAgents(),
    AssignAgents(),
    CallIn(),
    SendHome(),
    SetBotShare(),
    SetConcurrencyCap(),
    SetSupervisors(),
    SetRestAllowance(),
    SetWrapUp(),
    SetPriority(),
    SetRoutingWeights(),
    SetGreeting(),
    SetCallback(),
    SetQueueCap(),
    SetSnippets(),
    SetTopicAnswer(),
    StopTopic(),
    Task(),
    PersonDecides(),
    Wait(),
    Note(),
    Notice(),
)

ACTIONS: Mapping[str, Action] = MappingProxyType({action.name: action for action in _EVERY})
"""Every action by its name."""
