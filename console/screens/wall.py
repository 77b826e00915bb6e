"""A wall: large, without input, turning from page to page, and never frozen without saying so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.widget import Widget

from console.actions import bindings
from console.draw.alert_groups import grouped
from console.draw.alerts import sorted_alerts
from console.draw.header import STALLED_AFTER_S
from console.draw.lines import Line
from console.draw.table import Sort
from console.draw.wall import figures, plan_wall, pulse_line, stalled_lines, strip_lines
from console.i18n import N_, _
from console.picture import NETWORK, Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.alert_rail import AlertRail
from console.widgets.banner import Banner
from console.widgets.board_table import BoardTable
from console.widgets.clock_table import ClockTable
from console.widgets.header_bar import HeaderBar
from console.widgets.live_rows import LiveRows
from console.widgets.matrix_panel import MatrixPanel
from console.widgets.painted import LinePanel, Painted
from console.widgets.planned import Planned

BEAT_S = 0.25
"""How often the pulse is looked at; it moves once a second."""


class WallFigures(Painted):
    """The large figures; over the whole wall, once nothing new comes, that it is so."""

    DEFAULT_CSS = "WallFigures { overflow: hidden hidden; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._write: Callable[[int, int], list[Line]] = lambda _width, _height: []

    def show(self, write: Callable[[int, int], list[Line]]) -> None:
        """Show what `write` gives for the size there is."""
        self._write = write
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:
        """Line `y`."""
        lines = self._write(size.width, size.height)
        return lines[y] if y < len(lines) else ()

    def lines_total(self) -> int:
        """As many as there is room for."""
        return self.scrollable_content_region.height


class WallScreen(DeckScreen):
    """Figures above, and below them the sites, the alerts and the clocks in turn, page after page."""

    scope = "wall"
    BINDINGS = bindings("wall")
    PAGES: ClassVar[tuple[tuple[str, str], ...]] = (
        ("sites", N_("sites")),
        ("matrix", N_("matrix")),
        ("alerts", N_("alerts")),
        ("clocks", N_("clocks")),
    )

    def __init__(self) -> None:
        super().__init__()
        self._page, self._part = 0, 0
        self._turned_at = 0.0
        self._beat: tuple[int, bool] = (-1, False)

    def compose(self) -> ComposeResult:
        """Header and banner, figures and page, the pulse; nothing that takes the keys."""
        yield HeaderBar()
        yield Banner()
        yield from self.body()
        yield LinePanel(id="pulse")

    def body(self) -> Sequence[Widget]:
        """Figures over pages."""
        pages = Vertical(
            BoardTable("site", id="sites"),
            MatrixPanel(id="matrix"),
            AlertRail(id="alerts"),
            ClockTable(id="clocks"),
            id="page",
        )
        over = WallFigures(id="stalled")
        over.display = False
        return [Planned(WallFigures(id="figures"), pages, plan=plan_wall, id="panels"), over]

    def on_mount(self) -> None:
        """Begin with the sites; nothing here takes the keys."""
        super().on_mount()
        for rows in self.query(LiveRows):
            rows.can_focus = rows.shows_cursor = rows.follows_top = False
        self.query_one(MatrixPanel).can_focus = False
        self.query_one(BoardTable).sort = Sort("state")
        self._turned_at = self.deck.monotonic()
        self._show_page()
        self.set_interval(BEAT_S, self.beat)

    def show_picture(self, picture: Picture) -> None:
        """Draw the figures and the page in front, always as of now."""
        picture = self.deck.newest
        self.query_one("#figures", WallFigures).show(lambda w, h: strip_lines(figures(picture), w, h))
        self.query_one(BoardTable).show_picture(picture)
        self.query_one(MatrixPanel).show_picture(picture)
        self.query_one(AlertRail).show(picture, grouped(sorted_alerts(picture.firing)))
        self.query_one(ClockTable).show_clocks(picture, picture.view.clocks.at("all", NETWORK))
        self.beat()

    @property
    def page(self) -> Painted:
        """The page in front."""
        return self.query_one(f"#{self.PAGES[self._page][0]}", Painted)

    def beat(self) -> None:
        """Once a second: move the pulse, say that nothing new comes, turn the page."""
        if not self.is_current:
            return
        now = self.deck.monotonic()
        silent = self.deck.silent_s
        stalled = silent > STALLED_AFTER_S or self._lost
        if now - self._turned_at >= self.deck.personal.settings.wall_every and not stalled:
            self._turned_at = now
            self._turn()
        if (int(now), stalled) != self._beat:
            self._beat = int(now), stalled
            self._pulse(int(now))
            self._say_stalled(silent if stalled else None)

    @property
    def _lost(self) -> bool:
        reach = self.deck.newest.view.reach
        return reach is not None and not reach.up

    def _pulse(self, seconds: int) -> None:
        local = self.deck.local_time().strftime("%H:%M:%S")
        still = self.deck.personal.settings.reduced_motion
        page = f"{_(self.PAGES[self._page][1])} {self._part + 1}/{self._parts()}"
        panel = self.query_one("#pulse", LinePanel)
        panel.show_lines([pulse_line(seconds, local, page, self.size.width, still=still)])

    def _say_stalled(self, silent: float | None) -> None:
        panel, over = self.query_one("#panels"), self.query_one("#stalled", WallFigures)
        over.display, panel.display = silent is not None, silent is None
        if silent is not None:
            picture = self.deck.newest
            over.show(lambda w, h: stalled_lines(picture, silent, w, h))

    def _parts(self) -> int:
        """In how many parts the page comes: what has no room is not left out, it comes next."""
        rows = self.page
        if not isinstance(rows, LiveRows):
            return 1
        room = max(1, (rows.scrollable_content_region.height - rows.header_lines) // rows.lines_per_row)
        return max(1, -(-len(rows.ids) // room))

    def _turn(self) -> None:
        """The next part of this page, or the next page that has something."""
        if self._part + 1 < self._parts():
            self._part += 1
        else:
            self._part = 0
            after = (*range(self._page + 1, len(self.PAGES)), 0)
            self._page = next(page for page in after if page == 0 or self._has_something(page))
        self._show_page()

    def _has_something(self, page: int) -> bool:
        panel = self.query_one(f"#{self.PAGES[page][0]}", Painted)
        return not isinstance(panel, LiveRows) or bool(panel.ids)

    def _show_page(self) -> None:
        for i, (name, _title) in enumerate(self.PAGES):
            self.query_one(f"#{name}").display = i == self._page
        self.call_after_refresh(self._scroll)

    def _scroll(self) -> None:
        rows = self.page
        if isinstance(rows, LiveRows):
            height = rows.scrollable_content_region.height - rows.header_lines
            rows.scroll_to(y=self._part * max(1, height // rows.lines_per_row) * rows.lines_per_row, animate=False)
        rows.repaint()
        self._pulse(int(self.deck.monotonic()))
