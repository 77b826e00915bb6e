"""A condition taken apart for one row: each part with its figure, whether it is true, and what it lacks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from alerts.figure_names import figure_name
from alerts.functions import Function
from alerts.logic import Value
from alerts.nodes import Arithmetic, Call, Comparison, Logic, Name, Negative, Node, Not, Number, Scope, truth_of
from alerts.over_time import window_of
from alerts.rule_checks import PSEUDO_METRICS
from alerts.templates import UNKNOWN, format_figure
from alerts.thresholds import constant
from alerts.units import unit_compared, unit_of_part
from alerts.unknown import Missing, UnknownOf, no_value
from alerts.writing import write
from feeds.metric import Unit

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

Truth = Literal["true", "false", "unknown"]
Kind = Literal["logic", "comparison", "lasting", "condition", "figure"]
"""`logic`: and, or, not. `lasting`: `… for 10m`. `condition`: anything else that is true or false."""


@dataclass(frozen=True, slots=True)
class WhyPart:
    """One part of a condition, in reading order; `depth` 0 is the whole, its parts stand below it at `depth` + 1.

    A comparison has what it measures as `value`, what it is held against as `limit`, and in `distance` how far apart
    they are; a figure has its `value`. `shown`, `limit_shown` and `distance_shown` are these as people write them, `–`
    where unknown. `decides` marks the conditions that make the whole what it is; `missing` says what is unknown, and
    why.
    """

    text: str
    depth: int
    kind: Kind
    truth: Truth | None = None
    """None for a figure."""
    value: float = math.nan
    shown: str = UNKNOWN
    figure: str = ""
    """What a comparison measures, as the expression says it."""
    operator: str = ""
    limit_text: str = ""
    """What it is held against, as the expression says it; empty for a plain number."""
    limit: float = math.nan
    limit_shown: str = UNKNOWN
    distance: float = math.nan
    distance_shown: str = UNKNOWN
    unit: Unit = Unit.RATIO
    zh: str = ""
    en: str = ""
    """What the figure is called; the text of the expression where the catalogue has no name for it."""
    since: float = math.nan
    """For a lasting condition: since when it has been true."""
    lasts_s: float = math.nan
    """For a lasting condition: for how long it must be."""
    decides: bool = False
    missing: tuple[Missing, ...] = ()


class RowFigures:
    """What the expressions of a site are worked out against in one row; `columns` None before the site has spoken."""

    def __init__(
        self,
        columns: Mapping[str, Value] | None,
        row: int,
        functions: Mapping[str, Function],
        why_unknown: UnknownOf = no_value,
        since: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self._columns, self._row, self._why, self._since = columns, row, why_unknown, since
        self.scope = Scope(self._lookup, {}, {name: self._of_row(one) for name, one in functions.items()})

    def value(self, node: Node) -> float:
        """The figure of a part."""
        with np.errstate(all="ignore"):
            return float(node.value(self.scope))

    def truth(self, node: Node) -> Truth:
        """Whether a part is true."""
        with np.errstate(all="ignore"):
            value = float(truth_of(node, self.scope))
        return "unknown" if math.isnan(value) else "true" if value else "false"

    def held_since(self, node: Call) -> float:
        """Since when the condition of `… for 10m` has been true; NaN where it is not."""
        return self._since.get(write(node.arguments[0]), math.nan)

    def missing(self, node: Node) -> tuple[Missing, ...]:
        """What makes a part unknown, each figure once; empty for one that is known."""
        unknown = self.truth(node) == "unknown" if node.truthful else math.isnan(self.value(node))
        return tuple(dict.fromkeys(self._missing(node))) if unknown else ()

    def _missing(self, node: Node) -> Iterator[Missing]:
        if isinstance(node, Name):
            yield self._why(node.name, self._row) if self._columns is not None else Missing(node.name, "never")
            return
        below = [found for child in node.children for found in self.missing(child)]
        if not below and isinstance(node, Call) and window_of(node) is not None:
            yield Missing(write(node), "needs_history")
        elif not below:
            divided = isinstance(node, Arithmetic) and node.operator == "/"
            yield Missing(write(node), "divided_by_zero" if divided else "no_value")
        yield from below

    def _lookup(self, name: str) -> Value:
        if self._columns is None:
            return math.nan
        try:
            place = self._place(name)
        except KeyError:
            return math.nan
        return math.nan if place is None else float(np.ravel(self._columns[name])[place])

    def _place(self, name: str) -> int | None:
        """Where in its column a figure of the row stands; None where a site has announced no row of its own."""
        column = self._columns[name] if self._columns is not None else math.nan
        if np.ndim(column) == 0 or self._row < np.size(column):
            return self._row if np.ndim(column) else 0
        return 0 if name in PSEUDO_METRICS else None

    def _of_row(self, function: Function) -> Function:
        """A function that looks back knows all rows: of its answer, this one."""

        def apply(scope: Scope, arguments: tuple[Node, ...]) -> Value:
            if self._columns is None and window_of(Call(0, 0, function.name, arguments)) is not None:
                return math.nan
            told = function.apply(scope, arguments)
            return float(np.asarray(told)[self._row]) if np.ndim(told) else told

        return Function(function.name, function.takes, apply, function.returns, function.accepts, function.lasts)


def parts_of(root: Node, figures: RowFigures) -> tuple[WhyPart, ...]:
    """A condition and everything in it that a person wants to see, in reading order."""
    return tuple(_condition(root, figures, 0, decides=True))


def _condition(node: Node, figures: RowFigures, depth: int, *, decides: bool) -> Iterator[WhyPart]:
    truth = figures.truth(node)
    if isinstance(node, Logic | Not):
        yield WhyPart(write(node), depth, "logic", truth, missing=figures.missing(node))
        for child in node.children:
            alike = isinstance(node, Not) or figures.truth(child) == truth
            yield from _condition(child, figures, depth + 1, decides=decides and alike)
    elif isinstance(node, Comparison):
        yield _comparison(node, figures, depth, truth, decides=decides)
        for side in (node.left, node.right):
            if not isinstance(side, Name):
                yield from _figures(side, figures, depth + 1)
    elif isinstance(node, Call) and node.name == "held":
        inner = node.arguments[0]
        short = truth != figures.truth(inner)
        yield _lasting(node, figures, depth, truth, decides=decides and (short or truth == "true"))
        yield from _condition(inner, figures, depth + 1, decides=decides and not short and truth != "true")
    else:
        value = figures.value(node)
        missing = figures.missing(node)
        zh, en = figure_name(write(node))
        yield WhyPart(write(node), depth, "condition", truth, value, zh=zh, en=en, decides=decides, missing=missing)
        for child in node.children:
            yield from _figures(child, figures, depth + 1)


def _comparison(node: Comparison, figures: RowFigures, depth: int, truth: Truth, *, decides: bool) -> WhyPart:
    turned = constant(node.left) is not None
    measured, against = (node.right, node.left) if turned else (node.left, node.right)
    value, limit = figures.value(measured), figures.value(against)
    unit = unit_compared(measured, against)
    zh, en = figure_name(write(measured))
    return WhyPart(
        write(node),
        depth,
        "comparison",
        truth,
        value,
        format_figure(value, unit),
        write(measured),
        _MIRRORED.get(node.operator, node.operator) if turned else node.operator,
        "" if isinstance(against, Number) else write(against),
        limit,
        f"{limit:g}" if unit is Unit.RATIO and isinstance(against, Number) else format_figure(limit, unit),
        abs(value - limit),
        format_figure(abs(value - limit), unit),
        unit,
        zh,
        en,
        decides=decides,
        missing=figures.missing(node),
    )


def _lasting(node: Call, figures: RowFigures, depth: int, truth: Truth, *, decides: bool) -> WhyPart:
    lasts_s = window_of(node)
    zh, en = figure_name(write(node.arguments[0]))
    return WhyPart(
        write(node),
        depth,
        "lasting",
        truth,
        zh=zh,
        en=en,
        since=figures.held_since(node),
        lasts_s=math.nan if lasts_s is None else lasts_s,
        decides=decides,
        missing=figures.missing(node),
    )


def _figures(node: Node, figures: RowFigures, depth: int) -> Iterator[WhyPart]:
    """A figure, and below it the names and functions it is made of; what is plain to read is left out."""
    if isinstance(node, Number) or not any(isinstance(part, Name) for part in node.walk()):
        return
    value, unit = figures.value(node), unit_of_part(node)
    shown, missing = format_figure(value, unit), figures.missing(node)
    zh, en = figure_name(write(node))
    yield WhyPart(write(node), depth, "figure", None, value, shown, unit=unit, zh=zh, en=en, missing=missing)
    for part in _made_of(node):
        yield from _figures(part, figures, depth + 1)


def _made_of(node: Node) -> Iterator[Node]:
    """The nearest names and calls below a part: sums and products in between say nothing of their own."""
    for child in node.children:
        if isinstance(child, Arithmetic | Negative):
            yield from _made_of(child)
        else:
            yield child
