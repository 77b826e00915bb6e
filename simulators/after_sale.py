"""The echo of a promotion: how many after-sale contacts come on which day after it, and what they are about.

The figures by day are those proposed in the research on the after-sale wave: it peaks from day 3, lasts about half a
month, and is first about parcels, then about returns and refunds, then about disputes. They are assumptions shaped on
the logistics of 2014 and 2016, to be fitted to a shop's own export where there is one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LAST_DAY = 60.0

CONTACTS: tuple[tuple[float, float], ...] = (
    (-1, 1.0), (0, 1.3), (1, 1.8), (2, 2.4), (3, 3.2), (4, 3.5), (5, 3.4), (6, 3.0), (7, 2.7), (9, 2.2), (12, 1.6),
    (15, 1.2), (20, 1.0),
)  # fmt: skip
"""Day since the promotion, and after-sale contacts over those of a normal day."""

TOPICS: tuple[tuple[float, tuple[float, ...]], ...] = (
    (-1, (0.24, 0.20, 0.17, 0.14, 0.10, 0.08, 0.07)),
    (0, (0.15, 0.20, 0.15, 0.25, 0.15, 0.05, 0.05)),
    (2, (0.08, 0.05, 0.55, 0.10, 0.07, 0.10, 0.05)),
    (4, (0.06, 0.03, 0.47, 0.04, 0.12, 0.22, 0.06)),
    (7, (0.05, 0.02, 0.25, 0.03, 0.15, 0.38, 0.12)),
    (12, (0.05, 0.02, 0.12, 0.03, 0.13, 0.45, 0.20)),
    (20, (0.24, 0.20, 0.17, 0.14, 0.10, 0.08, 0.07)),
)
"""Day, and the shares of the model's usual topics: goods, coupons, delivery, order change, price, returns, the rest
(which holds invoices and disputes)."""

_RETURNS = 5


def contacts(day: float) -> float:
    """Factor of the after-sale contacts on a day since the promotion (0 is the promotion's own); 1 long after it."""
    days, factors = zip(*CONTACTS, strict=True)
    return float(np.interp(day, days, factors))


def topics(day: float) -> Floats:
    """Shares of the usual topics among the after-sale contacts of a day; they add up to 1."""
    days = [one for one, _ in TOPICS]
    shares: Floats = np.array([np.interp(day, days, column) for column in zip(*(s for _, s in TOPICS), strict=True)])
    return shares


def refunds(day: float) -> float:
    """Factor of the refunds per after-sale contact: they follow the share of contacts about returns."""
    return float(topics(day)[_RETURNS] / TOPICS[0][1][_RETURNS])
