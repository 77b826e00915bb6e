"""Text → expression → figures. One language for rules, guards, verification and revert conditions; never `eval`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from alerts.functions import BUILTINS, Function
from alerts.logic import Value
from alerts.nodes import Call, Lookup, Name, Node, Param, Scope
from feeds.errors import InputError

MAX_LENGTH = 2_000
"""Characters of one expression."""

Place = Callable[[int], tuple[int | None, int | None]]
"""Line and column of a character of the expression, where it stands in a file."""

_NO_PARAMS: Mapping[str, Value] = MappingProxyType({})
_NOTHING = Node(0, 0)


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: what it says, what it needs, and where it stands."""

    text: str
    root: Node
    where: str
    place: Place = field(compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The dotted names in it, each once, in order of first use."""
        return tuple(dict.fromkeys(node.name for node in self.root.walk() if isinstance(node, Name)))

    @property
    def params(self) -> tuple[str, ...]:
        """The parameters in it, without `$`."""
        return tuple(dict.fromkeys(node.name for node in self.root.walk() if isinstance(node, Param)))

    @property
    def calls(self) -> tuple[str, ...]:
        """The functions it calls; `x > 3 for 10m` calls `held`."""
        return tuple(dict.fromkeys(node.name for node in self.root.walk() if isinstance(node, Call)))

    def evaluate(
        self,
        lookup: Lookup,
        *,
        params: Mapping[str, Value] = _NO_PARAMS,
        functions: Mapping[str, Function] = BUILTINS,
    ) -> Value:
        """The figure, or the column of them when names stand for columns; a condition is 1.0, 0.0 or NaN (unknown)."""
        with np.errstate(all="ignore"):
            value = self.root.value(Scope(lookup, params, functions))
        return value if isinstance(value, np.ndarray) and value.ndim else float(value)

    def error(self, at: int, what: str, expected: str = "") -> InputError:
        """An InputError at character `at` of this expression."""
        line, column = self.place(at)
        return InputError(self.where, what, expected, line=line, column=column)


def parse(
    text: str, where: str = "", line: int | None = None, column: int | None = None, *, place: Place | None = None
) -> Expression:
    """Parse `text`. Raises InputError with the place of what is wrong.

    `line` and `column` are where the text begins in the file `where`; `place` tells the place of any character of it
    instead, where quoting or folding moves them (`feeds.yaml_tree.Places.inside`).
    """
    from alerts.parser import read_root  # the grammar costs 50 ms, and not every command needs it

    shell = Expression(text, _NOTHING, where or "expression", place or _counted(text, line, column))
    if len(text) > MAX_LENGTH:
        raise shell.error(MAX_LENGTH, "the expression is too long", f"at most {MAX_LENGTH} characters")
    if not text.strip():
        raise shell.error(0, "the expression is empty", "such as waiting > 30")
    return Expression(text, read_root(shell), shell.where, shell.place)


def _counted(text: str, line: int | None, column: int | None) -> Place:
    """Places in text that stands in one piece from `line`, `column`; without a line, columns count from its start."""

    def place(at: int) -> tuple[int | None, int | None]:
        lines = text.count("\n", 0, at)
        into = at - (text.rfind("\n", 0, at) + 1)
        if line is None and not lines:
            return None, at + (column or 1)
        return (line or 1) + lines, into + (1 if lines else column or 1)

    return place
