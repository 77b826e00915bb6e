"""Colours: a quiet dark ground, healthy things neutral, only what is not in order tinted.

The three that carry meaning are told apart without red against green (blue, amber, magenta-red differ in brightness
and hue for every common kind of colour vision), and none stands alone: shape and word say the same.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.theme import Theme

GROUND = "#11151c"
RAISED = "#1a202a"
CURSOR = "#2a3a52"
TEXT = "#c8d0da"
BRIGHT = "#f0f4f8"
DIM = "#8793a3"
FAINT = "#4f5b6b"
BLUE = "#6db3f2"
AMBER = "#f0b429"
RED = "#ff5c8a"
VIOLET = "#b39ddb"

STYLES: dict[str, Style] = {
    "strong": Style(color=BRIGHT, bold=True),
    "bright": Style(color=BRIGHT),
    "dim": Style(color=DIM),
    "faint": Style(color=FAINT),
    "bold": Style(bold=True),
    "ok": Style(color=TEXT),
    "critical": Style(color=RED, bold=True),
    "warning": Style(color=AMBER, bold=True),
    "info": Style(color=BLUE),
    "unknown": Style(color=VIOLET),
    "late": Style(color=AMBER),
    "good": Style(color=BLUE, bold=True),
    "one": Style(color=BLUE),
    "two": Style(color=AMBER),
    "three": Style(color=RED),
    "course": Style(color="#6f8db0"),
    "heading": Style(color=DIM, bold=True),
    "title": Style(color=BLUE, bold=True),
    "key": Style(color=BRIGHT, bold=True),
    "bar": Style(bgcolor=RAISED),
    "cursor": Style(bgcolor=CURSOR),
    "here": Style(bgcolor="#1f2937"),
    "live": Style(color=GROUND, bgcolor=BLUE, bold=True),
    "drill": Style(color="#ffffff", bgcolor="#7b3fe4", bold=True),
    "drillbar": Style(bgcolor="#2a1b4a"),
    "replay": Style(color=GROUND, bgcolor="#5ec4b6", bold=True),
    "replaybar": Style(bgcolor="#12302d"),
    "then": Style(color=GROUND, bgcolor="#e8a0c8", bold=True),
    "thenbar": Style(bgcolor="#4a1f3a"),
    "frozen": Style(color=GROUND, bgcolor=AMBER, bold=True),
    "alarm": Style(color="#ffffff", bgcolor="#c2185b", bold=True),
    "ask": Style(color=GROUND, bgcolor=BLUE, bold=True),
    "reverse": Style(reverse=True),
}
"""Style names that a span may carry, several separated by spaces; later ones win."""

WITHOUT_COLOUR: dict[str, Style] = {
    "critical": Style(color=BRIGHT, bold=True, reverse=True),
    "warning": Style(color=BRIGHT, bold=True, underline=True),
    "late": Style(color=BRIGHT, underline=True),
    "unknown": Style(color=TEXT, italic=True),
    "info": Style(color=BRIGHT),
    "drill": Style(color=BRIGHT, bold=True, reverse=True),
    "then": Style(color=BRIGHT, bold=True, reverse=True),
    "good": Style(color=BRIGHT, bold=True),
}
"""What stands instead where NO_COLOR is set: as greys, the tints would make the worst the dimmest."""

BASE = Style(color=TEXT, bgcolor=GROUND)


_coloured = True


def use_colour(*, on: bool) -> None:
    """Draw with colours, or without them (NO_COLOR)."""
    global _coloured  # noqa: PLW0603 - one process draws on one terminal
    _coloured = on
    style.cache_clear()


@lru_cache(512)
def style(names: str) -> Style:
    """The style of a span on the ground; a name that is not in STYLES is a mistake in the code."""
    out = BASE
    for name in names.split():
        out += STYLES[name] if _coloured else WITHOUT_COLOUR.get(name, STYLES[name])
    return out


DUTYDECK = Theme(
    name="dutydeck",
    primary=BLUE,
    secondary=VIOLET,
    warning=AMBER,
    error=RED,
    success=BLUE,
    accent=BLUE,
    foreground=TEXT,
    background=GROUND,
    surface=GROUND,
    panel=RAISED,
    dark=True,
    variables={
        "scrollbar": FAINT,
        "scrollbar-background": GROUND,
        "scrollbar-corner-color": GROUND,
        "scrollbar-hover": DIM,
        "scrollbar-active": BLUE,
        "scrollbar-background-hover": GROUND,
        "scrollbar-background-active": GROUND,
        "faint": FAINT,
        "dim": DIM,
        "then": "#e8a0c8",
        "input-cursor-background": BRIGHT,
        "input-cursor-foreground": GROUND,
    },
)
"""The same colours as a theme of the toolkit, for the few stock widgets (inputs, scroll bars, borders)."""
