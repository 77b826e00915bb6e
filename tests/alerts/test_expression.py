# ruff: noqa: E501 - one case, one line; random text may be read or refused
from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.checking import check
from alerts.expression import MAX_LENGTH, parse
from alerts.functions import BUILTINS, Function
from alerts.logic import Value
from alerts.nodes import Node, Scope
from alerts.writing import write
from feeds.errors import InputError

NAN = math.nan
COLUMNS = {
    "waiting": np.array([0.0, 1.0, 40.0, NAN]),
    "slots": np.array([0.0, 10.0, 10.0, 10.0]),
    "to.load": np.array([0.5, 1.5, NAN, 2.0]),
}


def column(text: str, **params: float) -> list[float]:
    value = parse(text).evaluate(COLUMNS.__getitem__, params=params)
    assert isinstance(value, np.ndarray)
    assert value.dtype == np.float64
    return [float(figure) for figure in value]


def same(left: list[float], right: list[float]) -> bool:
    return np.array_equal(np.array(left), np.array(right), equal_nan=True)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("waiting > 30", [0, 0, 1, NAN]),
        ("30 < waiting", [0, 0, 1, NAN]),
        ("waiting != 1", [1, 0, 1, NAN]),
        ("waiting > 30s", [0, 0, 1, NAN]),
        ("waiting / slots", [NAN, 0.1, 4, NAN]),
        ("waiting / slots > 2 or slots == 0", [1, 0, 1, NAN]),
        ("not waiting > 30", [1, 1, 0, NAN]),
        ("not waiting > 30 and slots > 0", [0, 1, 0, NAN]),
        ("waiting > 30 or to.load > 1", [0, 1, 1, 1]),
        ("waiting > 30 and to.load > 1", [0, 0, NAN, NAN]),
        ("waiting > 0 and slots < 5", [0, 0, 0, 0]),
        ("2 + 3 * -waiting", [2, -1, -118, NAN]),
        ("10 - 3 - 2 + 0 * waiting", [5, 5, 5, NAN]),
        ("8 / 4 / 2 + 0 * slots", [1, 1, 1, 1]),
        ("waiting >= 80% * $limit", [0, 0, 1, NAN]),
        ("min(waiting, slots, 5) + max(slots, 1)", [1, 11, 15, NAN]),
        ("abs(-slots)", [0, 10, 10, 10]),
        ("known(waiting)", [1, 1, 1, 0]),
        ("waiting > 1 or true", [1, 1, 1, 1]),
        ("waiting > 1 and false", [0, 0, 0, 0]),
        ("waiting > 1 or false", [0, 0, 1, NAN]),
        ("waiting and slots > 0", [0, 1, 1, NAN]),
        ("((waiting)) > 1.5e1", [0, 0, 1, NAN]),
        ("waiting > 1h30m - 5370s\n", [0, 0, 1, NAN]),
    ],
)
def test_works_out_all_rows_at_once(text: str, rows: list[float]) -> None:
    assert same(column(text, limit=20.0), rows)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 / 0", NAN), ("0 / 0 > 1 or true", 1.0), ("1h30m", 5400.0), ("80%", 0.8), ("not false", 1.0), ("2 > 1", 1.0), ("1e300 * 1e300 > 1", 1.0)],
)  # fmt: skip
def test_single_figures_are_plain_floats(text: str, value: float) -> None:
    result = parse(text).evaluate(lambda name: NAN)
    assert type(result) is float
    assert same([result], [value])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("slots > 90 and waiting > 1", ["slots"]),
        ("slots >= 0 or waiting > 1", ["slots"]),
        ("slots > 90 or waiting > 1", ["slots", "waiting"]),
        ("waiting > 90 and slots > 1", ["waiting", "slots"]),  # unknown in one row: that is not settled
    ],
)
def test_what_is_settled_in_every_row_asks_no_further(text: str, asked: list[str]) -> None:
    seen: list[str] = []

    def lookup(name: str) -> Value:
        seen.append(name)
        return COLUMNS[name]

    parse(text).evaluate(lookup)
    assert seen == asked


def test_tells_what_it_needs() -> None:
    expression = parse("to.waiting > $limit * waiting and min(waiting, 3) > 2 for 10m")
    assert expression.names == ("to.waiting", "waiting")
    assert expression.params == ("limit",)
    assert expression.calls == ("held", "min")


