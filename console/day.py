"""The courses that charts show, taken from the board's courses: network, site or queue."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from console.draw.chart import Chart, Moment, Series
from console.forecast_chart import day_series
from console.format import metric_value, unit_sign
from console.i18n import _, local
from console.picture import NETWORK, Picture
from feeds.catalog import METRICS
from feeds.metric import Unit

FINE_S = 900.0
"""Under this length of the day so far the course of seconds is drawn instead of that of minutes."""

FINE_POINTS = 180


def day_chart(picture: Picture) -> Chart:
    """Arrivals and answers of the network today, where now is, and the marks of the timeline."""
    view = picture.view
    offered = _rate(picture, "arrivals_per_s", _("arrivals/s"), "one")
    answered = _rate(picture, "answers_per_s", _("answered/s"), "bright")
    start, end = _span(picture, (offered, answered))
    planned = day_series(picture, start, end)
    marks = [Moment(mark.at, local(mark.zh, mark.en)) for mark in view.marks]
    if math.isfinite(view.next_at):
        marks.append(Moment(view.next_at, local(view.next_zh, view.next_en)))
    return Chart(
        (offered, answered, *planned),
        start,
        end,
        view.at,
        tuple(marks),
        picture.zone,
        lambda v: metric_value("arrivals_per_s", v),
    )


def course_chart(picture: Picture, site: str, row: str, metrics: Iterable[tuple[str, str]]) -> Chart:
    """The last 15 minutes of some metrics (name, style) of one unit, of a site (row `*`), a queue or the network."""
    names = list(metrics)
    series = tuple(_fine(picture, site, row, name, style) for name, style in names)
    end = picture.view.at
    top = 1.0 if METRICS[names[0][0]].unit is Unit.SHARE else None
    return Chart(
        series,
        end - FINE_S,
        end,
        end,
        (),
        picture.zone,
        lambda v: metric_value(names[0][0], v),
        unit_sign(names[0][0]),
        top,
    )


def group_chart(picture: Picture, rows: Mapping[str, Sequence[str]], metric: str) -> Chart:
    """The last 15 minutes of a metric that adds up, over some queues: ids by site."""
    values = picture.view.board.courses.total(rows, metric, int(FINE_S), FINE_POINTS)
    step, end = FINE_S / len(values), picture.view.at
    times = [end - FINE_S + (i + 0.5) * step for i in range(len(values))]
    title = local(METRICS[metric].zh, METRICS[metric].en)
    series = (Series(title, times, values.tolist(), "one"),)
    return Chart(series, end - FINE_S, end, end, (), picture.zone, lambda v: metric_value(metric, v), unit_sign(metric))


def _fine(picture: Picture, site: str, row: str, name: str, style: str) -> Series:
    values = picture.view.board.courses.course(site, row, name, int(FINE_S), FINE_POINTS)
    step, end = FINE_S / len(values), picture.view.at
    times = [end - FINE_S + (i + 0.5) * step for i in range(len(values))]
    metric = METRICS[name]
    return Series(local(metric.zh, metric.en), times, values.tolist(), style)


def _rate(picture: Picture, metric: str, name: str, style: str) -> Series:
    """A rate of the network: a value a minute, or while the day is young one every five seconds."""
    times, values = picture.view.board.courses.day(NETWORK, metric)
    if len(times) and times[-1] - times[0] >= FINE_S:
        return Series(name, times.tolist(), values.tolist(), style)
    return replace(_fine(picture, NETWORK, NETWORK, metric, style), name=name)


def _span(picture: Picture, series: Iterable[Series]) -> tuple[float, float]:
    """From the first known value to a little ahead of now, or to the end of the drill, or past what comes next."""
    view = picture.view
    known = [t for s in series for t, v in zip(s.times, s.values, strict=True) if math.isfinite(v)]
    start = min(known, default=view.at - FINE_S)
    start = min(start, view.at - 60.0)
    span = view.at - start
    end = view.at + max(300.0, span * 0.15)
    for ahead in (view.next_at, view.ends_at):
        if math.isfinite(ahead) and view.at < ahead <= view.at + max(3600.0, span):
            end = max(end, ahead + span * 0.02)
    return start, end
