"""Arrivals by interval of the day, and how much more the counts vary than Poisson's.

A count is Poisson given its rate λ·B·D: B the day's busyness factor, D a factor that wanders within the day, both with
mean 1. With N the count of a day, Var N = E N + (E N)²·Var B; of an interval's count n given its day,
E (n - λB)² = λB + (λB)²·Var D. Both are solved for the variance, the Poisson part taken off (Avramidis, Deslauriers and
L'Ecuyer, 2004, whose factor B is gamma-distributed with shape 1 / Var B).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulators.fitting.contact_log import Floats

DRIFT_TIME_S = 560.0
"""Correlation time of the simulated drift; see `simulators.arrivals`."""


@dataclass(frozen=True, slots=True)
class ArrivalFit:
    """Arrivals of one kind of day."""

    every_s: float
    contacts: Floats
    """Mean contacts of each interval of the day."""
    day_variance: float
    """Var B; 0 where days vary no more than Poisson's."""
    drift: float
    """Standard deviation of the factor within the day, at a moment."""
    correlation: float
    """Of neighbouring intervals' deviations, given the day; NaN where it cannot be told."""
    days: int

    @property
    def per_day(self) -> float:
        """Mean contacts of a day."""
        return float(self.contacts.sum())

    def rate(self) -> Floats:
        """Contacts per second in each interval."""
        return self.contacts / self.every_s

    def standard_error(self) -> Floats:
        """Of the mean contacts of each interval: Poisson's, and the factors'."""
        factor = self.day_variance + self.drift**2 * _averaged(self.every_s)
        return np.sqrt((self.contacts + self.contacts**2 * factor) / self.days)


def fit_arrivals(counts: Floats, every_s: float) -> ArrivalFit:
    """Arrivals from counts, (days, intervals of the day)."""
    contacts = counts.mean(axis=0)
    totals = counts.sum(axis=1)
    mean = float(totals.mean())
    day_variance = 0.0
    if len(counts) > 1 and mean > 0:
        day_variance = max(0.0, (float(totals.var(ddof=1)) - mean) / mean**2)
    within, correlation = _within_day(counts, contacts)
    # The wandering within the day moves its total too: what it explains is not the day's factor.
    open_s = max(float((contacts > 0).sum()) * every_s, every_s)
    day_variance = max(0.0, day_variance - within / _averaged(every_s) * _averaged(open_s))
    return ArrivalFit(every_s, contacts, day_variance, math.sqrt(within / _averaged(every_s)), correlation, len(counts))


def busyness_shape(day_variance: float, weights: Floats) -> float | None:
    """The scenario's `busyness_shape` that gives a site's total this variance; None for none.

    The simulator draws a factor for the site and one of four times the shape for each queue, of these weights.
    """
    if day_variance < 1e-6:
        return None
    weights = weights / weights.sum()
    return float((1 + (weights**2).sum() / 4) / day_variance)


def _within_day(counts: Floats, contacts: Floats) -> tuple[float, float]:
    """Variance of an interval's factor given its day, and the correlation of neighbours."""
    days = len(counts)
    busy = contacts > 0
    if days < 2 or busy.sum() < 2:
        return 0.0, math.nan
    share = contacts / contacts.sum()
    expected = counts.sum(axis=1, keepdims=True) * share
    # Days and intervals whose totals were used leave (days - 1)(intervals - 1) free deviations.
    freedom = float(days * busy.sum() / ((days - 1) * (busy.sum() - 1)))
    off = counts - expected
    excess = float((off**2).sum() * freedom - (expected * (1 - share)).sum())
    variance = max(0.0, excess / float((expected**2).sum()))
    scaled = off[:, busy] / np.sqrt(np.maximum(expected[:, busy], 1e-9))
    left, right = scaled[:, :-1].ravel(), scaled[:, 1:].ravel()
    spread = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return variance, float((left * right).sum() / spread) if spread > 0 else math.nan


def _averaged(every_s: float) -> float:
    """Variance of the mean over an interval of a wandering factor, over its variance at a moment."""
    x = every_s / DRIFT_TIME_S
    return 2 * (x - 1 + math.exp(-x)) / x**2
