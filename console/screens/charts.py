"""The day in four charts that read at a distance: load, waits, a clock's budget, people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.day_charts import budget_chart, budget_clock, load_day_chart, staffing_chart, wait_chart
from console.draw.bands import stacked_lines
from console.draw.clocks import clock_name
from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.i18n import _, name_of
from console.picture import NETWORK, Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.day_chart import CourseChart
from console.widgets.planned import Planned

CHARTS = ("load", "waits", "budget", "people")


class ChartsScreen(DeckScreen):
    """The charts of a site, or of the network (`*`); in little room one at a time."""

    scope = "charts"
    BINDINGS = bindings("charts")
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, key: str = NETWORK) -> None:
        super().__init__()
        self.key, self.chosen = key, "load"

    def body(self) -> Sequence[Widget]:
        """Four charts."""
        load, waits, budget = (CourseChart(id=name) for name in CHARTS[:3])
        people = CourseChart(id="people", draw=stacked_lines)
        return [Planned(load, waits, budget, people, plan=lambda w, h: plan_charts(w, h, self.chosen), id="panels")]

    def show_picture(self, picture: Picture) -> None:
        """Draw those that have a place."""
        clock = budget_clock(picture, self.key)
        charts = {
            "load": lambda: load_day_chart(picture),
            "waits": lambda: wait_chart(picture, self.key),
            "budget": lambda: budget_chart(picture, self.key, clock),
            "people": lambda: staffing_chart(picture, self.key),
        }
        site = picture.site(self.key)
        place = name_of(site) if site is not None else _("network")
        measured = clock_name(clock.clock) if clock is not None else "–"
        titles = {
            "load": _("Load, forecast, capacity · network, contacts per second"),
            "waits": _("Wait of those answered in the last 15 min · {place}").format(place=place),
            "budget": _("Late ones left · {clock} · {place}").format(clock=measured, place=place),
            "people": _("People by what they do · {place}").format(place=place),
        }
        for name in CHARTS:
            panel = self.query_one(f"#{name}", CourseChart)
            if panel.size:
                panel.show(charts[name]())
                panel.border_title = Content(titles[name])
        alone = [name for name in CHARTS if self.query_one(f"#{name}").size]
        self.deck.remark(titles[self.chosen] if len(alone) == 1 else "")

    def figure_here(self) -> tuple[str, str]:
        """The figure that the chosen chart is about."""
        figures = {"load": "arrivals_per_s", "waits": "wait_p90_s", "budget": "", "people": "agents_online"}
        return self.key, figures[self.chosen]

    def action_chart(self, name: str) -> None:
        """Show this one, where they do not all have room."""
        self.chosen = name
        self.query_one(Planned).replan()
        self.call_after_refresh(self.deck.draw)


def plan_charts(width: int, height: int, chosen: str) -> Plan:
    """Two by two; in a small terminal the chosen one alone."""
    if width < SMALL_WIDTH or height < SMALL_HEIGHT - 2:
        return Plan({chosen: Place(0, 0, width, height)} if width > 0 and height > 0 else {}, framed=False)
    left, top = width // 2, height // 2
    places = (
        Place(0, 0, left, top),
        Place(left, 0, width - left, top),
        Place(0, top, left, height - top),
        Place(left, top, width - left, height - top),
    )
    return Plan(dict(zip(CHARTS, places, strict=True)), framed=True)
