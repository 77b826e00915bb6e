"""The load from an imported log: every contact is known, and nobody's presence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from feeds.aggregate import KNOWN_GAUGES, ContactAggregator
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.contacts import CONTACT_KINDS, ContactEvent
from feeds.contract import Row
from simulators.recorded.load import COUNTS, GAUGES, KNOWN, SUMS, Floats, Samples, SiteLoad
from simulators.recorded.stretch import Stretch

_ORDER = {kind: place for place, kind in enumerate(CONTACT_KINDS)}


def read_contacts(events: Sequence[ContactEvent], part: Stretch, channel: str) -> tuple[list[SiteLoad], Samples]:
    """The sites that have contacts in this stretch, and the handle times of the contacts that ended in it."""
    end = part.edge(part.intervals)
    inside = [event for event in events if event.kind in _ORDER and event.at <= end]
    handled: dict[tuple[str, str], list[float]] = {}
    for event in inside:
        if event.kind == "completed" and event.at > part.starts and event.handle_s > 0:
            handled.setdefault((event.site, event.queue), []).append(event.handle_s)
    names = sorted({event.site for event in inside if event.at > part.starts})
    sites = [_site(name, [event for event in inside if event.site == name], part, channel) for name in names]
    return sites, Samples({key: np.array(values) for key, values in handled.items()})


def _site(name: str, events: list[ContactEvent], part: Stretch, channel: str) -> SiteLoad:
    events.sort(key=lambda event: (event.at, _ORDER[event.kind], event.contact))
    queues = sorted({event.queue for event in events})
    figures, place = ContactAggregator(name, queues), 0
    totals, gauges = [], []
    for edge in range(part.intervals + 1):
        at = part.edge(edge)
        while place < len(events) and events[place].at <= at:
            figures.add(events[place])
            place += 1
        totals.append(figures.counters()[:-1])
        gauges.append(figures.gauges(at)[:-1])
    more: Floats = np.nan_to_num(np.diff(np.stack(totals), axis=0))
    stood = np.stack(gauges).astype(np.float64)
    return SiteLoad(
        name,
        name,
        name,
        tuple(Row(queue, zh=queue, en=queue, channel=channel) for queue in queues),
        {one: more[:, :, COUNTER_INDEX[one]] for one in (*COUNTS, *SUMS)},
        {one: stood[1:, :, GAUGE_INDEX[one]] if one in KNOWN_GAUGES else _nothing(stood[1:]) for one in GAUGES},
        np.full(part.intervals, KNOWN, dtype=np.int64),
        {one: stood[0, :, GAUGE_INDEX[one]] for one in GAUGES},
        part.every_s,
    )


def _nothing(like: Floats) -> Floats:
    return np.full(like.shape[:2], math.nan)
