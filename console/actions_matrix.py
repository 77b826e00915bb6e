"""The actions of the matrix, and of the groupings that a board has beyond the first five."""

from __future__ import annotations

from console.action import Action
from console.i18n import N_

_MATRIX = ("matrix",)
_LEADERS = ("leaders",)
_AFTER = ("aftersale",)

MATRIX_ACTIONS: tuple[Action, ...] = (
    Action("matrix", ("M",), "M", N_("matrix; sites by categories, by state"), ("app",), "matrix", 0, "matrix"),
    Action("views", ("V",), "V", N_("views: rows, filter, order under a name"), ("app",), "views", 0, "views"),
    Action(
        "named_view", (), "", N_("use, keep or drop a view"), ("app",), "named_view", 0, "view", N_("[save|drop] NAME")
    ),
    Action("open_view", ("enter",), "↵", N_("use it"), ("views",), "open_row", 1),
    Action(
        "columns",
        (),
        "",
        N_("show only these columns, in this order"),
        ("overview", "site", "shop"),
        "columns",
        0,
        "columns",
        N_("[wait oldest …]"),
    ),
    Action(
        "leaders",
        ("B",),
        "B",
        N_("leader board: sales, conversion, response"),
        ("app",),
        "leaders",
        0,
        "leaders",
        N_("[today|2h|20:00-22:00]"),
    ),
    Action("leader_open", ("enter",), "↵", N_("open"), _LEADERS, "open_row", 1),
    Action("leader_window", ("m",), "m", N_("next window; today, 1h, 2h, 4h, 15m"), _LEADERS, "next_window", 4),
    Action("leader_hours", ("equals_sign",), "=", N_("hours; type the window"), _LEADERS, "ask_window", 5),
    Action(
        "leader_left", ("left", "less_than_sign"), "←", N_("rank by the figure before"), _LEADERS, "next_leading(-1)"
    ),
    Action("leader_right", ("s", "right"), "s →", N_("rank by; the next figure"), _LEADERS, "next_leading(1)", 6),
    Action("leader_sites", ("1",), "1", N_("rows: sites"), _LEADERS, "leaders_by('site')", 7),
    Action("leader_teams", ("9",), "9", N_("rows: teams"), _LEADERS, "leaders_by('team')", 8),
    Action(
        "after_sale", ("R",), "R", N_("after-sale: refunds, disputes, backlog"), ("app",), "after_sale", 0, "aftersale"
    ),
    Action("after_open", ("enter",), "↵", N_("open"), _AFTER, "open_row", 1),
    Action("after_filter", ("slash",), "/", N_("filter"), _AFTER, "filter", 3),
    Action("after_bad", ("exclamation_mark",), "!", N_("breaches; only what is not in order"), _AFTER, "breaches", 9),
    Action("after_sites", ("1",), "1", N_("rows: sites"), _AFTER, "after_by('site')", 6),
    Action("after_shops", ("2",), "2", N_("rows: shops"), _AFTER, "after_by('shop')", 7),
    Action("after_platforms", ("4",), "4", N_("rows: platforms"), _AFTER, "after_by('platform')", 8),
    Action("by_phase", ("6",), "6", N_("rows: phases"), ("overview",), "group('phase')", 0, "phases"),
    Action("by_tier", ("7",), "7", N_("rows: tiers of shops"), ("overview",), "group('tier')", 0, "tiers"),
    Action("by_channel", ("8",), "8", N_("rows: channels"), ("overview",), "group('channel')", 0, "channels"),
    Action("by_group", ("9",), "9", N_("rows: teams"), ("overview",), "group('group')", 0, "teams"),
    Action("open_cell", ("enter",), "↵", N_("open"), _MATRIX, "open_row", 1),
    Action("cell_left", ("left", "h"), "← h", N_("cell to the left"), _MATRIX, "cell(-1)"),
    Action("cell_right", ("right", "l"), "→ l", N_("cell to the right"), _MATRIX, "cell(1)"),
    Action("next_bad", ("tab",), "tab", N_("next bad; the next cell that is not in order"), _MATRIX, "next_bad", 4),
    Action("cells_figure", ("m",), "m", N_("figure; another one in the cells"), _MATRIX, "next_figure", 6, "figure"),
    Action("rows_worst", ("s",), "s", N_("worst first; as rows are now"), _MATRIX, "worst_first", 7, "worst"),
    Action("rows_own", ("0",), "0", N_("rows in their own places again"), _MATRIX, "own_places", 0, "places"),
    Action("across_shop", ("2",), "2", N_("columns: shops"), _MATRIX, "across('shop')"),
    Action("across_category", ("3",), "3", N_("columns: categories"), _MATRIX, "across('category')"),
    Action("across_platform", ("4",), "2–9", N_("columns; what they are"), _MATRIX, "across('platform')", 8),
    Action("across_phase", ("6",), "6", N_("columns: phases"), _MATRIX, "across('phase')"),
    Action("across_tier", ("7",), "7", N_("columns: tiers of shops"), _MATRIX, "across('tier')"),
    Action("across_channel", ("8",), "8", N_("columns: channels"), _MATRIX, "across('channel')"),
    Action("across_group", ("9",), "9", N_("columns: teams"), _MATRIX, "across('group')"),
)
