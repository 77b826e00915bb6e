"""The clocks of a desk of made values, through the real book: what is kept, late and waiting late by site and queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from alerts.clock_book import ClockBook
from alerts.clock_files import load_clocks
from alerts.clocks_view import ClocksView
from alerts.degrade import DegradeWindow
from feeds.clocks import ClockDefinition
from feeds.columns import Columns
from feeds.site_view import SiteView

FED = ("merchant_first_response", "operational_first_response", "taobao_3min", "jd_30s", "douyin_3min")
"""What the sites feed; no person clock, as no source does."""


@lru_cache
def shipped() -> Mapping[str, ClockDefinition]:
    """The shipped clocks by id."""
    return {clock.id: clock for clock in load_clocks()}


def clock_columns(site: SiteView, kept: float, late: float, fed: Sequence[str] = FED) -> Columns:
    """Every queue that a clock measures kept and missed so many, the site's own row all of them."""
    size = len(site.rows)
    gauges, counters = np.zeros((size, len(fed))), np.zeros((size, 2 * len(fed)))
    for place, clock in enumerate(fed):
        for i, row in enumerate(site.rows):
            if row.kind == "queue" and shipped()[clock].applies(row.platform, row.channel):
                gauges[i, place], counters[i, 2 * place], counters[i, 2 * place + 1] = 1.0, kept, late
    for block in (gauges, counters):
        block[site.site_row] = block.sum(axis=0)
    counter_at = {f"clock.{clock}.{part}": 2 * i + j for i, clock in enumerate(fed) for j, part in enumerate(_PARTS)}
    return Columns(size, gauges, {f"clock.{clock}.overdue": i for i, clock in enumerate(fed)}, counters, counter_at, {})


_PARTS = ("met", "missed")


def made_clocks(
    sites: Sequence[SiteView], now: float, late: Mapping[str, float], degrade: Sequence[DegradeWindow] = ()
) -> ClocksView:
    """The clocks at `now`: each queue kept 900 in the day, 100 of them in the last 10 minutes; `late` of 1,000 by site.

    A site that `late` does not name is all in time.
    """
    book = ClockBook(tuple(shipped().values()), degrade)
    for site in sites:
        if site.site_row < 0:
            continue
        share = late.get(site.id, 0.0) / 1_000.0
        for at, part in ((now - 1_200.0, 0.6), (now - 600.0, 0.9), (now, 1.0)):
            figures = clock_columns(site, 1_000 * part * (1 - share), 1_000 * part * share)
            known = SiteView(site.id, site.zh, site.en, site.state, at, site.rows, site.site_row, figures, figures)
            book.take(known, now - 72_000.0, at)
    return book.view(now)
