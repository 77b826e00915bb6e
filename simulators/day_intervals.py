"""A day told interval by interval: a curve of arrivals from a list or a CSV file, and people on shift.

Values hold for a whole interval, from local midnight on; together the intervals make up 24 hours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from feeds.durations import Duration, Share, format_duration, parse_duration
from feeds.errors import InputError
from feeds.yamlfile import SOURCE, FileModel
from simulators.curves import DAY_S, Curve
from simulators.levels_csv import read_levels

SHORTEST_S = 60.0
"""No interval is shorter than this."""


class Roster(FileModel):
    """How many of a group's people are on shift, by interval of the local day; the rest are at home."""

    every: Duration = Field(ge=SHORTEST_S)
    agents: tuple[Annotated[float, Field(ge=0, le=100_000)], ...]
    """Mean number on shift: 4.6 is 4 on some days and 5 on others."""
    spread: Share = 0.0
    """Standard deviation of the day's attendance, as a share of those planned."""

    @model_validator(mode="after")
    def _whole_day(self) -> Roster:
        wrong = not_a_day(self.every, len(self.agents))
        if wrong:
            raise refused(*wrong)
        return self


def not_a_day(every_s: float, count: int) -> tuple[str, str] | None:
    """What is wrong with `count` intervals of this length as a day, and what was expected; None where nothing is."""
    if every_s < SHORTEST_S or not math.isclose(DAY_S / every_s, round(DAY_S / every_s)):
        return f"{format_duration(every_s)} does not divide a day", "an interval such as 15m, 30m or 1h"
    whole = round(DAY_S / every_s)
    if count != whole:
        return f"{count} intervals of {format_duration(every_s)}", f"{whole}, which make a day"
    return None


def interval_curve(value: object, info: ValidationInfo) -> Curve | None:
    """The curve that `value` of a scenario's file stands for: `{every, shares}` or the name of a CSV file.

    A relative name is looked for beside the scenario. None where it is neither. Raises InputError (CSV).
    """
    if isinstance(value, str) and value.lower().endswith(".csv"):
        source = (info.context or {}).get(SOURCE)
        beside = Path(str(source)).parent if source else Path()
        return Curve(points=as_steps(*read_levels(beside / value)), daily=True)
    if not isinstance(value, dict) or set(value) != {"every", "shares"}:
        return None
    try:
        every = parse_duration(value["every"], "every")
    except InputError as error:
        raise refused(error.what, error.expected) from None
    shares = value["shares"]
    if not isinstance(shares, list) or not all(_is_share(share) for share in shares):
        raise refused("shares: not all are numbers from 0 up", "one number an interval, such as its contacts")
    wrong = not_a_day(every, len(shares))
    if wrong:
        raise refused(*wrong)
    if not sum(shares):
        raise refused("shares: they add up to 0", "at least one above 0")
    return Curve(points=as_steps(every, shares), daily=True)


def as_steps(every_s: float, values: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Values with mean 1, each held through its interval; the last second leads over to the next one."""
    mean = math.fsum(values) / len(values)
    points: list[tuple[float, float]] = []
    for number, value in enumerate(values):
        begins = number * every_s
        points += [(begins, value / mean), (begins + every_s - 1, value / mean)]
    return tuple(points)


def refused(what: str, expected: str) -> PydanticCustomError:
    """A refusal in the form from which the file reader makes one line."""
    return PydanticCustomError("refused", "{what}; expected {expected}", {"what": what, "expected": expected})


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
