"""The catalogue of playbooks, and the runs with their logs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from console.actions import bindings
from console.draw.alerts import alert_place
from console.draw.catalogue import PLAYBOOK_ATTRIBUTES, playbook_lines, playbook_passes, told_by_playbook
from console.draw.lines import Span
from console.draw.run_story import folded
from console.draw.runs import run_log
from console.draw.site_plan import plan_playbooks
from console.draw.suggested import effect_words, suggestions_of
from console.draw.table import Column
from console.filtering import Filter, parse_filter
from console.i18n import _, local
from console.intents import AskPreview, Outcome
from console.picture import Picture
from console.screens.filtered import FilteredScreen
from console.view import PlaybookView
from console.widgets.live_rows import LiveRows
from console.widgets.live_table import LiveTable
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned
from console.widgets.runs_panel import RunsPanel
from feeds.durations import format_duration
from playbooks.run import FINAL, RunView

ALL = Filter()
"""A search that finds everything."""


def suggested(playbook: PlaybookView, alert: Alert | None) -> bool:
    """Whether a playbook answers an alert."""
    return alert is not None and (
        playbook.id == alert.playbook or (bool(playbook.alert) and playbook.alert == alert.rule)
    )


class PlaybookRows:
    """The catalogue as a table asks for it: what answers the alert first."""

    def __init__(self, picture: Picture, alert: Alert | None, wanted: Filter = ALL) -> None:
        self.alert = alert
        listed = suggestions_of(alert, picture) if alert is not None else ()
        self.suggestions = {one.playbook: one for one in listed}
        place = {one.playbook: at for at, one in enumerate(listed)}
        self.playbooks = sorted(
            (playbook for playbook in picture.view.playbooks if playbook_passes(playbook, wanted)),
            key=lambda playbook: (
                place.get(playbook.id, len(place)),
                not suggested(playbook, alert),
                playbook.tier,
                playbook.about.rank,
            ),
        )
        self.ids: list[str] = [playbook.id for playbook in self.playbooks]
        self._running = {run.playbook for run in picture.view.runs if run.state not in FINAL}

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one playbook shows in one column."""
        playbook = self.playbooks[row]
        match key:
            case "mark":
                return ("▶", "info") if playbook.id in self._running else ("", "")
            case "tier":
                return str(playbook.tier), "dim"
            case "rung":
                return playbook.about.rung, "dim"
            case "lead":
                lead = playbook.about.lead_time
                return (format_duration(lead[1]), "dim") if lead is not None else ("", "")
            case "cost":
                return local(*playbook.about.cost), "dim"
            case "title":
                return local(playbook.zh, playbook.en) or playbook.id, "strong"
            case "id":
                return playbook.id, "dim"
            case "parameters":
                return " ".join(playbook.parameters), "dim"
        if playbook.id in self.suggestions:
            return effect_words(self.suggestions[playbook.id])
        return (_("◂ suggested"), "info") if suggested(playbook, self.alert) else ("", "")


def playbook_columns() -> tuple[Column, ...]:
    """The columns of the catalogue."""
    return (
        Column("mark", "", 1, 0, "left"),
        Column("rung", _("rung"), 4, 2, "left"),
        Column("tier", _("tier"), 4, 6),
        Column("title", _("playbook"), 24, 0, "left", grow=2, most=44),
        Column("suggested", "", 12, 1, "left", grow=1, most=36),
        Column("lead", _("works in"), 8, 3),
        Column("cost", _("cost"), 16, 4, "left", grow=1),
        Column("id", _("id"), 16, 5, "left", grow=1),
        Column("parameters", _("parameters"), 16, 7, "left", grow=1),
    )


