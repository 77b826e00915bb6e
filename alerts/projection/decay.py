"""Integrals of exp(-E(u)) for convex E, many at once: what Erlang's formulas come down to.

E rises from 0 at u = 0 to both sides, as `slope·u + weight·shape(scale·u)`. The range is cut where E passes 46
(exp(-46) = 1e-20) and integrated by Gauss–Legendre in panels, so that every term is positive and nothing cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PANELS, _ORDER = 8, 16
_CUT = 46.0
_BENDS = 40.0
"""Past this multiple of 1 / scale the shape and the weights are straight, and get panels of their own."""
_REFINEMENTS = 7
"""Halvings after the doubling: the cut is found within 1 %."""


def _panel_nodes() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    starts = np.arange(_PANELS)[:, None]
    return ((starts + (nodes + 1) / 2) / _PANELS).ravel(), np.tile(weights / 2 / _PANELS, _PANELS)


_NODES, _WEIGHTS = _panel_nodes()


def log1p_gap(x: Floats) -> Floats:
    """`x - log(1 + x)` for x > -1, without the cancellation near 0 (series in x / (2 + x) after Loader)."""
    near = np.abs(x) < 0.2
    r = np.where(near, x / (2 + x), 0.0)
    r2 = r * r
    series = np.zeros_like(r)
    for k in range(17, 1, -2):
        series = (series + 1 / k) * r2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(near, r * x - 2 * r * series, x - np.log1p(x))


def expm1_gap(z: Floats) -> Floats:
    """`z - 1 + exp(-z)`, without the cancellation near 0."""
    near = np.abs(z) < 0.5
    small = np.where(near, z, 0.0)
    series = np.zeros_like(small)
    for k in range(17, 2, -1):
        series = (1 + series) * (-small / k)
    with np.errstate(over="ignore"):
        return np.where(near, small * small / 2 * (1 + series), z + np.expm1(-z))


@dataclass(frozen=True, slots=True)
class Decay:
    """E(u) = slope·u + weight·shape(scale·u), one a row; `left` is how far u may go below 0.

    `shape` is convex with its least value 0 at 0, where it rises as z²/2. Slope, weight and scale are not negative;
    not all of E may be 0.
    """

    slope: Floats
    weight: Floats
    scale: Floats
    left: Floats
    shape: Callable[[Floats], Floats]

    def exponent(self, u: Floats) -> Floats:
        """E at u, whose first axis is that of the rows."""
        wide = (slice(None),) + (None,) * (u.ndim - 1)
        return self.slope[wide] * u + self.weight[wide] * self.shape(self.scale[wide] * u)

    def _cut(self, sign: float, most: Floats) -> Floats:
        """How far to go to the right (1) or left (-1) until E passes the cut, at most `most`."""
        with np.errstate(divide="ignore", over="ignore"):
            steep = _CUT / self.slope if sign > 0 else np.full_like(self.slope, np.inf)
            far = np.minimum(steep, np.sqrt(2 * _CUT / self.weight) / self.scale)
        far = np.minimum(np.where(np.isfinite(far), far, most), most)
        for _ in range(60):
            short = (self.exponent(sign * far) < _CUT) & (far < most)
            if not short.any():
                break
            far = np.where(short, np.minimum(2 * far, most), far)
        below = far / 2
        far_enough = np.where(self.exponent(sign * below) < _CUT, below, 0.0)
        for _ in range(_REFINEMENTS):
            middle = (far_enough + far) / 2
            short = self.exponent(sign * middle) < _CUT
            far_enough, far = np.where(short, middle, far_enough), np.where(short, far, middle)
        return far

    def span(self) -> tuple[Floats, Floats]:
        """From where to where (as lengths to the left and right of 0) the integrand counts."""
        left = np.zeros_like(self.left)
        some = self.left > 0
        if some.any():
            left = np.where(some, self._cut(-1.0, self.left), 0.0)
        return left, self._cut(1.0, np.full_like(self.slope, np.inf))

    def integrals(self, start: Floats, end: Floats, *weights: Callable[[Floats], Floats]) -> list[Floats]:
        """∫ exp(-E(u)) w(u) du from `start` to `end` for each weight w; 0 where the end is not past the start."""
        with np.errstate(divide="ignore"):
            bend = np.clip(_BENDS / self.scale, start, np.maximum(start, end))
        sums = self._panels(start, bend, weights)
        if (end > bend).any():
            straight = self._panels(bend, end, weights)
            sums = [a + b for a, b in zip(sums, straight, strict=True)]
        return sums

    def _panels(self, start: Floats, end: Floats, weights: Sequence[Callable[[Floats], Floats]]) -> list[Floats]:
        length = np.maximum(end - start, 0.0)
        u = start[:, None] + length[:, None] * _NODES
        mass = np.exp(-self.exponent(u)) * (_WEIGHTS * length[:, None])
        return [np.sum(mass * weigh(u), axis=1) for weigh in weights]


def one(u: Floats) -> Floats:
    """The weight 1."""
    return np.ones_like(u)
