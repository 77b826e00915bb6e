"""Any figure of a place: what it is, how it comes about, from what, and how old that is."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.clock_formula import items_lines
from console.draw.figure import figure_lines, plan_figure
from console.draw.lines import Line, Span, crop, line
from console.draw.table import Column
from console.figures.listed import Listed, figures_of
from console.figures.place import FigurePlace, place_of
from console.figures.preview import PREVIEW, preview_figures, preview_items
from console.i18n import _
from console.picture import NETWORK, Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_rows import LiveRows
from console.widgets.live_table import LiveTable
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned
from console.widgets.prompt import Prompt
from playbooks.preview import Preview


class _Figures:
    """The list as a table asks for it."""

    def __init__(self, rows: Sequence[Listed]) -> None:
        self.rows = rows
        self.ids: Sequence[str] = [row.id for row in rows]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """Its name, or its value."""
        one = self.rows[row]
        return (one.title, "") if key == "title" else (one.value, one.style or "bright")


class FigureScreen(DeckScreen):
    """The figures of the place `key` (`*`, a site, `site/queue`, `shop:` …), the cursor on `figure` first.

    Over them those of a `preview`, where one is given.
    """

    scope = "figure"
    BINDINGS = bindings("figure")

    def __init__(self, key: str, figure: str = "", preview: Preview | None = None) -> None:
        super().__init__()
        self.key, self.figure, self.preview = key, figure, preview
        self.words = ""
        self._rows: list[Listed] = []

    def body(self) -> Sequence[Widget]:
        """The figures, and how the one under the cursor comes about."""
        return [Planned(LiveTable((), id="figures"), ReadPanel(id="how"), plan=plan_figure, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The figures."""
        return self.query_one("#figures", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw list and text."""
        place = place_of(picture, self.key)
        found = preview_figures(self.preview, picture) if self.preview is not None else []
        found += figures_of(place, picture) if place is not None else []
        self._rows = [row for row in found if self.words in f"{row.title} {row.id}".lower()]
        table = self.table
        table.columns = (
            Column("title", _("figure"), 16, 0, "left", grow=1, most=30),
            Column("value", _("value"), 9, 0, grow=1, most=14),
        )
        table.empty = _("nothing passes the filter") if place is not None else _("nothing is known of this place")
        table.show(_Figures(self._rows))
        if self.figure and table.move_cursor(self.figure):
            self.figure = ""
        name = place.name if place is not None else self.key
        table.border_title = Content(name + (f"  /{self.words}" if self.words else ""))
        self.query_one("#how").border_title = Content(_("How it comes about"))
        self._follow()

    @on(LiveRows.Moved)
    def _follow(self) -> None:
        """The text is about the figure under the cursor."""
        picture = self.deck.picture
        place = place_of(picture, self.key)
        chosen = next((row for row in self._rows if row.id == self.table.cursor_id), None)
        self.query_one("#how", ReadPanel).show_text(lambda width: self._text(chosen, place, picture, width))

    def figure_here(self) -> tuple[str, str]:
        """The figure under the cursor."""
        return self.key, self.table.cursor_id

    def place_here(self) -> str:
        """The site of the place."""
        head = self.key.partition("/")[0]
        return "" if head == NETWORK or ":" in head else head

    def action_open_row(self) -> None:
        """Go to the text, to scroll it."""
        self.query_one("#how").focus()

    def action_find(self) -> None:
        """Type words of a figure's name; the list follows while they are typed."""
        self.ask("find", "/", self._find, text=self.words, hint=_("words of a figure's name; esc shows all"))

    @on(Prompt.Changed)
    def _typed(self, event: Prompt.Changed) -> None:
        if event.kind == "find":
            self._find(event.text)

    @on(Prompt.Cancelled)
    def _untyped(self, event: Prompt.Cancelled) -> None:
        if event.kind == "find":
            self._find("")

    def clear(self) -> bool:
        """Show all figures again."""
        if not self.words:
            return False
        self._find("")
        return True

    def _find(self, text: str) -> None:
        self.words = text.strip().lower()
        self.deck.draw()

    def _text(self, chosen: Listed | None, place: FigurePlace | None, picture: Picture, width: int) -> list[Line]:
        if chosen is None:
            return []
        if chosen.id.startswith(PREVIEW) and self.preview is not None:
            head = line((chosen.title, "strong"), (f"  {chosen.value}", "bright"))
            return [crop(head, width), *items_lines(preview_items(chosen.id, self.preview, picture), width)]
        return figure_lines(chosen, place, picture, width) if place is not None else []
