"""Saved views as a table: name, rows, filter, order, columns, whose they are."""

from __future__ import annotations

from console.draw.lines import Span
from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.draw.table import Column
from console.i18n import N_, _, local
from console.saved.saved_view import SavedView
from console.saved.shelf import ViewShelf

ROW_KINDS = {
    "site": N_("sites"),
    "queue": N_("queues"),
    "shop": N_("shops"),
    "category": N_("categories"),
    "platform": N_("platforms"),
    "phase": N_("phases"),
    "tier": N_("tiers"),
    "channel": N_("channels"),
    "group": N_("teams"),
}
"""What rows are called."""


def view_columns() -> tuple[Column, ...]:
    """The columns of the list."""
    return (
        Column("mark", "", 1, 0, "left"),
        Column("title", _("view"), 18, 0, "left", grow=1, most=30),
        Column("id", _("name"), 16, 1, "left", grow=1, most=30),
        Column("rows", _("rows"), 12, 0, "left"),
        Column("filter", _("filter"), 14, 2, "left", grow=2, most=60),
        Column("sort", _("sorted by"), 10, 3, "left"),
        Column("columns", _("columns"), 16, 4, "left", grow=3, most=80),
        Column("whose", _("whose"), 8, 5, "left"),
    )


class ViewRows:
    """The views as a table asks for them; the one in use is marked."""

    def __init__(self, shelf: ViewShelf, in_use: str) -> None:
        self.views = shelf.views()
        self.ids: list[str] = [one.view for one in self.views]
        self._own, self._in_use = {one.view for one in shelf.own}, in_use

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one view shows in one column."""
        one = self.views[row]
        match key:
            case "mark":
                return ("▶", "info") if one.view == self._in_use else ("", "")
            case "title":
                return local(one.zh, one.en), "strong"
            case "id":
                return one.view, "dim"
            case "rows":
                return rows_words(one), ""
            case "filter":
                return " ".join(part for part in (one.filter, "!" if one.only_bad else "") if part), "info"
            case "sort":
                return (f"{'▲' if one.reverse else '▼'}{one.sort}" if one.sort else ""), "dim"
            case "columns":
                return " ".join(one.columns) or _("all"), "dim"
        return (_("mine"), "info") if one.view in self._own else (_("shipped"), "faint")


def rows_words(view: SavedView) -> str:
    """What the rows of a view are, or the columns of its matrix."""
    kind = _(ROW_KINDS[view.rows])
    return f"M × {kind}" if view.screen == "matrix" else kind


def plan_views(width: int, height: int) -> Plan:
    """The list over how to make one."""
    help_lines = 0 if height < 8 else 5
    places = {"views": Place(0, 0, width, height - help_lines)}
    if help_lines:
        places["how"] = Place(0, height - help_lines, width, help_lines)
    return Plan(places, width >= SMALL_WIDTH and height >= SMALL_HEIGHT - 2)