def test_functions_may_work_out_their_arguments_elsewhere() -> None:
    def before(scope: Scope, arguments: tuple[Node, ...]) -> Value:
        return arguments[0].value(Scope(lambda name: scope.lookup(name) - 1.0, scope.params, scope.functions))

    functions = {**BUILTINS, "before": Function("before", (1, 1), before)}
    expression = parse("waiting - before(waiting + 1)")
    check(expression, {"waiting"}, functions, wants="number")
    assert expression.evaluate(lambda name: 7.0, functions=functions) == 0.0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("waitng > 3", "r:3:10: unknown metric 'waitng'; expected a metric of the catalogue, nearest: 'waiting'"),
        ("slots > 3 and waitng > 3", "r:3:24: unknown metric 'waitng'"),
        ("slots > 3 and\n  waitng > 3", "r:4:3: unknown metric 'waitng'"),
        ("waiting > $limt", "r:3:20: unknown parameter $limt; expected a declared parameter, nearest: 'limit'"),
        ("mx(waiting) > 3", "r:3:10: unknown function 'mx'; expected a function that exists here, nearest: 'max'"),
        ("abs(waiting, 1) > 3", "r:3:10: abs has 2 arguments; expected 1"),
        ("waiting > 3 for 10m", "r:3:18: unknown `for` inside an expression"),
        ("waiting", "r:3:10: a figure where a condition is needed; expected a condition, such as waiting > 30"),
        ("slots > 3 and waiting", "r:3:24: a figure where a condition is needed"),
        ("(slots > 3) + 1 > 2", "r:3:17: a condition where a figure is needed; expected a figure, not a condition"),
        ("1 < waiting < 3", "r:3:22: a chained comparison; expected two comparisons joined by and"),
        ("waiting = 3", "r:3:18: a lone =; expected == to compare"),
        ("waiting >", "r:3:19: the expression ends too early; expected a metric, a number"),
        ("waiting > 3)", "r:3:21: ')' cannot stand here; expected an operator"),
        ("waiting 3", "r:3:18: '3' cannot stand here; expected an operator"),
        ("waiting > > 3", "r:3:20: '>' cannot stand here; expected a metric, a number"),
        ("waiting ＞ 3", "r:3:18: character '＞' means nothing here; expected an operator"),
        ("waiting > 10x", "r:3:20: not a number; expected such as 30, 1.5, 80%, 30s or 10m"),
        ("waiting > 5s1h", "r:3:20: '5s1h' repeats a unit or has a longer one after a shorter"),
        ("waiting > 1e999", "r:3:20: 1e999 is too large; expected a finite number"),
        ("waiting > 3 for slots", "r:3:26: 'slots' cannot stand here; expected a duration such as 10m"),
        ("  ", "r:3:10: the expression is empty; expected such as waiting > 30"),
        ("-" * 100 + "1 > 0", "r:3:60: nested too deep; expected at most 50 levels"),
        ("1 + " * 60 + "1 > 0", "r:3:208: nested too deep"),
        ("a" * (MAX_LENGTH + 1), "r:3:2010: the expression is too long; expected at most 2000 characters"),
        ("__import__('os')", 'r:3:21: character "\'" means nothing here'),
    ],
)
def test_a_wrong_expression_is_one_line_with_its_column(text: str, line: str) -> None:
    with pytest.raises(InputError) as refused:
        check(parse(text, "r", 3, 10), COLUMNS, params=["limit"], wants="condition")
    assert str(refused.value).startswith(line)


def test_without_a_file_the_column_counts_in_the_text() -> None:
    with pytest.raises(InputError) as refused:
        parse("waiting >> 3")
    assert (refused.value.where, refused.value.line, refused.value.column) == ("expression", None, 10)


def test_many_conditions_joined_are_not_deep() -> None:
    text = " and ".join(["waiting >= 0"] * 100)
    assert same(column(text), [1, 1, 1, NAN])


# A naive interpreter, row by row with Python's own operators, against the one that works on columns.

Row = Mapping[str, float]
Naive = Callable[[Row], float]
Case = tuple[str, Naive]

_FIGURE = st.sampled_from([NAN, 0.0, 1.0, -1.0, 2.5, 30.0, 1e308])
_NAMES = ("a", "b.c")


def _literal(figure: tuple[str, float]) -> Case:
    return figure[0], lambda row: figure[1]


def _name(name: str) -> Case:
    return name, lambda row: row[name]


def _arithmetic(operator: str, left: Case, right: Case) -> Case:
    def naive(row: Row) -> float:
        x, y = left[1](row), right[1](row)
        if math.isnan(x) or math.isnan(y) or (operator == "/" and y == 0):
            return NAN
        return {"+": lambda: x + y, "-": lambda: x - y, "*": lambda: x * y, "/": lambda: x / y}[operator]()

    return f"({left[0]}) {operator} ({right[0]})", naive


