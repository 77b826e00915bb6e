"""The law of patience from waits that most ended by an answer: such a wait says only that patience was longer.

Kaplan and Meier's curve (1958) needs no law. Laws are fitted by the likelihood ∏ f(t) over those who gave up × ∏ S(t)
over the others, and compared by AIC. People who give up within two seconds may have looked at the queue and left, which
is no matter of patience: laws are fitted to what happens after those seconds (left truncation), and where more people
left in them than the law explains, the rest are the share that leaves at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulators.fitting.contact_log import Bools, Floats
from simulators.fitting.handle_time import weibull_cv
from simulators.laws import LONG_MEAN, SHORT_MEAN, SHORT_SHARE

AT_ONCE_S = 2.0
FEWEST = 50
"""With fewer who gave up a queue takes the figures of all of them together."""
_LEAST_S = 0.5
"""A log in whole seconds writes 0 for less than one."""
_MOST_CV = 10.0


@dataclass(frozen=True, slots=True)
class PatienceFit:
    """Patience of those who do not leave at once, and the share of those who do."""

    law: str
    mean_s: float
    cv: float
    balk: float
    exponential_mean_s: float
    """Of the exponential law with everybody in it: time waited over abandonments."""
    naive_mean_s: float
    """Mean wait of those who gave up: not their patience, and here to show how far off it is."""
    abandoned: int
    aic: dict[str, float]


@dataclass(frozen=True, slots=True)
class Survival:
    """Kaplan and Meier's curve: the share still patient after each of `times`, and Greenwood's standard error."""

    times: Floats
    share: Floats
    error: Floats

    def at(self, seconds: float) -> float:
        """The share still patient after so many seconds."""
        place = int(np.searchsorted(self.times, seconds, side="right"))
        return float(self.share[place - 1]) if place else 1.0

    def median(self) -> float:
        """When half are gone; NaN where the log does not reach so far."""
        below = np.flatnonzero(self.share <= 0.5)
        return float(self.times[below[0]]) if len(below) else math.nan


def kaplan_meier(waits: Floats, gave_up: Bools) -> Survival:
    """The curve from waits in seconds, of which those where `gave_up` holds ended by giving up."""
    times = np.unique(waits[gave_up])
    ordered = np.sort(waits)
    at_risk = len(ordered) - np.searchsorted(ordered, times, side="left")
    ends = np.sort(waits[gave_up])
    gone = np.searchsorted(ends, times, side="right") - np.searchsorted(ends, times, side="left")
    share = np.asarray(np.cumprod(1 - gone / at_risk), np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = share * np.sqrt(np.cumsum(gone / (at_risk * (at_risk - gone))))
    return Survival(times, share, np.asarray(np.nan_to_num(error), np.float64))


def fit_patience(waits: Floats, gave_up: Bools) -> PatienceFit | None:
    """The law from waits in seconds; who did not wait (answered at 0) says nothing. None with fewer than five."""
    known = np.isfinite(waits) & ((waits > 0) | gave_up)
    waits, gave_up = np.maximum(waits[known], _LEAST_S), gave_up[known]
    if gave_up.sum() < 5:
        return None
    stays = waits > AT_ONCE_S
    if gave_up[stays].sum() < 5:
        return None
    fits = _laws(waits[stays], gave_up[stays])
    usable = {name: fit for name, fit in fits.items() if fit[1] <= _MOST_CV and fit[0] < 1e7}
    best = min(usable, key=lambda name: usable[name][2])
    return PatienceFit(
        law=best,
        mean_s=fits[best][0],
        cv=fits[best][1],
        balk=_share_at_once(waits, gave_up, fits[best][3]),
        exponential_mean_s=float(waits.sum() / gave_up.sum()),
        naive_mean_s=float(waits[gave_up].mean()),
        abandoned=int(gave_up.sum()),
        aic={name: fit[2] for name, fit in fits.items()},
    )


def _share_at_once(waits: Floats, gave_up: Bools, explained: float) -> float:
    """Share that gives up within `AT_ONCE_S`, where the law has the share `explained` stay as long; 0 within chance."""
    early = kaplan_meier(waits, gave_up).at(AT_ONCE_S)
    error = math.sqrt(early * (1 - early) / len(waits))
    excess = 1 - early / explained
    return excess if excess > 3 * error else 0.0


_LawFit = tuple[float, float, float, float]
"""Mean, standard deviation over mean, AIC, share that stays beyond `AT_ONCE_S`."""


def _laws(waits: Floats, gave_up: Bools) -> dict[str, _LawFit]:
    """Each law, fitted to waits beyond `AT_ONCE_S`."""
    gone, total = float(gave_up.sum()), float((waits - AT_ONCE_S).sum())
    rate = gone / total
    found = {"exponential": (1 / rate, 1.0, 2 - 2 * (gone * math.log(rate) - gone), math.exp(-rate * AT_ONCE_S))}
    found["hyperexponential"] = _hyperexponential(waits, gave_up, 1 / rate)
    found["weibull"] = _weibull(waits, gave_up)
    found["lognormal"] = _lognormal(waits, gave_up)
    return found


def _hyperexponential(waits: Floats, gave_up: Bools, start: float) -> _LawFit:
    """The simulator's mixture of fixed form: only its mean is free."""

    def survives(mean: float, t: Floats | float) -> Floats:
        short, long_ = np.exp(-np.asarray(t) / (SHORT_MEAN * mean)), np.exp(-np.asarray(t) / (LONG_MEAN * mean))
        return np.asarray(SHORT_SHARE * short + (1 - SHORT_SHARE) * long_, np.float64)

    def less_likely(log_mean: float) -> float:
        mean = math.exp(log_mean)
        short, long_ = SHORT_MEAN * mean, LONG_MEAN * mean
        density = SHORT_SHARE / short * np.exp(-waits / short) + (1 - SHORT_SHARE) / long_ * np.exp(-waits / long_)
        likely = np.log(np.where(gave_up, density, survives(mean, waits))).sum()
        return -float(likely) + len(waits) * math.log(float(survives(mean, AT_ONCE_S)))

    at, value = _least(less_likely, math.log(start) - 2.5, math.log(start) + 2.5)
    second = 2 * (SHORT_SHARE * SHORT_MEAN**2 + (1 - SHORT_SHARE) * LONG_MEAN**2)
    mean = math.exp(at)
    return mean, math.sqrt(second - 1), 2 + 2 * value, float(survives(mean, AT_ONCE_S))


