"""Boards made up for projections: some sites of a queue each, as the desk would hand them over."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from alerts.projection.board_inputs import LaneInputs
from alerts.projection.pools import site_pools
from feeds.contract import Row
from playbooks.ahead.lanes import LanesAhead, lanes_ahead
from playbooks.ahead.worth import Worth
from tests.playbooks.world import FakeSite, World


@dataclass(frozen=True)
class Line:
    """One queue with agents of its own: what comes, who is there, how long it takes."""

    category: str = "apparel"
    per_s: float = 0.2
    agents: float = 60.0
    handle_s: float = 200.0
    patience_s: float = 300.0
    present: float = 40.0
    limit_s: float = 30.0
    tier: int = 2
    shop: str = ""
    channel: str = "voice"


def lanes_of(sites: dict[str, list[Line]], worth: Worth | None = None) -> LanesAhead:
    """The half hour ahead of these sites; every agent holds one contact."""
    placed, lines, arrivals = [], [], []
    for site, queues in sites.items():
        rows = tuple(
            Row(f"q{at}", category=q.category, tier=q.tier, shop=q.shop, channel=q.channel)
            for at, q in enumerate(queues, 1)
        )
        placed.append((site, site_pools(rows, ())))
        lines += queues
        arrivals.append(np.array([q.per_s for q in queues]))

    def each(name: str) -> np.ndarray:
        return np.array([float(getattr(line, name)) for line in lines])

    ones = np.ones(len(lines))
    inputs = LaneInputs(
        arrivals_per_s=each("per_s"),
        measured_ago_s=150.0 * ones,
        present=each("present"),
        places=each("agents"),
        cap=ones,
        concurrency=ones,
        handle_s=each("handle_s"),
        patience_s=each("patience_s"),
        limit_s=each("limit_s"),
    )
    return lanes_ahead(placed, inputs, None, arrivals, worth or Worth())


@dataclass
class Foreseen(World):
    """A small world whose queues are heading somewhere."""

    lines: dict[str, list[Line]] = field(default_factory=dict)

    def ahead(self) -> LanesAhead | None:
        """The lanes of the sites that can be believed."""
        return lanes_of({site: lines for site, lines in self.lines.items() if not self.unknown(site)})


DROWNS = Line(per_s=0.5, agents=85.0, present=110.0)
CALM = Line(per_s=0.1, agents=60.0, present=20.0)


def foreseen(**changes: FakeSite) -> Foreseen:
    """Hefei drowns; Nanchang and Wuhan have people to spare, Changsha serves another category."""
    one = (("q1", "apparel"),)
    table = {
        "hefei": FakeSite(queues=one, load=1.1, waiting=25.0, oldest=60.0, available=0.0, online=85.0),
        "nanchang": FakeSite(queues=one, online=60.0, available=40.0, load=0.3),
        "wuhan": FakeSite(queues=one, online=60.0, available=40.0, load=0.4),
        "changsha": FakeSite(queues=(("q1", "beauty"),), online=60.0, available=40.0, load=0.2),
    }
    lines = {
        "hefei": [DROWNS],
        "nanchang": [CALM],
        "wuhan": [Line(per_s=0.16, agents=60.0, present=32.0)],
        "changsha": [Line(category="beauty", per_s=0.1, agents=60.0, present=20.0)],
    }
    return Foreseen(table | changes, network_load=0.7, lines=lines)
