"""Colours: readable on every ground, told apart whatever one sees of them, and never alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest
from rich.color import ColorSystem
from rich.style import Style

import console
from console.draw import marks
from console.palette import THEMES, Depth, ThemeName, palette
from console.theme import STYLES, style, styles_of, toolkit_theme, use_colour, use_theme
from tests.console.colour_measures import DEFICIENCIES, Rgb, contrast, distance, rgb

DEPTHS: tuple[Depth, ...] = get_args(Depth)
SYSTEMS = {"full": ColorSystem.TRUECOLOR, "256": ColorSystem.EIGHT_BIT, "16": ColorSystem.STANDARD}
GROUNDS = ("", "bar", "cursor", "here", "drillbar", "replaybar", "thenbar")
TEXTS = tuple(name for name in STYLES if name not in GROUNDS)


@pytest.fixture(params=[(theme, depth) for theme in THEMES for depth in DEPTHS], ids=lambda p: f"{p[0]} {p[1]}")
def drawn(request: pytest.FixtureRequest) -> Iterator[tuple[ThemeName, Depth]]:
    """A theme in use at a depth."""
    use_theme(*request.param)
    yield request.param
    use_theme("night")


def _pair(found: Style, depth: Depth) -> tuple[Rgb, Rgb]:
    """Text and ground as the terminal draws them."""
    assert found.color is not None
    assert found.bgcolor is not None
    pair = rgb(found.color, SYSTEMS[depth]), rgb(found.bgcolor, SYSTEMS[depth])
    return pair[::-1] if found.reverse else pair


def test_every_text_can_be_read_on_every_ground(drawn: tuple[ThemeName, Depth]) -> None:
    least = 7.0 if drawn == ("contrast", "full") else 4.5
    for ground in GROUNDS:
        for name in ("", *TEXTS):
            for order in (f"{name} {ground}", f"{ground} {name}"):
                ratio = contrast(*_pair(style(order.strip()), drawn[1]))
                badge = STYLES[name].bgcolor is not None if name else False
                assert ratio >= (4.5 if badge else least), (order, ratio)


def test_frames_and_scroll_bars_stand_out_from_the_ground(drawn: tuple[ThemeName, Depth]) -> None:
    colours = palette(*drawn)
    assert contrast(*_pair(Style(color=colours.frame, bgcolor=colours.ground), drawn[1])) >= 3.0
    badges = (colours.live, colours.drill, colours.replay, colours.then, colours.frozen, colours.alarm)
    for badge in badges:  # what it says is text and was measured as such; this is its edge
        assert contrast(_rgb(badge[1], drawn[1]), _rgb(colours.ground, drawn[1])) >= 2.5, badge


def _rgb(colour: str, depth: Depth) -> Rgb:
    found = Style(color=colour).color
    assert found is not None
    return rgb(found, SYSTEMS[depth])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_severities_differ_for_every_kind_of_colour_vision(drawn: tuple[ThemeName, Depth], deficiency: str) -> None:
    colours = palette(*drawn)
    if not colours.hue:
        return
    apart = {name: _rgb(getattr(colours, name), drawn[1]) for name in ("critical", "warning", "info", "text")}
    least = {"16": 11.0}.get(drawn[1], 20.0 if drawn[0] == "okabe-ito" else 14.0)
    for one, other in combinations(apart, 2):
        assert distance(apart[one], apart[other], deficiency) >= least, (one, other)


def test_no_colour_with_a_meaning_is_green(drawn: tuple[ThemeName, Depth]) -> None:
    colours = palette(*drawn)
    for name in ("critical", "warning", "info", "unknown"):
        red, green, blue = _rgb(getattr(colours, name), drawn[1])
        assert not (green > red and green > blue), name


@pytest.mark.parametrize("depth", DEPTHS)
def test_without_hues_the_worst_still_stands_out(depth: Depth) -> None:
    plain = styles_of(palette("mono", depth))
    for found in plain.values():
        for colour in (found.color, found.bgcolor):
            assert colour is None or len(set(rgb(colour))) == 1
    assert plain["critical"].reverse
    assert plain["warning"].underline
    assert plain["unknown"].italic
    assert not plain["ok"].reverse


def test_sixteen_colours_are_those_of_the_terminal_and_grounds_of_its_first_eight() -> None:
    for theme in THEMES:
        for name, found in styles_of(palette(theme, "16")).items():
            for colour in (found.color, found.bgcolor):
                if colour is not None:
                    assert rgb(colour, ColorSystem.STANDARD) == rgb(colour), name
            if found.bgcolor is not None:
                number = found.bgcolor.downgrade(ColorSystem.STANDARD).number
                assert number is not None
                assert number < 8, name


def test_no_colour_takes_the_hues_away_and_gives_them_back() -> None:
    use_colour(on=False)
    try:
        assert style("critical").reverse
    finally:
        use_colour(on=True)
    assert not style("critical").reverse


def test_the_toolkits_widgets_have_the_same_colours(drawn: tuple[ThemeName, Depth]) -> None:
    theme, colours = toolkit_theme(*drawn), palette(*drawn)
    assert (theme.background, theme.foreground, theme.error) == (colours.ground, colours.text, colours.critical)
    assert set(styles_of(colours)) == set(STYLES)


def test_every_state_has_a_shape_and_a_word_of_its_own() -> None:
    signs = [marks.CRITICAL, marks.WARNING, marks.OK, marks.UNKNOWN, marks.DARK]
    assert len({sign.mark for sign in signs}) == len(signs)
    assert len({sign.word for sign in signs}) == len(signs)
    assert marks.LATE.word != marks.OK.word


def test_the_state_of_a_row_says_the_unknown_first() -> None:
    assert marks.row_sign("unknown", suspect=False, worst="critical") is marks.UNKNOWN
    assert marks.row_sign("never", suspect=False, worst=None) is marks.NEVER
    assert marks.row_sign("late", suspect=False, worst="critical") is marks.CRITICAL
    assert marks.row_sign("live", suspect=True, worst=None) is marks.LATE
    assert marks.row_sign("live", suspect=False, worst=None) is marks.OK
    assert marks.severity_sign("something new") is marks.CRITICAL


def test_styles_add_up_and_the_drawing_code_names_no_other() -> None:
    assert style("critical cursor").bgcolor == style("cursor").bgcolor
    with pytest.raises(KeyError):
        style("nonsense")
    root = Path(console.__file__).parent
    for path in [*root.rglob("draw/*.py"), *root.rglob("widgets/*.py"), *root.rglob("screens/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "line":
                for argument in node.args:
                    if isinstance(argument, ast.Tuple) and isinstance(argument.elts[-1], ast.Constant):
                        names = str(argument.elts[-1].value).split()
                        assert set(names) <= set(STYLES), f"{path.name}:{node.lineno}"
