"""The colours of each theme, for each depth of colour that a terminal may have. Values alone, without a toolkit.

`night` is the default. `okabe-ito` draws on Okabe and Ito's set for every kind of colour vision
(https://jfly.uni-koeln.de/color/), brightened where a dark ground asks for it. `contrast` holds 7:1, `mono` has no hue
at all. What each must fulfil on every ground is in tests/console/test_theme.py: 4.5:1 for text, 3:1 for shapes (WCAG
2.2, 1.4.3 and 1.4.11), severities apart for the common deficiencies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

ThemeName = Literal["night", "okabe-ito", "contrast", "mono"]
Depth = Literal["full", "256", "16"]
"""How many colours the terminal has; full is 24 bit."""

THEMES: tuple[ThemeName, ...] = get_args(ThemeName)


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme at one depth. `critical`, `warning`, `info` and `unknown` carry meaning; all are `#rrggbb`.

    Grounds: the screen's, bars, the row with the keys (`cursor`) and without (`here`), the header of a drill and of a
    replay. Badges are pairs of text and ground. A palette without `hue` tells severities by weight, underline and
    reversal.
    """

    ground: str
    bar: str
    cursor: str
    here: str
    drillbar: str
    replaybar: str
    thenbar: str
    text: str
    bright: str
    dim: str
    faint: str
    frame: str
    critical: str
    warning: str
    info: str
    unknown: str
    course: str
    live: tuple[str, str]
    drill: tuple[str, str]
    replay: tuple[str, str]
    then: tuple[str, str]
    frozen: tuple[str, str]
    alarm: tuple[str, str]
    cursor_text: str = ""
    """The colour of all text under the cursor, where the ground leaves no other."""
    hue: bool = True


_NIGHT = Palette(
    ground="#11151c",
    bar="#1a202a",
    cursor="#24344c",
    here="#1c2531",
    drillbar="#2a1b4a",
    replaybar="#12302d",
    thenbar="#4a1f3a",
    text="#c8d0da",
    bright="#f0f4f8",
    dim="#a8b4c2",
    faint="#949fae",
    frame="#5f6c7d",
    critical="#ff7199",
    warning="#f0b429",
    info="#7cbcf5",
    unknown="#cfb8f2",
    course="#8aa8cc",
    live=("#11151c", "#6db3f2"),
    drill=("#ffffff", "#7b3fe4"),
    replay=("#11151c", "#5ec4b6"),
    then=("#11151c", "#e8a0c8"),
    frozen=("#11151c", "#f0b429"),
    alarm=("#ffffff", "#c2185b"),
)

_OKABE_ITO = Palette(
    ground="#0d0f12",
    bar="#181b20",
    cursor="#1c3350",
    here="#1b222b",
    drillbar="#33203a",
    replaybar="#0e302a",
    thenbar="#4a2a10",
    text="#d4d7db",
    bright="#ffffff",
    dim="#b0b6be",
    faint="#9ca2ab",
    frame="#666c75",
    critical="#f07d2c",
    warning="#f0e442",
    info="#56b4e9",
    unknown="#d78fb9",
    course="#86a8c4",
    live=("#0d0f12", "#56b4e9"),
    drill=("#0d0f12", "#cc79a7"),
    replay=("#ffffff", "#00745a"),
    then=("#0d0f12", "#e69f00"),
    frozen=("#0d0f12", "#f0e442"),
    alarm=("#ffffff", "#b24e00"),
)

_CONTRAST = Palette(
    ground="#000000",
    bar="#1c1c1c",
    cursor="#003063",
    here="#202020",
    drillbar="#2d1055",
    replaybar="#00332c",
    thenbar="#40102e",
    text="#ffffff",
    bright="#ffffff",
    dim="#dcdcdc",
    faint="#cacaca",
    frame="#9a9a9a",
    critical="#ffa3bd",
    warning="#ffd60a",
    info="#8fd3ff",
    unknown="#e2ceff",
    course="#b8d4f0",
    live=("#000000", "#8fd3ff"),
    drill=("#ffffff", "#6f3fe0"),
    replay=("#000000", "#5ee0cd"),
    then=("#000000", "#ffb0d8"),
    frozen=("#000000", "#ffd60a"),
    alarm=("#ffffff", "#b3124f"),
)

_MONO = Palette(
    ground="#000000",
    bar="#1e1e1e",
    cursor="#3a3a3a",
    here="#262626",
    drillbar="#303030",
    replaybar="#262626",
    thenbar="#303030",
    text="#d0d0d0",
    bright="#ffffff",
    dim="#b4b4b4",
    faint="#b0b0b0",
    frame="#7a7a7a",
    critical="#ffffff",
    warning="#ffffff",
    info="#ffffff",
    unknown="#d0d0d0",
    course="#b4b4b4",
    live=("#000000", "#d0d0d0"),
    drill=("#000000", "#ffffff"),
    replay=("#000000", "#d0d0d0"),
    then=("#000000", "#ffffff"),
    frozen=("#000000", "#ffffff"),
    alarm=("#000000", "#ffffff"),
    hue=False,
)

_SIXTEEN = Palette(
    ground="#000000",
    bar="#000000",
    cursor="#0000aa",
    here="#000000",
    drillbar="#000000",
    replaybar="#000000",
    thenbar="#000000",
    text="#ffffff",
    bright="#ffffff",
    dim="#aaaaaa",
    faint="#aaaaaa",
    frame="#aaaaaa",
    critical="#ff55ff",
    warning="#ffff55",
    info="#00aaaa",
    unknown="#55ffff",
    course="#00aaaa",
    live=("#000000", "#00aaaa"),
    drill=("#ffffff", "#aa00aa"),
    replay=("#000000", "#aaaaaa"),
    then=("#000000", "#aaaaaa"),
    frozen=("#ffffff", "#aa5500"),
    alarm=("#ffffff", "#aa0000"),
)
"""The colours of the VGA palette itself, which every terminal of 16 colours maps to its own. Grounds are of the first
eight: the Linux console has no others."""

_MONO_SIXTEEN = replace(
    _MONO,
    bar="#000000",
    here="#000000",
    drillbar="#000000",
    replaybar="#000000",
    thenbar="#000000",
    text="#aaaaaa",
    dim="#aaaaaa",
    faint="#aaaaaa",
    frame="#aaaaaa",
    unknown="#aaaaaa",
    course="#aaaaaa",
    cursor="#aaaaaa",
    cursor_text="#000000",
    live=("#000000", "#aaaaaa"),
    drill=("#000000", "#aaaaaa"),
    replay=("#000000", "#aaaaaa"),
    then=("#000000", "#aaaaaa"),
    frozen=("#000000", "#aaaaaa"),
    alarm=("#000000", "#aaaaaa"),
)

_FULL: dict[ThemeName, Palette] = {
    "night": _NIGHT,
    "okabe-ito": _OKABE_ITO,
    "contrast": _CONTRAST,
    "mono": _MONO,
}


def _of_256(full: Palette) -> Palette:
    """Dark grounds among 256 colours: the cube has none between black and #5f, the ramp of greys has."""
    return replace(
        full,
        bar="#1c1c1c",
        cursor="#00005f",
        here="#262626",
        drillbar="#303030",
        replaybar="#262626",
        thenbar="#303030",
    )


def palette(theme: ThemeName, depth: Depth) -> Palette:
    """The colours of a theme on a terminal of this depth. Sixteen colours leave one set of hues, or none."""
    if depth == "16":
        return _MONO_SIXTEEN if theme == "mono" else _SIXTEEN
    full = _FULL[theme]
    return _of_256(full) if depth == "256" and full.hue else full
