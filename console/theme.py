"""How each style name is drawn: a quiet dark ground, healthy things neutral, only what is not in order tinted.

No meaning rests on red against green, and none on colour alone: shape and word say the same.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.theme import Theme

from console.palette import THEMES, Depth, Palette, ThemeName, palette


def styles_of(colours: Palette) -> dict[str, Style]:
    """What each style name that a span may carry adds to the ground."""
    c = colours
    styles = {
        "strong": Style(color=c.bright, bold=True),
        "bright": Style(color=c.bright),
        "dim": Style(color=c.dim),
        "faint": Style(color=c.faint),
        "bold": Style(bold=True),
        "ok": Style(color=c.text),
        "critical": Style(color=c.critical, bold=True),
        "warning": Style(color=c.warning, bold=True),
        "info": Style(color=c.info),
        "unknown": Style(color=c.unknown),
        "late": Style(color=c.warning),
        "good": Style(color=c.info, bold=True),
        "one": Style(color=c.info),
        "two": Style(color=c.warning),
        "three": Style(color=c.critical),
        "course": Style(color=c.course),
        "heading": Style(color=c.dim, bold=True),
        "title": Style(color=c.info, bold=True),
        "key": Style(color=c.bright, bold=True),
        "bar": Style(bgcolor=c.bar),
        "cursor": Style(color=c.cursor_text or None, bgcolor=c.cursor),
        "here": Style(bgcolor=c.here),
        "live": _badge(c.live),
        "drill": _badge(c.drill),
        "drillbar": Style(bgcolor=c.drillbar),
        "replay": _badge(c.replay),
        "replaybar": Style(bgcolor=c.replaybar),
        "then": _badge(c.then),
        "news": _badge(c.live),
        "thenbar": Style(bgcolor=c.thenbar),
        "frozen": _badge(c.frozen),
        "alarm": _badge(c.alarm),
        "ask": _badge(c.live),
        "reverse": Style(reverse=True),
    }
    return styles if c.hue else styles | _by_weight(c)


def _badge(pair: tuple[str, str]) -> Style:
    return Style(color=pair[0], bgcolor=pair[1], bold=True)


def _by_weight(c: Palette) -> dict[str, Style]:
    """What tells severities apart where there is no hue: as greys, the tints would make the worst the dimmest."""
    badges = {
        "live": c.live,
        "drill": c.drill,
        "replay": c.replay,
        "then": c.then,
        "news": c.live,
        "frozen": c.frozen,
        "alarm": c.alarm,
        "ask": c.live,
    }
    return {
        "critical": Style(color=c.critical, bold=True, reverse=True),
        "warning": Style(color=c.warning, bold=True, underline=True),
        "late": Style(color=c.warning, underline=True),
        "unknown": Style(color=c.unknown, italic=True),
        **{name: _turned(pair) for name, pair in badges.items()},
    }


def _turned(pair: tuple[str, str]) -> Style:
    """The same badge by reversal, which stays where a terminal draws no colour at all."""
    return Style(color=pair[1], bgcolor=pair[0], bold=True, reverse=True)


STYLES: dict[str, Style] = styles_of(palette("night", "full"))
"""Style names that a span may carry, several separated by spaces; later ones win. As the default theme has them."""

_colours = palette("night", "full")
_styles = STYLES


def use_theme(theme: ThemeName, depth: Depth = "full") -> None:
    """Draw with a theme from now on: one process draws on one terminal."""
    global _colours, _styles  # noqa: PLW0603 - handing it through every drawing function would buy nothing
    _colours = palette(theme, depth)
    _styles = styles_of(_colours)
    style.cache_clear()


def use_colour(*, on: bool) -> None:
    """Draw with the default theme, or without hues."""
    use_theme("night" if on else "mono")


GROUNDS = frozenset({"bar", "cursor", "here", "drillbar", "replaybar", "thenbar"})
"""Styles that lie under a text and, where they can, leave its colour."""

BADGES = frozenset({"live", "drill", "replay", "then", "news", "frozen", "alarm", "ask"})
"""Styles with a ground of their own, which no other ground replaces: their text would not be read on it."""


@lru_cache(512)
def style(names: str) -> Style:
    """The style of a span on the ground; a name that is not in STYLES is a mistake in the code."""
    given = names.split()
    out = Style(color=_colours.text, bgcolor=_colours.ground)
    grounds = [name for name in given if name in GROUNDS]
    for name in given:
        if name not in GROUNDS:
            out += _styles[name]
    if BADGES.isdisjoint(given):
        for name in grounds:
            out += _styles[name]
    return out


def toolkit_name(theme: ThemeName, depth: Depth) -> str:
    """What the toolkit calls a theme at a depth."""
    return f"dutydeck-{theme}-{depth}"


def toolkit_theme(theme: ThemeName, depth: Depth) -> Theme:
    """The same colours as a theme of the toolkit, for the few stock widgets (inputs, scroll bars, borders)."""
    c = palette(theme, depth)
    return Theme(
        name=toolkit_name(theme, depth),
        primary=c.info,
        secondary=c.unknown,
        warning=c.warning,
        error=c.critical,
        success=c.info,
        accent=c.info,
        foreground=c.text,
        background=c.ground,
        surface=c.ground,
        panel=c.bar,
        dark=True,
        variables={
            "scrollbar": c.frame,
            "scrollbar-background": c.ground,
            "scrollbar-corner-color": c.ground,
            "scrollbar-hover": c.dim,
            "scrollbar-active": c.info,
            "scrollbar-background-hover": c.ground,
            "scrollbar-background-active": c.ground,
            "frame": c.frame,
            "dim": c.dim,
            "then": c.then[1],
            "input-cursor-background": c.bright,
            "input-cursor-foreground": c.ground,
            "block-cursor-background": c.cursor,
            "block-cursor-foreground": c.cursor_text or c.bright,
            "block-cursor-text-style": "bold",
        },
    )


def toolkit_themes(depth: Depth) -> list[Theme]:
    """All themes of a terminal of this depth."""
    return [toolkit_theme(theme, depth) for theme in THEMES]
