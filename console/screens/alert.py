"""One alert: what, since when, how bad, why, who has it, what may help, and all that happened to it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from alerts.why import Why
from console.actions import bindings
from console.alert_course import alert_chart, course_metric
from console.alert_histories import AlertHistory
from console.draw.alert_past import history_lines
from console.draw.alert_view import alert_blocks, head_lines
from console.draw.alerts import alert_place
from console.draw.facts import title_of
from console.draw.lines import Line, line
from console.draw.site_plan import plan_alert
from console.format import clock
from console.i18n import _, local
from console.intents import AskWhy
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.screens.queue import row_lines
from console.screens.site import site_facts
from console.widgets.day_chart import CourseChart
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned

ASK_EVERY_S = 1.0
"""How often the desk is asked why."""


class AlertScreen(DeckScreen):
    """Stays with its alert: once that is over it says so, and shows it as it last was."""

    scope = "alert"
    BINDINGS = bindings("alert")

    def __init__(self, alert: Alert) -> None:
        super().__init__()
        self.alert = alert
        """The alert as it was last seen."""
        self._why: Why | None = None
        self._asked_at = -math.inf

    def crumb(self) -> str:
        """Its name."""
        return local(self.alert.title_zh, self.alert.title_en) or self.alert.rule

    def place_meant(self) -> str:
        """The row of the alert."""
        return self.alert.key

    def where(self) -> str:
        """The alert."""
        return f"{self.scope} {self.alert.id}"

    def body(self) -> Sequence[Widget]:
        """What, the course, the history, the text."""
        panels = (CourseChart(id="course"), *(ReadPanel(id=name) for name in ("head", "history", "text", "figures")))
        return [Planned(*panels, plan=plan_alert, id="panels")]

    def on_mount(self) -> None:
        """The keys scroll the text."""
        super().on_mount()
        self.query_one("#head").can_focus = False
        self.query_one("#text").focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        found = next((alert for alert in picture.view.alerts if alert.id == self.alert.id), None)
        self.alert = alert = found or self.alert
        history = self._history(picture)
        self._ask_why(history)
        head, text, past = (self.query_one(f"#{name}", ReadPanel) for name in ("head", "text", "history"))
        head.show_text(lambda width: head_lines(alert, history, picture, width))
        course = self.query_one(CourseChart)
        if course.size:
            course.show(alert_chart(alert, history, picture))
        past.show_text(lambda width: history_lines(history, alert.rule, picture, width))
        apart = bool(past.size)
        text.show_text(lambda width: self._text(history, picture, width, with_history=not apart))
        if (figures := self.query_one("#figures", ReadPanel)).size:
            figures.show_text(lambda width: _row_now(alert, picture, width))
            figures.border_title = Content(_("The row now"))
        if not history.happenings and alert.since > picture.view.at:
            words = _("at {clock} this alert had not begun").format(clock=clock(picture.view.at, picture.zone))
            for panel in (head, text, past):
                panel.show_text(lambda _width: [line((words, "unknown"))])
        head.border_title = Content(alert_place(alert, picture))
        course.border_title = Content(_("{metric}, 15 min").format(metric=title_of(course_metric(alert, picture))))
        past.border_title = Content(_("What happened"))
        text.border_title = Content(local(alert.title_zh, alert.title_en) or alert.rule)

    def _ask_why(self, history: AlertHistory) -> None:
        """Ask the desk why, no more than once a second; of an alert that is over there is nothing to ask."""
        now = self.deck.monotonic()
        if history.end is not None or self.deck.looking.then is not None:  # why is known of now alone
            self._why = None
        elif now - self._asked_at >= ASK_EVERY_S:
            self._asked_at = now
            self.run_worker(self._hear_why(), exclusive=True, group="why")

    async def _hear_why(self) -> None:
        outcome = await self.deck.answer_to(AskWhy(self.alert.rule, self.alert.key))
        if outcome is not None and self.is_current:
            self._why = outcome.why
            self.show_picture(self.deck.picture)

    def _history(self, picture: Picture) -> AlertHistory:
        """What happened up to the moment of the picture: a frozen one is not told of its future."""
        return picture.view.histories.of(self.alert.id).until(picture.view.at)

    def _text(self, history: AlertHistory, picture: Picture, width: int, *, with_history: bool) -> list[Line]:
        out: list[Line] = []
        for block in alert_blocks(self.alert, history, picture, self._why):
            lines = block(width)
            out += [(), *lines] if out and lines else lines
        if with_history:
            out += [(), line((_("What happened"), "heading")), *history_lines(history, self.alert.rule, picture, width)]
        return out

    def figure_here(self) -> tuple[str, str]:
        """What the alert here is about."""
        alert = self.alert_here()
        return self.figure_of_alert(alert) if alert is not None else super().figure_here()

    def alert_here(self) -> Alert | None:
        """This alert, while it is not over."""
        return None if self._history(self.deck.newest).end is not None else self.alert

    def action_open_row(self) -> None:
        """Open the queue or site of the alert."""
        self.open_place(self.alert)


def _row_now(alert: Alert, picture: Picture, width: int) -> list[Line]:
    """The figures of the alert's row, a queue or a site."""
    site = picture.site(alert.site)
    if alert.row.level == "site" and site is not None:
        return site_facts(site, picture, width)
    return row_lines(alert.key, picture, width)
