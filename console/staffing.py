"""The outlook as rows: the network, each site, or the categories of one site, interval by interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alerts.forecast.need import Break, Need, breaks
from alerts.forecast.outlook import Outlook, SiteDay, Staffing
from console.i18n import _, name_of
from console.picture import NETWORK, Picture
from feeds.columns import Floats

AHEAD_S = 4 * 3_600.0
"""So far ahead it is said where it breaks."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site, a category of one, or the network (`*`) over the intervals shown; NaN is unknown."""

    id: str
    name: str
    starts: Floats
    step_s: float
    forecast: Floats
    contacts: Floats
    came: Floats
    required: Floats
    rostered: Floats
    actual: Floats
    staffed: Floats
    net: Floats
    capacity: Floats
    """Contacts that those who are there can bring to an end in an interval."""
    believed: bool = True
    planned: bool = True
    """Whether the plan has it."""


def places(picture: Picture, site: str, begin: float, end: float) -> list[Place]:
    """What there is to show in [begin, end): everything and each site, or with `site` that site and its categories."""
    outlook = picture.view.outlook
    if site:
        day = outlook.sites.get(site)
        here = picture.site(site)
        name = name_of(here) if here is not None else site
        if day is None:
            return [_unplanned(site, name)]
        first, last = outlook.span(site, begin, end)
        found = outlook.staffing(site, first, last)
        keys = [_category(site, key, day, found, k, first) for k, key in enumerate(day.keys)]
        return [_site(site, name, day, found, first, last), *keys]
    sites = []
    outlook.prepare(begin, end)
    for one in picture.view.board.sites:
        day = outlook.sites.get(one.id)
        if day is None:
            sites.append(_unplanned(one.id, name_of(one)))
            continue
        first, last = outlook.span(one.id, begin, end)
        sites.append(_site(one.id, name_of(one), day, outlook.staffing(one.id, first, last), first, last))
    return [_network(sites), *sites] if sites else []


def breaks_of(picture: Picture, site: str, until_s: float = AHEAD_S) -> list[Break]:
    """Where it breaks from now on: of one site or of all, in order of time."""
    outlook = picture.view.outlook
    rows: list[Need] = []
    for name in [site] if site else list(outlook.sites):
        day = outlook.sites.get(name)
        if day is None or day.here < 0:
            continue
        first, last = day.here, min(len(day.starts), day.here + round(until_s / day.step_s))
        found = outlook.staffing(name, first, last)
        for k, key in enumerate(day.keys):
            for i, start in enumerate(found.starts.tolist()):
                net, required = float(found.net[k, i]), float(found.required[k, i])
                contacts, rostered = float(day.contacts[k, first + i]), float(day.rostered[k, first + i])
                rows.append(Need(name, key, start, contacts, required, rostered, -min(net, 0.0)))
    return breaks(rows, outlook.step_s)


def whole_day(outlook: Outlook, site: str) -> tuple[float, float]:
    """From when to when the plan says anything of a site, or of all."""
    days = [day for name, day in outlook.sites.items() if site in ("", name)]
    if not days:
        return float("nan"), float("nan")
    return min(float(day.starts[0]) for day in days), max(float(day.starts[-1]) + day.step_s for day in days)


def _site(site: str, name: str, day: SiteDay, found: Staffing, first: int, last: int) -> Place:
    def total(block: Floats) -> Floats:
        return np.asarray(block[:, first:last].sum(axis=0), np.float64)

    blocks = (day.forecast, day.contacts, day.came, day.rostered, day.actual, day.staffed, capacity(day))
    return _place(site, name, day, found, [total(one) for one in blocks], (found.site_required, found.site_net))


def _category(site: str, key: str, day: SiteDay, found: Staffing, k: int, first: int) -> Place:
    blocks = (day.forecast, day.contacts, day.came, day.rostered, day.actual, day.staffed, capacity(day))
    mine = [np.asarray(one[k, first : first + len(found.starts)], np.float64) for one in blocks]
    return _place(f"{site}/{key}", key, day, found, mine, (found.required[k], found.net[k]))


def _place(
    id_: str, name: str, day: SiteDay, found: Staffing, figures: Sequence[Floats], asked: tuple[Floats, Floats]
) -> Place:
    forecast, contacts, came, rostered, actual, staffed, room = figures
    required, net = asked
    return Place(
        id_, name, found.starts, day.step_s, forecast, contacts, came, required, rostered, actual, staffed, net, room,
        believed=day.believed,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """What is expected of all sites that are believed, and what their people can take on, by interval."""

    starts: Floats
    step_s: float
    forecast: Floats
    contacts: Floats
    capacity: Floats


def network_course(outlook: Outlook) -> Course:
    """The whole plan of the network; made once for an outlook, and with nobody's requirements worked out."""

    def make() -> Course:
        known = [day for day in outlook.sites.values() if day.believed]
        if not known:
            nothing = np.empty(0)
            return Course(nothing, outlook.step_s, nothing, nothing, nothing)
        starts = np.unique(np.concatenate([day.starts for day in known]))
        sums = np.zeros((3, len(starts)))
        told = np.zeros((3, len(starts)), np.bool_)
        for day in known:
            at = np.searchsorted(starts, day.starts)
            for row, block in enumerate((day.forecast, day.contacts, capacity(day))):
                values = block.sum(axis=0)
                fine = ~np.isnan(values)
                sums[row, at[fine]] += values[fine]
                told[row, at[fine]] = True
        return Course(starts, outlook.step_s, *np.where(told, sums, np.nan))

    return outlook.once("network", make)


def capacity(day: SiteDay) -> Floats:
    """Contacts that those who are there can bring to an end in each interval, (categories, intervals)."""
    return np.stack([one.capacity(day.staffed[k]) for k, one in enumerate(day.demands)])


def _unplanned(site: str, name: str) -> Place:
    no = np.empty(0)
    return Place(site, name, no, 900.0, no, no, no, no, no, no, no, no, no, believed=False, planned=False)


def _network(sites: Sequence[Place]) -> Place:
    """What is known of the sites, added up: people can be moved from one to the other."""
    planned = [one for one in sites if one.planned and len(one.starts)]
    known = [one for one in planned if one.believed]
    name = _("network") + (f" {len(known)}/{len(sites)}" if len(known) < len(sites) else "")
    if not planned:
        return _unplanned(NETWORK, name)
    starts = np.unique(np.concatenate([one.starts for one in planned]))

    def total(figure: str, over: Sequence[Place]) -> Floats:
        out, told = np.zeros(len(starts)), np.zeros(len(starts), np.bool_)
        for one in over:
            at, values = np.searchsorted(starts, one.starts), getattr(one, figure)
            fine = ~np.isnan(values)
            out[at[fine]] += values[fine]
            told[at[fine]] = True
        return np.where(told, out, np.nan)

    forecast, contacts, came = (total(figure, known) for figure in ("forecast", "contacts", "came"))
    required, rostered, actual = (total(figure, known) for figure in ("required", "rostered", "actual"))
    staffed, room = total("staffed", known), total("capacity", known)
    return Place(
        NETWORK, name, starts, planned[0].step_s, forecast, contacts, came, required, rostered, actual, staffed,
        staffed - required, room, believed=bool(known),
    )  # fmt: skip
