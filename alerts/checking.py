"""Checks a parsed expression before anything depends on it: names, parameters, functions, and what is a condition."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from alerts.expression import Expression
from alerts.functions import BUILTINS, Function, Kind
from alerts.nodes import Arithmetic, Call, Comparison, Logic, Name, Negative, Node, Not, Number, Param
from feeds.errors import InputError

MAX_WINDOW_S = 3_600.0
"""How far back a function over time may look."""

_KIND = {"condition": "a condition, such as waiting > 30", "number": "a figure, not a condition"}


def check(
    expression: Expression,
    known_names: Collection[str],
    functions: Mapping[str, Function] = BUILTINS,
    *,
    params: Collection[str] = (),
    wants: Kind | None = None,
) -> None:
    """Refuse what cannot be worked out: raises InputError at the first fault from the left.

    `known_names` and `params` are the names that will have a value; `wants` says whether the whole must be a condition
    or a number. A parameter may be either.
    """
    for node in sorted(expression.root.walk(), key=lambda part: part.at):
        if isinstance(node, Name) and node.name not in known_names:
            raise _unknown(
                expression, node.at, f"metric {node.name!r}", node.name, known_names, "a metric of the catalogue"
            )
        if isinstance(node, Param) and node.name not in params:
            raise _unknown(expression, node.at, f"parameter ${node.name}", node.name, params, "a declared parameter")
        if isinstance(node, Call):
            _check_call(expression, node, functions)
    _check_kinds(expression, expression.root, wants, functions)


def _check_call(expression: Expression, call: Call, functions: Mapping[str, Function]) -> None:
    function = functions.get(call.name)
    if function is None:
        what = "`for` inside an expression" if call.name == "held" else f"function {call.name!r}"
        raise _unknown(expression, call.at, what, call.name, functions, "a function that exists here")
    least, most = function.takes
    if not least <= len(call.arguments) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise expression.error(call.at, f"{call.name} has {len(call.arguments)} arguments", count)
    _check_window(expression, call, function)


def _check_window(expression: Expression, call: Call, function: Function) -> None:
    """Refuse a function over time without a time, with one too long, and where there is no memory."""
    last = call.arguments[-1]
    written = len(call.arguments) == 2 and isinstance(last, Number) and last.unit == "s"
    if function.lasts == "no" or (not written and function.lasts != "must"):
        return
    if function.lasts == "refused":
        raise expression.error(last.at, f"{call.name} over time, which is for rules", "two figures")
    if not isinstance(last, Number) or not written or not 0.0 < last.number <= MAX_WINDOW_S:
        name = "`for`" if call.name == "held" else call.name
        raise expression.error(last.at, f"{name} over no time that is kept", "a duration such as 5m, at most 1h")


def _check_kinds(expression: Expression, node: Node, wants: Kind | None, functions: Mapping[str, Function]) -> None:
    if wants is not None and not isinstance(node, Param) and _kind(node, functions) != wants:
        raise expression.error(
            node.at,
            "a figure where a condition is needed" if wants == "condition" else "a condition where a figure is needed",
            _KIND[wants],
        )
    if isinstance(node, Call):
        accepts = functions[node.name].accepts
        for index, argument in enumerate(node.arguments):
            _check_kinds(expression, argument, accepts[min(index, len(accepts) - 1)], functions)
        return
    below: Kind = "condition" if isinstance(node, Logic | Not) else "number"
    for child in node.children:
        _check_kinds(expression, child, below, functions)


def _kind(node: Node, functions: Mapping[str, Function]) -> Kind:
    if isinstance(node, Call):
        return functions[node.name].returns
    if isinstance(node, Arithmetic | Negative):
        return "number"
    return "condition" if isinstance(node, Comparison | Logic | Not) or node.truthful else "number"


def _unknown(
    expression: Expression, at: int, what: str, name: str, known: Collection[str], expected: str
) -> InputError:
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return expression.error(at, f"unknown {what}", f"{expected}, nearest: {found[0]!r}" if found else expected)
