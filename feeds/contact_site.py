"""A recorded contact log as a site that speaks the contract, so that a replay shows it with all the usual machinery."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from feeds.aggregate import KNOWN_COUNTERS, KNOWN_GAUGES, ContactAggregator
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX, METRICS
from feeds.clock_columns import counter_columns, gauge_columns
from feeds.clocks import CONVERSATION_UNITS, ClockDefinition
from feeds.contact_lists import LISTED_EVERY_S, TOLD, told
from feeds.contacts import CONTACT_KINDS, CONVERSATION_KINDS, ContactEvent
from feeds.contract import SNAPSHOT_EVERY_S, Column, Frame, Goodbye, Hello, Row
from feeds.metric import Metric
from feeds.publisher import Publisher
from feeds.text import clean

_GAUGES = [GAUGE_INDEX[name] for name in KNOWN_GAUGES]
_COUNTERS = [COUNTER_INDEX[name] for name in KNOWN_COUNTERS]
_ORDER = {kind: place for place, kind in enumerate((*CONTACT_KINDS, *CONVERSATION_KINDS))}


def clocks_fed(
    clocks: Iterable[ClockDefinition], rows: Iterable[Row], events: Iterable[ContactEvent]
) -> tuple[ClockDefinition, ...]:
    """The clocks that these events can feed: some row must be of the clock's platform and channel.

    Clocks of turns, messages and persons need the steps of conversations, the others the contacts themselves.
    """
    rows, kinds = tuple(rows), {event.kind for event in events}
    spoken, joined = not kinds.isdisjoint(CONVERSATION_KINDS), "joined" in kinds
    return tuple(
        clock
        for clock in clocks
        if (spoken if clock.unit in CONVERSATION_UNITS else joined)
        and any(clock.applies(row.platform, row.channel) for row in rows)
    )


def hello_of(
    site: str,
    rows: Iterable[Row],
    *,
    at: float,
    every_s: float = 1.0,
    mode: str = "live",
    clocks: Sequence[ClockDefinition] = (),
) -> Hello:
    """What the log of `site` announces: its queues, the site's row, and the columns that a log can fill."""
    columns = tuple(_column(METRICS[name]) for name in (*KNOWN_GAUGES, *KNOWN_COUNTERS))
    return Hello(
        site,
        1,
        site,
        site,
        (*columns, *gauge_columns(clocks), *counter_columns(clocks)),
        (*rows, Row(f"{site} *", "site", zh=site, en=site)),
        beat_s=every_s,
        data_s=every_s,
        counters_since_ns=_ns(at),
        clock_ns=_ns(at),
        mode=mode,
    )


def frames_of(
    events: Iterable[ContactEvent],
    site: str,
    every_s: float = 1.0,
    *,
    until: float | None = None,
    mode: str = "live",
    clocks: Iterable[ClockDefinition] = (),
    rows: Sequence[Row] = (),
    lists: bool = False,
) -> Iterator[tuple[float, Frame]]:
    """The frames that a site with these contacts would have sent, with the time of each (seconds since the epoch).

    A hello; then every `every_s` a snapshot where there is news, and at least each 10 s, else a beat; a goodbye at the
    end, which is `until` or the last event. Events of other sites are left out; their order does not matter. `rows`
    says what is known of queues beside their names; of the `clocks` those are counted that the log can feed. With
    `lists` it tells who waits and who gave up, every `LISTED_EVERY_S`, without being asked: a log cannot be.
    """
    ordered = sorted((e for e in events if e.site == site), key=_in_time)
    if not ordered:
        return
    queues = sorted({event.queue for event in ordered})
    known = {row.id: row for row in rows}
    announced = [replace(known.get(queue, Row(queue)), id=clean(queue)) for queue in queues]
    fed = clocks_fed(clocks, announced, ordered)
    begin = math.floor(ordered[0].at)
    end = max(ordered[-1].at, until if until is not None else ordered[-1].at)
    hello = hello_of(site, announced, at=begin, every_s=every_s, mode=mode, clocks=fed)
    hello = replace(hello, lists=TOLD if lists else ())
    publisher = Publisher(hello, deltas=False)
    yield begin, publisher.hello
    figures, next_event = ContactAggregator(site, queues, fed, rows), 0
    sent, listed_at = _Sent(), -math.inf
    for tick in range(math.ceil((end - begin) / every_s) + 1):
        now = begin + tick * every_s
        news = False
        while next_event < len(ordered) and ordered[next_event].at <= now:
            news |= figures.add(ordered[next_event])
            next_event += 1
        yield now, sent.frame(publisher, figures, now, news=news)
        if lists and now >= listed_at + LISTED_EVERY_S:
            listed_at = now
            yield from ((now, reply) for reply in told(figures, site, now))
    yield now, Goodbye(site, "end of the log")


class _Sent:
    """Decides between a snapshot and a beat."""

    def __init__(self) -> None:
        self._waiting = False
        self._last = -math.inf

    def frame(self, publisher: Publisher, figures: ContactAggregator, now: float, *, news: bool) -> Frame:
        # While anybody waits the ages grow, so there is always news.
        if not news and not self._waiting and now - self._last < SNAPSHOT_EVERY_S:
            return publisher.beat(_ns(now))
        gauges = np.hstack((figures.gauges(now)[:, _GAUGES], figures.clock_gauges(now)))
        counters = np.hstack((figures.counters()[:, _COUNTERS], figures.clock_counters()))
        self._waiting = bool(gauges[-1, 0] > 0) or figures.conversations.waiting
        self._last = now
        return publisher.publish(np.ascontiguousarray(gauges), np.ascontiguousarray(counters), _ns(now), _ns(now))


def _in_time(event: ContactEvent) -> tuple[float, int, str, int]:
    return event.at, _ORDER.get(event.kind, 0), event.contact, event.part


def _column(metric: object) -> Column:
    if not isinstance(metric, Metric):
        raise TypeError("only stored metrics have a column")
    kind = metric.kind.value
    return Column(metric.name, "gauge" if kind == "gauge" else "counter", metric.unit.value, metric.definition_id)


def _ns(at: float) -> int:
    return round(at * 1e9)
