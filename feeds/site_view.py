"""One site as a screen or a rule sees it: immutable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from feeds.columns import Columns
from feeds.contract import Row
from feeds.row_groups import RowGroup

SiteState = Literal["never", "live", "late", "unknown"]
Grouping = Literal["site", "all"] | RowGroup


@dataclass(frozen=True, slots=True)
class SiteView:
    """One site on the board: who it is, whether it can be believed, and its rows.

    `state` is `never` before the first snapshot, `live`, `late` past 2 expected intervals of link or data, `unknown`
    past 3. `columns` holds NaN everywhere while the state is never or unknown; `last` keeps what was known last,
    which a screen may show greyed with its age and nothing may act on. `site_row` is the index of the site's own row,
    or -1 where it sends none.
    """

    id: str
    zh: str
    en: str
    state: SiteState
    at: float
    rows: tuple[Row, ...]
    site_row: int
    columns: Columns
    last: Columns
    suspect: bool = False
    """A gap was seen and the resync has not come yet."""
