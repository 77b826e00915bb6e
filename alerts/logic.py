"""Three-valued logic and arithmetic over columns: 1.0 is true, 0.0 false, NaN unknown.

The tables are Kleene's strong logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64): false and unknown is
false, true or unknown is true, everything else that touches the unknown is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Value = float | NDArray[np.float64]
"""One figure, or one for each row."""

NAN = float("nan")

_ARITHMETIC: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
)


def compare(operator: str, left: Value, right: Value) -> Value:
    """Truth of `left operator right`, unknown where either side is (or both overflowed to the same infinity).

    Works on the sign of the difference, which is exact in IEEE 754; `heaviside` carries the unknown through by itself.
    """
    if operator in (">", ">="):
        ahead: Value = np.heaviside(np.subtract(left, right), 0.0 if operator == ">" else 1.0)
        return ahead
    difference = np.subtract(right, left)
    if operator in ("<", "<="):
        behind: Value = np.heaviside(difference, 0.0 if operator == "<" else 1.0)
        return behind
    equal = np.equal(difference, 0.0)
    told: Value = np.where(np.isnan(difference), NAN, equal if operator == "==" else ~equal)
    return told


def calculate(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`; a division by zero is unknown, because nobody knows what was meant."""
    if operator != "/":
        result: Value = _ARITHMETIC[operator](left, right)
        return result
    divisor = np.where(np.equal(right, 0.0), NAN, right)
    quotient: Value = np.divide(left, divisor)
    return quotient


def truth(value: Value) -> Value:
    """A number as a truth value: 0 is false, any other number true."""
    result: Value = np.where(np.isnan(value), NAN, np.not_equal(value, 0.0))
    return result


def both(left: Value, right: Value) -> Value:
    """`left and right` of two truth values."""
    result: Value = np.where(np.equal(np.fmin(left, right), 0.0), 0.0, np.minimum(left, right))
    return result


def either(left: Value, right: Value) -> Value:
    """`left or right` of two truth values."""
    result: Value = np.where(np.equal(np.fmax(left, right), 1.0), 1.0, np.maximum(left, right))
    return result
