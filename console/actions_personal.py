"""Rows of the table of actions: settings, the palette, the wall."""

from __future__ import annotations

from console.action import Action
from console.i18n import N_

PERSONAL_ACTIONS: tuple[Action, ...] = (
    Action("settings", ("comma",), ",", N_("settings"), ("app",), "settings", 0, "settings"),
    Action("palette", ("ctrl+p",), "^p", N_("find an action"), ("app",), "palette", 0, "palette"),
    Action("wall", ("ctrl+w",), "^w", N_("wall; large, by itself, without input"), ("app",), "wall", 0, "wall"),
    Action("choose", ("enter",), "↵", N_("change; type it"), ("settings",), "open_row", 1),
    Action("choice_before", ("left", "h"), "← h", N_("the choice before"), ("settings",), "change(-1)", 3),
    Action("choice_after", ("right", "l"), "→ l", N_("the next choice"), ("settings",), "change(1)", 4),
)