def _weibull(waits: Floats, gave_up: Bools) -> _LawFit:
    """Given the shape k the scale is known: scale^k = Σ (t^k - 2^k) / number who gave up."""
    gone, logs = float(gave_up.sum()), np.log(waits)
    logs_gone = float(logs[gave_up].sum())

    def log_power(k: float) -> float:
        top = float(logs.max())
        begun = len(waits) * math.exp(k * (math.log(AT_ONCE_S) - top))
        return k * top + math.log((float(np.exp(k * (logs - top)).sum()) - begun) / gone)

    def less_likely(log_k: float) -> float:
        k = math.exp(log_k)
        return -(gone * math.log(k) - gone * log_power(k) + (k - 1) * logs_gone - gone)

    at, value = _least(less_likely, math.log(0.2), math.log(8.0))
    k = math.exp(at)
    log_mean = log_power(k) / k + math.lgamma(1 + 1 / k)
    stays = math.exp(-math.exp(k * math.log(AT_ONCE_S) - log_power(k)))
    return math.exp(min(log_mean, 60.0)), weibull_cv(k), 4 + 2 * value, stays


def _lognormal(waits: Floats, gave_up: Bools) -> _LawFit:
    from scipy.optimize import minimize
    from scipy.special import log_ndtr

    logs, begun = np.log(waits), math.log(AT_ONCE_S)

    def less_likely(free: Floats) -> float:
        mu, sigma = float(free[0]), math.exp(min(float(free[1]), 5.0))
        z = (logs - mu) / sigma
        density = -0.5 * z * z - math.log(sigma * math.sqrt(2 * math.pi)) - logs
        likely = float(np.where(gave_up, density, log_ndtr(-z)).sum())
        return -likely + len(waits) * float(log_ndtr((mu - begun) / sigma))

    start = np.array([float(logs[gave_up].mean()) + 1.0, 0.3])
    done = minimize(less_likely, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-3})
    mu, sigma = float(done.x[0]), math.exp(min(float(done.x[1]), 5.0))
    mean, cv = math.exp(min(mu + sigma**2 / 2, 60.0)), math.sqrt(math.expm1(min(sigma**2, 60.0)))
    return mean, cv, 4 + 2 * float(done.fun), math.exp(float(log_ndtr((mu - begun) / sigma)))


def _least(function: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """Where between `low` and `high` a function with one valley is least, and its value there (golden section)."""
    golden = (math.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(40):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = function(right)
    return (left, at_left) if at_left < at_right else (right, at_right)
