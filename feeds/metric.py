"""What a metric is: the value types of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a stored metric behaves in time."""

    GAUGE = "gauge"
    """True at this moment; NaN where the source does not know."""
    COUNTER = "counter"
    """Cumulative since the start of the site's counters; never falls within one epoch."""


class Add(Enum):
    """How a metric of several rows becomes one figure."""

    SUM = "sum"
    MAX = "max"
    OWN = "own"
    """Does not add up: each row's own value, nothing in a roll-up of several rows."""


class Good(Enum):
    """Which direction is good for the customer; decides colours and deltas, never rules."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Unit(Enum):
    """The unit of the value as stored; how it is written is the screen's business."""

    COUNT = "count"
    AGENTS = "agents"
    SECONDS = "s"
    HOURS = "h"
    SHARE = "share"
    """0 to 1."""
    PER_SECOND = "1/s"
    CNY = "CNY"
    RATIO = "ratio"


class Rows(Enum):
    """Which rows of a site can carry a metric."""

    QUEUE = "queue"
    SITE = "site"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Metric:
    """A stored metric: one column on the wire and on the board.

    `definition` says exactly what is counted; its first word with the version (`abandoned.v1`) is the definition id
    that a site declares in its hello, because two sources that both say "abandoned" seldom mean the same.
    `history` asks the board to keep its course over the day.
    """

    name: str
    zh: str
    en: str
    unit: Unit
    kind: Kind
    definition: str
    add: Add = Add.SUM
    good: Good = Good.NEITHER
    rows: Rows = Rows.BOTH
    history: bool = False

    @property
    def definition_id(self) -> str:
        """The id a hello carries, such as `abandoned.v1`."""
        return f"{self.name}.v1"


def gauge(
    name: str,
    zh: str,
    en: str,
    unit: Unit,
    definition: str,
    *,
    add: Add = Add.SUM,
    good: Good = Good.NEITHER,
    rows: Rows = Rows.BOTH,
    history: bool = False,
) -> Metric:
    """A metric that is true at a moment."""
    return Metric(name, zh, en, unit, Kind.GAUGE, definition, add, good, rows, history)


def counter(
    name: str,
    zh: str,
    en: str,
    definition: str,
    *,
    unit: Unit = Unit.COUNT,
    good: Good = Good.NEITHER,
    history: bool = False,
) -> Metric:
    """A metric that counts up; it adds up over rows."""
    return Metric(name, zh, en, unit, Kind.COUNTER, definition, Add.SUM, good, Rows.BOTH, history)


@dataclass(frozen=True, slots=True)
class Derived:
    """A computed metric: sum of `numerator` over sum of `denominator`, each over `window`.

    `window` is `now` (gauges as they stand), `1m`, `15m` or `day` (growth of the counters over that time; gauges that
    occur are taken as they stand). The name `seconds` in a denominator stands for the length of the window. With
    `quantile` set, the value is that quantile of the histogram whose cumulative columns are `numerator`, interpolated
    inside its bucket, and `denominator` is the histogram's total. NaN where the denominator is zero or unknown.
    """

    name: str
    zh: str
    en: str
    unit: Unit
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    window: str
    definition: str
    good: Good = Good.NEITHER
    quantile: float | None = None
    history: bool = False
