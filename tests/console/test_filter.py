"""The filter line, and the `:` line."""

from __future__ import annotations

import math
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.app import DutyDeckApp
from console.board_columns import FILTER_COLUMNS, METRIC_OF
from console.board_rows import board_rows, chosen
from console.command_line import complete, understand
from console.draw.catalogue import PLAYBOOK_ATTRIBUTES, playbook_passes
from console.filter_completion import complete_filter
from console.filter_pattern import Pattern, PatternError
from console.filtering import FilterError, parse_filter
from console.picture import NETWORK, Picture
from console.row_attributes import ROW_ATTRIBUTES
from console.screens.alerts import AlertsScreen
from console.widgets.prompt import Prompt
from tests.console.fake_desk import FakeDesk, desk_view, in_loop
from tests.console.test_screens import screen_text


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


@pytest.mark.parametrize(
    "text", ["[/]", "[@click=app.quit]x", "a b", "!", "!!", "12:30", "http://x", '"', "~", "and", "()"]
)
def test_anything_may_be_typed(text: str) -> None:
    parse_filter(text, METRIC_OF)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("wuhan or hefei", True),
        ("wuhan | hefei jd", False),
        ("(wuhan | hefei) taobao", True),
        ("not (wuhan or jd)", True),
        ("!(wuhan || taobao)", False),
        ("wait > 60 and oldest < 2m", True),
        ("oldest<1m59", False),
        ("oldest<=1m59s", True),
        ("oldest>1h", False),
        ('"fei 合"', True),
        ('"and"', False),
        ("~^hefei", True),
        ("~(^合肥|crit$)", True),
        ("(~^taobao or jd)", False),
        ("!~^hefei", False),
        ("not wait>60", False),
        ("not load>1", False),  # nobody knows the load, and not that it is less
        ("load>1 or wait>60", True),
        ("not (load>1 and wuhan)", True),  # whatever the load is
    ],
)
def test_and_or_not_patterns_and_quotes(text: str, *, passes: bool) -> None:
    assert _passes(text, waiting=61.0, oldest_wait_s=119.0) is passes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(hefei", "missing"),
        ("hefei)", "too many"),
        ("or hefei", "both sides"),
        ("hefei or", "both sides"),
        ("~(ab", r"not understood at \("),
        ("~[ab", r"not understood at \["),
        ("~*", "not understood"),
        ("plattform:jd", "try .*platform"),
        ("x" * 401, "at most"),
        ("(" * 30, "within each other"),
    ],
)
def test_what_makes_no_filter_is_said_while_it_is_typed(text: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        parse_filter(text, FILTER_COLUMNS, ROW_ATTRIBUTES)


def test_nothing_is_compared_where_nothing_can_be() -> None:
    with pytest.raises(FilterError, match="nothing can be compared"):
        parse_filter("wait>3", {}, PLAYBOOK_ATTRIBUTES)


def _ids(text: str, by: str = "queue") -> list[str]:
    picture = Picture(desk_view())
    found = parse_filter(text, FILTER_COLUMNS, ROW_ATTRIBUTES)
    return [row.id for row in chosen(board_rows(picture, by), found) if row.id != NETWORK]  # type: ignore[arg-type]


def test_rows_are_found_by_what_they_are() -> None:
    assert _ids("site:hefei platform:taobao") == ["hefei/q00", "hefei/q04"]
    assert _ids("site:合肥 platform:taobao,jd category:apparel,digital !shop:shop-0") == [
        "hefei/q01", "hefei/q04",
    ]  # fmt: skip
    assert _ids('site:"he"') == []
    assert len(_ids("phase:pre-sale")) == 104
    assert _ids("tier:a") == []
    assert len(_ids("tier:-")) == 104
    assert _ids("queue:~^q0[12]$ site:nanchang") == ["nanchang/q01", "nanchang/q02"]
    assert _ids("state:crit") == ["hefei/q00", "hefei/q01"]


def test_sites_and_groups_are_found_by_their_queues() -> None:
    assert _ids("site:hefei", "site") == ["hefei"]
    assert len(_ids("platform:douyin", "site")) == 13
    assert _ids("platform:mars", "site") == []
    assert _ids("category:apparel", "platform") == ["platform:taobao"]
    assert _ids("site:hefei shop:shop-1", "shop") == ["shop:shop-1"]
    assert _ids("name:jd", "platform") == ["platform:jd"]


def test_playbooks_are_found_by_what_they_are() -> None:
    view = desk_view()
    found = parse_filter("tier:2 or id:bot", {}, PLAYBOOK_ATTRIBUTES)
    assert [one.id for one in view.playbooks if playbook_passes(one, found)] == ["bot-overflow", "cross-site-move"]
    found = parse_filter("!bot tier:b", {}, PLAYBOOK_ATTRIBUTES)
    assert [one.id for one in view.playbooks if playbook_passes(one, found)] == ["cross-site-move"]


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_filter_or_is_said_not_to_be_one(text: str) -> None:
    try:
        found = parse_filter(text, FILTER_COLUMNS, ROW_ATTRIBUTES)
    except FilterError as problem:
        assert str(problem)
    else:
        found.matches("hefei", lambda _name: math.nan)


_PIECES = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[a-c]", "\\d", "\\w", "(ab)", "(a|b)", "c"])


@given(
    st.lists(st.tuples(_PIECES, st.sampled_from(["", "*", "+", "?"])), max_size=6),
    st.booleans(),
    st.booleans(),
    st.text("abc1 ", max_size=8),
)
def test_patterns_find_what_the_languages_own_do(
    pieces: list[tuple[str, str]], begins: bool, ends: bool, text: str
) -> None:
    wanted = "^" * begins + "".join(piece + sign for piece, sign in pieces) + "$" * ends
    assert Pattern(wanted).search(text) is (re.search(wanted, text) is not None)


def test_no_pattern_takes_long() -> None:
    pattern = Pattern("(a*)*(a|a)*(a+)+b$")
    before = time.process_time()
    assert not pattern.search("a" * 5_000)
    assert time.process_time() - before < 1.0
    with pytest.raises(PatternError):
        Pattern("a" * 101)


@in_loop
async def test_what_was_typed_on_one_screen_is_brought_back_on_another() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash")
        await pilot.pause()
        await pilot.press(*"hefei", "enter")
        await pilot.pause()
        assert "/hefei  1/13" in "\n".join(screen_text(app))
        await pilot.press("A")
        await pilot.pause()
        await pilot.press("slash")
        await pilot.pause()
        await pilot.press("up")
        await pilot.pause()
        assert app.screen.query_one(Prompt).text == "hefei"
        assert " of 6 ·" in "\n".join(screen_text(app))
        await pilot.press(*" or", "enter")
        await pilot.pause()
        assert "both sides" in app._said[0]
        assert isinstance(app.screen, AlertsScreen)
        assert app.screen.filter_text == "hefei o"  # the last that made sense


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("pl", ["platform:"]),
        ("hefei pla", ["hefei platform:"]),
        ("platform:ta", ["platform:taobao"]),
        ("(platform:jd,ta", ["(platform:jd,taobao"]),
        ("!site:b", ['!site:"b c"']),
        ("sl", ["sl30>"]),
        ("~pla", []),
        ('"pla', []),
        ("", []),
        ("zzz", []),
    ],
)
def test_what_is_being_typed_is_completed(text: str, offers: list[str]) -> None:
    values = {"platform": ["taobao", "jd"], "site": ["a", "b c"]}
    assert complete_filter(text, ("platform", "site"), ("wait", "sl30"), lambda name: values[name]) == offers
    for offer in offers:
        if not offer.endswith((":", ">")):
            parse_filter(offer + ")" * offer.count("("), FILTER_COLUMNS, ROW_ATTRIBUTES)


@in_loop
async def test_tab_completes_a_filter() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash")
        await pilot.pause()
        await pilot.press(*"pla", "tab", *"ta", "tab")
        await pilot.pause()
        assert app.screen.query_one(Prompt).text == "platform:taobao "
        assert "13 of 13" in "\n".join(screen_text(app))


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
