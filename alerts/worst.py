"""Which way a rule's figure gets worse, and from which limit on it is bad: read from the rule's own comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from alerts.nodes import Comparison, Name, Node, Not
from alerts.thresholds import threshold_of
from alerts.writing import write
from feeds.catalog import METRICS
from feeds.metric import Good

Worse = Callable[..., Any] | None
"""Takes two figures, or arrays of them, and gives the worse of each pair; an unknown one counts for nothing."""

_UP, _DOWN = (">", ">="), ("<", "<=")


def limit_of(show: Node, when: Node) -> tuple[float, Worse]:
    """The constant limit of the figure that a rule shows, NaN where it has none, and the worse of two such figures.

    Both come from the first comparison, in the rule's condition, of the very figure that is shown. A figure that is
    shown and not compared gets worse against the good direction of its metric.
    """
    shown = write(show)
    for comparison, denied in _comparisons(when):
        threshold = threshold_of(comparison)
        if threshold is not None and write(threshold.quantity) == shown:
            return threshold.limit, _worse(threshold.operator in _UP, denied=denied)
        for figure, up in ((comparison.left, _UP), (comparison.right, _DOWN)):
            if write(figure) == shown and comparison.operator in (*_UP, *_DOWN):
                return math.nan, _worse(comparison.operator in up, denied=denied)
    metric = METRICS.get(show.name) if isinstance(show, Name) else None
    if metric is None or metric.good is Good.NEITHER:
        return math.nan, None
    return math.nan, _worse(metric.good is Good.LOWER, denied=False)


def _worse(up: bool, *, denied: bool) -> Worse:
    return np.fmax if up != denied else np.fmin


def _comparisons(node: Node, *, denied: bool = False) -> Iterator[tuple[Comparison, bool]]:
    """Every comparison, from left to right, and whether the condition is that it does not hold."""
    if isinstance(node, Comparison):
        yield node, denied
    for child in node.children:
        yield from _comparisons(child, denied=denied != isinstance(node, Not))
