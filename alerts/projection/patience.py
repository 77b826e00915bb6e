"""How long people are willing to wait, from how long all of them did and how many gave up.

Who was answered had not yet given up: his wait is censored, and to leave it out would make people look far too
impatient. For exponential patience the estimate of greatest likelihood is total wait over abandonments; given the total
wait the abandonments are as good as Poisson, which gives the interval (Garwood 1936). Estimated from the period that is
projected, the exponential with this mean does nearly as well as the true law (docs/projection.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerts.projection.decay import Floats

FEWEST_ABANDONED = 5
"""With fewer who gave up, nothing is said."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Mean patience in seconds and its interval, one a queue; all NaN where too few gave up."""

    mean_s: Floats
    low_s: Floats
    high_s: Floats


def estimate_patience(
    waited_s: Floats, abandoned: Floats, confidence: float = 0.9, fewest: int = FEWEST_ABANDONED
) -> Patience:
    """Mean patience of each queue.

    `waited_s` is the time that all contacts waited together, answered, given up and still waiting; `abandoned` how many
    of them gave up. NaN in either is unknown.
    """
    from scipy.special import gammaincinv

    enough = (abandoned >= max(fewest, 1)) & (waited_s > 0) & np.isfinite(waited_s)
    gone = np.where(enough, abandoned, 1.0)
    tail = (1.0 - confidence) / 2
    most, least = gammaincinv(gone + 1.0, 1.0 - tail), gammaincinv(gone, tail)

    def over(count: Floats) -> Floats:
        return np.where(enough, waited_s / count, np.nan)

    return Patience(over(gone), over(most), over(least))


def time_waited(times: Floats, waiting: Floats) -> Floats:
    """Contact-seconds waited between the first and the last time, from the number waiting, (times, queues).

    By the mean of both ends of each interval. A stretch with an end that is not known makes the queue unknown.
    """
    lengths = np.diff(times)[:, None]
    return np.asarray(((waiting[1:] + waiting[:-1]) / 2 * lengths).sum(axis=0), np.float64)
