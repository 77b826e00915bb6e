"""The filter line of a table, as in bottom or k9s.

    hefei !jd                 words, all of them; `!word`, or `not word`: without
    wait>60 sl30<80%          comparisons of columns or metrics; `2m30`, `1h`, `12k`, `80%`
    platform:taobao,jd        what a row is said to be; `tier:a` is tier 1, `site:"合肥"` just this, `shop:-` not said
    (wait>60 or oldest>2m) and not site:hefei
    ~^s0[0-4]                 a pattern (`console.filter_pattern`), also `site:~^he`
    ?                         what is not known

What is not known fulfils no comparison, and not its opposite either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from alerts.clock_names import CLOCK_FIGURES
from console.filter_nodes import Comparison, Every, Matching, Node, Not, Some, Subject, Told, Unknown, Word, changes
from console.filter_pattern import Pattern, PatternError
from console.i18n import _
from console.triage import TRIAGE_UNITS
from feeds.catalog import METRICS, nearest
from feeds.metric import Unit

LONGEST = 400
"""Characters of a filter."""

DEEPEST = 20

_TOKEN = re.compile(
    r"""\s+|&&?|\|\|?|[()]|!(?!=)|(?:[A-Za-z_]+:)?~(?:"[^"]*"?|\S*)|"[^"]*"?|[^\s()&|"]+(?:"[^"]*"?)?"""
)
_SPACED = re.compile(r"(?<=[\w%])\s*(>=|<=|!=|>|<|=)\s*(?=-?\d)")
_COMPARISON = re.compile(r"^([A-Za-z_][\w%]*)(>=|<=|!=|>|<|=)(.*)$")
_ATTRIBUTE = re.compile(r"^([A-Za-z_]+):(.*)$", re.DOTALL)
_NUMBER = re.compile(r"^(-?\d+(?:\.\d+)?)(?:(s|k|%)|(m|h)(?:(\d+)(s|m)?)?)?$")
_SCALE = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "k": 1000.0, "%": 0.01}
_ALSO = {"team": "group", "tag": "tags", "cat": "category"}
"""Other words for attributes."""


class FilterError(ValueError):
    """What was typed is not a filter; the message is for the person who typed it."""


def _untold(_name: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Filter:
    """A parsed filter. Empty: everything passes."""

    root: Node | None = None

    def __bool__(self) -> bool:
        return self.root is not None

    @property
    def changes(self) -> bool:
        """Whether it asks for what changes each second; else a row that passed once passes always."""
        return changes(self.root)

    def matches(
        self,
        text: str,
        value: Callable[[str], float],
        *,
        unknown: bool = False,
        told: Callable[[str], Sequence[str]] = _untold,
    ) -> bool:
        """Whether a row passes.

        `text` is all it is called, in lower case; `value` gives its metrics by name, `told` its attributes.
        """
        return self.root is None or self.root.holds(Subject(text, value, told, unknown)) is True


def parse_filter(text: str, columns: Mapping[str, str], attributes: Collection[str] = ()) -> Filter:
    """Read what was typed. Raises FilterError.

    `columns` gives the metric behind each column's short name, `attributes` what rows can be asked for as `name:value`;
    where there are none, a word may hold a colon.
    """
    if len(text) > LONGEST:
        raise FilterError(_("a filter of at most {n} characters").format(n=LONGEST))
    reader = _Reader(_SPACED.sub(r"\1", text), columns, attributes)
    return Filter(reader.whole())


class _Reader:
    def __init__(self, text: str, columns: Mapping[str, str], attributes: Collection[str]) -> None:
        self._tokens = _tokens(text)
        self._at, self._depth = 0, 0
        self._columns, self._attributes = columns, attributes

    def whole(self) -> Node | None:
        found = self._some()
        if self._at < len(self._tokens):
            raise FilterError(_("a ) too many"))
        return found

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _takes(self, *signs: str) -> bool:
        here = self._next().lower() in signs
        self._at += here
        return here

    def _some(self) -> Node | None:
        parts = [self._every()]
        while self._takes("or", "|", "||"):
            parts.append(self._every())
            if parts[-1] is None or parts[0] is None:
                raise FilterError(_("something belongs on both sides of or"))
        nodes = tuple(part for part in parts if part is not None)
        return Some(nodes) if len(nodes) > 1 else parts[0]

    def _every(self) -> Node | None:
        parts: list[Node] = []
        while self._next() and self._next() != ")" and self._next().lower() not in ("or", "|", "||"):
            if self._takes("and", "&", "&&"):
                continue
            found = self._one()
            parts += [found] if found is not None else []
        return Every(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None

    def _one(self) -> Node | None:
        if self._takes("!", "not"):
            following = self._next()
            if not following or following == ")":
                return None
            found = self._one()
            return Not(found) if found is not None else None
        if self._takes("("):
            self._depth += 1
            if self._depth > DEEPEST:
                raise FilterError(_("too many ( within each other"))
            found = self._some()
            if not self._takes(")"):
                raise FilterError(_("a ) is missing"))
            self._depth -= 1
            return found
        self._at += 1
        return self._leaf(self._tokens[self._at - 1])

    def _leaf(self, token: str) -> Node | None:
        if token == "?":  # noqa: S105 - a sign of the language
            return Unknown()
        if token.startswith('"'):
            return Word(_unquoted(token).lower()) if _unquoted(token) else None
        if token.startswith("~"):
            return Matching(_pattern(token[1:])) if len(token) > 1 else None
        if (found := _COMPARISON.match(token)) is not None:
            return self._comparison(found[1].lower(), found[2], found[3].lower())
        if self._attributes and (found := _ATTRIBUTE.match(token)) is not None:
            return self._told(found[1].lower(), found[2])
        return Word(token.replace('"', "").lower())

    def _told(self, name: str, value: str) -> Told:
        name = _ALSO.get(name, name)
        if name not in self._attributes:
            offered = " ".join(sorted(self._attributes))
            raise FilterError(_("no attribute {name}; try {hint}").format(name=name, hint=offered))
        if value.startswith("~"):
            return Told(name, (_pattern(value[1:]),))
        if value.startswith('"'):
            return Told(name, (_unquoted(value).lower(),), exact=True)
        values = [one.lower() for one in value.split(",") if one not in ("", "-", "–")]
        if name == "tier":
            values = [str(ord(one) - ord("a") + 1) if len(one) == 1 and "a" <= one <= "i" else one for one in values]
        return Told(name, tuple(values), exact=name == "tier")

    def _comparison(self, name: str, sign: str, number: str) -> Node:
        if name == "tier" and "tier" in self._attributes:
            found = _NUMBER.match(number)
            if found is not None:
                return Comparison("tier", sign, float(found[1]))
        metric = self._columns.get(name, name)
        if not self._columns:
            raise FilterError(_("nothing can be compared here: words, name:value"))
        if metric not in METRICS and metric not in CLOCK_FIGURES and metric not in TRIAGE_UNITS:
            hint = nearest(name) or " ".join(sorted(self._columns))
            raise FilterError(_("no column {name}; try {hint}").format(name=name, hint=hint))
        return Comparison(metric, sign, _number(metric, name + sign, number))


def _tokens(text: str) -> list[str]:
    """The words and signs; a ) behind a pattern that opens none belongs to what stands around it."""
    out: list[str] = []
    for token in _TOKEN.findall(text):
        if token.isspace():
            continue
        closing = 0
        if token.startswith("~") or ":~" in token:
            while token.endswith(")") and token.count(")") > token.count("("):
                token, closing = token[:-1], closing + 1
        out += [token, *(")" * closing)]
    return out


def _number(metric: str, before: str, text: str) -> float:
    """A number in the metric's own unit."""
    found = _NUMBER.match(text)
    if found is None:
        raise FilterError(_("a number belongs after {before}").format(before=before))
    value, suffix = float(found[1]), found[2] or found[3] or ""
    unit = METRICS[metric].unit if metric in METRICS else TRIAGE_UNITS.get(metric) or CLOCK_FIGURES[metric][0]
    if unit is Unit.SHARE and not suffix and abs(value) > 1.0:
        suffix = "%"  # shares are shown in per cent, so 80 means 80 %
    smaller = float(found[4]) * (1.0 if suffix == "m" or found[5] == "s" else 60.0) if found[4] else 0.0
    return value * _SCALE[suffix] + smaller


def _unquoted(text: str) -> str:
    return text.removeprefix('"').removesuffix('"')


def _pattern(text: str) -> Pattern:
    try:
        return Pattern(_unquoted(text))
    except PatternError as wrong:
        raise FilterError(_("~{pattern}: not understood at {place}").format(pattern=text, place=wrong)) from None
