"""What an operator can set for the own screen; each change is seen at once and kept."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.lines import Line, line, wrap
from console.draw.settings import SettingRows, next_choice, plan_settings, setting, settings_columns
from console.i18n import _
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_rows import LiveRows
from console.widgets.live_table import LiveTable
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned


class SettingsScreen(DeckScreen):
    """One line a setting; ← and → change it, Enter too, or asks for a text."""

    scope = "settings"
    BINDINGS = bindings("settings")

    def __init__(self, at: str = "") -> None:
        super().__init__()
        self._at = at

    def body(self) -> Sequence[Widget]:
        """The list, and the one under the cursor in full."""
        panels = (LiveTable(settings_columns(), id="settings"), ReadPanel(id="says"))
        return [Planned(*panels, plan=plan_settings, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one("#settings", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:  # noqa: ARG002 - the desk has no part in it
        """Draw the list."""
        self.table.show(SettingRows(self.deck.personal.settings))
        if self._at and self.table.move_cursor(self._at):
            self._at = ""
        where = self.deck.personal.path
        kept = str(where) if where is not None else _("not kept: only until this console ends")
        self.table.border_title = Content(f"{_('Settings')} · {kept}")
        self._explain()

    @on(LiveRows.Moved)
    def _explain(self) -> None:
        self.query_one("#says", ReadPanel).show_text(self._explained)

    def _explained(self, width: int) -> list[Line]:
        if not self.table.cursor_id:
            return []
        one = setting(self.table.cursor_id)
        choices = " · ".join(_(words) for _value, words in one.choices)
        return [line((part, "")) for text in (_(one.says), choices) for part in wrap(text, width)]

    def action_change(self, by: int) -> None:
        """Take another choice."""
        one = setting(self.table.cursor_id)
        if one.choices:
            self.deck.change_setting(one.key, next_choice(one, self.deck.personal.settings, by))
        else:
            self.action_open_row()

    def action_open_row(self) -> None:
        """The next choice, or type it."""
        one = setting(self.table.cursor_id)
        if one.choices:
            self.action_change(1)
            return
        before = str(getattr(self.deck.personal.settings, one.key))
        self.ask(one.key, _(one.title), lambda text: self._typed(one.key, text), text=before, hint=_(one.says))

    def _typed(self, key: str, text: str) -> None:
        self.deck.change_setting(key, text.strip())
