"""The board as a screen or a rule sees it: immutable, columns by name, roll-ups by key, courses on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from feeds.contract import Row
from feeds.courses import Courses
from feeds.rollup import Rollup, roll_up
from feeds.site_view import Grouping, SiteState, SiteView

__all__ = ["BoardView", "Grouping", "SiteState", "SiteView"]


@dataclass(frozen=True)
class BoardView:
    """All sites at one moment, in the desk's order of sites."""

    at: float
    sites: tuple[SiteView, ...]
    courses: Courses

    @cached_property
    def by_id(self) -> Mapping[str, SiteView]:
        """Site id → site."""
        return {site.id: site for site in self.sites}

    @cached_property
    def keys(self) -> tuple[tuple[str, Row], ...]:
        """(site id, row) of every row of every site, in the order in which `column` gives values."""
        return tuple((site.id, row) for site in self.sites for row in site.rows)

    def column(self, name: str) -> NDArray[np.float64]:
        """One metric of the catalogue over all rows of all sites; NaN where it is unknown."""
        if not self.sites:
            return np.empty(0)
        return np.concatenate([site.columns[name] for site in self.sites])

    def rollup(self, by: Grouping) -> Rollup:
        """The rows added up by `by`, with how many of the sites stand behind each figure."""
        return roll_up(self.sites, by)
