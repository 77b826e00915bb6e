"""The law of handle time: lognormal, Weibull, gamma and exponential by greatest likelihood, compared by AIC."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulators.fitting.contact_log import Floats

FEWEST = 200
"""With fewer services a queue takes the figures of all of them together."""


@dataclass(frozen=True, slots=True)
class HandleFit:
    """Handle time: the mean is that of the sample, because the load hangs on it; the law gives the shape."""

    law: str
    """`lognormal`, `weibull` or `exponential`, whichever of those that a scenario can say fits best."""
    mean_s: float
    cv: float
    count: int
    aic: dict[str, float]
    """Akaike's criterion of each law, gamma included; less is better."""
    distance: dict[str, float]
    """Greatest distance between the sample's distribution and the law's (Kolmogorov and Smirnov)."""


def fit_handle(seconds: Floats, shortest_s: float = 0.0) -> HandleFit | None:
    """The law of these handle times; what is not above 0 is left out. None with fewer than ten.

    Times below `shortest_s` count in the mean, and not in the law.
    """
    seconds = np.sort(seconds[np.isfinite(seconds) & (seconds > 0)])
    whole_mean, count = float(seconds.mean()) if len(seconds) else 0.0, len(seconds)
    seconds = seconds[seconds >= shortest_s]
    if len(seconds) < 10 or seconds[0] == seconds[-1]:
        return None
    laws = _laws(seconds)
    aic = {name: 2 * law.free - 2 * law.log_likelihood for name, law in laws.items()}
    distance = {name: _distance(law.cdf) for name, law in laws.items()}
    best = min(("lognormal", "weibull", "exponential"), key=lambda name: aic[name])
    return HandleFit(best, whole_mean, min(laws[best].cv, 10.0), count, aic, distance)


def weibull_cv(shape: float) -> float:
    """Standard deviation over mean of a Weibull law."""
    return math.sqrt(math.expm1(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)))


@dataclass(frozen=True, slots=True)
class _Law:
    """One law at its greatest likelihood; `cdf` at each of the sorted times."""

    free: int
    log_likelihood: float
    cdf: Floats
    cv: float


def _laws(seconds: Floats) -> dict[str, _Law]:
    from scipy.special import gammainc, ndtr

    count, mean, logs = len(seconds), float(seconds.mean()), np.log(seconds)
    mu, sigma, log_sum = float(logs.mean()), float(logs.std()), float(logs.sum())
    normal = -count * (math.log(sigma * math.sqrt(2 * math.pi)) + 0.5) - log_sum
    k = _weibull_shape(seconds)
    scale = float((seconds**k).mean() ** (1 / k))
    weibull = count * (math.log(k) - k * math.log(scale) - 1) + (k - 1) * log_sum
    a = _gamma_shape(math.log(mean) - mu)
    gamma = (a - 1) * log_sum - count * (a + math.lgamma(a) + a * math.log(mean / a))
    return {
        "lognormal": _Law(2, normal, ndtr((logs - mu) / sigma), math.sqrt(math.expm1(sigma**2))),
        "weibull": _Law(2, weibull, -np.expm1(-((seconds / scale) ** k)), weibull_cv(k)),
        "gamma": _Law(2, gamma, gammainc(a, seconds * a / mean), a**-0.5),
        "exponential": _Law(1, -count * (math.log(mean) + 1), -np.expm1(-seconds / mean), 1.0),
    }


def _gamma_shape(gap: float) -> float:
    """The shape k with log k - ψ(k) = gap, from Minka's start by Newton's steps in 1/k."""
    from scipy.special import polygamma, psi

    k = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(20):
        step = (math.log(k) - float(psi(k)) - gap) / (1 / k - float(polygamma(1, k)))
        k = max(k - step, k / 4)
    return k


def _weibull_shape(seconds: Floats) -> float:
    """The shape of greatest likelihood, by bisection of its equation."""
    logs = np.log(seconds / seconds.mean())
    low, high = 0.15, 20.0
    for _ in range(60):
        shape = math.sqrt(low * high)
        powers = np.exp(shape * logs)
        beyond = float((powers * logs).sum() / powers.sum()) - 1 / shape - float(logs.mean())
        low, high = (low, shape) if beyond > 0 else (shape, high)
    return math.sqrt(low * high)


def _distance(cdf: Floats) -> float:
    count = len(cdf)
    steps = np.arange(count + 1) / count
    return float(max(np.abs(cdf - steps[:-1]).max(), np.abs(cdf - steps[1:]).max()))
