"""The figures of the desk itself: those of the header, and how a site's link stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.draw.facts import FAULT_WORDS
from console.figures.place import FigurePlace
from console.figures.sums import Item
from console.format import UNKNOWN, clock, count, countdown, duration
from console.i18n import N_, _, local, name_of
from console.picture import Picture, worst_age


@dataclass(frozen=True, slots=True)
class DeskFigure:
    """A figure of the header: its name and what it is, in English, its value, and its parts."""

    title: str
    what: str
    value: Callable[[Picture], str]
    parts: Callable[[Picture], list[Item]]


def desk_items(name: str, picture: Picture) -> list[Item]:
    """All there is to say of a figure of the header."""
    figure = DESK_FIGURES.get(name, DESK_FIGURES["alerts"])
    return [
        (_("what"), _(figure.what), ""),
        (_("now"), figure.value(picture), "bright"),
        *figure.parts(picture),
        (_("source"), _("this desk, as of {clock}").format(clock=clock(picture.view.at, picture.zone)), "dim"),
    ]


def _sites(picture: Picture) -> str:
    return f"{picture.states['live']}/{sum(picture.states.values())}"


def _site_parts(picture: Picture) -> list[Item]:
    words = {"live": N_("live"), "late": N_("late"), "unknown": N_("unknown"), "never": N_("no data")}
    found: list[Item] = []
    for state, word in words.items():
        names = [name_of(site) for site in picture.view.board.sites if site.state == state]
        if names:
            style = "unknown" if state in ("unknown", "never") else "late" if state == "late" else ""
            found.append((_(word), f"{len(names)}: {' · '.join(names)}", style))
    total = sum(picture.states.values())
    return [*found, (_("adds up"), _("live, late, unknown and never heard of are all {n}").format(n=total), "dim")]


def _alert_parts(picture: Picture) -> list[Item]:
    alerts = picture.view.alerts
    firing = len(picture.firing)
    muted = sum(alert.state == "firing" and alert.inhibited for alert in alerts)
    others = {state: sum(alert.state == state for alert in alerts) for state in ("pending", "recovering")}
    by = " + ".join(
        f"{_(word)} {picture.severities[one]}" for one, word in _SEVERITIES.items() if picture.severities[one]
    )
    rest = _("{muted} muted by one that explains them, {pending} about to fire, {recovering} recovering").format(
        muted=muted, **others
    )
    taken = sum(alert.acknowledged is not None for alert in picture.firing)
    return [
        (_("adds up"), f"{by or 0} = {firing}", ""),
        (_("taken on"), _("{n} of them by somebody").format(n=taken), ""),
        (_("beside"), rest, "dim"),
    ]


_SEVERITIES = {"critical": N_("CRIT"), "warning": N_("WARN"), "info": N_("note")}


def _next(picture: Picture) -> str:
    view = picture.view
    return countdown(view.next_at - view.at) if math.isfinite(view.next_at) else UNKNOWN


def _next_parts(picture: Picture) -> list[Item]:
    view = picture.view
    text = f"{local(view.next_zh, view.next_en)} {clock(view.next_at, picture.zone)}"
    return [(_("until"), text if math.isfinite(view.next_at) else UNKNOWN, "")]


def _journal_parts(picture: Picture) -> list[Item]:
    journal = picture.view.journal
    return [
        (_("state"), journal.error or _("every entry is on disk before it counts"), "late" if journal.error else "")
    ]


DESK_FIGURES: Mapping[str, DeskFigure] = {
    "sites": DeskFigure(
        N_("live sites"), N_("sites whose link and data are both within 2 expected intervals"), _sites, _site_parts
    ),
    "alerts": DeskFigure(
        N_("alerts that stand"),
        N_("alerts that fire and are not muted; a row has the mark of its gravest one"),
        lambda picture: count(len(picture.firing)),
        _alert_parts,
    ),
    "next": DeskFigure(
        N_("next"), N_("time until the next thing of the plan: a phase, or the peak"), _next, _next_parts
    ),
    "journal": DeskFigure(
        N_("written down"), N_("entries in the journal so far"), lambda p: count(p.view.journal.entries), _journal_parts
    ),
}
"""The figures of the header by name."""


def link_items(name: str, place: FigurePlace, picture: Picture) -> list[Item]:
    """How old what a site says is, or what came from it that could not be used."""
    link = picture.link(place.sites[0].id)
    if link is None:
        return [(_("source"), _("no link"), "unknown")]
    if name == "faults":
        kinds = [(kind, number) for kind, number in link.faults.items() if number]
        parts: list[Item] = [("", f"{_(FAULT_WORDS.get(kind, kind))} {number:,}", "late") for kind, number in kinds]
        total = sum(number for _kind, number in kinds)
        source = _("counted by the desk on the link to {site}").format(site=name_of(place.sites[0]))
        return [
            (_("what"), _("frames and figures that could not be used since the desk began, by kind"), ""),
            (_("now"), f"{total:,}", "bright"),
            *parts,
            (_("source"), source, "dim"),
        ]
    age, of, late = worst_age(link)
    which = _("of the site's own data") if of == "data" else _("of the last frame")
    return [
        (_("what"), _("the later of two ages, each against its interval: the last frame, and the site's own data"), ""),
        (_("now"), f"{duration(age)} {which}" + (f" = {late:.1f} ×" if math.isfinite(late) else ""), "bright"),
        (
            _("input"),
            _("frame {age} of {beat}").format(age=duration(link.link_age_s), beat=duration(link.beat_s)),
            "dim",
        ),
        (
            _("input"),
            _("data {age} of {beat}").format(age=duration(link.data_age_s), beat=duration(link.data_s)),
            "dim",
        ),
        (_("limits"), _("late past 2 intervals, unknown past 3; by the desk's own clock"), "dim"),
    ]
