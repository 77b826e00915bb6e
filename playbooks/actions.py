"""The table of actions: everything that a step of a playbook can do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from playbooks.action import Action
from playbooks.action_agents import ReallocateAgents
from playbooks.action_bot import SetBotShare

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {action.name: action for action in (ReallocateAgents(), SetBotShare())}
)
"""Every action by its name."""
