"""The figures of a place in the order in which a person looks for them, and what is to be said about each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from alerts.projected import HORIZON_S, NOT_IN_SIGHT_S, PROJECTED
from alerts.templates import format_figure
from console.board_columns import METRIC_OF
from console.definitions import definition
from console.draw.clocks import SIGNS, clock_name
from console.draw.facts import title_of
from console.figures.desk import DESK_FIGURES, desk_items, link_items
from console.figures.metric import metric_items
from console.figures.place import FigurePlace
from console.figures.plan import PLAN_FIGURES, plan_items, plan_value
from console.figures.sums import Item
from console.figures.triage import TRIAGE_FIGURES, triage_items, triage_value
from console.format import UNKNOWN, count, duration, metric_with_unit, percent
from console.i18n import _, local
from console.picture import NETWORK, Picture, worst_age
from feeds.catalog import METRICS
from feeds.durations import format_duration
from feeds.metrics_stored import WAIT_EDGES_S

CLOCK, PLAN, DESK, LINK, TRIAGE = "clock/", "plan/", "desk/", "link/", "triage/"
"""What the ids of figures begin with that are no metrics and no projected figures."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One figure as a list shows it."""

    id: str
    title: str
    value: str
    style: str = ""


_LAST = tuple(f"{kind}_within_{edge}s" for kind in ("answered", "abandoned") for edge in WAIT_EDGES_S)
"""The steps of the histograms: of use to few, so they come at the end."""


def figures_of(place: FigurePlace, picture: Picture) -> list[Listed]:
    """Every figure that is known of a place: those of the board's columns first, then all others."""
    first = list(METRIC_OF.values())
    names = [*first, *(name for name in METRICS if name not in first and name not in _LAST), *_LAST]
    style = "" if place.believed else "faint"
    metrics = [
        Listed(name, title_of(name), metric_with_unit(name, value), style or ("" if math.isfinite(value) else "dim"))
        for name in names
        if math.isfinite(value := place.figure(name)) or name in first
    ]
    at = len(first)
    return [
        *metrics[:at],
        *_triage(place, picture),
        *_clocks(place, picture),
        *_projected(place, picture),
        *_planned(place, picture),
        *_links(place, picture),
        *_desk(place, picture),
        *metrics[at:],
    ]


def explained(figure: str, place: FigurePlace, picture: Picture) -> list[Item]:
    """What there is to say of a figure that is no clock (`console.draw.clock_formula` says that)."""
    if figure in METRICS:
        return metric_items(figure, place, picture)
    if figure in PROJECTED:
        return _projection_items(figure, place, picture)
    if figure.startswith(TRIAGE):
        return triage_items(figure.removeprefix(TRIAGE), place, picture)
    if figure.startswith(PLAN):
        return plan_items(figure.removeprefix(PLAN), place, picture)
    if figure.startswith(LINK):
        return link_items(figure.removeprefix(LINK), place, picture)
    return desk_items(figure.removeprefix(DESK), picture)


def _triage(place: FigurePlace, picture: Picture) -> list[Listed]:
    found = ((name, triage_value(name, place, picture)) for name in TRIAGE_FIGURES)
    return [Listed(TRIAGE + name, _(TRIAGE_FIGURES[name]), text, style) for name, (text, style) in found if text]


def _clocks(place: FigurePlace, picture: Picture) -> list[Listed]:
    found = picture.view.clocks.at(place.by, place.clock_key)
    out = []
    for at in found:
        sign = SIGNS[at.state]
        rate = at.figure("rate_day")
        text = f"{percent(rate)}%" if math.isfinite(rate) else _(sign.word)
        out.append(Listed(CLOCK + at.clock.id, clock_name(at.clock), f"{sign.mark} {text}", sign.style))
    return out


def _projected(place: FigurePlace, picture: Picture) -> list[Listed]:
    values = ((name, projected_value(name, place, picture)) for name in PROJECTED)
    return [
        Listed(name, local(PROJECTED[name].zh, PROJECTED[name].en), written_ahead(name, value))
        for name, value in values
        if math.isfinite(value)
    ]


def projected_value(name: str, place: FigurePlace, picture: Picture) -> float:
    """A projected figure of a queue or site; NaN elsewhere."""
    if place.by not in ("queue", "site"):
        return math.nan
    site = place.sites[0]
    row = site.rows.index(place.row) if place.row is not None else site.site_row
    return picture.view.projected.value(site, row, name)


def written_ahead(name: str, value: float) -> str:
    """A projected figure with its unit; a breach that is not in sight says so."""
    if name == "breach_in_s" and value == NOT_IN_SIGHT_S:
        return f"> {format_duration(HORIZON_S)}"
    return format_figure(value, PROJECTED[name].unit)


def _projection_items(name: str, place: FigurePlace, picture: Picture) -> list[Item]:
    figure, value = PROJECTED[name], projected_value(name, place, picture)
    inputs = [
        (_("input"), f"{title_of(one)} {place.written(one)}", "dim")
        for one in ("arrivals_per_s", "waiting", "abandon_rate_15m", "mean_handle_s_15m", "slots", "agents_online")
    ]
    return [
        (_("what"), definition(figure.definition), ""),
        (_("now"), written_ahead(name, value) if math.isfinite(value) else UNKNOWN, "bright"),
        (_("formula"), _("many-server queue with abandonment, stepped through the next 30 minutes"), ""),
        *inputs,
        (_("source"), _("the desk's own projection, made anew every 5 s; patience from the last 15 minutes"), ""),
        (_("in rules"), name, "dim"),
    ]


def _planned(place: FigurePlace, picture: Picture) -> list[Listed]:
    values = ((name, title, plan_value(name, place, picture)) for name, title in PLAN_FIGURES.items())
    return [Listed(PLAN + name, _(title), count(value)) for name, title, value in values if math.isfinite(value)]


def _links(place: FigurePlace, picture: Picture) -> list[Listed]:
    link = picture.link(place.sites[0].id) if place.by in ("site", "queue") else None
    if link is None:
        return []
    faults = sum(link.faults.values())
    return [
        Listed(LINK + "age", _("age"), duration(worst_age(link)[0])),
        Listed(LINK + "faults", _("faults"), count(faults), "late" if faults else ""),
    ]


def _desk(place: FigurePlace, picture: Picture) -> list[Listed]:
    if place.key != NETWORK:
        return []
    return [Listed(DESK + name, _(one.title), one.value(picture)) for name, one in DESK_FIGURES.items()]


COLUMN_FIGURES = {
    **dict.fromkeys(("clock", "budget", "burn", "which"), CLOCK),
    **dict.fromkeys(("state", "mark"), DESK + "alerts"),
    "saves": TRIAGE + "saves",
    "chance": TRIAGE + "chance",
    "age": LINK + "age",
    "faults": LINK + "faults",
    "course": "waiting",
}
"""The figure behind a column of the board that shows no metric."""
