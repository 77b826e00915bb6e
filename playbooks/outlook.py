"""What a preview says beyond the plan itself: the half hour with it and without it, and what else would help."""

from __future__ import annotations

from playbooks.ahead.effects import changes_of
from playbooks.ahead.with_plan import PlanAhead, plan_ahead
from playbooks.facts import Facts
from playbooks.moves.choosing import foresight
from playbooks.moves.levers import SATURATED, USE_LEVERS
from playbooks.parameters import Resolved
from playbooks.playbook import Playbook
from playbooks.words import Words

MOVING = "reallocate_agents"


def outlook_of(playbook: Playbook, found: Resolved, facts: Facts) -> PlanAhead | None:
    """The half hour ahead, by the effects of all steps whose arguments are complete."""
    lanes = foresight(facts)
    if lanes is None or found.problems:
        return None
    pairs = zip(playbook.steps, found.steps, strict=True)
    changes = [
        change for step, args in pairs for change in changes_of(step.action.name, args, facts, playbook.about, lanes)
    ]
    return plan_ahead(lanes, changes) if changes else None


def advice_on(playbook: Playbook, found: Resolved, facts: Facts) -> tuple[Words, ...]:
    """What was found while choosing; of a move in a saturated network, what would help instead."""
    moves = any(step.action.name == MOVING for step in playbook.steps)
    if moves and not found.advice and facts.network("load") >= 1.0:
        return (SATURATED, USE_LEVERS)
    return found.advice
