"""Terminals that draw nothing but ASCII: the same cells, the same meanings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.draw import marks
from console.draw.ascii import ascii_text
from console.draw.lines import cells
from console.i18n import choose_language
from console.palette import Depth
from console.personal import Personal
from console.settings import ConsoleSettings
from console.terminal import characters_of, depth_of
from console.widgets.sparkline import BARS
from tests.console.fake_desk import FakeDesk, in_loop
from tests.console.test_screens import screen_text


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_any_text_becomes_ascii_of_the_same_width(text: str) -> None:
    plain = ascii_text(text)
    assert plain.isascii()
    assert cells(plain) == cells(text)


def test_signs_keep_shapes_of_their_own_and_a_trend_its_steps() -> None:
    signs = {sign.mark for sign in vars(marks).values() if isinstance(sign, marks.Sign)}
    assert "?" not in {ascii_text(mark) for mark in signs if mark != "?"}
    assert len({ascii_text(mark) for mark in signs}) == len(signs)
    assert len(set(ascii_text(BARS))) == len(BARS)
    assert ascii_text("╭─┤╰│╯") == "+-++|+"
    assert ascii_text("⠁⡀⣿⢹\u2800") == "'.## "
    assert ascii_text("é合，") == "e??, "


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"TERM": "xterm-256color", "LANG": "zh_CN.UTF-8"}, "full"),
        ({"TERM": "xterm-256color"}, "full"),
        ({"TERM": "xterm-256color", "LC_ALL": "C"}, "full"),
        ({"TERM": "xterm", "LANG": "de_DE.utf8@euro"}, "full"),
        ({"TERM": "linux", "LANG": "zh_CN.UTF-8"}, "ascii"),
        ({"TERM": "vt220"}, "ascii"),
        ({"TERM": "xterm", "LANG": "zh_CN.GB18030"}, "ascii"),
        ({"TERM": "xterm", "LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.ISO-8859-1"}, "ascii"),
    ],
)
def test_terminal_and_locale_say_what_can_be_drawn(env: dict[str, str], expected: str) -> None:
    assert characters_of(env) == expected


def test_nobody_is_spoken_to_in_chinese_where_it_cannot_be_drawn_unless_asked_for() -> None:
    assert choose_language("", {"TERM": "linux", "LANG": "zh_CN.UTF-8"}) == "en"
    assert choose_language("zh", {"TERM": "linux"}) == "zh"


@pytest.mark.parametrize(
    ("system", "depth"), [("truecolor", "full"), ("256", "256"), ("standard", "16"), (None, "full")]
)
def test_depth_is_what_the_toolkit_found(system: str | None, depth: Depth) -> None:
    assert depth_of(system) == depth


@in_loop
async def test_frames_signs_and_trends_are_drawn_in_ascii() -> None:
    personal = Personal(ConsoleSettings(characters="ascii"))
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", personal=personal)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        lines = screen_text(app)
        text = "\n".join(lines)
        assert text.isascii()
        assert {len(line) for line in lines} == {120}
        for sign in ("^ CRIT", "? unknown", "o ok", "# DARK", "+-"):
            assert sign in text
        app.look_as(Personal(ConsoleSettings(characters="full")))
        await pilot.pause()
        assert "▲ CRIT" in "\n".join(screen_text(app))
    i18n.use("en")
