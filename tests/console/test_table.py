"""Tables: which columns fit, rows of exactly their width, and only what changed drawn again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from console import i18n
from console.board_columns import board_columns
from console.board_rows import BoardRows, board_rows, chosen, ordered
from console.draw.lines import Span, plain, width_of
from console.draw.table import Column, Sort, fit_columns, heading, row_line
from console.filtering import Filter, parse_filter
from console.picture import Picture
from console.widgets.live_table import LiveTable
from tests.console.fake_desk import HOSTILE, SITES, desk_view, in_loop

COLUMNS = st.lists(
    st.builds(
        Column,
        key=st.uuids().map(str),
        title=st.sampled_from(["等待", "wait", "在线/排班", ""]),
        width=st.integers(1, 20),
        priority=st.integers(0, 4),
        align=st.sampled_from(["left", "right"]),
        grow=st.integers(0, 2),
        most=st.sampled_from([0, 24]),
    ),
    max_size=12,
    unique_by=lambda column: column.key,
)


@given(COLUMNS, st.integers(0, 200), st.sampled_from([*HOSTILE, "合肥·服饰旗舰店", "–", ""]))
def test_a_row_never_outgrows_its_table(columns: list[Column], width: int, text: str) -> None:
    fitted = fit_columns(columns, width)
    for spans in (
        row_line(fitted, lambda _key, _width: (text, "dim")),
        heading(fitted, Sort(columns[0].key) if columns else None),
    ):
        assert width_of(spans) <= max(width, 0) + len(columns)
    used = width_of(row_line(fitted, lambda _key, _width: (text, "")))
    assert used <= width or all(column.priority == 0 for column, _w in fitted)


@given(COLUMNS, st.integers(0, 200))
def test_columns_drop_by_priority_and_keep_their_order(columns: list[Column], width: int) -> None:
    kept = [column for column, _width in fit_columns(columns, width)]
    assert [column for column in columns if column in kept] == kept
    dropped = [column for column in columns if column not in kept and column.priority > 0]
    if dropped and kept:
        least = min(column.priority for column in dropped)
        assert all(column.priority <= least for column in kept)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_essential_columns_are_there_at_80_cells_and_all_at_200(lang: i18n.Language) -> None:
    i18n.use(lang)
    columns = board_columns(sites=True)
    narrow = {column.key for column, _width in fit_columns(columns, 80)}
    assert {"mark", "state", "name", "in", "wait", "oldest", "p90", "sl30", "agents", "load", "age"} <= narrow
    assert fit_columns(columns, 200)[-1][0].key == "course"
    assert len(fit_columns(columns, 200)) == len(columns)
    assert {"name", "wait", "mark"} <= {column.key for column, _width in fit_columns(columns, 40)}
    i18n.use("en")


def test_headings_stand_over_their_values_in_chinese_too() -> None:
    columns = (Column("a", "等待", 6), Column("b", "最长等待时间", 8))
    fitted = fit_columns(columns, 40)
    assert plain(heading(fitted)) == "  等待  最长等…"
    assert plain(heading(fitted, Sort("a"))) == " ▼等待  最长等…"
    assert plain(heading(fitted, Sort("b", reverse=True))) == "  等待 ▲最长等…"
    assert plain(row_line(fitted, lambda key, _width: ({"a": "1,204", "b": "2m41"}[key], ""))) == " 1,204     2m41"


def _picture(**changes: object) -> Picture:
    return Picture(replace(desk_view(), **changes))  # type: ignore[arg-type]


def test_unknown_sites_show_a_dash_for_every_figure_and_never_ok() -> None:
    rows = {row.id: row for row in board_rows(_picture(), "site")}
    source = BoardRows(_picture(), list(rows.values()))
    for site in ("wuhan", "ganzhou"):
        at = source.ids.index(site)
        figures = [source.value(at, column.key, 12)[0] for column in board_columns(sites=True) if column.metric]
        assert set(figures) == {"–"}
        assert source.value(at, "mark", 1) == ("?", "unknown")
    assert source.value(source.ids.index("wuhan"), "state", 7)[0] == "unknown"
    assert source.value(source.ids.index("wuhan"), "age", 5)[0] == "d48s"
    assert source.value(source.ids.index("jinan"), "faults", 20)[0] == "gap 2 old 1"
    assert source.value(0, "name", 20)[0] == "network 11/13"


def test_rows_keep_their_places_until_sorting_is_asked_for_and_the_unknown_come_last() -> None:
    rows = board_rows(_picture(), "site")
    assert [row.id for row in ordered(rows, None)] == ["*", *(site[0] for site in SITES)]
    for reverse in (False, True):
        ids = [row.id for row in ordered(rows, Sort("wait", reverse))]
        assert ids[0] == "*"
        assert set(ids[-2:]) == {"wuhan", "ganzhou"}
    assert ordered(rows, Sort("wait"))[1].id == "hefei"
    assert [row.id for row in ordered(rows, Sort("state"))][1:3] == ["hefei", "wuhan"]
    worst_level = [row.id for row in ordered(rows, Sort("sl30"))]
    assert worst_level[1:3] == ["hefei", "changsha"]


def test_groupings_show_how_many_sites_stand_behind_a_figure() -> None:
    picture = _picture()
    for by, first in (("shop", "shop-0"), ("category", "apparel"), ("platform", "taobao")):
        rows = board_rows(picture, by)  # type: ignore[arg-type]
        assert rows[1].name == first
        assert (rows[1].known, rows[1].total) == (11, 13)
    assert {row.name: row.sign.mark for row in board_rows(picture, "category")}["apparel"] == "▲"
    assert len(board_rows(picture, "queue")) == 13 * 8


def test_only_breaches_keeps_what_is_not_known() -> None:
    rows = chosen(board_rows(_picture(), "site"), Filter(), breaches=True)
    assert {row.id for row in rows} == {"*", "hefei", "wuhan", "changsha", "jinan", "ganzhou"}
    rows = chosen(board_rows(_picture(), "queue"), parse_filter("wait>0 合肥", {"wait": "waiting"}))
    assert {row.id.split("/")[0] for row in rows} <= {"hefei"}


class _Source:
    """A few rows whose cells a test changes."""

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids
        self.cells = {row: row for row in ids}
        self.asked = 0

    def value(self, row: int, key: str, width: int) -> Span:
        self.asked += 1
        return self.cells[self.ids[row]], ""


class _TableApp(App[None]):
    def compose(self) -> ComposeResult:
        yield LiveTable((Column("a", "a", 10, grow=1, align="left"),), id="table")


def _text(table: LiveTable) -> list[str]:
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


@in_loop
async def test_only_rows_that_changed_are_drawn_again() -> None:
    app = _TableApp()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(LiveTable)
        source = _Source([f"row {i}" for i in range(2_600)])
        table.show(source)
        await pilot.pause()
        before, asked = table.lines_sent, source.asked
        table.show(source)
        assert table.lines_sent == before
        assert source.asked - asked <= 12, "rows out of sight cost nothing"
        source.cells["row 3"] = "changed"
        source.cells["row 2000"] = "changed out of sight"
        table.show(source)
        assert table.lines_sent == before + 1
        await pilot.pause()
        assert "changed" in _text(table)


@in_loop
async def test_the_cursor_stays_on_its_row_when_rows_move_come_and_go() -> None:
    app = _TableApp()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(LiveTable)
        table.focus()
        source = _Source([f"row {i}" for i in range(50)])
        table.show(source)
        await pilot.press("j", "j", "j")
        assert table.cursor_id == "row 3"
        source.ids = ["new", *source.ids]
        source.cells["new"] = "new"
        table.show(source)
        assert table.cursor_id == "row 3"
        source.ids = list(reversed(source.ids))
        table.show(source)
        await pilot.pause()
        assert table.cursor_id == "row 3"
        assert any("row 3" in text for text in _text(table)), "it was in sight, so it is kept in sight"
        source.ids = [row for row in source.ids if row != "row 3"]
        table.show(source)
        assert table.cursor_id in source.ids
        await pilot.press("G")
        assert table.cursor_id == "new"
        await pilot.press("g", "pagedown")
        assert table.cursor_id == source.ids[11]
        table.show(_Source([]))
        assert table.cursor_id == ""


@in_loop
async def test_hostile_names_are_drawn_as_text_in_exactly_their_cells() -> None:
    app = _TableApp()
    async with app.run_test(size=(30, 12)) as pilot:
        table = app.query_one(LiveTable)
        table.show(_Source(list(HOSTILE)))
        await pilot.pause()
        strips = [table.render_line(y) for y in range(12)]
        assert {strip.cell_length for strip in strips} == {30}
        shown = _text(table)
        assert "[/]" in shown
        assert "[@click=app.quit]x[/]" in shown
        assert not any(segment.style and segment.style.meta for strip in strips for segment in strip)
