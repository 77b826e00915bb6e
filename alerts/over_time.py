"""Functions over time: `avg(waiting, 5m)`, `max`, `min`, `rate`, `delta`, and `waiting > 20 for 10m`.

They need a memory, which belongs to one site's rules (`Memory`). Elsewhere, in a guard say, they are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from alerts.functions import BUILTINS, Function
from alerts.history import Floats, History, Hold, Window, average, change, greatest, least, rate
from alerts.logic import Value
from alerts.nodes import Call, Node, Number, Scope
from alerts.writing import write

_WINDOWED: Mapping[str, Callable[[Window], Floats]] = MappingProxyType(
    {"avg": average, "max": greatest, "min": least, "delta": change, "rate": rate}
)


def _without_memory(_scope: Scope, _arguments: tuple[Node, ...]) -> Value:
    raise TypeError("a function over time needs a memory")


OVER_TIME: Mapping[str, Function] = MappingProxyType(
    {
        **{
            name: Function(name, (2, 2), _without_memory, accepts=("number", "number"), lasts="must")
            for name in ("avg", "delta", "rate")
        },
        **{name: Function(name, (1, 16), BUILTINS[name].apply, lasts="may") for name in ("max", "min")},
        "held": Function(
            "held", (2, 2), _without_memory, returns="condition", accepts=("condition", "number"), lasts="must"
        ),
    }
)
"""What rules may call beside BUILTINS; `max` and `min` look back when the second of two arguments is a duration."""

RULE_FUNCTIONS: Mapping[str, Function] = MappingProxyType({**BUILTINS, **OVER_TIME})
"""Everything that a rule's expressions may call."""


def window_of(call: Call) -> float | None:
    """The seconds that a call looks back; None for one that looks at this moment alone."""
    if call.name not in OVER_TIME or len(call.arguments) != 2:
        return None
    last = call.arguments[1]
    return last.number if isinstance(last, Number) and last.unit == "s" else None


class Memory:
    """The memory of one site's rules: the course of each figure that they look back at, the clock of each condition."""

    def __init__(self, roots: Iterable[Node], rows: Sequence[str]) -> None:
        self._rows = tuple(rows)
        self._nodes: dict[str, Node] = {}
        self._courses: dict[str, History | Hold] = {}
        self._told: dict[tuple[str, str, float], Value] = {}
        calls = [part for root in roots for part in root.walk() if isinstance(part, Call)]
        for call in sorted(calls, key=lambda one: one.depth):  # what stands inside another one is worked out first
            span = window_of(call)
            if span is not None:
                self._watch(call, span)
        self.functions: Mapping[str, Function] = (
            {name: self._remembering(RULE_FUNCTIONS[name]) for name in OVER_TIME} if self._courses else {}
        )
        """The functions over time as this memory knows them."""

    def observe(self, scope: Scope, now: float) -> None:
        """Take in what is true at `now`."""
        self._told.clear()
        for key, node in self._nodes.items():
            self._courses[key].add(now, np.asarray(node.value(scope), dtype=np.float64))

    def taken_over(self, before: Memory) -> None:
        """Go on from the memory of the same rules over other rows: rows that are gone are forgotten."""
        places = {row: place for place, row in enumerate(before._rows)}
        columns = [places.get(row, -1) for row in self._rows]
        for key, course in self._courses.items():
            other: Any = before._courses.get(key)  # of the same kind: the key says which
            if other is not None:
                course.taken_over(other, columns)

    def held_since(self, row: int) -> dict[str, float]:
        """Since when each condition of `… for 10m` has been true in a row, by its text; NaN where it is not."""
        holds = ((key, course) for key, course in self._courses.items() if isinstance(course, Hold))
        return {key.removeprefix("for "): course.since(row) for key, course in holds}

    def _watch(self, call: Call, span: float) -> None:
        key = _key(call)
        known = self._courses.get(key)
        if isinstance(known, History):
            known.span = max(known.span, span)
        elif known is None:
            self._nodes[key] = call.arguments[0]
            self._courses[key] = Hold(len(self._rows)) if call.name == "held" else History(len(self._rows), span)

    def _remembering(self, function: Function) -> Function:
        def apply(scope: Scope, arguments: tuple[Node, ...]) -> Value:
            call = Call(0, 0, function.name, arguments)
            span = window_of(call)
            if span is None:
                return function.apply(scope, arguments)
            asked = (function.name, _key(call), span)
            if asked not in self._told:
                self._told[asked] = self._tell(*asked)
            return self._told[asked]

        return Function(function.name, function.takes, apply, function.returns, function.accepts, function.lasts)

    def _tell(self, name: str, key: str, span: float) -> Value:
        course = self._courses[key]
        if isinstance(course, History) and course.empty:  # asked why before the rule was worked out for the first time
            return np.full(len(self._rows), np.nan)
        return course.lasted(span) if isinstance(course, Hold) else _WINDOWED[name](course.window(span))


def _key(call: Call) -> str:
    """What a course is of. A condition's clock is another thing than its course as a figure."""
    return f"{'for' if call.name == 'held' else 'of'} {write(call.arguments[0])}"
