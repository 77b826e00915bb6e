"""The keys of the time line: they are in force on every screen while it is open, before the screen's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.action import Action
from console.i18n import N_

if TYPE_CHECKING:
    from textual.binding import BindingType

SCOPE = "past"
"""The scope of what only an open time line does."""

_PLACES = ("overview", "site", "shop", "queue", "alerts", "alert")
"""The screens on which a place is meant."""

TIMELINE_ACTIONS: tuple[Action, ...] = (
    Action("timeline", ("t",), "t", N_("time line; what was seen before"), ("app",), "timeline", 10, "timeline"),
    Action("at", (), "", N_("look at what was seen at a time"), ("app",), "at", 0, "at", N_("20:03|20:03:10|-5m|now")),
    Action("belongs", ("U",), "U", N_("to what it belongs to; its site, the network"), _PLACES, "belongs", 0, "up"),
    Action("same_shop", ("N",), "N", N_("the same shop at all sites"), _PLACES, "same_shop", 0, "sameshop"),
    Action("past_now", ("escape",), "esc", N_("back to now"), (SCOPE,), "past_now", 1),
    Action("past_back", ("left",), "← →", N_("10 s"), (SCOPE,), "past_step(-10)", 2),
    Action("past_on", ("right",), "→", N_("10 s later"), (SCOPE,), "past_step(10)"),
    Action("past_back_minute", ("left_parenthesis", "shift+left"), "( )", N_("1 min"), (SCOPE,), "past_step(-60)", 3),
    Action("past_on_minute", ("right_parenthesis", "shift+right"), ")", N_("1 min later"), (SCOPE,), "past_step(60)"),
    Action("past_back_ten", ("left_curly_bracket", "ctrl+left"), "{ }", N_("10 min"), (SCOPE,), "past_step(-600)", 4),
    Action("past_on_ten", ("right_curly_bracket", "ctrl+right"), "}", N_("10 min later"), (SCOPE,), "past_step(600)"),
    Action("past_event", ("left_square_bracket",), "[ ]", N_("alert or deed"), (SCOPE,), "past_jump(-1)", 5),
    Action("past_next_event", ("right_square_bracket",), "]", N_("next alert or deed"), (SCOPE,), "past_jump(1)"),
    Action("past_time", ("at",), "@", N_("type a time"), (SCOPE,), "past_time", 6),
)


def past_bindings() -> list[BindingType]:
    """The keys of an open time line, which go before those of the screen in front."""
    from textual.binding import Binding

    ours = (action for action in TIMELINE_ACTIONS if SCOPE in action.scopes)
    return [
        Binding(key, action.method, show=False, id=action.id, priority=True) for action in ours for key in action.keys
    ]
