"""What opens the matrix, and what keeps views under a name and brings them back."""

from __future__ import annotations

import os
from datetime import tzinfo
from typing import cast

from pydantic import ValidationError

from console.draw.table import Sort
from console.i18n import _, local
from console.leaders.window import read_window
from console.run_actions import RunActions
from console.saved.at_start import VARIABLE, view_at_start
from console.saved.saved_view import SavedView
from console.saved.shelf import ViewShelf, own_views
from console.screens.after_sale import AfterSaleScreen
from console.screens.deck_screen import DeckScreen
from console.screens.leaders import LeadersScreen
from console.screens.matrix import MatrixScreen
from console.screens.overview import OverviewScreen
from console.screens.views import ViewsScreen
from feeds.errors import InputError
from feeds.row_groups import RowGroup


class MatrixActions(RunActions):
    """The part of the app that shows the whole house in other ways."""

    operator: str
    _shelf: ViewShelf | None = None
    _begun = False
    leaders_hidden = False
    """Whether the operator's own settings hide the leader board."""
    resumed = False
    view_in_use = ""
    """The name of the view that was used last."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of the hours that are shown and typed."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the screen in front."""
        raise NotImplementedError

    @property
    def shelf(self) -> ViewShelf:
        """The views of who sits here; read when first asked for."""
        if self._shelf is None:
            self._shelf = ViewShelf(own_views(os.environ, self.operator))
        return self._shelf

    def action_matrix(self) -> None:
        """Sites by categories."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, MatrixScreen):
            self.push_screen(MatrixScreen())

    def action_views(self) -> None:
        """The views to choose from."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, ViewsScreen):
            self.push_screen(ViewsScreen())

    def action_leaders(self, text: str = "") -> None:
        """Who leads, in a window that may be named."""
        screen = self.screen
        if self.leaders_hidden:
            self.say(_("the leader board is off in your settings"))
        elif isinstance(screen, LeadersScreen):
            if text.strip():
                screen.use_window(text)
        elif isinstance(screen, DeckScreen):
            try:
                read_window(text, self.newest.view.at, self.zone)
            except InputError as problem:
                self.say(str(problem), "bad")
                return
            self.push_screen(LeadersScreen(text.strip() or "today"))

    def action_after_sale(self) -> None:
        """The days after."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, AfterSaleScreen):
            self.push_screen(AfterSaleScreen())

    def begin_view(self) -> None:
        """Once there is something to show: begin with the view that was asked for, or that of one's role."""
        view = self.newest.view
        if self._begun or not view.board.sites:
            return
        self._begun = True
        wanted = os.environ.get(VARIABLE, "")
        if not wanted and (self.resumed or not view.people):
            return
        beginning = view_at_start(self.shelf, wanted, view, self.operator)
        if beginning.unknown:
            self._no_view(beginning.unknown)
        elif beginning.view is not None:
            self.use_view(beginning.view)

    def _no_view(self, name: str) -> None:
        names = " ".join(one.view for one in self.shelf.views())
        self.say(_("no view {name}; there are: {names}").format(name=name, names=names), "bad")

    def action_named_view(self, text: str = "") -> None:
        """`NAME` uses a view, `save NAME` keeps how the overview stands, `drop NAME` keeps it no more."""
        verb, _blank, name = text.strip().partition(" ")
        try:
            if verb == "save" and name.strip():
                self._save_view(name.strip())
            elif verb == "drop" and name.strip():
                self._drop_view(name.strip())
            elif not text.strip():
                self.action_views()
            elif (found := self.shelf.find(text)) is not None:
                self.use_view(found)
            else:
                self._no_view(text.strip())
        except InputError as problem:
            self.say(str(problem), "bad")

    def _save_view(self, name: str) -> None:
        try:
            view = self._view_here(name)
        except ValidationError:
            self.say(_("{name} is no name for a view: letters, digits, - and _").format(name=name), "bad")
            return
        self.shelf.save(view)
        self.view_in_use = view.view
        self.say(_("view {name} is kept").format(name=view.view), "ok")
        self.draw()

    def _drop_view(self, name: str) -> None:
        if self.shelf.drop(name):
            self.say(_("view {name} is gone").format(name=name), "ok")
        else:
            self.say(_("none of your own views is called {name}").format(name=name), "bad")
        self.draw()

    def _view_here(self, name: str) -> SavedView:
        """How the screen in front stands; of another screen than these, the overview."""
        screen = self.screen
        if isinstance(screen, MatrixScreen):
            panel = screen.panel
            return SavedView(
                view=name, screen="matrix", rows=panel.by, filter=screen.filter_text, only_bad=panel.breaches
            )
        board = cast("OverviewScreen", self.screen_stack[0]).board
        return SavedView(
            view=name,
            rows=board.by,
            filter=board.filter_text,
            only_bad=board.breaches,
            sort=board.sort.key if board.sort is not None and board.sort.key != "mark" else "",
            reverse=board.sort is not None and board.sort.reverse,
            columns=board.only,
        )

    def use_view(self, view: SavedView) -> None:
        """Show a view, on the overview or on the matrix."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.view_in_use = view.view
        if view.screen == "matrix":
            screen = MatrixScreen(cast("RowGroup", view.rows), view.filter, only_bad=view.only_bad)
            self.push_screen(screen)
        elif isinstance(self.screen, OverviewScreen):
            board = self.screen.board
            board.only, board.breaches = view.columns, view.only_bad
            board.group(view.rows)
            board.sort = Sort(view.sort, view.reverse) if view.sort else None
            self.screen.use_filter(view.filter)
            self.screen.name_columns()
        self.say(_("view: {name}").format(name=local(view.zh, view.en)), "note")
        self.draw()
