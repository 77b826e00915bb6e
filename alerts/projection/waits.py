"""What a contact that arrives in a given state has before it: wait, chance to give up, answer within a limit.

With `ahead` = j contacts waiting and every slot taken, the wait until served is a sum of exponential times of rates
base + kθ, k = 0 … j. So exp(-θ·wait) is Beta(base/θ, j + 1) distributed, and all that is asked for is closed:
mean wait until served or given up (j + 1) / (base + (j + 1)θ), served within T and not given up before
x / (x + j + 1) · I(j + 1, x + 1; 1 - exp(-θT)) with x = base/θ and the regularised incomplete beta function I.
The staffing of the moment of arrival holds for the whole of that contact's wait.
"""

from __future__ import annotations

import numpy as np

from alerts.projection.decay import Floats

_PATIENT = 1e-9
"""Below this many who give up per contact served, waiting people are taken to be patient."""
_LARGE = 1e3


def mean_wait(ahead: Floats, base: Floats, impatience: Floats) -> Floats:
    """Mean time until served or given up; inf where nobody is there to serve and nobody gives up."""
    with np.errstate(divide="ignore"):
        return np.asarray((ahead + 1) / (base + (ahead + 1) * impatience), np.float64)


def offered_wait(ahead: Floats, base: Floats, impatience: Floats) -> Floats:
    """Mean time until served of one who does not give up: Σ 1 / (base + kθ); inf where nobody serves."""
    from scipy.special import digamma

    with np.errstate(divide="ignore", invalid="ignore"):
        x = base / impatience
        few = digamma(x + ahead + 1) - digamma(x)
        # The midpoint rule of the sum: its error is 1 / (24 x²) of the whole.
        many = np.log1p((ahead + 1) / (x - 0.5))
        wait = np.where(x < _LARGE, few, many) / impatience
        wait = np.where(impatience < _PATIENT * base, (ahead + 1) / base, wait)
    return np.where(base > 0, wait, np.inf)


def answered_within(ahead: Floats, base: Floats, impatience: Floats, within: Floats) -> Floats:
    """Share that is served within the limit, before giving up."""
    from scipy.special import betainc, gammainc

    with np.errstate(divide="ignore", invalid="ignore"):
        x = base / impatience
        leaving = x / (x + ahead + 1) * betainc(ahead + 1, x + 1, -np.expm1(-impatience * within))
        patient = gammainc(ahead + 1, base * within)
    return np.where(base > 0, np.where(impatience < _PATIENT * base, patient, leaving), 0.0)


def waits_beyond(ahead: Floats, base: Floats, impatience: Floats, limit: Floats) -> Floats:
    """Share that is neither served nor gone at the limit."""
    from scipy.special import betaincc, gammaincc

    with np.errstate(divide="ignore", invalid="ignore"):
        x = base / impatience
        leaving = betaincc(ahead + 1, x, -np.expm1(-impatience * limit))
        patient = gammaincc(ahead + 1, base * limit)
    still = np.where(impatience < _PATIENT * base, patient, leaving)
    return np.where(base > 0, still, 1.0) * np.exp(-impatience * limit)
