"""From events to columns and days: repeats, holes, days that are not whole."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from feeds.errors import InputError
from feeds.sources import contacts_csv
from feeds.sources.logfile import LogReport
from simulators.fitting.contact_log import ContactLog, contact_log
from simulators.fitting.day_types import choose_days, counts_by_day, weekdays

HEAD = "joined_at,queue,outcome,wait_s,service_s\n"


def log_of(tmp_path: Path, rows: str, tz: str = "UTC") -> ContactLog:
    file = tmp_path / "log.csv"
    file.write_text(HEAD + rows, encoding="utf-8")
    return contact_log(contacts_csv.read(file, "s", tz=ZoneInfo(tz)), ZoneInfo(tz))


def test_contacts_as_columns_by_local_day(tmp_path: Path) -> None:
    rows = "2026-11-11T23:59:59.5Z,b,answered,2,30\n2026-11-11T10:00:00Z,a,abandoned,9,\n"
    rows += "2026-11-12T00:00:00Z,b,answered,0,\n"
    log = log_of(tmp_path, rows, "Asia/Shanghai")
    assert log.queues == ("a", "b")
    assert [str(day) for day in log.days] == ["2026-11-11", "2026-11-12"]
    assert log.queue.tolist() == [0, 1, 1]
    assert log.day.tolist() == [0, 1, 1]
    assert log.second.tolist() == [18 * 3600, 8 * 3600 - 0.5, 8 * 3600]
    assert log.wait.tolist() == [9, 2, 0]
    assert log.abandoned.tolist() == [True, False, False]
    assert math.isnan(log.handle[2])
    assert log.of_days([0]).queue.tolist() == [0]


def test_rows_that_say_the_same_again_are_counted_once(tmp_path: Path) -> None:
    served, gone = "2026-11-11T10:00:00,a,answered,2,30\n", "2026-11-11T10:00:00,a,abandoned,2,\n"
    log = log_of(tmp_path, served * 3 + gone * 2)
    assert (len(log), log.repeats) == (3, 2)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("weekday", (0, 1, 2, 3, 4)),
        ("weekend", (5, 6)),
        ("sun-thu", (0, 1, 2, 3, 6)),
        ("Mon, wed-thu", (0, 2, 3)),
        ("sat", (5,)),
    ],
)
def test_weekdays_by_name(text: str, found: tuple[int, ...]) -> None:
    assert weekdays(text) == found


@pytest.mark.parametrize("text", ["", "monday", "mon-", "-tue", "mon,,tue", "1-5"])
def test_what_names_no_weekday_is_refused(text: str) -> None:
    if text == "mon-":
        assert weekdays(text) == (0,)
        return
    with pytest.raises(InputError, match=r"--days: .* names no weekdays; expected weekday, weekend"):
        weekdays(text)


def every_minute(days: int, skip: set[tuple[int, int]] = frozenset()) -> str:  # type: ignore[assignment]
    begins = datetime(2026, 11, 2, tzinfo=UTC)
    rows = []
    for day in range(days):
        for minute in range(600, 1200):
            if (day, minute // 60) not in skip and (day, -1) not in skip:
                at = begins + timedelta(days=day, minutes=minute)
                rows.append(f"{at.replace(tzinfo=None).isoformat()},q,answered,0,{60 + minute}\n")
    return "".join(rows)


def test_days_with_a_hole_and_days_without_anybody_are_left_out_and_said(tmp_path: Path) -> None:
    log = log_of(tmp_path, every_minute(7, {(1, 13), (3, -1)}))
    chosen = choose_days(log, weekdays("all"), ZoneInfo("UTC"), 1800.0)
    assert chosen.left_out == (
        "2026-11-05: nobody came",
        "2026-11-03: nobody came at 13:00, where 30 are usual",
    )
    assert [log.days[day].day for day in chosen.days] == [2, 4, 6, 7, 8]
    counts = counts_by_day(log, 1800.0)
    assert counts[0].tolist() == [0.0] * 20 + [30.0] * 20 + [0.0] * 8


def test_the_day_of_a_clock_change_is_left_out_and_its_times_are_said(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    rows = [f"2026-10-{day}T{hour:02d}:30:00,q,answered,0,{day + hour}\n" for day in (24, 25, 26) for hour in range(24)]
    rows.append("2026-03-29T02:30:00,q,answered,0,5\n")
    file.write_text(HEAD + "".join(rows))
    berlin, report = ZoneInfo("Europe/Berlin"), LogReport()
    log = contact_log(contacts_csv.read(file, "s", tz=berlin, report=report), berlin)
    assert report.oddities == {contacts_csv.IN_CLOCK_CHANGE: 2}
    chosen = choose_days(log, weekdays("all"), berlin)
    assert [str(log.days[day]) for day in chosen.days] == ["2026-10-24", "2026-10-26"]
    assert "2026-10-25: the clock changes" in chosen.left_out
    assert "2026-03-29: the clock changes" in chosen.left_out
    assert len(log) == 73
    assert np.isfinite(log.wait).all()
