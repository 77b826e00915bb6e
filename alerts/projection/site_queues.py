"""The queues of several sites for projection and outlook: in one go where the sites stand in one block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alerts.projection.board_inputs import QueueInputs, joined_inputs, queue_inputs
from alerts.projection.held import held_columns, held_part
from alerts.projection.held_board import HeldBoard
from alerts.projection.lane_rows import LaneRows
from feeds.column_stack import common_block
from feeds.site_view import SiteView


def site_queues(laid: LaneRows, sites: Sequence[SiteView], held: HeldBoard, now: float) -> QueueInputs:
    """The figures of all queues of the sites that were `laid` out, one site below the other; `held` looks at them."""
    looked = [(site.id, site.rows, len(one.queues)) for site, one in zip(sites, laid.sites, strict=True)]
    block = common_block([site.columns for site in sites])
    if block is not None and all("bot_contained" in site.columns.counter_at for site in sites):
        queues = laid.pools.queues
        return queue_inputs(block, queues, held.take(looked, held_columns(block, queues), now))
    each = list(zip(sites, laid.sites, laid.queues, strict=True))
    seen = np.hstack([held_columns(site.columns, pools.queues) for site, pools, _ in each])
    times = held.take(looked, seen, now)
    return joined_inputs(
        [queue_inputs(site.columns, pools.queues, held_part(times, place)) for site, pools, place in each]
    )
