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
        action(
            "explain",
            ("i",),
            "i",
            N_("explain this figure"),
            (*_ASKED, "behind", "charts"),
            "explain",
            10,
            "explain",
            N_("[FIGURE]"),
        ),
        action(
            "behind",
            ("D",),
            "D",
            N_("list behind it"),
            (*_ASKED, "figure"),
            "behind",
            12,
            "behind",
            N_("[waiting|abandoned|resting|idle]"),
        ),
        action("charts", ("H",), "H", N_("the day in charts"), (*_ASKED, "figure"), "charts", 0, "charts"),
        action("chart_load", ("1",), "1", N_("load"), ("charts",), "chart('load')", 3),
        action("chart_waits", ("2",), "2", N_("waits by percentile"), ("charts",), "chart('waits')", 4),
        action("chart_budget", ("3",), "3", N_("a clock's budget"), ("charts",), "chart('budget')", 5),
        action("chart_people", ("4",), "4", N_("people by what they do"), ("charts",), "chart('people')", 6),
        action("list_waiting", ("1",), "1", N_("who waits"), ("behind",), "choose('waiting')", 3),
        action("list_abandoned", ("2",), "2", N_("who gave up"), ("behind",), "choose('abandoned')", 4),
        action("list_resting", ("3",), "3", N_("who is over their rest"), ("behind",), "choose('resting')", 5),
        action("list_idle", ("4",), "4", N_("who is online with no chat"), ("behind",), "choose('idle')", 6),
        action("column_left", left, "(", N_("choose the figure to the left, for i and ?"), _BOARDS, "column(-1)"),
        action("column_right", right, ")", N_("choose the figure to the right, for i and ?"), _BOARDS, "column(1)"),
        action("triage", ("T",), "T", N_("who first: where a minute saves most"), _BOARDS, "triage", 11, "triage"),
        action("read_figure", ("enter",), "↵", N_("read on"), ("figure",), "open_row", 1),
        action("open_listed", ("enter",), "↵", N_("open its queue"), ("behind",), "open_row", 1),
        action("find_figure", ("slash",), "/", N_("find a figure"), ("figure",), "find", 3),
    )
