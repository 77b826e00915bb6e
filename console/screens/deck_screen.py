"""What all screens share: header, banner, prompt and footer around a body that shows the newest picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from alerts.alert import Alert
from alerts.clock_floor import By
from alerts.clocks_view import ClockAt
from console.actions import footer
from console.draw.alert_groups import AlertGroup
from console.draw.alerts import sorted_alerts
from console.duty_desk import overdue_run
from console.i18n import N_, _
from console.picture import NETWORK, Picture
from console.screens.figure_actions import FigureActions
from console.widgets.banner import Banner
from console.widgets.footer_bar import FooterBar
from console.widgets.header_bar import HeaderBar
from console.widgets.live_rows import LiveRows
from console.widgets.prompt import Prompt
from console.widgets.time_bar import TimeBar
from playbooks.run import FINAL, RunView

CRUMBS = {
    "overview": N_("network"),
    "alerts": N_("all alerts"),
    "clocks": N_("clocks"),
    "playbooks": N_("playbooks"),
    "preview": N_("preview"),
    "forecast": N_("forecast"),
    "ledger": N_("ledger"),
    "handover": N_("handover"),
    "people": N_("who is here"),
    "preflight": N_("preflight"),
    "silences": N_("silences"),
    "coach": N_("coach"),
    "help": N_("keys"),
    "reload": N_("rules"),
    "matrix": N_("matrix"),
    "views": N_("views"),
    "leaders": N_("leader board"),
    "aftersale": N_("after-sale"),
    "settings": N_("settings"),
    "palette": N_("find an action"),
    "wall": N_("wall"),
    "charts": N_("the day in charts"),
    "figure": N_("figure"),
    "behind": N_("who stands behind it"),
}
"""What screens are called on the way; those of a place, and of one alert, have its name."""


class DeckScreen(FigureActions):
    """One question per screen. A subclass gives `body` and `show_picture`, and names its `scope` of actions."""

    scope: ClassVar[str] = ""
    only_now: ClassVar[bool] = False
    """Whether it shows what is asked or judged now, and nothing of then."""

    def compose(self) -> ComposeResult:
        """Header and banner, body, prompt and footer."""
        yield HeaderBar()
        yield Banner()
        yield from self.body()
        yield TimeBar()
        yield FooterBar(footer(self.scope))
        yield Prompt(self.deck.typed_before)

    def body(self) -> Sequence[Widget]:
        """The panels between banner and footer."""
        raise NotImplementedError

    def show_picture(self, picture: Picture) -> None:
        """Draw the body again, for a newer picture or for another size."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Be as one was left, and be drawn as soon as there are sizes to draw for."""
        self.deck.table_again(self)
        self.call_after_refresh(self.deck.draw)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was in front."""
        self.call_after_refresh(self.deck.draw)

    def on_screen_suspend(self) -> None:
        """Another screen comes in front: how the table stands is to be known when one comes back."""
        self.deck.remember_table(self)

    def on_resize(self) -> None:
        """Another size shows other things."""
        if self.is_current:
            self.call_after_refresh(self.deck.draw)

    def run_here(self) -> RunView | None:
        """The run that an action on this screen means: the newest in force, where no list of runs has the keys."""
        runs = [run for run in self.deck.picture.view.runs if run.state not in FINAL]
        return max(runs, key=lambda run: run.proposed, default=None)

    def first_alert(self, key: str) -> Alert | None:
        """The first alert that needs a person at a site, a queue (`site/queue`) or anywhere (`*`)."""
        found = [a for a in self.deck.picture.firing if key in (NETWORK, a.key, a.site) or a.key == f"{key}/{NETWORK}"]
        open_ones = [alert for alert in sorted_alerts(found) if alert.acknowledged is None]
        return open_ones[0] if open_ones else next(iter(sorted_alerts(found)), None)

    def action_open_row(self) -> None:
        """Open what is under the cursor."""

    @on(LiveRows.Opened)
    def _open_clicked(self) -> None:
        self.action_open_row()

    @on(FooterBar.KeyClicked)
    def _key_clicked(self, event: FooterBar.KeyClicked) -> None:
        self.deck.do(event.action, self)

    @on(FooterBar.AnswerClicked)
    def _answer_clicked(self, event: FooterBar.AnswerClicked) -> None:
        self.deck.action_answer(event.key)

    def where(self) -> str:
        """What this screen shows, in a word or two: its scope, and the place or thing that it is about."""
        return self.scope

    def crumb(self) -> str:
        """What people call what this screen shows, for the way that leads here."""
        return _(CRUMBS[self.scope])

    def place_meant(self) -> str:
        """The row that is meant here: `site/queue`, or a site; empty for none."""
        alert = self.alert_here()
        return alert.key if alert is not None else ""

    def action_belongs(self) -> None:
        """To what it belongs to: from a queue or an alert to its site, from a site to the network."""
        self.deck.to_site_of(self, self.place_meant())

    def action_same_shop(self) -> None:
        """To the shop of the queue that is meant, over all sites."""
        self.deck.to_shop_of(self.place_meant())

    def clear(self) -> bool:
        """Take back filters and the like, before esc leaves the screen; False where there is nothing to take back."""
        return False

    def figure_of_alert(self, alert: Alert) -> tuple[str, str]:
        """(place, figure) that an alert is about."""
        facts = self.deck.picture.view.rule_facts.get(alert.rule)
        key = alert.key if self.deck.picture.row(alert.key) is not None else NETWORK
        return key, facts.figure if facts is not None else ""

    def open_alerts(self, group: AlertGroup | None) -> None:
        """Open an alert that stands alone, or the site of several."""
        from console.screens.site import SiteScreen

        if group is not None and len(group.alerts) > 1:
            self.deck.push_screen(SiteScreen(group.lead.site))
        elif group is not None:
            self.open_alert(group.lead)

    def open_alert(self, alert: Alert | None) -> None:
        """Open the screen of an alert."""
        from console.screens.alert import AlertScreen

        if alert is not None:
            self.deck.push_screen(AlertScreen(alert))

    def open_place(self, alert: Alert) -> None:
        """Open the queue of an alert, or its site."""
        from console.screens.queue import QueueScreen
        from console.screens.site import SiteScreen

        found = self.deck.picture.row(alert.key)
        if found is not None and found[1] is not None:
            self.deck.push_screen(QueueScreen(alert.key))
        elif found is not None:
            self.deck.push_screen(SiteScreen(alert.site))

    def alerts_to_answer(self) -> Sequence[Alert]:
        """The alerts that a playbook may answer: of several, that of the queue where most customers wait."""
        return self.alerts_here()

    def action_playbooks(self) -> None:
        """Open the playbooks, for the alert that is meant here."""
        from console.screens.playbooks import PlaybooksScreen

        alert = self.alert_to_answer()
        self.deck.push_screen(PlaybooksScreen(alert, self._run_for(alert)))

    def alert_to_answer(self) -> Alert | None:
        """Of the alerts that a playbook may answer here, that of the queue where most customers wait."""
        waiting = self.deck.picture.waiting
        return max(self.alerts_to_answer(), key=lambda alert: waiting(alert.key), default=None)

    def _run_for(self, alert: Alert | None) -> str:
        """The run that answers an alert already, or that an overdue alert is about; empty for none."""
        if alert is None:
            return ""
        about = overdue_run(alert.key)
        runs = [run for run in self.deck.picture.view.runs if run.state not in FINAL]
        found = [run.id for run in runs if run.id == about or run.alert == alert.id]
        return found[-1] if found else ""

    def action_best_playbook(self) -> None:
        """Preview the playbook that fits the alert meant here best, with the catalogue behind it."""
        from console.screens.playbooks import PlaybookRows, PlaybooksScreen, suggested

        alert = self.alert_to_answer()
        best = next(iter(PlaybookRows(self.deck.picture, alert).playbooks), None)
        if alert is None or best is None or not suggested(best, alert):
            self.deck.say(_("no playbook is suggested for what is meant here"))
            return
        screen = PlaybooksScreen(alert)
        self.deck.push_screen(screen)
        screen.call_after_refresh(screen.preview, best.id)

    def action_alerts(self) -> None:
        """Open the full list of alerts."""
        from console.screens.alerts import AlertsScreen

        self.deck.push_screen(AlertsScreen())

    def open_clocks(self, at: ClockAt | None, by: By = "all", key: str = NETWORK) -> None:
        """Explain a clock of a place, beside its others; with none, those of the network."""
        from console.screens.clocks import ClocksScreen

        self.deck.push_screen(ClocksScreen(at.clock.id if at is not None else "", by, key))

    def action_clocks(self) -> None:
        """Open the clocks of the network."""
        self.open_clocks(None)

    def action_forecast(self) -> None:
        """Open staffing and forecast."""
        from console.screens.forecast import ForecastScreen

        self.deck.push_screen(ForecastScreen(self.place_here()))

    def action_charts(self) -> None:
        """Open the day in charts."""
        from console.screens.charts import ChartsScreen

        self.deck.push_screen(ChartsScreen(self.place_here() or NETWORK))

    def place_here(self) -> str:
        """The site that this screen is about; empty for all of them."""
        return ""

    def action_preflight(self) -> None:
        """Open the go or no-go before the peak."""
        from console.screens.preflight import PreflightScreen

        self.deck.push_screen(PreflightScreen())

    def action_revert(self) -> None:
        """Undo the run that is meant here, after a yes."""
        self.deck.revert(self.run_here())

    def action_approve(self) -> None:
        """Stand for the proposed run that is meant here."""
        self.deck.approve(self.run_here())

    def action_phoned(self, text: str = "") -> None:
        """Write down what the site that is meant here said by phone."""
        self.deck.phoned(self, text)

    def action_extend(self) -> None:
        """Keep the run that is meant here in force for longer."""
        self.deck.extend(self.run_here())
