"""The views that one can choose from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.lines import line
from console.draw.saved_views import ViewRows, plan_views, view_columns
from console.i18n import _
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_table import LiveTable
from console.widgets.painted import LinePanel
from console.widgets.planned import Planned


class ViewsScreen(DeckScreen):
    """One's own views and those shipped; Enter uses one."""

    scope = "views"
    BINDINGS = bindings("views")

    def body(self) -> Sequence[Widget]:
        """The list, and how to make one."""
        return [Planned(LiveTable(view_columns(), id="views"), LinePanel(id="how"), plan=plan_views, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one("#views", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:  # noqa: ARG002 - views are not the desk's
        """Draw the list."""
        shelf = self.deck.shelf
        self.table.border_title = Content(_("Views: {n}").format(n=len(shelf.views())))
        self.table.show(ViewRows(shelf, self.deck.view_in_use))
        how = [line((_(":view save NAME keeps the overview as it stands; :view drop NAME"), "dim"))]
        how += [line((_("kept in {path}").format(path=shelf.path), "faint"))] if shelf.path is not None else []
        if shelf.problem:
            how = [line((shelf.problem, "warning")), *how]
        self.query_one("#how", LinePanel).show_lines(how)

    def action_open_row(self) -> None:
        """Use the view under the cursor."""
        found = self.deck.shelf.find(self.table.cursor_id)
        if found is not None:
            self.deck.use_view(found)
