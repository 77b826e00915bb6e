"""One alert: what, since when, how bad, why, who has it, what may help, and all that happened to it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from console.actions import bindings
from console.alert_course import alert_chart, course_metric
from console.alert_histories import AlertHistory
from console.draw.alert_view import alert_blocks, head_lines, history_lines
from console.draw.alerts import alert_place
from console.draw.facts import title_of
from console.draw.lines import Line, line
from console.draw.site_plan import plan_alert
from console.i18n import _, local
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.day_chart import CourseChart
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned


class AlertScreen(DeckScreen):
    """Stays with its alert: once that is over it says so, and shows it as it last was."""

    scope = "alert"
    BINDINGS = bindings("alert")

    def __init__(self, alert: Alert) -> None:
        super().__init__()
        self.alert = alert
        """The alert as it was last seen."""

    def body(self) -> Sequence[Widget]:
        """What, the course, the history, the text."""
        panels = (ReadPanel(id="head"), CourseChart(id="course"), ReadPanel(id="history"), ReadPanel(id="text"))
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
        head, text, past = (self.query_one(f"#{name}", ReadPanel) for name in ("head", "text", "history"))
        head.show_text(lambda width: head_lines(alert, history, picture, width))
        course = self.query_one(CourseChart)
        if course.size:
            course.show(alert_chart(alert, history, picture))
        past.show_text(lambda width: history_lines(history, alert, picture, width))
        apart = bool(past.size)
        text.show_text(lambda width: self._text(history, picture, width, with_history=not apart))
        head.border_title = Content(alert_place(alert, picture))
        course.border_title = Content(_("{metric}, 15 min").format(metric=title_of(course_metric(alert, picture))))
        past.border_title = Content(_("What happened"))
        text.border_title = Content(local(alert.title_zh, alert.title_en) or alert.rule)

    def _history(self, picture: Picture) -> AlertHistory:
        """What happened up to the moment of the picture: a frozen one is not told of its future."""
        return picture.view.histories.of(self.alert.id).until(picture.view.at)

    def _text(self, history: AlertHistory, picture: Picture, width: int, *, with_history: bool) -> list[Line]:
        out: list[Line] = []
        for block in alert_blocks(self.alert, history, picture):
            lines = block(width)
            out += [(), *lines] if out and lines else lines
        if with_history:
            out += [(), line((_("What happened"), "heading")), *history_lines(history, self.alert, picture, width)]
        return out

    def alert_here(self) -> Alert | None:
        """This alert, while it is not over."""
        return None if self._history(self.deck.newest).end is not None else self.alert

    def action_open_row(self) -> None:
        """Open the queue or site of the alert."""
        self.open_place(self.alert)
