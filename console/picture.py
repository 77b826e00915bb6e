"""A desk's view with what several parts of the screen compute from it, once per view."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from typing import Any, Literal

from alerts.alert import Alert
from console.draw.marks import Sign, firing, row_sign, severity_sign
from console.i18n import name_of
from console.triage import Triage, queue_triage, triage_by
from console.view import DeskView, LinkView
from feeds.board_view import Grouping, SiteView
from feeds.contract import Row
from feeds.once import MakesOnce
from feeds.rollup import Rollup

NETWORK = "*"
"""The key of everything, and after a slash of a site as a whole."""


@dataclass
class Picture(MakesOnce):
    """One `DeskView` and, computed when first asked for, its roll-ups, its worst alerts and its names."""

    view: DeskView
    zone: tzinfo | None = None
    plain: bool = False
    """Without what changes all the time and can be done without: the terminal does not keep up."""
    fresh: frozenset[str] = frozenset()
    """The rows, alerts and runs that changed since the operator looked at the screen in front."""
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

    def rollup(self, by: Grouping) -> Rollup:
        """The rows added up by `by`."""
        return self.once(f"rollup {by}", lambda: self.view.board.rollup(by))

    def triage(self, by: Grouping | Literal["queue"]) -> Triage:
        """Who is helped by a minute of attention, by `by`."""
        queues = self.once("triage", lambda: queue_triage(self.view))
        return queues if by == "queue" else self.once(f"triage {by}", lambda: triage_by(self.view, queues, by))

    @cached_property
    def firing(self) -> list[Alert]:
        """The alerts that stand and are not muted."""
        return firing(self.view.alerts)

    @cached_property
    def worst(self) -> Mapping[str, str]:
        """The worst firing severity by row key (`hefei/q03`), by site (`hefei`) and of everything (`*`)."""
        out: dict[str, str] = {}
        for alert in self.firing:
            for key in {alert.key, alert.site, NETWORK}:
                if severity_sign(alert.severity).rank < severity_sign(out.get(key, "info")).rank or key not in out:
                    out[key] = alert.severity
        return out

    @cached_property
    def severities(self) -> Counter[str]:
        """How many alerts stand, by severity."""
        return Counter(alert.severity for alert in self.firing)

    @cached_property
    def states(self) -> Counter[str]:
        """How many sites there are in each state."""
        return Counter(site.state for site in self.view.board.sites)

    def site(self, site_id: str) -> SiteView | None:
        """A site by its id."""
        return self.view.board.by_id.get(site_id)

    def link(self, site_id: str) -> LinkView | None:
        """The link to a site."""
        return self.view.links.get(site_id)

    def site_sign(self, site: SiteView) -> Sign:
        """How a site stands, its queues' alerts included."""
        return row_sign(site.state, suspect=site.suspect, worst=self.worst.get(site.id))

    def queue_sign(self, site: SiteView, row: Row) -> Sign:
        """How a queue stands."""
        return row_sign(site.state, suspect=site.suspect, worst=self.worst.get(f"{site.id}/{row.id}"))

    def row(self, key: str) -> tuple[SiteView, Row | None] | None:
        """The site and queue behind `site/queue` (`*` is the site itself), or None where the board does not know it."""
        site_id, _, row_id = key.partition("/")
        site = self.site(site_id)
        if site is None:
            return None
        return site, next((row for row in site.rows if row.id == row_id and row.kind == "queue"), None)

    def waiting(self, key: str) -> float:
        """How many customers wait at `site/queue`; -1 where nobody knows."""
        found = self.row(key)
        if found is None or found[1] is None:
            return -1.0
        value = float(found[0].columns["waiting"][found[0].rows.index(found[1])])
        return value if value >= 0 else -1.0

    def place(self, key: str) -> str:
        """What people call `site/queue`."""
        found = self.row(key)
        if found is None:
            return key
        site, row = found
        return f"{name_of(site)}·{name_of(row)}" if row is not None else name_of(site)


def worst_age(link: LinkView) -> tuple[float, str, float]:
    """(age, of what, how many expected intervals that is): of the link, or of the data where that is the worse.

    "link" or "data"; NaN where nothing has come yet.
    """
    link_late = link.link_age_s / link.beat_s if link.beat_s > 0 else math.nan
    data_late = link.data_age_s / link.data_s if link.data_s > 0 else math.nan
    if data_late > 2.0 and not data_late <= link_late:
        return link.data_age_s, "data", data_late
    return link.link_age_s, "link", link_late
