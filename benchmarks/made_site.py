"""Made-up sites of 20 metrics: figures that move every second, and the frames that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.codec import encode
from feeds.contract import Column, Hello, Row
from feeds.metric import Kind, Metric
from feeds.metrics_stored import COUNTERS, GAUGES
from feeds.publisher import Publisher

GAUGE_NAMES: tuple[str, ...] = tuple(metric.name for metric in GAUGES[:12])
COUNTER_NAMES: tuple[str, ...] = (
    "offered",
    "answered",
    "abandoned",
    "answered_within_10s",
    "answered_within_20s",
    "answered_within_30s",
    "answered_within_60s",
    "answered_within_180s",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a site's frame is: queues, whether the site sends a row of its own, and how many of which metrics."""

    queues: int = 200
    site_row: bool = False
    gauges: int = 12
    counters: int = 8

    @property
    def rows(self) -> int:
        """Rows of the blocks."""
        return self.queues + self.site_row


def columns(shape: Shape) -> tuple[Column, ...]:
    """The catalogue's columns first; gauges beyond those it has get names that it lacks."""
    known: list[Metric] = [GAUGES[GAUGE_INDEX[name]] for name in GAUGE_NAMES]
    known += [metric for metric in GAUGES if metric.name not in GAUGE_NAMES]
    gauges = [_column(metric) for metric in known[: shape.gauges]]
    gauges += [Column(f"made_{i}", "gauge", "count", "made") for i in range(len(gauges), shape.gauges)]
    counters = [_column(COUNTERS[COUNTER_INDEX[name]]) for name in COUNTER_NAMES[: shape.counters]]
    return (*gauges, *counters)


def _column(metric: Metric) -> Column:
    kind = "gauge" if metric.kind is Kind.GAUGE else "counter"
    return Column(metric.name, kind, metric.unit.value, metric.definition_id)  # type: ignore[arg-type]


def publisher(site: str, shape: Shape, *, deltas: bool = False) -> Publisher:
    """The publisher of one made-up site."""
    rows = [
        Row(f"q{i}", zh=f"队列{i}", shop=f"shop{i % 40}", category=f"c{i % 8}", platform="taobao", group=f"g{i % 20}")
        for i in range(shape.queues)
    ]
    if shape.site_row:
        rows.append(Row("*", "site", zh=site, en=site))
    return Publisher(Hello(site, 1, site, site, columns(shape), tuple(rows)), deltas=deltas)


def figures(
    shape: Shape, random: np.random.Generator, missing: float = 0.0
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float64]]]:
    """Gauges and rising counters, second after second; a share `missing` of the gauges is NaN, always the same ones."""
    counters = np.zeros((shape.rows, shape.counters))
    absent = random.random((shape.rows, shape.gauges)) < missing
    while True:
        counters = counters + random.poisson(2.0, counters.shape)
        gauges = random.gamma(2.0, 10.0, absent.shape).astype(np.float32)
        gauges[absent] = np.nan
        yield gauges, counters


def frames(source: Publisher, shape: Shape, count: int, seed: int = 7, missing: float = 0.0) -> list[bytes]:
    """The next `count` snapshots of a site, a second apart."""
    made = figures(shape, np.random.default_rng(seed), missing)
    return [encode(source.publish(*next(made), _ns(second), _ns(second))) for second in range(count)]


def _ns(second: int) -> int:
    return (second + 1) * 1_000_000_000
