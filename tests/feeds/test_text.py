from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feeds.text import clean, width

HOSTILE = [
    "\x1b]0;owned\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1b[2J\x1b[?1049l",
    "\x9b31m",
    "a\x00b\x0e\x7f",
    "\u202eevil\u202c",
    "a\u200bb\u200f",
    "\ue000\U000e0041",
    "line\nline\r\u2028",
    "z" + "\u0301" * 40,
    "\ud800",
    "宽" * 300,
    "\ufeffx",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_steers_a_terminal_survives(text: str) -> None:
    cleaned = clean(text)
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in cleaned)
    assert width(cleaned) <= 64


@given(st.text(), st.integers(4, 80))
def test_cleaning_is_safe_narrow_and_done_once(text: str, cells: int) -> None:
    cleaned = clean(text, cells)
    assert clean(cleaned, cells) == cleaned
    assert width(cleaned) <= cells
    assert "\x1b" not in cleaned
    assert "\n" not in cleaned


@given(st.text(alphabet="abc 中文字队列（）ABC123-_/[]", max_size=30))
def test_width_is_what_the_screen_library_thinks(text: str) -> None:
    assert width(text) == cell_len(text)


def test_ordinary_names_stay_as_they_are() -> None:
    for name in ("合肥 服饰", "Agent 101", "Zoë Łukasz", "a[b]c", "Local/101@agents;2"):
        assert clean(name) == name


def test_bytes_that_are_no_utf8_get_a_mark() -> None:
    assert clean(b"ab\xff\xfe") == "ab\ufffd"
