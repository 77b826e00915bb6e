"""The ledger: everything that is borrowed, switched on or promised, with the story of each run below it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.ledger import LedgerRows, ledger_columns, ledger_of, ledger_title, plan_ledger, promise_lines
from console.draw.run_story import folded
from console.draw.runs import run_log
from console.i18n import _
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_rows import LiveRows
from console.widgets.live_table import LiveTable
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned
from playbooks.run import RunView


class LedgerScreen(DeckScreen):
    """One line for each thing in force; e keeps it longer, r gives it back, y, o and n answer what is asked."""

    scope = "ledger"
    BINDINGS = bindings("ledger")

    def body(self) -> Sequence[Widget]:
        """The list, and the run under the cursor."""
        panels = (LiveTable(ledger_columns(), id="ledger"), ReadPanel(id="log"))
        return [Planned(*panels, plan=plan_ledger, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one("#ledger", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw list and story."""
        self.table.empty = _("● nothing is borrowed, switched on or promised")
        self.table.show(LedgerRows(picture))
        self.table.border_title = Content(ledger_title(picture))
        self._show_log()

    @on(LiveRows.Moved)
    def _show_log(self) -> None:
        run, picture = self.run_here(), self.deck.picture
        log = self.query_one("#log", ReadPanel)
        promise = next((one for one in picture.view.shift.promises if one.id == self.promise_here()), None)
        if promise is not None:
            log.border_title = Content(_("Promise"))
            log.show_text(lambda width: folded(promise_lines(promise, picture), width))
            return
        log.border_title = Content(_("Log of the run"))
        log.show_text(lambda width: folded(run_log(run, picture), width) if run is not None else [])

    def run_here(self) -> RunView | None:
        """The run of the line under the cursor."""
        picture = self.deck.picture
        found = next((one.run for one in ledger_of(picture) if one.id == self.table.cursor_id), "")
        return next((run for run in picture.view.runs if run.id == found), None)

    def promise_here(self) -> str:
        """The promise under the cursor; empty where the line is of a playbook."""
        shown = self.deck.picture.view.shift.promises
        return next((one.id for one in shown if f"{one.id}/0" == self.table.cursor_id), "")

    def action_revert(self) -> None:
        """Undo the run under the cursor; a promise has been kept. After a yes."""
        promise = self.promise_here()
        if promise:
            self.deck.keep_promise(promise)
        else:
            super().action_revert()

    def action_extend(self) -> None:
        """Keep it for half an hour longer; a promise is put off."""
        promise = self.promise_here()
        if promise:
            self.deck.put_off_promise(promise)
        else:
            super().action_extend()

    def action_open_row(self) -> None:
        """Open the run among the playbooks."""
        from console.screens.playbooks import PlaybooksScreen

        run = self.run_here()
        if run is not None:
            self.deck.push_screen(PlaybooksScreen(None, run.id))
