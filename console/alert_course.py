"""The curve around an alert: its figure's last 15 minutes, the limit, and when it began, fired and ended."""

from __future__ import annotations

import math
from dataclasses import replace

from alerts.alert import Alert
from console.alert_histories import AlertHistory
from console.day import course_chart
from console.draw.chart import Chart, Moment, Series
from console.i18n import _
from console.picture import NETWORK, Picture
from feeds.courses import TRACKED

_INSTEAD = "waiting"
"""What is drawn where of no figure of a rule a course is kept."""


def course_metric(alert: Alert, picture: Picture) -> str:
    """The metric to draw: the alert's own, else one of its rule's, else how many wait."""
    facts = picture.view.rule_facts.get(alert.rule)
    names = (facts.figure, *facts.metrics) if facts is not None else ()
    return next((name for name in names if name in TRACKED), _INSTEAD)


def alert_chart(alert: Alert, history: AlertHistory, picture: Picture) -> Chart:
    """The course of the metric on the alert's row, with a line at the limit where it is the alert's own figure."""
    metric = course_metric(alert, picture)
    site, _slash, row = alert.key.partition("/")
    chart = course_chart(picture, site, row or NETWORK, ((metric, "one"),))
    facts = picture.view.rule_facts.get(alert.rule)
    series = chart.series
    if facts is not None and facts.figure == metric and math.isfinite(facts.limit):
        times = series[0].times
        series = (Series(_("limit"), times, [facts.limit] * len(times), "three"), *series)
    return replace(chart, series=series, marks=_moments(alert, history))


def _moments(alert: Alert, history: AlertHistory) -> tuple[Moment, ...]:
    moments = [Moment(alert.since, _("true"))] if alert.fired_at != alert.since else []
    if alert.fired_at is not None:
        moments.append(Moment(alert.fired_at, _("fires")))
    if alert.acknowledged is not None:
        moments.append(Moment(alert.acknowledged.at, f"✓{alert.acknowledged.who}"))
    end = history.end
    if end is not None:
        moments.append(Moment(end.at, _("over")))
    return tuple(moments)
