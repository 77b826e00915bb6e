from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.durations import MAX_DURATION_S, Duration, Share, format_duration, parse_duration, parse_share
from feeds.errors import InputError
from feeds.yamlfile import FileModel, parse_yaml


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("40s", 40.0),
        ("10m", 600.0),
        ("2h", 7_200.0),
        ("1d", 86_400.0),
        ("1h30m", 5_400.0),
        ("1d2h3m4s", 93_784.0),
        ("1.5h", 5_400.0),
        ("250ms", 0.25),
        (" 40s ", 40.0),
        ("0", 0.0),
        (0, 0.0),
        ("366d", MAX_DURATION_S),
    ],
)
def test_reads_durations(text: str | float, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s",
        "40",
        40,
        1.5,
        True,
        False,
        "-40s",
        "40 s",
        "40S",
        "30m1h",
        "10s10s",
        "1e3s",
        "４０s",
        "367d",
        "9" * 400 + "s",
        "1h30",
    ],
)
def test_refuses_what_is_no_duration(text: str | float) -> None:
    with pytest.raises(InputError) as refused:
        parse_duration(text, "for")
    assert str(refused.value).startswith("for: ")
    assert "expected a duration such as 40s" in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "share"), [("35%", 0.35), ("35 %", 0.35), ("0.35", 0.35), (0.35, 0.35), (0, 0.0), (1, 1.0), ("100%", 1.0)]
)
def test_reads_shares(text: str | float, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "%", "35", 35, -0.1, "120%", "-5%", True, "abc", math.nan, math.inf, "1/3"])
def test_refuses_what_is_no_share(text: str | float) -> None:
    with pytest.raises(InputError, match="expected a share from 0% to 100%"):
        parse_share(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0s"),
        (0.25, "0.2s"),
        (9.97, "10s"),
        (59.6, "1m"),
        (130.0, "2m10s"),
        (3_600.0, "1h"),
        (93_784.0, "1d2h3m4s"),
        (-40.0, "-40s"),
        (-0.01, "0s"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_writes_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_writes_only_the_largest_units_when_asked() -> None:
    assert format_duration(93_784.0, parts=2) == "1d2h"
    assert format_duration(130.0, parts=1) == "2m"


@given(st.integers(0, int(MAX_DURATION_S)))
def test_whole_seconds_survive_writing_and_reading(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_duration, parse_share):
        try:
            assert 0.0 <= parse(text) <= MAX_DURATION_S
        except InputError as refused:
            assert "\n" not in str(refused)


class Timed(FileModel):
    hold: Duration = 0.0
    share: Share = 0.0


def test_fields_of_a_model_tell_place_and_expectation() -> None:
    assert parse_yaml("hold: 1m30s\nshare: 35%", Timed, "t.yaml") == Timed(hold=90.0, share=0.35)
    with pytest.raises(InputError) as refused:
        parse_yaml("share: 0.5\nhold: 90", Timed, "t.yaml")
    assert (
        str(refused.value) == "t.yaml:2:7: hold: 90 has no unit; expected a duration such as 40s, 10m, 2h, 1d or 1h30m"
    )
