"""What a browser may say, and who is logged in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.checks import HEIGHTS, WIDTHS, fitting_size, same_origin, understood
from console.web.sessions import Sessions

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(ANYTHING, ANYTHING)
def test_every_size_can_be_drawn_in(width: object, height: object) -> None:
    columns, rows = fitting_size(width, height)
    assert columns in WIDTHS
    assert rows in HEIGHTS


@given(st.text(max_size=60) | ANYTHING.map(json.dumps))
def test_nothing_comes_of_garbage(text: str) -> None:
    said = understood(text)
    assert said is None or said[0] in ("typed", "size", "ping")


@pytest.mark.parametrize("text", ["[" * 100_000, '["stdin", ""]', '["ping", "' + "x" * 64 + '"]'])
def test_what_is_too_much_means_nothing(text: str) -> None:
    assert understood(text) is None


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://deck:8771", "deck:8771", True),
        ("https://Deck:8771", "deck:8771", True),
        ("https://deck.example", "10.0.0.7:8771", True),
        ("http://deck", "deck:8771", False),
        ("https://evil.example", "deck:8771", False),
        ("null", "deck:8771", False),
        (None, "deck:8771", False),
        ("ftp://deck:8771", "deck:8771", False),
        ("http://deck:8771", None, False),
    ],
)
def test_a_page_of_ours(origin: str | None, host: str | None, ours: bool) -> None:
    assert same_origin(origin, host, ("https://deck.example",)) is ours


def test_a_login_is_good_for_a_shift_and_the_oldest_gives_way() -> None:
    now = 0.0
    sessions = Sessions(lambda: now, lasts_s=10.0, most=2)
    first = sessions.begin("t1", "wang", "duty")
    now = 5.0
    second, third = sessions.begin("t2", "li", "lead"), sessions.begin("t3", "zhang", "viewer")
    assert sessions.of(first) is None, "one too many"
    found = sessions.of(second)
    assert found is not None
    assert (found.token, found.name, found.role) == ("t2", "li", "lead")
    sessions.end(third)
    assert sessions.of(third) is None
    now = 15.0
    assert sessions.of(second) is None
    assert len({sessions.begin("t", "n", "r") for _ in range(100)}) == 100