def _comparison(operator: str, left: Case, right: Case) -> Case:
    def naive(row: Row) -> float:
        x, y = left[1](row), right[1](row)
        if math.isnan(x) or math.isnan(y) or (math.isinf(x) and x == y):
            return NAN
        return float({"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x == y, "!=": x != y}[operator])

    return f"{left[0]} {operator} {right[0]}", naive


def _truth(figure: float) -> bool | None:
    return None if math.isnan(figure) else figure != 0


def _logic(operator: str, left: Case, right: Case) -> Case:
    decisive = operator == "or"

    def naive(row: Row) -> float:
        sides = [_truth(left[1](row)), _truth(right[1](row))]
        if decisive in sides:
            return float(decisive)
        return NAN if None in sides else float(not decisive)

    return f"({left[0]}) {operator} ({right[0]})", naive


def _not(inner: Case) -> Case:
    def naive(row: Row) -> float:
        held = _truth(inner[1](row))
        return NAN if held is None else float(not held)

    return f"not ({inner[0]})", naive


def _least(left: Case, right: Case) -> Case:
    def naive(row: Row) -> float:
        pair = left[1](row), right[1](row)
        return NAN if any(map(math.isnan, pair)) else min(pair)

    return f"min({left[0]}, {right[0]})", naive


_LITERALS = st.sampled_from(
    [("0", 0.0), ("1", 1.0), ("30s", 30.0), ("50%", 0.5), ("1m", 60.0), ("-2", -2.0), ("1e200", 1e200)]
)
_NUMBERS: st.SearchStrategy[Case] = st.recursive(
    _LITERALS.map(_literal) | st.sampled_from(_NAMES).map(_name),
    lambda inner: st.builds(_arithmetic, st.sampled_from("+-*/"), inner, inner) | st.builds(_least, inner, inner),
    max_leaves=5,
)
_OPERATORS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
_CONDITIONS: st.SearchStrategy[Case] = st.recursive(
    st.builds(_comparison, _OPERATORS, _NUMBERS, _NUMBERS)
    | st.sampled_from([("true", 1.0), ("false", 0.0)]).map(_literal),
    lambda inner: st.builds(_logic, st.sampled_from(["and", "or"]), inner, inner) | st.builds(_not, inner),
    max_leaves=6,
)
_ROWS = st.lists(st.tuples(_FIGURE, _FIGURE), min_size=1, max_size=6)


@settings(max_examples=200)
@given(_CONDITIONS | _NUMBERS, _ROWS)
def test_agrees_with_a_naive_interpreter_row_by_row(case: Case, rows: list[tuple[float, float]]) -> None:
    text, naive = case
    if len(text) > MAX_LENGTH:
        return
    columns = {name: np.array([row[i] for row in rows]) for i, name in enumerate(_NAMES)}
    value = parse(text).evaluate(columns.__getitem__)
    wanted = [naive(dict(zip(_NAMES, row, strict=True))) for row in rows]
    assert same(list(np.broadcast_to(value, len(rows))), wanted), text
    for row, figure in zip(rows, wanted, strict=True):
        alone = parse(text).evaluate(dict(zip(_NAMES, row, strict=True)).__getitem__)
        assert same([float(alone)], [figure])


@settings(max_examples=150)
@given(_CONDITIONS | _NUMBERS, st.tuples(_FIGURE, _FIGURE))
def test_written_back_it_means_the_same(case: Case, row: tuple[float, float]) -> None:
    lookup: Any = dict(zip(_NAMES, row, strict=True)).__getitem__
    first = parse(case[0])
    second = parse(write(first.root))
    assert write(second.root) == write(first.root)
    assert same([float(second.evaluate(lookup))], [float(first.evaluate(lookup))])


@pytest.mark.parametrize(
    "text", ["a > 3 for 10m or not b.c < 2", "-(a + 1) * 2 >= $x - (1 - 2)", "a - (b.c - 1) > 90s", "0.5s * a > 250ms"]
)
def test_writing_keeps_structure(text: str) -> None:
    written = write(parse(text).root)
    assert write(parse(written).root) == written
    assert parse(written).calls == parse(text).calls


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab .$()+-*/<>=!,0159smh%e\nforandtu"), max_size=40))
def test_any_text_is_parsed_or_refused_at_a_column_inside(text: str) -> None:
    try:
        parse(text)
    except InputError as refused:
        assert "\n" not in str(refused)
        assert refused.column is not None
        assert 1 <= refused.column <= len(text) + 1
