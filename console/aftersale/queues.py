"""Which queues are after-sale work, and their figures added up by site, shop or platform."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from console.picture import Picture
from feeds.columns import Columns, Window
from feeds.contract import Row
from feeds.rollup import Rollup, roll_up
from feeds.site_view import Grouping, SiteView

AfterBy = Literal["site", "shop", "platform"]
"""What the rows of the view can be."""


def is_after_sale(row: Row) -> bool:
    """Whether a queue is after-sale work, by its phase, or where its site does not say that by its category."""
    if row.kind != "queue":
        return False
    if row.phase:
        return row.phase.lower().startswith("after") or "售后" in row.phase
    return row.category.lower().endswith("-after") or "售后" in row.category


def after_sale_part(site: SiteView) -> SiteView:
    """The same site with its after-sale queues alone."""
    at = [i for i, row in enumerate(site.rows) if is_after_sale(row)]
    rows = tuple(site.rows[i] for i in at)
    known = site.columns
    windows = {name: Window(one.counters[at], one.seconds) for name, one in known.windows.items()}
    columns = Columns(len(at), known.gauges[at], known.gauge_at, known.counters[at], known.counter_at, windows)
    return SiteView(
        site.id, site.zh, site.en, site.state, site.at, rows, -1, columns, columns, site.suspect
    )  # fmt: skip


def after_sale(picture: Picture, by: Grouping) -> Rollup:
    """The after-sale queues added up."""
    return picture.once(f"after-sale {by}", lambda: roll_up(_parts(picture), by))


def _parts(picture: Picture) -> Sequence[SiteView]:
    return picture.once("after-sale", lambda: [after_sale_part(site) for site in picture.view.board.sites])


def queue_ids(picture: Picture) -> Mapping[str, Sequence[str]]:
    """The ids of the after-sale queues by site."""
    return {site.id: [row.id for row in site.rows] for site in _parts(picture) if site.rows}


@dataclass(frozen=True, slots=True)
class AgainstPlan:
    """After-sale contacts that came in the intervals that are over, and what was planned for them."""

    came: float
    planned: float

    @property
    def ratio(self) -> float:
        """One over the other; NaN where there is no plan, or nothing is known."""
        return self.came / self.planned if self.planned > 0 else math.nan


def against_plan(picture: Picture) -> Mapping[str, AgainstPlan]:
    """By site, for sites whose plan names after-sale work by itself: categories that no other queue has."""
    return picture.once("after-sale plan", lambda: _against_plan(picture))


def _against_plan(picture: Picture) -> Mapping[str, AgainstPlan]:
    out: dict[str, AgainstPlan] = {}
    for site in picture.view.board.sites:
        day = picture.view.outlook.sites.get(site.id)
        if day is None:
            continue
        after = {row.category for row in site.rows if is_after_sale(row)}
        alone = after - {row.category for row in site.rows if row.kind == "queue" and not is_after_sale(row)}
        places = [i for i, key in enumerate(day.keys) if key in alone]
        if not places:
            continue
        came, planned = day.came[places], day.forecast[places]
        both = ~np.isnan(came) & ~np.isnan(planned)
        if both.any():
            out[site.id] = AgainstPlan(float(came[both].sum()), float(planned[both].sum()))
    return out


def network_plan(picture: Picture) -> AgainstPlan:
    """The same of all sites that have such a plan."""
    found = against_plan(picture).values()
    return AgainstPlan(sum(one.came for one in found), sum(one.planned for one in found))
