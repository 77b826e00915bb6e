"""A view that nobody can vouch for any more: what was known last, shown as old, and nothing of it as live."""

from __future__ import annotations

import math
from dataclasses import replace

from console.people import Reach
from console.projecting import NOTHING
from console.view import DeskView
from feeds.columns import unknown_columns
from feeds.site_view import SiteView


def old_view(view: DeskView, reach: Reach) -> DeskView:
    """The view without the desk: every site unknown, its last figures greyed, no clock believed, nothing projected.

    It has another number, so that a screen draws it; alerts stay as they were, since nobody has said that they ended.
    """
    sites = tuple(_unknown(site) for site in view.board.sites)
    clocks = replace(view.clocks, sites=tuple(replace(site, believed=False) for site in view.clocks.sites), _made={})
    return replace(
        view,
        board=replace(view.board, sites=sites),
        clocks=clocks,
        projected=NOTHING,
        links={site: replace(link, state="down", link_age_s=math.nan) for site, link in view.links.items()},
        people=(),
        number=-abs(view.number) - 1,
        reach=reach,
    )


def _unknown(site: SiteView) -> SiteView:
    state = site.state if site.state == "never" else "unknown"
    return replace(site, state=state, columns=unknown_columns(site.columns.size))
