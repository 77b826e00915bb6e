"""The unit of a part of an expression, so that its figure can be written as people read it."""

from __future__ import annotations

from alerts.nodes import Arithmetic, Call, Name, Negative, Node, Number
from alerts.templates import unit_of
from feeds.metric import Unit

_OF_LITERALS = {"s": Unit.SECONDS, "%": Unit.SHARE}


def unit_of_part(node: Node) -> Unit:
    """The unit of a figure; of a quotient, or of mixed ones, a bare ratio. A plain number takes that of what it meets.

    `arrivals_per_s * 15m` is a count, `50% * slots` are slots.
    """
    return _unit(node) or Unit.RATIO


def unit_compared(left: Node, right: Node) -> Unit:
    """The unit in which the two sides of a comparison are written: that of the side that is measured."""
    measured = next((side for side in (left, right) if any(isinstance(part, Name) for part in side.walk())), left)
    return unit_of_part(measured)


def _unit(node: Node) -> Unit | None:
    """None for a plain number, which is a factor or a limit in the unit of what it meets."""
    if isinstance(node, Number):
        return _OF_LITERALS.get(node.unit)
    if isinstance(node, Name):
        return unit_of(node.name)
    if isinstance(node, Negative):
        return _unit(node.operand)
    if isinstance(node, Call):
        return (
            Unit.PER_SECOND
            if node.name == "rate"
            else _shared(node.arguments[:1] if _looks_back(node) else node.arguments)
        )
    return _of_arithmetic(node) if isinstance(node, Arithmetic) else None


def _looks_back(call: Call) -> bool:
    last = call.arguments[-1]
    return len(call.arguments) == 2 and isinstance(last, Number) and last.unit == "s"


def _of_arithmetic(node: Arithmetic) -> Unit | None:
    left, right = _unit(node.left), _unit(node.right)
    if node.operator == "/":
        return left if _is_factor(node.right) and right is None else Unit.RATIO
    if node.operator == "*":
        for factor, other in ((node.left, right), (node.right, left)):
            if _is_factor(factor):
                return other
        return Unit.COUNT if {left, right} == {Unit.PER_SECOND, Unit.SECONDS} else Unit.RATIO
    return _shared((node.left, node.right))


def _is_factor(node: Node) -> bool:
    """Whether a part is a plain number or a percentage, which change how many but not of what."""
    return isinstance(node, Number) and node.unit != "s"


def _shared(nodes: tuple[Node, ...]) -> Unit | None:
    units = {unit for node in nodes if (unit := _unit(node)) is not None}
    return units.pop() if len(units) == 1 else Unit.RATIO if units else None
