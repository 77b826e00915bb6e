"""Reads plain thresholds out of conditions: what an alert is about, and whether `clear` is on the good side."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from alerts.expression import Expression
from alerts.functions import BUILTINS
from alerts.nodes import Call, Comparison, Logic, Name, Node, Param, Scope
from alerts.writing import write

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Threshold:
    """`quantity operator limit`, with the quantity on the left and a constant on the right."""

    quantity: Node
    operator: str
    limit: float
    at: int
    text: str
    """The threshold as text, quantity first."""
    opposite: str
    """The condition for the opposite, as text."""

    def meets(self, other: Threshold) -> bool:
        """Whether some figure satisfies both, where both speak of the same quantity."""
        low = max(self._low(), other._low())
        high = min(self._high(), other._high())
        return low < high or (low == high and self._touches(low) and other._touches(low))

    def _low(self) -> float:
        return self.limit if self.operator in (">", ">=") else -math.inf

    def _high(self) -> float:
        return self.limit if self.operator in ("<", "<=") else math.inf

    def _touches(self, figure: float) -> bool:
        return figure != self.limit or "=" in self.operator


@dataclass(frozen=True, slots=True)
class Overlap:
    """A part of `clear` that can be true together with `when`."""

    at: int
    when: str
    clear: str
    suggestion: str


def first_overlap(when: Expression, clear: Expression) -> Overlap | None:
    """The first alternative of `clear` that a threshold of `when` on the same quantity does not exclude.

    Looks at the obvious case only: `when` as thresholds joined by `and`, `clear` as thresholds joined by `or`. An
    alternative about another quantity than `when` has is left alone.
    """
    firing = [threshold for part in _parts(when.root, "and") if (threshold := threshold_of(part))]
    for part in _parts(clear.root, "or"):
        ending = threshold_of(part)
        if ending is None:
            continue
        same = [one for one in firing if write(one.quantity) == write(ending.quantity)]
        if same and all(one.meets(ending) for one in same):
            return Overlap(ending.at, same[0].text, ending.text, same[0].opposite)
    return None


def leading_comparison(root: Node) -> Comparison | None:
    """The first comparison in a condition: what it is about."""
    return next((node for node in root.walk() if isinstance(node, Comparison)), None)


def constant(node: Node) -> float | None:
    """The figure of a part that depends on nothing, such as `2 * 30s`; None for any other."""
    if any(isinstance(part, Name | Param | Call) for part in node.walk()):
        return None
    with np.errstate(all="ignore"):
        return float(node.value(Scope(lambda _: math.nan, {}, BUILTINS)))


def threshold_of(node: Node) -> Threshold | None:
    """A comparison with a constant on one side as a threshold; None for anything else."""
    if not isinstance(node, Comparison) or node.operator not in _MIRRORED:
        return None
    left, right = constant(node.left), constant(node.right)
    at = min(part.at for part in node.walk())
    if left is None and right is not None:
        quantity, limit, operator, figure = node.left, node.right, node.operator, right
    elif left is not None and right is None:
        quantity, limit, operator, figure = node.right, node.left, _MIRRORED[node.operator], left
    else:
        return None
    texts = [f"{write(quantity)} {sign} {write(limit)}" for sign in (operator, _OPPOSITE[operator])]
    return Threshold(quantity, operator, figure, at, *texts)


def _parts(node: Node, operator: str) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Logic) and node.operator == operator else (node,)
