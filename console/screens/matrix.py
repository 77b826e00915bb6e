"""Sites by categories (or phases, platforms, shops, tiers, channels, teams): how each cell stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from console.actions import bindings
from console.board_columns import FILTER_COLUMNS
from console.board_rows import Within
from console.draw.alerts import sorted_alerts
from console.draw.matrix_cell import cell_lines
from console.draw.matrix_plan import plan_matrix
from console.draw.saved_views import ROW_KINDS
from console.filtering import parse_filter
from console.i18n import N_, _, local
from console.picture import NETWORK, Picture
from console.row_attributes import ROW_ATTRIBUTES, values_of
from console.screens.filtered import FilteredScreen
from console.widgets.matrix_panel import MatrixPanel
from console.widgets.planned import Planned
from console.widgets.sized_panel import SizedPanel
from feeds.catalog import METRICS
from feeds.row_groups import RowGroup


class MatrixScreen(FilteredScreen):
    """Where it is bad, over all sites at once."""

    scope = "matrix"
    filter_hint = N_("queues that count: words, wait>60, platform:taobao tier:a, or, ( ), ~pattern; esc shows all")
    BINDINGS = bindings("matrix")

    def __init__(self, by: RowGroup = "category", wanted: str = "", *, only_bad: bool = False) -> None:
        super().__init__()
        self._by: RowGroup = by
        self._wanted, self._only_bad = wanted, only_bad
        self._sites = 10_000

    def body(self) -> Sequence[Widget]:
        """The matrix, and what there is to say of the cell under the cursor."""
        panels = (MatrixPanel(id="matrix"), SizedPanel(id="details"))
        return [Planned(*panels, plan=lambda width, height: plan_matrix(width, height, self._sites), id="panels")]

    @property
    def panel(self) -> MatrixPanel:
        """The matrix."""
        return self.query_one(MatrixPanel)

    def on_mount(self) -> None:
        """The keys go to the matrix."""
        super().on_mount()
        self.panel.by, self.panel.breaches = self._by, self._only_bad
        self.take_filter(self._wanted)
        self.panel.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw matrix and details."""
        sites = len(picture.view.board.sites)
        if sites != self._sites:
            self._sites = sites
            self.query_one(Planned).replan()
        self.panel.show_picture(picture)
        self._titles()
        self._details()

    def _titles(self) -> None:
        panel = self.panel
        rows, columns = panel.shown
        parts = [_("Sites × {columns}: {n} × {m}").format(columns=_(ROW_KINDS[panel.by]), n=rows, m=columns)]
        metric = METRICS[panel.metric]
        parts += [local(metric.zh, metric.en)]
        parts += [f"/{self.filter_text}  {'/'.join(str(n) for n in self.passed())}"] if self.filter_text else []
        parts += [_("! not in order only")] if panel.breaches else []
        parts += [_("worst first")] if panel.sorted_worst else []
        text = "  ".join(parts)
        panel.border_title = Content(text)
        self.deck.remark(text if not panel.has_class("framed") else "")

    @on(MatrixPanel.Moved)
    def _details(self) -> None:
        panel, details = self.panel, self.query_one(SizedPanel)
        details.border_title = Content(_("This cell"))
        picture, matrix, place = self.deck.picture, panel.matrix, panel.place
        if matrix is not None:
            details.show(lambda width, height: cell_lines(picture, matrix, place, width, height))

    def action_cell(self, right: int) -> None:
        """Move by cells to the side."""
        self.panel.move(0, right)

    def action_next_bad(self) -> None:
        """Go to the next cell that is not in order."""
        if not self.panel.next_bad():  # with no rows nobody knows that
            all_good = self.panel.shown[0] > 0 and not self.panel.breaches
            self.deck.say(_("● everything here is in order") if all_good else _("nothing to show"))

    def action_next_figure(self) -> None:
        """Show another figure in the cells."""
        metric = METRICS[self.panel.next_figure()]
        self.deck.say(_("the cells show: {figure}").format(figure=local(metric.zh, metric.en)))
        self._titles()

    def action_worst_first(self) -> None:
        """The worst rows first, as they are now."""
        self.panel.worst_first()
        self.deck.draw()

    def action_own_places(self) -> None:
        """Rows in their own places."""
        self.panel.own_places()
        self.deck.draw()

    def action_across(self, by: RowGroup) -> None:
        """Other columns."""
        self.panel.by = by
        self.panel.again()
        self.deck.draw()

    def action_breaches(self) -> None:
        """Only what is not in order, or everything again."""
        self.panel.breaches = not self.panel.breaches
        self.panel.again()
        self.deck.draw()

    @on(MatrixPanel.Opened)
    def _open_cell(self) -> None:
        self.action_open_row()

    def action_open_row(self) -> None:
        """Open what the cell stands for: a queue, some queues of a site, a site, a category over all sites."""
        from console.screens.queue import QueueScreen
        from console.screens.shop import ShopScreen
        from console.screens.site import SiteScreen

        panel, (site, column) = self.panel, self.panel.place
        if panel.matrix is None:
            return
        floor = panel.matrix.floor
        if site < 0:
            within = Within(floor.by, floor.columns[column]) if column >= 0 else None
            self.deck.push_screen(ShopScreen(within) if within is not None else QueueScreen("*"))
            return
        name = floor.sites[site]
        queues = floor.queues(site, column) if column >= 0 else []
        if len(queues) == 1:
            self.deck.push_screen(QueueScreen(f"{name}/{queues[0].id}"))
        elif queues:
            self.deck.push_screen(SiteScreen(name, within=Within(floor.by, floor.columns[column])))
        elif column < 0:
            self.deck.push_screen(SiteScreen(name))
        else:
            self.deck.say(_("no queue of this site stands here"))

    def alerts_here(self) -> Sequence[Alert]:
        """The first alert of the cell."""
        alert = self.alert_here()
        return (alert,) if alert is not None else ()

    def alert_here(self) -> Alert | None:
        """The first alert of the cell that nobody has, else the first."""
        matrix = self.panel.matrix
        if matrix is None:
            return None
        found = sorted_alerts(list(matrix.alerts_in(*self.panel.place)))
        return next((alert for alert in found if alert.acknowledged is None), next(iter(found), None))

    def alerts_to_answer(self) -> Sequence[Alert]:
        """All alerts of the cell that a playbook answers."""
        matrix = self.panel.matrix
        found = [alert for alert in matrix.alerts_in(*self.panel.place) if alert.playbook] if matrix else []
        return found or self.alerts_here()

    def figure_here(self) -> tuple[str, str]:
        """The cells' figure: of a site, of a group, or of the queue of the cell where most customers wait."""
        matrix, (site, column) = self.panel.matrix, self.panel.place
        if matrix is None:
            return NETWORK, ""
        floor, metric = matrix.floor, self.panel.metric
        if site < 0:
            return (f"{floor.by}:{floor.columns[column]}" if column >= 0 else NETWORK), metric
        keys = [f"{floor.sites[site]}/{row.id}" for row in (floor.queues(site, column) if column >= 0 else ())]
        return max(keys, key=self.deck.picture.waiting, default=floor.sites[site]), metric

    def place_here(self) -> str:
        """The site of the cell."""
        matrix, site = self.panel.matrix, self.panel.place[0]
        return matrix.floor.sites[site] if matrix is not None and site >= 0 else ""

    def filter_names(self) -> tuple[Collection[str], Collection[str]]:
        """Attributes of rows, and the columns."""
        return ROW_ATTRIBUTES, FILTER_COLUMNS

    def filter_values(self, name: str) -> Sequence[str]:
        """The values of an attribute over all queues."""
        return values_of(self.deck.picture, name)

    def take_filter(self, text: str) -> None:
        """Count only the queues that pass."""
        self.panel.use_filter(parse_filter(text, FILTER_COLUMNS, ROW_ATTRIBUTES))
        self.filter_text = text.strip()

    def passed(self) -> tuple[int, int]:
        """How many queues of how many."""
        matrix = self.panel.matrix
        queues = sum(row.kind == "queue" for rows in matrix.floor.rows for row in rows) if matrix is not None else 0
        return (int(matrix.floor.counts.sum()) if matrix is not None else 0), queues

    @property
    def breaches(self) -> bool:  # type: ignore[override]  # the panel keeps it
        """Whether only what is not in order is shown."""
        return self.panel.breaches

    def show_all(self) -> None:
        """No longer only what is not in order."""
        self.panel.breaches = False
        self.panel.again()
