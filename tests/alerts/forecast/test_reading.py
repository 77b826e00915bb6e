"""Forecast and roster files: what is read, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.forecast.reading import read_day_plan, read_forecast, read_roster
from alerts.forecast.table import DayPlan
from feeds.errors import InputError

GOOD = """site,category,interval_start,contacts,mean_handle_s
hefei,apparel,2026-11-11T18:00+08:00,900,480
hefei,apparel,2026-11-11T18:30+08:00,1000,
nanchang,apparel,2026-11-11T18:00+08:00,0,300
nanchang,apparel,2026-11-11T18:30+08:00,10.5,300
"""


def written(folder: Path, text: str | bytes, name: str = "forecast.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_reads_contacts_by_site_category_and_interval(tmp_path: Path) -> None:
    read = read_forecast(written(tmp_path, GOOD))
    table = read.table
    assert (table.by, table.step_s, table.sites) == ("category", 1800.0, ("hefei", "nanchang"))
    assert table.series["hefei", "apparel"].values.tolist() == [900.0, 1000.0]
    start = table.series["hefei", "apparel"].start
    assert table.total([("hefei", "apparel")], start + 900, start + 2700) == pytest.approx(450 + 500)
    assert table.total([("hefei", "apparel")], start - 900, start) != table.total([], 0, 1)  # NaN both
    assert read.traits["mean_handle_s"].series["hefei", "apparel"].values[0] == 480.0
    plan = DayPlan(table)
    assert DayPlan.of_dump(plan.dump()).dump() == plan.dump()


def test_a_utf8_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    assert read_forecast(written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())).table.sites == ("hefei", "nanchang")


def test_a_folder_without_files_is_no_plan(tmp_path: Path) -> None:
    assert read_day_plan(tmp_path) == DayPlan()


HEAD = "site,category,interval_start,contacts\n"
FIRST = "hefei,a,2026-11-11T18:00+08:00,9\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: no column site, interval_start, contacts; expected a header with site"),
        ("site,queue,category,interval_start,contacts\n", ":1: both category and queue"),
        ("site,category,interval_start,contacts,contacts\n", ":1: two columns contacts"),
        (HEAD, "no rows"),
        (HEAD + FIRST, "one interval only"),
        (HEAD + FIRST + FIRST, ":3:3: hefei/a has this interval twice, first in line 2"),
        (HEAD + FIRST + "hefei,a,2026-11-11T17:30+08:00,9\n", ":3:3: hefei/a: a time before that of line 2"),
        (HEAD + FIRST + "hefei,a,2026-11-11T18:07+08:00,9\n", ":3:3: '2026-11-11T18:07+08:00' is no start"),
        (HEAD + FIRST + "hefei,a,2026-11-11T21:00+08:00,9\n", ":3:3: hefei/a: intervals of 180 min"),
        (
            HEAD + FIRST + "hefei,a,2026-11-11T18:30+08:00,9\nhefei,a,2026-11-11T20:00+08:00,9\n",
            ":4:3: hefei/a: a gap of 2 intervals after line 3; expected the interval 30 min later",
        ),
        (HEAD + "hefei,a,2026-11-11T18:00,9\n", ":2:3: '2026-11-11T18:00' names no offset"),
        (HEAD + "hefei,a,today,9\n", ":2:3: 'today' is no time"),
        (HEAD + "hefei,a,2026-11-11T18:00+08:00,-1\n", ":2:4: contacts is '-1'; expected a number from 0"),
        (HEAD + "hefei,a,2026-11-11T18:00+08:00,inf\n", ":2:4: contacts is 'inf'"),
        (HEAD + ",a,2026-11-11T18:00+08:00,1\n", ":2:1: site is ''"),
        (HEAD + "hefei,a\n", ":2: 2 fields; expected 4, as in the header"),
        (
            HEAD.encode() + "合肥,a,2026-11-11T18:00+08:00,1\n".encode("gbk"),
            ":2: byte 0xba is not UTF-8; the line reads as GBK",
        ),
        (HEAD.encode("utf-16"), ":1: the file is UTF-16"),
        (HEAD.encode() + b"\xff\xff,a\n", ":2: byte 0xff is not UTF-8; expected text in UTF-8"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as wrong:
        read_forecast(path)
    assert said in str(wrong.value)
    assert str(wrong.value).startswith(str(path))


def test_a_clock_change_is_no_gap_where_the_offset_changes_with_it(tmp_path: Path) -> None:
    rows = [("2026-10-25T02:30+02:00", 1), ("2026-10-25T02:00+01:00", 2), ("2026-10-25T02:30+01:00", 3)]
    text = "site,category,interval_start,agents\n" + "".join(f"berlin,a,{at},{n}\n" for at, n in rows)
    assert read_roster(written(tmp_path, text, "roster.csv")).table.series["berlin", "a"].values.tolist() == [1, 2, 3]
    with pytest.raises(InputError, match=r"this interval twice|before that of line"):
        read_roster(written(tmp_path, text.replace("+01:00", "+02:00"), "roster.csv"))
