"""What a playbook was expected to bring by its check time against what it brought.

The expectation is the `check.expect` of its file. Each comparison in it has a figure (`to.waiting`) and a line (`0.7 *
before(to.waiting)`); the share gained is how much of the way from the figure before to the line was gone:
(before - actual) / (before - expected). Below half of it more of the same will not do, and the next rung is proposed
(the ladder's third rule).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.functions import BUILTINS
from alerts.nodes import Call, Comparison, Logic, Name, Node
from alerts.nodes import Scope as Evaluation
from alerts.writing import write
from playbooks.conditions import Condition, Sight, before_function

ENOUGH = 0.5
"""From this share of what was expected on, it is given more time; below it the next rung is proposed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One comparison of the expectation: its figure before, as it is, and the line; NaN where nobody can say."""

    figure: str
    operator: str
    before: float
    actual: float
    expected: float

    @property
    def gained(self) -> float:
        """The share of the way that was gone; below 0 it got worse. NaN where that cannot be said."""
        way = self.before - self.expected
        return (self.before - self.actual) / way if way else math.nan


def measure(condition: Condition, sight: Sight) -> tuple[Measured, ...]:
    """Every comparison of an expectation, from left to right."""
    compared = (node for node in condition.expression.root.walk() if isinstance(node, Comparison))
    return tuple(_measured(node, sight) for node in compared)


def gained(condition: Condition, measured: Sequence[Measured]) -> float:
    """The share of the whole expectation: the least of what must hold together, the best of what may; NaN unknown."""
    shares = [one.gained for one in measured]
    known = [share for share in shares if not math.isnan(share)]
    root = condition.expression.root
    if isinstance(root, Logic) and root.operator == "or":
        return max(known, default=math.nan)
    return min(known) if known and len(known) == len(shares) else math.nan


def next_rung(following: str, worked: float | None, share: float | None) -> str:
    """The playbook to propose instead of more of the same; empty where this one helps enough, or nobody can say."""
    if worked != 0.0:
        return ""
    return following if share is None or not share >= ENOUGH else ""


def _measured(node: Comparison, sight: Sight) -> Measured:
    turned = not _looks(node.left) and _looks(node.right)
    figure, line = (node.right, node.left) if turned else (node.left, node.right)
    then = replace(sight, figure=lambda name: sight.before.get(name, math.nan))
    operator = _TURNED.get(node.operator, node.operator) if turned else node.operator
    return Measured(write(figure), operator, _value(figure, then), _value(figure, sight), _value(line, sight))


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _looks(node: Node) -> bool:
    """Whether a part asks for a figure as it is now."""
    if isinstance(node, Call) and node.name == "before":
        return False
    return isinstance(node, Name) or any(_looks(child) for child in node.children)


def _value(node: Node, sight: Sight) -> float:
    functions = {**BUILTINS, "before": before_function(sight)}
    return float(node.value(Evaluation(sight.figure, sight.params, functions)))
