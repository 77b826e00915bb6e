"""The filter line, and the `:` line."""

from __future__ import annotations

import math

import pytest

from console.board_columns import METRIC_OF
from console.command_line import complete, understand
from console.filtering import FilterError, parse_filter


def _passes(text: str, name: str = "hefei 合肥 apparel taobao crit", **values: float) -> bool:
    return parse_filter(text, METRIC_OF).matches(
        name, lambda metric: values.get(metric, math.nan), unknown=math.isnan(values.get("waiting", 1.0))
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hefei",
        "合肥 taobao",
        "!jd",
        "HEFEI",
        "waiting>60",
        "wait>1m",
        "wait>=61 & oldest<2m",
        "sl30<80",
        "sl30<80%",
        "sl30<0.8",
        "service_level_30s_15m=79%",
    ],
)
def test_rows_that_pass(text: str) -> None:
    assert _passes(text, waiting=61.0, oldest_wait_s=119.0, service_level_30s_15m=0.79)


@pytest.mark.parametrize(
    "text", ["wuhan", "!hefei", "hefei !taobao", "waiting>61", "oldest<119s", "sl30>80", "load>0", "?"]
)
def test_rows_that_do_not(text: str) -> None:
    assert not _passes(text, waiting=61.0, oldest_wait_s=119.0, service_level_30s_15m=0.79)


def test_the_unknown_fulfils_no_comparison_and_can_be_asked_for() -> None:
    assert not any(_passes(text, waiting=math.nan) for text in ("wait>0", "wait<1000000", "wait=0", "wait!=0"))
    assert _passes("?", waiting=math.nan)


@pytest.mark.parametrize(
    ("text", "said"), [("waitng>3", "try waiting"), ("wait>", "number"), ("wait>abc", "number"), ("zzz=1", "try ")]
)
def test_what_makes_no_sense_is_said_with_a_way_out(text: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        parse_filter(text, METRIC_OF)


@pytest.mark.parametrize("text", ["[/]", "[@click=app.quit]x", "(", "a b", "!", "!!"])
def test_anything_may_be_typed(text: str) -> None:
    parse_filter(text, METRIC_OF)


WORDS = {"alerts": (), "site": ("hefei", "合肥", "wuhan"), "sites": (), "sort": ("wait", "oldest")}


def test_commands_complete_by_beginning_before_containing() -> None:
    assert complete("s", WORDS) == ["site", "sites", "sort", "alerts"]
    assert complete("site 合", WORDS) == ["site 合肥"]
    assert complete("site e", WORDS) == ["site hefei"]
    assert complete("nothing x", WORDS) == []


def test_commands_may_be_shortened_and_mistyped_ones_get_the_nearest() -> None:
    assert understand("al", WORDS) == ("alerts", "")
    assert understand("site hefei", WORDS) == ("site", "hefei")
    assert understand("SORT  wait ", WORDS) == ("sort", "wait")
    assert understand("alrts", WORDS) == "alerts"
    assert understand("si", WORDS) in ("site", "sites")
    assert understand("xyzzy", WORDS) == ""
