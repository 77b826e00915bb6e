"""Every alert there is, with those that are muted or about to fire."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from console.actions import bindings
from console.alert_attributes import ALERT_ATTRIBUTES, told_by_alert
from console.draw.alerts import (
    alert_details,
    alert_place,
    condition_words,
    message,
    quiet,
    said_after_place,
    sorted_alerts,
    standing,
    taken_words,
)
from console.draw.lines import Line, Span, line
from console.draw.marks import OK, alert_sign, severity_sign
from console.draw.news_line import fresh_name
from console.draw.site_plan import plan_alerts
from console.draw.table import Column
from console.filtering import Filter, parse_filter
from console.format import clock
from console.i18n import _, local
from console.picture import Picture
from console.screens.filtered import FilteredScreen
from console.widgets.live_rows import LiveRows
from console.widgets.live_table import LiveTable
from console.widgets.painted import LinePanel
from console.widgets.planned import Planned


def _no_figure(_name: str) -> float:
    return float("nan")


class AlertRows:
    """The alerts as a table asks for them."""

    def __init__(self, alerts: Sequence[Alert], picture: Picture) -> None:
        self.alerts, self.picture = alerts, picture
        self.ids: list[str] = [alert.id for alert in alerts]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one alert shows in one column."""
        alert = self.alerts[row]
        sign = alert_sign(alert)
        dim = "dim" if quiet(alert) or alert.state != "firing" else ""
        match key:
            case "mark":
                return sign.mark, sign.style
            case "state":
                return (_("muted"), "dim") if alert.inhibited else (_(sign.word), dim or sign.style)
            case "place":
                return fresh_name(alert_place(alert, self.picture), self.picture, alert.id), dim or "strong"
            case "said":
                words = [_("silenced")] if alert.silenced else []
                words += [_("flapping")] if alert.flapping else []
                words += [f"↑{alert.escalated_to}"] if alert.escalated_to else []
                known = local("、", ", ").join(words) + " · " if words else ""
                unknown = _("not known now: ") if alert.stale else ""
                return known + unknown + said_after_place(alert), dim
            case "owner":
                return alert.owner, "info"
            case "since":
                return clock(alert.fired_at or alert.since, self.picture.zone), "dim"
            case "taken":
                return taken_words(alert, self.picture), "info"
        return standing(alert, self.picture) if alert.acknowledged is None else ("", "")


def alert_columns() -> tuple[Column, ...]:
    """The columns of the list of alerts."""
    return (
        Column("mark", "", 1, 0, "left"),
        Column("state", "", 10, 0, "left"),
        Column("place", _("where"), 18, 1, "left", grow=1, most=32),
        Column("said", _("what"), 30, 0, "left", grow=4),
        Column("since", _("since"), 8, 4),
        Column("age", _("for"), 7, 2),
        Column("taken", _("who has it"), 12, 3, "left", grow=1, most=20),
        Column("owner", _("owner"), 10, 5, "left"),
    )


class AlertsScreen(FilteredScreen):
    """The full list; what the one under the cursor means stands below it."""

    scope = "alerts"
    BINDINGS = bindings("alerts")

    def __init__(self) -> None:
        super().__init__()
        self.filter = Filter()
        self._alerts: Sequence[Alert] = ()

    def body(self) -> Sequence[Widget]:
        """List and details."""
        return [
            Planned(LiveTable(alert_columns(), id="alerts"), LinePanel(id="details"), plan=plan_alerts, id="panels")
        ]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one("#alerts", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw list and details."""
        self._alerts = [alert for alert in sorted_alerts(picture.view.alerts) if self._passes(alert, picture)]
        reach = picture.view.reach
        nothing = _("● no alerts") if reach is None or reach.up else _("? nobody knows what fires now")
        self.table.empty = _("nothing passes the filter") if self.filter or self.breaches else nothing
        self.table.show(AlertRows(self._alerts, picture))
        title = "  ".join(
            part
            for part in (
                _("Alerts: {n}").format(n=len(self._alerts)),
                f"/{self.filter_text}" if self.filter_text else "",
                _("! not in order only") if self.breaches else "",
            )
            if part
        )
        self.table.border_title = Content(title)
        self._details()

    def _passes(self, alert: Alert, picture: Picture) -> bool:
        if self.breaches and (alert.state != "firing" or alert.inhibited or severity_sign(alert.severity) is OK):
            return False
        words = (
            alert_place(alert, picture),
            message(alert),
            alert.rule,
            alert.severity,
            alert.key,
            _(alert_sign(alert).word),
            alert.owner,
            condition_words(alert),
            alert.acknowledged.who if alert.acknowledged else "",
        )
        said = " ".join(words)
        return not self.filter or self.filter.matches(
            said.lower(), _no_figure, unknown=alert.stale, told=lambda name: told_by_alert(alert, name)
        )

    @on(LiveRows.Moved)
    def _details(self) -> None:
        alert = self.alert_here()
        lines: list[Line] = []
        if alert is not None:
            lines = [line((message(alert), "strong")), *alert_details(alert, self.deck.picture)]
        self.query_one("#details", LinePanel).show_lines(lines)

    def figure_here(self) -> tuple[str, str]:
        """What the alert here is about."""
        alert = self.alert_here()
        return self.figure_of_alert(alert) if alert is not None else super().figure_here()

    def alert_here(self) -> Alert | None:
        """The alert under the cursor."""
        return next((alert for alert in self._alerts if alert.id == self.table.cursor_id), None)

    def action_open_row(self) -> None:
        """Open the alert."""
        self.open_alert(self.alert_here())

    def action_breaches(self) -> None:
        """Only what fires and counts, or everything again."""
        self.breaches = not self.breaches
        self.deck.draw()

    def filter_names(self) -> tuple[Collection[str], Collection[str]]:
        """Attributes of alerts; nothing is compared."""
        return ALERT_ATTRIBUTES, ()

    def filter_values(self, name: str) -> Sequence[str]:
        """The values of an attribute over all alerts."""
        return [one for alert in self.deck.picture.view.alerts for one in told_by_alert(alert, name)]

    def take_filter(self, text: str) -> None:
        """Show only what passes."""
        self.filter, self.filter_text = parse_filter(text, {}, ALERT_ATTRIBUTES), text.strip()

    def passed(self) -> tuple[int, int]:
        """How many alerts of how many."""
        return len(self._alerts), len(self.deck.picture.view.alerts)
