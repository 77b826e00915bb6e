"""The grammar at work: text to nodes by lark (LALR), with refusals that a person can act on."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from alerts.nodes import Arithmetic, Call, Comparison, Logic, Name, Negative, Node, Not, Number, Param
from alerts.projected import expected_call, is_written_as_call, name_written
from feeds.durations import parse_duration
from feeds.errors import InputError

if TYPE_CHECKING:
    from alerts.expression import Expression

MAX_DEPTH = 50
"""Levels of one expression; `a and b and c` is one level, however long."""

_VALUE = "a metric, a number (1.5, 80%, 30s), a $parameter or ("
_OPERATOR = "an operator (+ - * / < <= > >= == != and or for), ) or the end"


def read_root(expression: Expression) -> Node:
    """The top node of an expression's text. Raises InputError at what is wrong."""
    try:
        return cast("Node", _grammar().parse(expression.text))
    except UnexpectedCharacters as wrong:
        raise _bad_character(expression, wrong) from None
    except UnexpectedToken as wrong:
        raise _bad_token(expression, wrong) from None
    except _RefusedPart as refused:
        raise expression.error(refused.at, refused.what, refused.expected) from None


@cache
def _grammar() -> Lark:
    text = files("alerts").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


def _bad_character(expression: Expression, wrong: UnexpectedCharacters) -> InputError:
    at = cast("int", wrong.pos_in_stream)  # lark annotates it as always None
    character = expression.text[at]
    if character.isascii() and character.isdigit():
        return expression.error(at, "not a number", "such as 30, 1.5, 80%, 30s or 10m")
    if character == "=":
        return expression.error(at, "a lone =", "== to compare")
    return expression.error(at, f"character {character!r} means nothing here", _expected(wrong.allowed))


def _bad_token(expression: Expression, wrong: UnexpectedToken) -> InputError:
    expected = _expected(wrong.accepts or wrong.expected)
    if wrong.token.type == "$END":
        return expression.error(len(expression.text.rstrip()), "the expression ends too early", expected)
    return expression.error(wrong.token.start_pos or 0, f"{str(wrong.token)!r} cannot stand here", expected)


def _expected(terminals: set[str] | None) -> str:
    if terminals and "NAME" in terminals:
        return _VALUE
    if terminals and terminals <= {"DURATION"}:
        return "a duration such as 10m"
    return _OPERATOR


class _RefusedPart(Exception):  # noqa: N818 - never leaves this module
    """Grammatical, and refused all the same."""

    def __init__(self, at: int, what: str, expected: str) -> None:
        self.at, self.what, self.expected = at, what, expected
        super().__init__(what)


def _below(at: int, *children: Node) -> int:
    """The depth of a node over its children; refuses what is nested too deep."""
    depth = 1 + max(child.depth for child in children)
    if depth > MAX_DEPTH:
        raise _RefusedPart(at, "nested too deep", f"at most {MAX_DEPTH} levels")
    return depth


class _Builder(Transformer[Token, Node]):
    """Builds nodes while lark parses; one method for each rule of the grammar."""

    def start(self, items: list[Node]) -> Node:
        return items[0]

    def disjunction(self, items: list[Node]) -> Node:
        return self._logic("or", items)

    def conjunction(self, items: list[Node]) -> Node:
        return self._logic("and", items)

    def _logic(self, operator: str, items: list[Node]) -> Node:
        if len(items) == 1:
            return items[0]
        return Logic(items[0].at, _below(items[0].at, *items), operator, tuple(items))

    def negated(self, items: list[Node]) -> Node:
        return Not(items[0].at, _below(items[0].at, *items), items[0])

    def held(self, items: list[Any]) -> Node:
        condition, duration = items[0], self.duration(items[1:])
        return Call(condition.at, _below(condition.at, condition), "held", (condition, duration))

    def comparison(self, items: list[Any]) -> Node:
        if len(items) > 3:
            raise _RefusedPart(_at(items[3]), "a chained comparison", "two comparisons joined by and")
        return self._pairs(Comparison, items)

    def sum(self, items: list[Any]) -> Node:
        return self._pairs(Arithmetic, items)

    def product(self, items: list[Any]) -> Node:
        return self._pairs(Arithmetic, items)

    def _pairs(self, kind: type[Arithmetic] | type[Comparison], items: list[Any]) -> Node:
        node: Node = items[0]
        for operator, right in zip(items[1::2], items[2::2], strict=True):
            node = kind(_at(operator), _below(_at(operator), node, right), str(operator), node, right)
        return node

    def negative(self, items: list[Any]) -> Node:
        return Negative(_at(items[0]), _below(_at(items[0]), items[1]), items[1])

    def number(self, items: list[Token]) -> Node:
        return self._literal(items[0], float(items[0]), "")

    def percent(self, items: list[Token]) -> Node:
        return self._literal(items[0], float(items[0][:-1]) / 100.0, "%")

    def duration(self, items: list[Token]) -> Node:
        try:
            return self._literal(items[0], parse_duration(str(items[0])), "s")
        except InputError as refused:
            raise _RefusedPart(_at(items[0]), refused.what, refused.expected) from None

    def true(self, items: list[Token]) -> Node:
        return self._literal(items[0], 1.0, "truth")

    def false(self, items: list[Token]) -> Node:
        return self._literal(items[0], 0.0, "truth")

    def _literal(self, token: Token, number: float, unit: str) -> Node:
        if not math.isfinite(number):
            raise _RefusedPart(_at(token), f"{token} is too large", "a finite number")
        return Number(_at(token), 1, number, unit)

    def param(self, items: list[Token]) -> Node:
        return Param(_at(items[0]), 1, str(items[0])[1:])

    def name(self, items: list[Token]) -> Node:
        return Name(_at(items[0]), 1, str(items[0]))

    def call(self, items: list[Any]) -> Node:
        token, arguments = items[0], tuple(items[1:])
        if is_written_as_call(str(token)):
            return _projected(token, arguments)
        depth = _below(_at(token), *arguments) if arguments else 1
        return Call(_at(token), depth, str(token), arguments)


def _projected(token: Token, arguments: tuple[Node, ...]) -> Node:
    """`projected_sl(30m)` is the name `projected_sl_30m`: what is ahead is known for certain times only."""
    ahead = arguments[0].number if len(arguments) == 1 and isinstance(arguments[0], Number) else None
    name = name_written(str(token), ahead) if len(arguments) == (ahead is not None) else None
    if name is None:
        at = arguments[0].at if arguments else _at(token)
        raise _RefusedPart(at, f"{token} of another time than is projected", expected_call(str(token)))
    return Name(_at(token), 1, name)


def _at(part: Token | Node) -> int:
    return part.at if isinstance(part, Node) else part.start_pos or 0
