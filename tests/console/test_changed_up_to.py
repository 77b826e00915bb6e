"""How much of a line is sent again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.draw.lines import Line, fill
from console.widgets.painted import changed_up_to, strip_of

SPANS = st.lists(st.tuples(st.text("ab宽1 ", max_size=6), st.sampled_from(["", "dim"])), max_size=5).map(tuple)


@given(SPANS, SPANS)
def test_what_lies_behind_the_last_change_is_the_same_in_both_lines(old: Line, new: Line) -> None:
    old, new = fill(old, 24), fill(new, 24)
    upto = changed_up_to(old, new, 24)
    assert 1 <= upto <= 24
    assert list(strip_of(old, 24).crop(upto).simplify()) == list(strip_of(new, 24).crop(upto).simplify())


def test_no_more_than_that_is_sent() -> None:
    assert changed_up_to(None, (("a", ""),), 10) == 10, "of a line that was not drawn, all"
    assert changed_up_to((("ab", ""), ("1", "dim"), ("  ", "")), (("ab", ""), ("2", "dim"), ("  ", "")), 5) == 3
    assert changed_up_to((("abc 1 def", ""),), (("abc 2 def", ""),), 9) == 5
    assert changed_up_to((("宽1宽", ""),), (("宽2宽", ""),), 5) == 3
    assert changed_up_to((("ab", ""),), (("ab", "dim"),), 2) == 2
