"""Sites made up for tests: a hello, figures, and the frames of a short conversation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.contract import Column, Hello, Row
from feeds.metrics_stored import COUNTERS, GAUGES

COLUMNS = tuple(Column(m.name, m.kind.value, m.unit.value, m.definition_id) for m in (*GAUGES, *COUNTERS))


def hello(site: str = "hefei", *, epoch: int = 1, queues: int = 3, **more: object) -> Hello:
    rows = tuple(
        Row(f"q{i}", zh=f"队列{i}", shop=f"shop{i % 2}", category="apparel", platform="taobao", group="g1")
        for i in range(queues)
    )
    fields: dict[str, object] = {"beat_s": 1.0, "data_s": 1.0, "verbs": ("set_bot_share",), **more}
    return Hello(site, epoch, "合肥", "Hefei", COLUMNS, (*rows, Row("*", "site", zh="合肥", en="Hefei")), **fields)  # type: ignore[arg-type]


def figures(rows: int = 4, **values: float) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Gauges and counters of `rows` rows, zero but for the named ones, which are the same in every row."""
    gauges, counters = np.zeros((rows, len(GAUGES)), np.float32), np.zeros((rows, len(COUNTERS)))
    for name, value in values.items():
        if name in GAUGE_INDEX:
            gauges[:, GAUGE_INDEX[name]] = value
        else:
            counters[:, COUNTER_INDEX[name]] = value
    return gauges, counters


def ns(seconds: float) -> int:
    return round(seconds * 1e9)
