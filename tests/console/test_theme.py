"""Colours: readable, told apart without red against green, and never alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rich.color import Color

import console
from console.draw import marks
from console.theme import AMBER, BLUE, DIM, GROUND, RED, STYLES, TEXT, VIOLET, style, use_colour


def _luminance(colour: str) -> float:
    parts = [v / 255 for v in Color.parse(colour).get_truecolor()]
    r, g, b = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, two: str) -> float:
    low, high = sorted((_luminance(one), _luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [TEXT, DIM, BLUE, AMBER, RED, VIOLET])
def test_text_stands_out_from_the_ground(colour: str) -> None:
    assert _contrast(colour, GROUND) >= 4.5


def test_no_colour_with_a_meaning_is_green_and_alarms_differ_in_brightness() -> None:
    for colour in (BLUE, AMBER, RED, VIOLET):
        red, green, blue = Color.parse(colour).get_truecolor()
        assert not (green > red and green > blue)
    assert _contrast(AMBER, RED) >= 1.3


def test_without_colour_the_worst_still_stands_out() -> None:
    use_colour(on=False)
    try:
        assert style("critical").reverse
        assert style("warning").underline
        assert style("unknown").italic
        assert not style("ok").reverse
    finally:
        use_colour(on=True)
    assert not style("critical").reverse


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
