"""The functions of the expression language. Callers add their own: a playbook's `before(x)`, say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from alerts.logic import Value
from alerts.nodes import Node, Scope

Kind = Literal["number", "condition"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that expressions may call.

    `apply` gets its arguments unworked, so that it can work them out against another moment (`before`) or keep its own
    course of them (`avg`). `takes` is how many arguments it may have, from and to; `returns` what it gives; `accepts`
    what each argument must be, the last kind for all that follow. `lasts` says whether a written duration as the second
    of two arguments is a time to look back over, as in `avg(waiting, 5m)`: it `must` be, it `may` be, it would be and
    is `refused` because there is no memory here, or (`no`) it is a number like any other.
    """

    name: str
    takes: tuple[int, int]
    apply: Callable[[Scope, tuple[Node, ...]], Value]
    returns: Kind = "number"
    accepts: tuple[Kind, ...] = ("number",)
    lasts: Literal["no", "refused", "may", "must"] = "no"


def plain(name: str, takes: tuple[int, int], compute: Callable[..., Any]) -> Function:
    """A function of its arguments' values alone."""

    def apply(scope: Scope, arguments: tuple[Node, ...]) -> Value:
        result: Value = compute(*(argument.value(scope) for argument in arguments))
        return result

    return Function(name, takes, apply)


def _least(*values: Value) -> Value:
    result = values[0]
    for value in values[1:]:
        result = np.minimum(result, value)
    return result


def _greatest(*values: Value) -> Value:
    result = values[0]
    for value in values[1:]:
        result = np.maximum(result, value)
    return result


def _is_known(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    known: Value = np.where(np.isnan(arguments[0].value(scope)), 0.0, 1.0)
    return known


BUILTINS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            replace(plain("min", (1, 16), _least), lasts="refused"),
            replace(plain("max", (1, 16), _greatest), lasts="refused"),
            plain("abs", (1, 1), np.abs),
            Function("known", (1, 1), _is_known, returns="condition"),
        )
    }
)
"""What every expression may call: `min`, `max`, `abs` (unknown when an argument is) and `known(x)`."""
