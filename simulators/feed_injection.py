"""The faults of a site's feed that a scenario can inject: what is shown is wrong, what happens is not."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from feeds.durations import Duration
from feeds.yamlfile import FileModel


class _OfSite(FileModel):
    at: Duration = Field(ge=0)
    """Since the scenario's start."""
    site: str


class _ForAWhile(_OfSite):
    for_: Duration = Field(alias="for", gt=0)


class SiteDark(_ForAWhile):
    """The site's feed stops and its connection drops; people go on working, orders do not arrive."""

    kind: Literal["site_dark"]


class SiteFreeze(_ForAWhile):
    """The site beats and answers, but its figures stand still."""

    kind: Literal["site_freeze"]


class ClockSkew(_ForAWhile):
    """The site's clock is wrong: ahead `by` so much, or behind."""

    kind: Literal["clock_skew"]
    by: Duration = Field(gt=0, le=86_400)
    behind: bool = False


class FeedDelay(_ForAWhile):
    """The figures are those of `by` ago, and say so."""

    kind: Literal["feed_delay"]
    by: Duration = Field(ge=1, le=600)


class FeedRepeat(_ForAWhile):
    """Every frame comes twice."""

    kind: Literal["feed_repeat"]


class FeedUnit(_ForAWhile):
    """One metric of the catalogue comes in another unit, `factor` times too large."""

    kind: Literal["feed_unit"]
    metric: str
    factor: float = Field(default=1000.0, gt=0, le=1e6)


class CounterReset(_OfSite):
    """The site's counters begin again at zero, though the site says nothing of it."""

    kind: Literal["counter_reset"]


class AgentsDoubled(_ForAWhile):
    """The site adds its agents up over its queues: who serves two is counted twice."""

    kind: Literal["agents_doubled"]


FeedFault = ClockSkew | FeedDelay | FeedRepeat | FeedUnit | CounterReset | AgentsDoubled
"""Faults that change what is shown."""
