"""Rows of the table of actions: what can be asked of a figure."""

from __future__ import annotations

from console.action import Action
from console.i18n import N_

_BOARDS = ("overview", "site", "shop")
_ASKED = (
    *_BOARDS, "queue", "alerts", "alert", "clocks", "forecast", "preview", "matrix", "aftersale", "leaders",
)  # fmt: skip
"""The screens that show figures of a place."""


_LEFT, _RIGHT = ("left_parenthesis", "shift+left"), ("right_parenthesis", "shift+right")

FIGURE_ACTIONS: tuple[Action, ...] = (
    Action(
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
    Action(
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
    Action("charts", ("H",), "H", N_("the day in charts"), (*_ASKED, "figure"), "charts", 0, "charts"),
    Action("chart_load", ("1",), "1", N_("load"), ("charts",), "chart('load')", 3),
    Action("chart_waits", ("2",), "2", N_("waits by percentile"), ("charts",), "chart('waits')", 4),
    Action("chart_budget", ("3",), "3", N_("a clock's budget"), ("charts",), "chart('budget')", 5),
    Action("chart_people", ("4",), "4", N_("people by what they do"), ("charts",), "chart('people')", 6),
    Action("list_waiting", ("1",), "1", N_("who waits"), ("behind",), "choose('waiting')", 3),
    Action("list_abandoned", ("2",), "2", N_("who gave up"), ("behind",), "choose('abandoned')", 4),
    Action("list_resting", ("3",), "3", N_("who is over their rest"), ("behind",), "choose('resting')", 5),
    Action("list_idle", ("4",), "4", N_("who is online with no chat"), ("behind",), "choose('idle')", 6),
    Action("column_left", _LEFT, "(", N_("choose the figure to the left, for i and ?"), _BOARDS, "column(-1)"),
    Action("column_right", _RIGHT, ")", N_("choose the figure to the right, for i and ?"), _BOARDS, "column(1)"),
    Action("triage", ("T",), "T", N_("who first: where a minute saves most"), _BOARDS, "triage", 11, "triage"),
    Action("read_figure", ("enter",), "↵", N_("read on"), ("figure",), "open_row", 1),
    Action("open_listed", ("enter",), "↵", N_("open its queue"), ("behind",), "open_row", 1),
    Action("find_figure", ("slash",), "/", N_("find a figure"), ("figure",), "find", 3),
)
