"""Writes docs/metrics.md from the catalogue: `python docs/write_metrics.py`. A test compares the two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from feeds.courses import TRACKED
from feeds.metric import Add, Derived, Good, Metric, Rows, Unit
from feeds.metrics_derived import DERIVED
from feeds.metrics_stored import COUNTERS, GAUGES, WAIT_EDGES_S

PAGE = Path(__file__).with_name("metrics.md")

_HEAD = """\
# Metrics

The one list of what a queue or a site can say (`feeds/catalog.py`). Rules, playbooks, filters and the contract use
these names. This page is written by `python docs/write_metrics.py`; do not edit it.

**Stored** metrics are columns that a site sends: a *gauge* is true now, a *counter* is cumulative since the site's
counters began. **Derived** ones are computed from them, always as a ratio of sums or from a histogram, so that every
roll-up is right: the service level of a network is the sum of the answers in time over the sum of the contacts, never
the mean of its sites' percentages. A metric that is not known is `–`, never 0; a ratio over nothing is not known.

- Units: `share` is 0 to 1 and shown in per cent; `s` seconds; `h` hours; `1/s` per second.
- *Good* says which way is better for the customer (↑ ↓); it decides how rows are sorted, never whether an alert fires.
- *Each group once*: queues of one pool of agents each show the whole pool; a roll-up counts it once.
- Sites and the network take a site's own row where it sends one; shops, categories and platforms add up queue rows.
- A figure over several sites says how many of them stand behind it (`network 12/13`).
"""

_GOOD = {Good.HIGHER: "↑", Good.LOWER: "↓", Good.NEITHER: ""}
_WINDOWS = {"now": "", "1m": "last minute", "15m": "last 15 min", "day": "today"}


def page() -> str:
    """The whole page."""
    tracked = ", ".join(f"`{name}`" for name in TRACKED)
    parts = (
        _HEAD,
        "## Gauges\n",
        _table(("name", "中文", "English", "unit", "good", "adds up", "definition"), map(_gauge, GAUGES)),
        "## Counters\n",
        "All add up by sum.\n",
        _table(("name", "中文", "English", "unit", "good", "definition"), map(_counter, COUNTERS)),
        "## Derived\n",
        "In a formula a counter is its growth over the window, a gauge its value now, `seconds` the window's length.\n",
        _table(("name", "中文", "English", "unit", "good", "formula", "definition"), _derived_rows()),
        "## Courses\n",
        "The board keeps the course of these, a value a second for 15 minutes and a value a minute for the day:\n",
        f"{tracked}.\n",
    )
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _gauge(metric: Metric) -> tuple[str, ...]:
    pool = metric.unit is Unit.AGENTS or metric.name in ("slots", "slots_free")
    adds = {Add.SUM: "sum, each group once" if pool else "sum", Add.MAX: "the largest", Add.OWN: "does not"}[metric.add]
    where = "; of queues only" if metric.rows is Rows.QUEUE else "; of sites only" if metric.rows is Rows.SITE else ""
    return (*_names(metric), adds, metric.definition + where)


def _counter(metric: Metric) -> tuple[str, ...]:
    return (*_names(metric), metric.definition)


def _names(metric: Metric | Derived) -> tuple[str, ...]:
    return f"`{metric.name}`", metric.zh, metric.en, metric.unit.value, _GOOD[metric.good]


def _derived_rows() -> Iterable[tuple[str, ...]]:
    """One row a metric; the two windows of one ratio share a row."""
    for _, same in groupby(DERIVED, key=lambda metric: (_stem(metric.name), metric.definition)):
        family = list(same)
        first = family[0]
        names = "<br>".join(f"`{metric.name}`" for metric in family)
        zh, en = (text.split("(")[0].strip() if len(family) > 1 else text for text in (first.zh, first.en))
        windows = " or ".join(filter(None, (_WINDOWS[metric.window] for metric in family)))
        formula = _formula(first) + (f", {windows}" if windows else "")
        yield names, zh, en, first.unit.value, _GOOD[first.good], formula, first.definition


def _stem(name: str) -> str:
    return name.removesuffix("_15m").removesuffix("_day")


def _formula(metric: Derived) -> str:
    if metric.quantile is not None:
        edges = f"`answered_within_{WAIT_EDGES_S[0]}s` … `answered_within_{WAIT_EDGES_S[-1]}s`"
        return f"{metric.quantile:g} quantile of the summed histogram {edges}"
    above, below = (" + ".join(f"`{name}`" for name in names) for names in (metric.numerator, metric.denominator))
    wrapped = [f"({side})" if " + " in side else side for side in (above, below)]
    return " ÷ ".join(wrapped)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
