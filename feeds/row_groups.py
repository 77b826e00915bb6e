"""The groups that queues belong to, whatever site they stand at: shop, category, platform and the like."""

from __future__ import annotations

from typing import Literal

from feeds.contract import Row

RowGroup = Literal["shop", "category", "platform", "phase", "tier", "channel", "group"]
"""What rows can be grouped by. `group` is the team of agents that serves a queue; `tier` that of its shop."""

ROW_GROUPS: tuple[RowGroup, ...] = ("shop", "category", "platform", "phase", "tier", "channel", "group")

UNTOLD = "–"
"""The key of rows of which the site does not say it."""


def group_of(row: Row, by: RowGroup) -> str:
    """The key of the group that a row belongs to; `–` where its site does not say. Tier 0 is no tier."""
    return str(getattr(row, by) or "") or UNTOLD
