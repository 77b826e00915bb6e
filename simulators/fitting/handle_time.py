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
    from scipy import stats

    seconds = np.sort(seconds[np.isfinite(seconds) & (seconds > 0)])
    whole_mean, count = float(seconds.mean()) if len(seconds) else 0.0, len(seconds)
    seconds = seconds[seconds >= shortest_s]
    if len(seconds) < 10 or seconds[0] == seconds[-1]:
        return None
    logs = np.log(seconds)
    mean, sigma = float(seconds.mean()), float(logs.std())
    gamma_shape = _gamma_shape(math.log(mean) - float(logs.mean()))
    weibull = _weibull_shape(seconds)
    weibull_scale = float((seconds**weibull).mean() ** (1 / weibull))
    laws = {
        "lognormal": (stats.lognorm(sigma, scale=math.exp(float(logs.mean()))), 2, math.sqrt(math.expm1(sigma**2))),
        "weibull": (stats.weibull_min(weibull, scale=weibull_scale), 2, weibull_cv(weibull)),
        "gamma": (stats.gamma(gamma_shape, scale=mean / gamma_shape), 2, gamma_shape**-0.5),
        "exponential": (stats.expon(scale=mean), 1, 1.0),
    }
    aic = {name: 2 * free - 2 * float(law.logpdf(seconds).sum()) for name, (law, free, _) in laws.items()}
    distance = {name: _distance(law.cdf(seconds)) for name, (law, _, _) in laws.items()}
    best = min(("lognormal", "weibull", "exponential"), key=lambda name: aic[name])
    return HandleFit(best, whole_mean, min(laws[best][2], 10.0), count, aic, distance)


def weibull_cv(shape: float) -> float:
    """Standard deviation over mean of a Weibull law."""
    return math.sqrt(math.expm1(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)))


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
