"""How colours are told apart: WCAG contrast, and what people with a colour vision deficiency see.

Contrast and luminance: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. Deficiencies: Machado, Oliveira and
Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, with the
matrices of severity 1.0, on linear RGB. Distance: CIE76 in CIELAB under D65; a difference of 2.3 is just noticeable.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich._palettes import STANDARD_PALETTE
from rich.color import Color, ColorSystem

Rgb = tuple[int, int, int]

DEFICIENCIES: dict[str, NDArray[np.float64]] = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def rgb(colour: Color, system: ColorSystem = ColorSystem.TRUECOLOR) -> Rgb:
    """The colour as a terminal of this depth draws it; of 16 colours, those of VGA and the Linux console."""
    found = colour.downgrade(system)
    if system is ColorSystem.STANDARD and found.number is not None:
        return STANDARD_PALETTE[found.number]
    found = found.get_truecolor()
    return (found.red, found.green, found.blue)


def linear(colour: Rgb) -> NDArray[np.float64]:
    """Linear light of an sRGB colour, 0 to 1 each."""
    part = np.array(colour) / 255.0
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: Rgb, two: Rgb) -> float:
    """The ratio of WCAG, 1 to 21."""
    low, high = sorted(float(linear(c) @ np.array([0.2126, 0.7152, 0.0722])) for c in (one, two))
    return (high + 0.05) / (low + 0.05)


def seen(colour: Rgb, deficiency: str) -> NDArray[np.float64]:
    """CIELAB of what somebody with this deficiency sees."""
    light = np.clip(DEFICIENCIES[deficiency] @ linear(colour), 0.0, 1.0)
    ratio = _TO_XYZ @ light / _WHITE
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: Rgb, two: Rgb, deficiency: str = "none") -> float:
    """How far apart two colours look, in units of CIELAB."""
    return float(np.linalg.norm(seen(one, deficiency) - seen(two, deficiency)))
