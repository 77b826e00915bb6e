"""The one list of metrics: what a queue or a site can say, in 中文 and English, and how it adds up.

A *stored* metric is a column on the wire: a gauge (true now) or a cumulative counter (happened since the counters'
start). A *derived* metric is computed from stored ones, always as a ratio of sums or from a histogram, so that a
roll-up is right: the service level of a network is never the mean of its sites' percentages.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from feeds.metric import Derived, Metric
from feeds.metrics_derived import DERIVED
from feeds.metrics_stored import COUNTERS, GAUGES

GAUGE_INDEX: Mapping[str, int] = MappingProxyType({metric.name: i for i, metric in enumerate(GAUGES)})
"""Name of a gauge → its column on the board."""

COUNTER_INDEX: Mapping[str, int] = MappingProxyType({metric.name: i for i, metric in enumerate(COUNTERS)})
"""Name of a counter → its column on the board."""

_ALL: tuple[Metric | Derived, ...] = GAUGES + COUNTERS + DERIVED

METRICS: Mapping[str, Metric | Derived] = MappingProxyType({metric.name: metric for metric in _ALL})
"""Every metric by its name."""


def nearest(name: str) -> str:
    """The metric whose name is closest to a mistyped one, or an empty string when none is close."""
    found = get_close_matches(name, METRICS, n=1, cutoff=0.6)
    return found[0] if found else ""
