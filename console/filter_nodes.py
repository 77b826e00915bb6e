"""What a filter is made of.

A part of it is true, false, or not known (None): what is not known never passes, and neither does its opposite.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from console.filter_pattern import Pattern

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that a filter judges: all it is called (in lower case), its figures, and its attributes by name."""

    text: str
    figure: Callable[[str], float]
    told: Callable[[str], Sequence[str]]
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word somewhere in what a row is called."""

    text: str

    def holds(self, row: Subject) -> bool | None:
        """Whether it is there."""
        return self.text in row.text


@dataclass(frozen=True)
class Matching:
    """A pattern somewhere in what a row is called."""

    pattern: Pattern

    def holds(self, row: Subject) -> bool | None:
        """Whether it is there."""
        return self.pattern.search(row.text)


@dataclass(frozen=True)
class Told:
    """An attribute that is one of some values: holds them, or with `exact` is one of them; none: is not told at all."""

    name: str
    values: tuple[str | Pattern, ...]
    exact: bool = False

    def holds(self, row: Subject) -> bool | None:
        """Whether it is so."""
        told = [one.lower() for one in row.told(self.name) if one]
        if not self.values:
            return not told
        return any(self._fits(wanted, one) for wanted in self.values for one in told)

    def _fits(self, wanted: str | Pattern, one: str) -> bool:
        if isinstance(wanted, Pattern):
            return wanted.search(one)
        return wanted == one if self.exact else wanted in one


@dataclass(frozen=True, slots=True)
class Comparison:
    """`metric` compared with `number` in the metric's own unit."""

    metric: str
    sign: str
    number: float

    def holds(self, row: Subject) -> bool | None:
        """Whether a row's value fulfils it; None where the value is not known."""
        value = row.figure(self.metric)
        return OPERATORS[self.sign](value, self.number) if value == value else None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Rows that are not known."""

    def holds(self, row: Subject) -> bool | None:
        """Whether this is one."""
        return row.unknown


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Node

    def holds(self, row: Subject) -> bool | None:
        """Of what is not known, nobody knows the opposite."""
        found = self.of.holds(row)
        return None if found is None else not found


@dataclass(frozen=True, slots=True)
class Every:
    """All of them."""

    of: tuple[Node, ...]

    def holds(self, row: Subject) -> bool | None:
        """False as soon as one is."""
        unknown = False
        for one in self.of:
            found = one.holds(row)
            if found is False:
                return False
            unknown |= found is None
        return None if unknown else True


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of them."""

    of: tuple[Node, ...]

    def holds(self, row: Subject) -> bool | None:
        """True as soon as one is."""
        unknown = False
        for one in self.of:
            found = one.holds(row)
            if found:
                return True
            unknown |= found is None
        return None if unknown else False


Node = Word | Matching | Told | Comparison | Unknown | Not | Every | Some


def changes(node: Node | None) -> bool:
    """Whether a row may pass now that did not a second ago: the filter asks for figures or for what is known."""
    match node:
        case Not(of):
            return changes(of)
        case Every(of) | Some(of):
            return any(changes(one) for one in of)
        case Comparison() | Unknown():
            return True
        case Told(name):
            return name in ("state", "severity")
    return False
