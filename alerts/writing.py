"""Expressions back into text, the way the grammar reads them."""

from __future__ import annotations

from alerts.nodes import Arithmetic, Call, Comparison, Logic, Name, Negative, Node, Not, Number, Param
from feeds.durations import format_duration

_TIGHTNESS = {"or": 0, "and": 1, "not": 2, "compare": 3, "+": 4, "-": 4, "*": 5, "/": 5, "negative": 6, "leaf": 7}


def write(node: Node) -> str:
    """The shortest text that parses to the same expression, in the language's own style."""
    if isinstance(node, Number):
        return _literal(node)
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Param):
        return f"${node.name}"
    if isinstance(node, Call):
        return _call(node)
    if isinstance(node, Negative):
        return f"-{_inside(node.operand, 6)}"
    if isinstance(node, Not):
        return f"not {_inside(node.operand, 2)}"
    if isinstance(node, Logic):
        return f" {node.operator} ".join(_inside(part, _TIGHTNESS[node.operator] + 1) for part in node.parts)
    if isinstance(node, Comparison):
        return f"{_inside(node.left, 4)} {node.operator} {_inside(node.right, 4)}"
    assert isinstance(node, Arithmetic)  # noqa: S101 - the last kind of part
    own = _TIGHTNESS[node.operator]
    return f"{_inside(node.left, own)} {node.operator} {_inside(node.right, own + 1)}"


def _call(node: Call) -> str:
    if node.name == "held" and len(node.arguments) == 2:
        return f"{_inside(node.arguments[0], 3)} for {write(node.arguments[1])}"
    return f"{node.name}({', '.join(map(write, node.arguments))})"


def _literal(node: Number) -> str:
    if node.unit == "truth":
        return "true" if node.number else "false"
    if node.unit == "s":
        return format_duration(node.number) if node.number == round(node.number) else f"{node.number!r}s"
    if node.unit == "%":
        return f"{_figure(round(node.number * 100, 10))}%"
    return _figure(node.number)


def _figure(number: float) -> str:
    return f"{number:g}" if float(f"{number:g}") == number else repr(number)


def _inside(node: Node, needed: int) -> str:
    text = write(node)
    return text if _tightness(node) >= needed else f"({text})"


def _tightness(node: Node) -> int:
    if isinstance(node, Logic):
        return _TIGHTNESS[node.operator]
    if isinstance(node, Not):
        return _TIGHTNESS["not"]
    if isinstance(node, Comparison) or (isinstance(node, Call) and node.name == "held"):
        return _TIGHTNESS["compare"]
    if isinstance(node, Arithmetic):
        return _TIGHTNESS[node.operator]
    return _TIGHTNESS["negative" if isinstance(node, Negative) else "leaf"]