class PlaybooksScreen(FilteredScreen):
    """Choose what to run, for an alert where there is one; watch, revert and answer what runs."""

    scope = "playbooks"
    BINDINGS = bindings("playbooks")

    def __init__(self, alert: Alert | None, run: str = "") -> None:
        super().__init__()
        self.alert = alert
        self._first_run = run
        self.filter = ALL

    def body(self) -> Sequence[Widget]:
        """Catalogue, runs, log."""
        panels = (LiveTable(playbook_columns(), id="catalogue"), RunsPanel(id="runs"), ReadPanel(id="log"))
        return [Planned(*panels, plan=plan_playbooks, id="panels")]

    @property
    def catalogue(self) -> LiveTable:
        """The table of playbooks."""
        return self.query_one("#catalogue", LiveTable)

    @property
    def runs(self) -> RunsPanel:
        """The runs."""
        return self.query_one(RunsPanel)

    def on_mount(self) -> None:
        """The keys go to the catalogue, or to the run that was opened."""
        super().on_mount()
        (self.runs if self._first_run else self.catalogue).focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        title = _("Playbooks")
        if self.alert is not None:
            title = _("Playbooks for {place}").format(place=alert_place(self.alert, picture))
        searched = f"  /{self.filter_text}" if self.filter_text else ""
        self.catalogue.empty = _("nothing passes the filter") if self.filter else _("no playbooks are loaded")
        self.catalogue.border_title = Content(f"{title}{searched}")
        self.catalogue.show(PlaybookRows(picture, self.alert, self.filter))
        self.runs.border_title = Content(_("Runs: {n}").format(n=len(picture.view.runs)))
        self.runs.show(picture)
        if self._first_run and self.runs.move_cursor(self._first_run):
            self._first_run = ""
        self._show_log()

    @on(LiveRows.Moved)
    def _show_log(self) -> None:
        log = self.query_one("#log", ReadPanel)
        run, picture = self.runs.chosen, self.deck.picture
        book = next((one for one in picture.view.playbooks if one.id == self.catalogue.cursor_id), None)
        if book is not None and not self.runs.has_focus:
            log.border_title = Content(_("What it does"))
            log.show_text(lambda width: folded(playbook_lines(book), width))
            return
        log.border_title = Content(_("Log of the run"))
        log.show_text(lambda width: folded(run_log(run, picture), width) if run else [])

    def on_descendant_focus(self) -> None:
        """The text is about what has the keys."""
        if self.is_current and self.catalogue.is_attached:
            self._show_log()

    def filter_names(self) -> tuple[Collection[str], Collection[str]]:
        """Attributes of playbooks; nothing is compared."""
        return PLAYBOOK_ATTRIBUTES, ()

    def filter_values(self, name: str) -> Sequence[str]:
        """The values of an attribute over all playbooks."""
        return [one for book in self.deck.picture.view.playbooks for one in told_by_playbook(book, name)]

    def take_filter(self, text: str) -> None:
        """List only the playbooks that a search finds."""
        self.filter, self.filter_text = parse_filter(text, {}, PLAYBOOK_ATTRIBUTES), text.strip()

    def passed(self) -> tuple[int, int]:
        """How many playbooks of how many."""
        return len(self.catalogue.ids), len(self.deck.picture.view.playbooks)

    def alert_here(self) -> Alert | None:
        """The alert that this was opened for."""
        return self.alert

    def run_here(self) -> RunView | None:
        """The run under the cursor."""
        return self.runs.chosen

    def action_open_row(self) -> None:
        """Ask what the playbook under the cursor would do now."""
        if self.focused is self.runs:
            return
        if self.catalogue.cursor_id:
            self.preview(self.catalogue.cursor_id)

    def preview(self, playbook: str) -> None:
        """Ask what a playbook would do now."""
        from console.screens.preview import PreviewScreen

        ask = AskPreview(playbook, {}, self.alert.id if self.alert else "")
        self.deck.say(_("working it out …"))

        def show(outcome: Outcome) -> None:
            if outcome.preview is not None:
                self.deck.say("")
                self.deck.push_screen(PreviewScreen(ask, outcome.preview))

        self.deck.send(ask, "", show)
