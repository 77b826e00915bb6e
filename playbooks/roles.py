"""Who answers for a playbook or has a task: the roles of a promotion day."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from playbooks.words import Words

ROLES: Mapping[str, Words] = MappingProxyType(
    {
        "duty-manager": Words("值班经理", "duty manager"),
        "coordinator": Words("实时调度", "real-time coordinator"),
        "site-lead": Words("基地负责人", "site lead"),
        "planner": Words("排班", "planner"),
        "quality": Words("质检", "quality"),
        "merchant-contact": Words("商家对接人", "merchant contact"),
        "merchant": Words("商家", "merchant"),
        "engineer": Words("技术", "engineer"),
    }
)
"""Every role by its id."""


def role_words(role: str) -> Words:
    """What a role is called; a name that is no role stands for itself."""
    return ROLES.get(role, Words(role, role))
