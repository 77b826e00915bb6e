"""Who sits at the desk, and whom to call at each site with what they said last."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.people import DirectoryRows, HereRows, directory_columns, here_columns, plan_people
from console.i18n import _
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_table import LiveTable
from console.widgets.planned import Planned


class PeopleScreen(DeckScreen):
    """One line a person; C writes down what the site under the cursor said."""

    scope = "people"
    BINDINGS = bindings("people")

    def body(self) -> Sequence[Widget]:
        """Who is here, the directory."""
        panels = (LiveTable(here_columns(), id="here"), LiveTable(directory_columns(), id="directory"))
        return [Planned(*panels, plan=plan_people, id="panels")]

    @property
    def directory(self) -> LiveTable:
        """The table of whom to call."""
        return self.query_one("#directory", LiveTable)

    @property
    def cursor_site(self) -> str:
        """The site under the cursor."""
        return (self.directory.cursor_id or "").partition("/")[0]

    def on_mount(self) -> None:
        """The keys go to the directory."""
        super().on_mount()
        self.directory.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw both tables."""
        here = self.query_one("#here", LiveTable)
        here.empty = _("nobody sits here from elsewhere")
        here.show(HereRows(picture))
        here.border_title = Content(_("Here: {n}").format(n=len(picture.view.people)))
        self.directory.empty = _("no site has said anything yet")
        self.directory.show(DirectoryRows(picture))
        self.directory.border_title = Content(_("Whom to call"))
