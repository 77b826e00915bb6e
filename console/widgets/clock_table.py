"""The clocks of one place side by side, and the places that have the least left of one clock's budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from alerts.clock_ranking import least_left
from alerts.clocks_view import ClockAt, ClocksView
from console.draw.clocks import clock_name, clock_row, figure_columns, worst_first
from console.draw.lines import Line
from console.i18n import _, name_of
from console.picture import Picture
from console.widgets.live_table import LiveTable

RERANK_S = 10.0
"""Ranked anew after so many seconds, and never while the cursor is in it."""

MOST_RANKED = 200


class _Clocks(LiveTable):
    """Rows that are clocks at places; a subclass says what a row is called."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__((), id=id)
        self._picture: Picture | None = None
        self.rows: Sequence[ClockAt] = ()

    @property
    def chosen(self) -> ClockAt | None:
        """The row under the cursor."""
        at = self.ids.index(self.cursor_id) if self.cursor_id in self.ids else -1
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def called(self, row: int) -> str:
        """What row `row` is called."""
        raise NotImplementedError

    def row_line(self, row: int, part: int, width: int) -> Line:  # noqa: ARG002 - one line a row
        """One clock."""
        if self._picture is None:
            return ()
        fitted, at = self.shown_columns(width), self.rows[row]
        return clock_row(fitted, (self.called(row), ""), at, self._picture.view.clocks, self._picture.zone)


class ClockTable(_Clocks):
    """All clocks that measure one place, the worst state first: who sees only the top sees what matters."""

    def __init__(self, *, follows_top: bool = True, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self.follows_top = follows_top

    def show_clocks(self, picture: Picture, clocks: Sequence[ClockAt]) -> None:
        """Show these clocks."""
        self._picture, self.rows = picture, worst_first(clocks)
        self.columns = figure_columns(_("clock"))
        self.empty = _("no clock measures this")
        self.show_ids([one.clock.id for one in self.rows])

    def called(self, row: int) -> str:
        """The clock."""
        return clock_name(self.rows[row].clock)


class ClockRanking(_Clocks):
    """Sites or shops by what is left of one clock's budget, the least first; still long enough to be read."""

    follows_top = True

    def __init__(self, by: Literal["site", "shop"], *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self.by: Literal["site", "shop"] = by
        self._ranked: tuple[str, list[str]] = ("", [])
        self._ranked_at = float("-inf")
        self._keys: list[str] = []

    def show_clock(self, picture: Picture, clock_id: str) -> None:
        """Show where this clock's budget is going."""
        view = picture.view.clocks
        self._picture = picture
        self.columns = figure_columns(_("site") if self.by == "site" else _("shop"))
        self.empty = _("no budget here now")
        old = not 0 <= picture.view.at - self._ranked_at < RERANK_S
        if clock_id != self._ranked[0] or (old and not self.has_focus):
            self._ranked, self._ranked_at = (clock_id, _ranking(view, clock_id, self.by)), picture.view.at
        found = [(key, at) for key in self._ranked[1] if (at := view.clock_at(clock_id, self.by, key)) is not None]
        self._keys, self.rows = [key for key, _at in found], [at for _key, at in found]
        self.show_ids(self._keys)

    def called(self, row: int) -> str:
        """The site or shop."""
        key = self._keys[row]
        site = self._picture.site(key) if self.by == "site" and self._picture is not None else None
        return name_of(site) if site is not None else key


def _ranking(view: ClocksView, clock_id: str, by: Literal["site", "shop"]) -> list[str]:
    if clock_id not in view.clocks:
        return []
    standing = view.standing(clock_id, by)
    measured = view.floor.measured(standing.clock, by)
    keys = (standing.keys[row] for row in least_left(standing))
    return [key for key in keys if key in measured][:MOST_RANKED]
