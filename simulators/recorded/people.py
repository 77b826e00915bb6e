"""Who was there: people present, at rest and their limit of contacts, by group and interval.

A site that says who is online is believed. Of one that does not, as many are taken to be on shift as give the
abandonment seen, as `dutydeck fit` does (`simulators.fitting.people`); where one contact at a time is held, as many as
held contacts while others waited.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.fitting.people import Load, agents_by_interval
from simulators.recorded.gaps import held
from simulators.recorded.groups import SiteNames
from simulators.recorded.load import Floats, Ints, SiteLoad
from simulators.scenario_sites import REST_REASONS, Staff

_BLOCK_S = 900.0
"""People who are not told of are estimated by the quarter of an hour."""

_WAITED = 5.0
"""Contacts seen waiting, at the ends of a block's intervals, for the contacts held meanwhile to tell of the agents."""

USUAL_CAP = Staff().cap


@dataclass(frozen=True, slots=True)
class SitePeople:
    """Intervals × groups, but for `rests`: intervals × groups × reasons, as shares of those present."""

    present: Floats
    """Who was at work or at rest here, guests among them and who was lent away not."""
    own: Floats
    """The same without loans: guests at home, and the site's own people here."""
    rests: Floats
    cap: Floats
    told: bool
    """Whether the site told of its agents; else they are estimated."""


def people_of(site: SiteLoad, names: SiteNames, every_s: float, handle_s: Floats, patience_s: Floats) -> SitePeople:
    """The people of a site; `handle_s` and `patience_s` are one a group, for those who are not told of."""
    first = [int(group.queues[0]) for group in names.groups]
    online = held(site.gauges["agents_online"][:, first])
    told = bool(np.isfinite(online).all())
    cap = np.array([1.0 if group.voice else np.nan for group in names.groups])
    caps = np.where(np.isnan(cap), held(site.gauges["concurrency_cap"][:, first]), cap)
    caps = np.where(caps >= 1, caps, USUAL_CAP)
    if not told:
        online = _estimated(site, names, every_s, handle_s, patience_s)
        return SitePeople(online, online, np.zeros((*online.shape, len(REST_REASONS))), caps, told=False)
    moved = [np.nan_to_num(held(site.gauges[name][:, first])) for name in ("agents_borrowed", "agents_lent")]
    rests = np.stack([np.nan_to_num(held(site.gauges[f"rest_{reason}"][:, first])) for reason in REST_REASONS], axis=2)
    shares = rests / np.maximum(online, 1.0)[:, :, None]
    return SitePeople(online, np.maximum(online - moved[0] + moved[1], 0.0), np.minimum(shares, 1.0), caps, told=True)


def _estimated(site: SiteLoad, names: SiteNames, every_s: float, handle_s: Floats, patience_s: Floats) -> Floats:
    intervals = len(site.how)
    block = np.arange(intervals) // max(1, round(_BLOCK_S / every_s))
    seconds = np.bincount(block) * every_s
    left = site.counters["abandoned"] + site.counters["timed_out"]
    out = np.zeros((intervals, len(names.groups)))
    for number, group in enumerate(names.groups):
        queues = group.queues
        asks = site.counters["offered"][:, queues].sum(axis=1) - site.counters["bot_contained"][:, queues].sum(axis=1)
        offered = np.bincount(block, np.maximum(asks, 0.0)).astype(np.float64)
        gone = np.bincount(block, left[:, queues].sum(axis=1)).astype(np.float64)
        load = Load(offered, gone, offered / seconds, float(handle_s[number]), float(patience_s[number]), 0.0)
        found = agents_by_interval(load)
        if group.voice:
            found = _while_waiting(found, site, queues, block)
        out[:, number] = np.ceil(found - 0.5)[block]
    return out


def _while_waiting(found: Floats, site: SiteLoad, queues: Ints, block: Ints) -> Floats:
    """Contacts held while others waited, each moment by how many did, are all that the agents could hold then."""
    held_now = np.nan_to_num(site.gauges["chats_open"][:, queues].sum(axis=1))
    waiting = np.nan_to_num(site.gauges["waiting"][:, queues].sum(axis=1))
    weight = np.bincount(block, waiting)
    mean = np.bincount(block, held_now * waiting) / np.maximum(weight, 1.0)
    most = np.zeros(len(weight))
    np.maximum.at(most, block, held_now)
    return np.where(weight >= _WAITED, mean, np.maximum(found, most))
