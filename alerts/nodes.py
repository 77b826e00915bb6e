"""The parts of an expression. Each knows its place in the text (`at`) and how to work itself out over all rows."""

# ruff: noqa: D102 - the parts say in their own way what the base class Node documents
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from alerts.logic import Value, both, calculate, compare, either, truth

if TYPE_CHECKING:
    from alerts.functions import Function

Lookup = Callable[[str], Value]
"""The figure, or the column of figures, that a dotted name stands for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is worked out against."""

    lookup: Lookup
    params: Mapping[str, Value]
    functions: Mapping[str, Function]
    outside: NDArray[np.bool_] | None = None
    """The rows of which nobody asks; None where all count. What is worked out for them may be anything."""


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all parts. `depth` is the longest way down to a leaf."""

    at: int
    depth: int

    @property
    def children(self) -> tuple[Node, ...]:
        """The parts directly below."""
        return ()

    @property
    def truthful(self) -> bool:
        """Whether the value is always 1.0, 0.0 or NaN."""
        return False

    def value(self, scope: Scope) -> Value:
        """The figure of this part, for all rows at once."""
        raise NotImplementedError

    def walk(self) -> Iterator[Node]:
        """This part and everything below it, from left to right."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal. `unit` is how it was written: empty, `%`, `s` for durations, or `truth`."""

    number: float
    unit: str

    @property
    def truthful(self) -> bool:
        return self.unit == "truth"

    def value(self, scope: Scope) -> Value:  # noqa: ARG002 - a literal needs nothing
        return self.number


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A dotted name, such as `waiting` or `to.agents_online`."""

    name: str

    def value(self, scope: Scope) -> Value:
        return scope.lookup(self.name)


@dataclass(frozen=True, slots=True)
class Param(Node):
    """A parameter, such as `$count`; `name` is without the `$`."""

    name: str

    def value(self, scope: Scope) -> Value:
        return scope.params[self.name]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function call. `x > 3 for 10m` is the call `held(x > 3, 10m)`."""

    name: str
    arguments: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.arguments

    def value(self, scope: Scope) -> Value:
        return scope.functions[self.name].apply(scope, self.arguments)


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Unary minus."""

    operand: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.operand,)

    def value(self, scope: Scope) -> Value:
        return np.negative(self.operand.value(scope))


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left + right` and its like."""

    operator: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def value(self, scope: Scope) -> Value:
        return calculate(self.operator, self.left.value(scope), self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left < right` and its like."""

    operator: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    @property
    def truthful(self) -> bool:
        return True

    def value(self, scope: Scope) -> Value:
        return compare(self.operator, self.left.value(scope), self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """Two or more conditions joined by `and`, or by `or`."""

    operator: str
    parts: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.parts

    @property
    def truthful(self) -> bool:
        return True

    def value(self, scope: Scope) -> Value:
        join, settles = (both, 0.0) if self.operator == "and" else (either, 1.0)
        result = truth_of(self.parts[0], scope)
        for part in self.parts[1:]:
            # Known wherever it counts and final: what the rest says, unknown or not, changes nothing.
            if isinstance(result, np.ndarray) and result.ndim and _everywhere(result == settles, scope.outside):
                break
            result = join(result, truth_of(part, scope))
        return result


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not condition`; not unknown is unknown."""

    operand: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.operand,)

    @property
    def truthful(self) -> bool:
        return True

    def value(self, scope: Scope) -> Value:
        return np.subtract(1.0, truth_of(self.operand, scope))


def _everywhere(holds: NDArray[np.bool_], outside: NDArray[np.bool_] | None) -> bool:
    """Whether it holds in every row that counts. Looking for a byte costs half of `all` on blocks of this size."""
    return 0 not in (holds if outside is None else holds | outside).tobytes()


def truth_of(node: Node, scope: Scope) -> Value:
    """The value of a part as 1.0, 0.0 or NaN."""
    value = node.value(scope)
    return value if node.truthful else truth(value)
