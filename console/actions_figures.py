"""Rows of the table of actions: what can be asked of a figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from console.i18n import N_

T = TypeVar("T")

_BOARDS = ("overview", "site", "shop")
_ASKED = (*_BOARDS, "queue", "alerts", "alert", "clocks", "forecast", "preview")
"""The screens that show figures of a place."""


def figure_actions(action: Callable[..., T]) -> tuple[T, ...]:
    """The rows, each made by `action` (`console.actions.Action`, which this module must not import)."""
    left, right = ("left_parenthesis", "shift+left"), ("right_parenthesis", "shift+right")
    return (
        action("explain", ("i",), "i", N_("explain this figure"), _ASKED, "explain", 10, "explain", N_("[FIGURE]")),
        action("column_left", left, "(", N_("choose the figure to the left, for i and ?"), _BOARDS, "column(-1)"),
        action("column_right", right, ")", N_("choose the figure to the right, for i and ?"), _BOARDS, "column(1)"),
        action("triage", ("T",), "T", N_("who first: where a minute saves most"), _BOARDS, "triage", 11, "triage"),
        action("read_figure", ("enter",), "↵", N_("read on"), ("figure",), "open_row", 1),
        action("find_figure", ("slash",), "/", N_("find a figure"), ("figure",), "find", 3),
    )
