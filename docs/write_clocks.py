"""Writes the table of shipped clocks into docs/clocks.md: `python docs/write_clocks.py`. A test compares the two."""

from __future__ import annotations

import math
import re
from pathlib import Path

from alerts.clock_files import load_clocks
from feeds.clocks import MINUTES, ClockDefinition, Limit
from feeds.durations import format_duration

PAGE = Path(__file__).with_name("clocks.md")
_MARK = re.compile(r"<!-- clocks -->\n(?:\n?\|.*\n)*")


def table() -> str:
    """A row a clock."""
    rows = [_row(clock) for clock in load_clocks()]
    head = (
        "| clock | counts | limit | decided by | target | over | platforms | source, date verified |\n"
        + "|---" * 8
        + "|\n"
    )
    return head + "".join(rows)


def page() -> str:
    """The page as it should be."""
    return _MARK.sub(lambda _: f"<!-- clocks -->\n\n{table()}", PAGE.read_text(encoding="utf-8"), count=1)


def _row(clock: ClockDefinition) -> str:
    limits = ", ".join(_limit(one) for one in clock.limits)
    target = "–" if math.isnan(clock.target) else f"{100 * clock.target:g} %"
    where = ", ".join(clock.platforms or clock.channels)
    what = f"| `{clock.id}` {clock.zh} | {clock.unit} | {limits} | {clock.assessed} | {target} | {clock.period} "
    return f"{what}| {where} | {clock.source}; {clock.verified} |\n"


def _limit(one: Limit) -> str:
    hours = "" if (one.begin, one.until) == (0, MINUTES) else f" {one.begin // 60}–{one.until // 60} h"
    return f"{format_duration(one.limit_s)}{hours}{' on promotion days' if one.promotion else ''}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
