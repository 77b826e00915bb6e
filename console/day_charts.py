"""The charts that read at a distance: load, waits by percentile, a clock's budget, people by what they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from alerts.clock_ranking import worst_clocks
from alerts.clocks_view import ClockAt
from console.day import day_chart
from console.day_courses import STATES, WAITS
from console.draw.chart import Band, Chart, Moment, Series, Shade
from console.draw.clocks import clock_name
from console.format import count, duration
from console.i18n import N_, _, local
from console.picture import NETWORK, Picture

BACK_S = 86_400.0
MOST_ALERTS = 4

STATE_WORDS: Mapping[str, tuple[str, str]] = {
    "serving": (N_("serving"), "one"),
    "idle": (N_("no chat"), "bright"),
    "acw": (N_("after-contact work"), "course"),
    "rest": (N_("rest"), "two"),
    "meal": (N_("meal"), "late"),
    "training": (N_("training"), "dim"),
    "offline": (N_("offline"), "faint"),
}
"""What each state of people is called, and how it looks."""


def moments(picture: Picture, begin: float, end: float) -> tuple[tuple[Moment, ...], tuple[Shade, ...]]:
    """What happened from `begin` to `end`: deeds, alerts when they fired, and the platforms' degrade windows."""
    view = picture.view
    marks = [Moment(mark.at, local(mark.zh, mark.en)) for mark in view.marks if begin <= mark.at <= end]
    marks += _alerts(picture, begin, end)
    if begin <= view.next_at <= end:
        marks.append(Moment(view.next_at, local(view.next_zh, view.next_en)))
    calendar = view.degrade or view.clocks.windows
    windows = [one for one in calendar if one.from_.timestamp() < end and one.to.timestamp() > begin]
    marks += [Moment(max(begin, one.from_.timestamp()), f"■{one.platform}") for one in windows]
    shades = tuple(Shade(one.from_.timestamp(), one.to.timestamp()) for one in windows)
    return tuple(sorted(marks, key=lambda one: one.at)), shades


def _alerts(picture: Picture, begin: float, end: float) -> list[Moment]:
    """When the first alert of each rule fired that stands now, the earliest first, a few of them."""
    first: dict[str, tuple[float, str]] = {}
    for alert in picture.firing:
        at = alert.fired_at
        if at is not None and begin <= at <= end and at < first.get(alert.rule, (math.inf, ""))[0]:
            first[alert.rule] = at, local(alert.title_zh, alert.title_en)
    return [Moment(at, f"▲{title}") for at, title in sorted(first.values())[:MOST_ALERTS]]


def load_day_chart(picture: Picture) -> Chart:
    """Load against forecast and capacity, with what happened."""
    return with_moments(day_chart(picture), picture)


def with_moments(chart: Chart, picture: Picture) -> Chart:
    """A chart of the day with deeds, alerts and degrade windows."""
    marks, shades = moments(picture, chart.start, chart.end)
    return replace(chart, marks=marks, shades=shades)


def wait_chart(picture: Picture, key: str) -> Chart:
    """The waits of those answered, half, nine in ten and all but one in a hundred of them, as bands."""
    names, styles = (N_("p50"), N_("p90"), N_("p99")), ("bright", "one", "two")
    each = [picture.view.day_courses.course(key, name) for name in WAITS]
    series = tuple(
        _series(picture, _(name), values, style) for name, values, style in zip(names, each, styles, strict=True)
    )
    return _chart(picture, series, duration, bands=(Band(0, 1, "course"), Band(1, 2, "faint")))


def staffing_chart(picture: Picture, key: str) -> Chart:
    """People by what they do; its courses are to be stacked."""
    each = ((name, picture.view.day_courses.course(key, name)) for name in STATES)
    series = tuple(_series(picture, _(STATE_WORDS[name][0]), values, STATE_WORDS[name][1]) for name, values in each)
    return _chart(picture, series, count)


def budget_clock(picture: Picture, key: str) -> ClockAt | None:
    """The clock that stands worst at a place; where none is judged, the first that is fed."""
    by = "all" if key == NETWORK else "site"
    clock = worst_clocks(picture.view.clocks, by).clock(key)  # type: ignore[arg-type]
    found = picture.view.clocks.at(by, key)  # type: ignore[arg-type]
    named = [at for at in found if clock is not None and at.clock.id == clock.id]
    return next(iter([*named, *(at for at in found if at.fed)]), None)


def budget_chart(picture: Picture, key: str, at: ClockAt | None) -> Chart:
    """What is left of a clock's budget, against the straight line from the whole of it to nothing at the day's end."""
    if at is None:
        return _chart(picture, (), count)
    day = at.figures.day
    begin = day.assessed[0][0] if day.assessed else day.start
    end = day.assessed[-1][1] if day.assessed else day.end
    left = _series(picture, clock_name(at.clock), picture.view.day_courses.budget(at.clock.id, key), "one")
    whole = at.figure("bearable")
    begin = max(begin, min(left.times, default=begin)) if not math.isfinite(whole) else begin
    times = [begin + (end - begin) * i / 60 for i in range(61)] if math.isfinite(whole) else []
    straight = Series(_("even pace"), times, [whole * (1 - i / 60) for i in range(len(times))], "dim")
    marks, shades = moments(picture, begin, end)
    over = at.figure("budget_left") < 0
    name = _("gone, {n} over").format(n=count(-at.figure("budget_left"))) if over else _("left")
    values = [max(0.0, value) if math.isfinite(value) else value for value in left.values]
    late = Series(name, left.times, values, "three" if over else "one")
    return Chart((straight, late), begin, end, picture.view.at, marks, picture.zone, count, "", None, (), shades)


def _series(picture: Picture, name: str, values: Sequence[float], style: str) -> Series:
    times = picture.view.day_courses.times.tolist()
    return Series(name, times if len(values) == len(times) else [], values if len(values) == len(times) else [], style)


def _chart(
    picture: Picture, series: tuple[Series, ...], write: Callable[[float], str], bands: tuple[Band, ...] = ()
) -> Chart:
    now = picture.view.at
    begin = max(min((one.times[0] for one in series if len(one.times)), default=now - 900.0), now - BACK_S)
    end = now + max(60.0, (now - begin) * 0.05)
    marks, shades = moments(picture, begin, end)
    return Chart(series, min(begin, now - 60.0), end, now, marks, picture.zone, write, "", None, bands, shades)
