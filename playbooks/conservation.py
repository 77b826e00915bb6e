"""People whom playbooks have moved, held against what the board shows at each site.

On the day head counts change by themselves: people who are lent out go home from there. So for each transfer the sites'
words leave a range of how many may be away, and what the board shows outside the sum of the ranges is a difference that
nobody has explained.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from playbooks.facts import Facts
from playbooks.transfers import Span, Transfer

_AT = {"assign_agents": "agents_flexed", "call_in": "agents_called_in", "send_home": "agents_sent_home"}
"""The figure of the site at which a move of its own shows."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One figure of one site: what the transfers say of it, what the board shows, and what nothing explains.

    The difference is in people, above zero where more are there than known of; NaN where the board does not say.
    """

    site: str
    figure: str
    known: Span
    seen: float
    unexplained: float


def balances(transfers: Iterable[Transfer], facts: Facts) -> tuple[Balance, ...]:
    """Every figure that a transfer shows in, by site. What a site lent or borrowed besides is a difference too."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for one in transfers:
        for place, span in _shows(one):
            spans.setdefault(place, []).append(span)
    return tuple(_balance(site, figure, found, facts) for (site, figure), found in sorted(spans.items()))


def outside(value: float, span: Span) -> float:
    """How far a value is outside a range: 0 within it, below zero under it, NaN for the unknown."""
    if math.isnan(value):
        return math.nan
    return min(0.0, value - span[0]) + max(0.0, value - span[1])


def _shows(one: Transfer) -> tuple[tuple[tuple[str, str], Span], ...]:
    """In which figures of which sites a transfer shows, and with how many."""
    if one.action in _AT:
        return (((one.receiver or one.donor, _AT[one.action]), one.arrived),)
    return ((one.donor, "agents_lent"), one.away), ((one.receiver, "agents_borrowed"), one.arrived)


def _balance(site: str, figure: str, spans: Iterable[Span], facts: Facts) -> Balance:
    known, seen = _sum(spans), facts.value(site, None, figure)
    return Balance(site, figure, known, seen, outside(seen, known))


def _sum(spans: Iterable[Span]) -> Span:
    least, most = 0.0, 0.0
    for low, high in spans:
        least, most = least + low, most + high
    return least, most
