"""Load against forecast and capacity: the chart of the forecast, and what the overview's chart has of it."""

from __future__ import annotations

import math

import numpy as np

from console.draw.chart import Chart, Series
from console.format import count
from console.i18n import _
from console.picture import NETWORK, Picture
from console.staffing import Course, Place, network_course
from feeds.columns import Floats

POINTS = 240
"""So many values make up the course of a plan."""

BACK_S, AHEAD_S = 2 * 3_600.0, 4 * 3_600.0


def load_chart(picture: Picture, place: Place) -> Chart:
    """What came, what is expected, what was forecast and what those who are there can take on, by interval."""
    now = picture.view.at
    begin = max(now - BACK_S, float(place.starts[0])) if len(place.starts) else now - BACK_S
    series = (*_came(picture, place), *_planned(place, begin, now + AHEAD_S, 1.0, now))
    return Chart(series, begin, now + AHEAD_S, now, (), picture.zone, count)


def day_series(picture: Picture, begin: float, end: float) -> tuple[Series, ...]:
    """Forecast and capacity of the network per second, for a chart from `begin` to `end`; none without a plan."""
    if not picture.view.outlook.sites:
        return ()
    course = network_course(picture.view.outlook)
    return _planned(course, begin, end, course.step_s, picture.view.at) if len(course.starts) else ()


def _planned(place: Place | Course, begin: float, end: float, over: float, now: float) -> tuple[Series, ...]:
    # A plan goes by steps: a line between two intervals would begin a midnight's wave minutes before it.
    times = np.linspace(begin, end, POINTS)
    at = np.floor((times - place.starts[0]) / place.step_s).astype(np.int64)
    inside = (at >= 0) & (at < len(place.starts))

    def course(name: str, values: Floats, style: str, since: float = -math.inf) -> Series:
        shown = inside & (times >= since)
        return Series(name, times[shown].tolist(), (values[at[shown]] / over).tolist(), style)

    return (
        course(_("forecast"), place.forecast, "course"),
        course(_("expected now"), place.contacts, "one", since=now),
        course(_("capacity"), place.capacity, "two"),
    )


def _came(picture: Picture, place: Place) -> tuple[Series, ...]:
    """What came: by the minute of the network and of a site, by the interval of a category."""
    name, step_s = _("came"), place.step_s
    if "/" in place.id:
        known = ~np.isnan(place.came)
        return (Series(name, (place.starts + step_s / 2)[known].tolist(), place.came[known].tolist(), "bright"),)
    site = NETWORK if place.id == NETWORK else place.id
    times, values = picture.view.board.courses.day(site, "arrivals_per_s")
    return (Series(name, times.tolist(), (values * step_s).tolist(), "bright"),)
