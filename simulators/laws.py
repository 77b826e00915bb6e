"""Laws of patience, handle time and the like, as a file declares them and as arrays draw from them.

Draws are made from standard variates that are taken for every contact in the same number, whatever its law, so that a
change of one queue's law or an order to a site does not shift the draws of the contacts after it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, model_validator

from feeds.durations import Duration
from feeds.yamlfile import FileModel

LAWS: tuple[str, ...] = ("exponential", "lognormal", "hyperexponential", "constant", "never", "weibull")

SHORT_SHARE, SHORT_MEAN, LONG_MEAN = 0.3, 0.2, 1.343
"""The hyperexponential law: 30 % of people with a mean of 0.2, the rest of 1.343 times the mean; a hazard that falls
with the time already waited, as measured in real call centres."""

NEVER = 1e15
"""Seconds that no run reaches."""


class Law(FileModel):
    """A law of a time: `4m` alone is its mean, the rest as below."""

    model_config = ConfigDict(validate_default=False)

    law: Literal["exponential", "lognormal", "hyperexponential", "constant", "never", "weibull"] = "lognormal"
    mean: Duration = Field(default=0.0, ge=0)
    cv: float = Field(default=0.9, ge=0, le=10)
    """Standard deviation over mean, of the lognormal and Weibull laws only."""

    @model_validator(mode="before")
    @classmethod
    def _mean_alone(cls, value: object) -> object:
        return value if isinstance(value, dict | Law) else {"mean": value}


class LawTable:
    """The laws of many queues as columns, to draw for a mixed batch of contacts at once.

    `tick_s` shortens each mean by half a tick: a time rounded up to whole ticks is half a tick too long on average,
    and without this a tick of 1 s makes waits about a second too long near saturation.
    """

    def __init__(self, laws: Sequence[Law], tick_s: float = 1.0) -> None:
        self.mean = np.array([law.mean for law in laws], dtype=np.float64)
        self._scale = np.where(self.mean > tick_s, self.mean - tick_s / 2, self.mean)
        self._code = np.array([LAWS.index(law.law) for law in laws], dtype=np.int64)
        self._codes = frozenset(self._code.tolist())
        variance = [math.log1p(law.cv * law.cv) for law in laws]
        self._sigma = np.sqrt(np.array(variance, dtype=np.float64))
        shapes = [weibull_shape(law.cv) if law.law == "weibull" else 1.0 for law in laws]
        self._power = 1 / np.array(shapes, dtype=np.float64)
        self._weibull_unit = np.array([1 / math.gamma(1 + 1 / shape) for shape in shapes])

    def draw(
        self, rows: NDArray[np.int64], e: NDArray[np.float64], u: NDArray[np.float64], z: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """One time in seconds per element of `rows` (indices into the laws).

        `e`, `u` and `z` are a standard exponential, uniform and normal variate for each.
        """
        shares: dict[int, NDArray[np.float64]] = {}
        if 0 in self._codes:
            shares[0] = e
        if 1 in self._codes:
            sigma = self._sigma[rows]
            shares[1] = np.exp(sigma * z - sigma * sigma / 2)
        if 2 in self._codes:
            shares[2] = e * np.where(u < SHORT_SHARE, SHORT_MEAN, LONG_MEAN)
        if 5 in self._codes:
            shares[5] = e ** self._power[rows] * self._weibull_unit[rows]
        code, share = self._code[rows], np.ones(len(rows))
        for law, drawn in shares.items():
            share = drawn if len(self._codes) == 1 else np.where(code == law, drawn, share)
        times: NDArray[np.float64] = share * self._scale[rows]
        return np.where(code == 4, NEVER, times) if 4 in self._codes else times


def weibull_shape(cv: float) -> float:
    """The shape of the Weibull law with this ratio of standard deviation to mean: 1 for 1, below 1 for more."""
    low, high = 0.15, 50.0
    for _ in range(80):
        shape = math.sqrt(low * high)
        ratio = math.exp(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)) - 1
        low, high = (shape, high) if ratio > cv * cv else (low, shape)
    return math.sqrt(low * high)


def whole_ticks(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Times as ticks of 1 s: rounded up, at least 1, and never so large that a tick count overflows."""
    return np.clip(np.ceil(seconds), 1, 2**40).astype(np.int64)
