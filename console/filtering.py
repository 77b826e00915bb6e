"""The filter line of a table: words, `!word`, and comparisons such as `waiting>60 sl30<80`.

All parts must hold. A word is looked for in everything a row is called; a comparison names a column or a metric of the
catalogue. What is not known fulfils no comparison, and `?` finds exactly the rows that are not known.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alerts.clock_names import CLOCK_FIGURES
from console.attention import ATTENTION_UNITS
from console.i18n import _
from feeds.catalog import METRICS, nearest
from feeds.metric import Unit

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_COMPARISON = re.compile(r"^([A-Za-z_][\w%]*)(>=|<=|!=|>|<|=)(.*)$")
_NUMBER = re.compile(r"^(-?\d+(?:\.\d+)?)(s|m|h|k|%)?$")
_SCALE = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "k": 1000.0, "%": 0.01}


class FilterError(ValueError):
    """What was typed is not a filter; the message is for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`metric` compared with `number` in the metric's own unit."""

    metric: str
    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Whether a value fulfils it; NaN never does."""
        return value == value and _OPERATORS[self.sign](value, self.number)


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter. Empty: everything passes."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    unknown: bool = False

    def __bool__(self) -> bool:
        return bool(self.words or self.without or self.comparisons or self.unknown)

    def matches(self, text: str, value: Callable[[str], float], *, unknown: bool = False) -> bool:
        """Whether a row passes: `text` is all it is called, in lower case, `value` gives its metrics by name."""
        if self.unknown and not unknown:
            return False
        return (
            all(word in text for word in self.words)
            and not any(word in text for word in self.without)
            and all(comparison.holds(value(comparison.metric)) for comparison in self.comparisons)
        )


def parse_filter(text: str, columns: Mapping[str, str]) -> Filter:
    """Read what was typed; `columns` gives the metric behind each column's short name. Raises FilterError."""
    words, without, comparisons, unknown = [], [], [], False
    for part in text.replace("&", " ").lower().split():
        if part == "?":
            unknown = True
        elif (found := _COMPARISON.match(part)) is not None:
            comparisons.append(_comparison(found[1], found[2], found[3], columns))
        elif part.startswith("!"):
            without.extend([part[1:]] if part[1:] else [])
        else:
            words.append(part)
    return Filter(tuple(words), tuple(without), tuple(comparisons), unknown)


def _comparison(name: str, sign: str, number: str, columns: Mapping[str, str]) -> Comparison:
    metric = columns.get(name, name)
    if metric not in METRICS and metric not in CLOCK_FIGURES and metric not in ATTENTION_UNITS:
        near = nearest(name)
        hint = near or " ".join(sorted(columns))
        raise FilterError(_("no column {name}; try {hint}").format(name=name, hint=hint))
    found = _NUMBER.match(number)
    if found is None:
        raise FilterError(_("a number belongs after {name}{sign}").format(name=name, sign=sign))
    value, suffix = float(found[1]), found[2] or ""
    unit = METRICS[metric].unit if metric in METRICS else (ATTENTION_UNITS.get(metric) or CLOCK_FIGURES[metric][0])
    share = unit is Unit.SHARE
    if share and not suffix and abs(value) > 1.0:
        suffix = "%"  # shares are shown in per cent, so 80 means 80 %
    return Comparison(metric, sign, value * _SCALE[suffix])
