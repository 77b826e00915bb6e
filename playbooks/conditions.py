"""The conditions of a playbook: guards, what a step must bring about, whether it helped, when it ends.

Written in the expression language of `alerts.expression`, with two more functions: `before(x)` is x at the intent of
the step (of the first step, in `check` and `revert`), and `x > 3 for 10m` has held without a break for so long. What
is unknown breaks it: nothing is undone for want of data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from alerts.checking import check
from alerts.expression import Expression, Place, parse
from alerts.functions import BUILTINS, Function
from alerts.logic import Value
from alerts.nodes import Node
from alerts.nodes import Scope as Evaluation


@dataclass(frozen=True, slots=True)
class Sight:
    """What a condition is looked at against: figures now and before, parameters, and since when its parts have held."""

    figure: Callable[[str], float]
    params: Mapping[str, float] = field(default_factory=dict)
    before: Mapping[str, float] = field(default_factory=dict)
    now: float = math.nan
    since: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition."""

    expression: Expression

    @property
    def text(self) -> str:
        """As it is written in the file."""
        return self.expression.text

    @property
    def names(self) -> tuple[str, ...]:
        """The figures it depends on."""
        return self.expression.names

    def value(self, sight: Sight) -> float:
        """1.0 it holds, 0.0 it does not, NaN nobody can say."""
        return self.look(sight)[0]

    def look(self, sight: Sight) -> tuple[float, dict[int, float]]:
        """The value, and since when each of its `for` parts has held, for the next look."""
        holding: dict[int, float] = {}
        functions = {**BUILTINS, "before": before_function(sight), "held": _held(sight, holding)}
        params: Mapping[str, Value] = sight.params
        return float(self.expression.evaluate(sight.figure, params=params, functions=functions)), holding


def condition(
    text: str, where: str, place: Place, names: frozenset[str], params: frozenset[str], *, also: tuple[str, ...] = ()
) -> Condition:
    """A condition from its text. `also` names the functions it may call beside the usual. Raises InputError."""
    expression = parse(text, where, place=place)
    blind = Sight(lambda _: math.nan)
    extra = {"before": before_function(blind), "held": _held(blind, {})}
    functions = {**BUILTINS, **{name: extra[name] for name in also}}
    check(expression, names, functions, params=params, wants="condition")
    return Condition(expression)


def before_function(sight: Sight) -> Function:
    """`before(x)` against a sight: x as it was when the step began."""

    def apply(scope: Evaluation, arguments: tuple[Node, ...]) -> Value:
        then = Evaluation(lambda name: sight.before.get(name, math.nan), scope.params, scope.functions)
        return arguments[0].value(then)

    return Function("before", (1, 1), apply)


def _held(sight: Sight, holding: dict[int, float]) -> Function:
    def apply(scope: Evaluation, arguments: tuple[Node, ...]) -> Value:
        inner, length = arguments
        value = float(np.asarray(inner.value(scope)))
        if value != 1.0:
            return value
        since = min(sight.since.get(inner.at, sight.now), sight.now)
        holding[inner.at] = since
        return 1.0 if sight.now - since >= float(np.asarray(length.value(scope))) else 0.0

    return Function("held", (2, 2), apply, returns="condition", accepts=("condition", "number"))
