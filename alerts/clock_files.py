"""Clock files: one response promise each, dated and with its source, read from YAML into plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints

from alerts.rules import Sentence, Words
from feeds.clocks import MINUTES, Abandons, Assessed, Bots, ClockDefinition, Limit, Unit
from feeds.durations import Duration, Share
from feeds.errors import InputError
from feeds.yaml_tree import Places
from feeds.yamlfile import FileModel, read_yaml_located

_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})", re.ASCII)
_AN_HOUR_RANGE = "local times such as 9:00-23:00, 22:00-2:00 or 0:00-24:00"


def _hours(text: object) -> tuple[int, int]:
    """Minutes of the day of `9:00-23:00`; the end is excluded."""
    found = _HOURS.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is no range of hours; expected {_AN_HOUR_RANGE}")
    hours = [int(part) for part in found.groups()]
    begin, until = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if max(hours[1], hours[3]) > 59 or begin >= MINUTES or not 0 < until + (until == 0) * MINUTES <= MINUTES:
        raise ValueError(f"{text!r} is no range of hours; expected {_AN_HOUR_RANGE}")
    until = until or MINUTES
    if begin == until:
        raise ValueError(f"{text!r} is empty; expected {_AN_HOUR_RANGE}")
    return begin, until


def _date(text: object) -> date:
    try:
        if isinstance(text, str) and len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no date; expected one such as 2026-11-22")


def _promotion_day(text: object) -> str:
    try:
        if isinstance(text, str) and len(text) in (5, 10):
            date.fromisoformat(text if len(text) == 10 else f"2028-{text}")  # a leap year: 02-29 is a day
            return text
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no day; expected one such as 11-11 (every year) or 2026-11-11")


Hours = Annotated[tuple[int, int], BeforeValidator(_hours)]
ClockId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class LimitEntry(FileModel):
    """A stretch of the assessed hours and the limit that goes in it."""

    hours: Hours = (0, MINUTES)
    within: Duration = Field(gt=0.0)
    days: Literal["all", "promotion"] = "all"


class AppliesTo(FileModel):
    """Which queues the clock measures; an empty list is all."""

    platforms: tuple[Kind, ...] = ()
    channels: tuple[Kind, ...] = ()


class ClockFile(FileModel):
    """One clock. What is not said is as in `feeds.clocks.ClockDefinition`."""

    clock: ClockId
    title: Words
    unit: Unit
    limits: tuple[LimitEntry, ...] = Field(min_length=1)
    at_limit: Literal["met", "late"] = "met"
    decided_by: Assessed = "asked"
    time_zone: str = "Asia/Shanghai"
    promotion_days: tuple[Annotated[str, BeforeValidator(_promotion_day)], ...] = ()
    bots: Bots = "excluded"
    abandons: Abandons = "late"
    short: Duration = 5.0
    min_sample: int = Field(0, ge=0)
    target: Share | None = None
    period: Annotated[str, StringConstraints(pattern=r"^(day|month|[1-9][0-9]{0,2}d)$")] = "day"
    consequence: Words
    applies_to: AppliesTo = AppliesTo()
    source: Sentence
    verified: Annotated[date, BeforeValidator(_date)]
    note: Words | None = None

    def definition(self) -> ClockDefinition:
        """The clock as a plain value."""
        limits = tuple(Limit(*one.hours, one.within, one.days == "promotion") for one in self.limits)
        return ClockDefinition(
            id=self.clock,
            zh=self.title.zh,
            en=self.title.en,
            unit=self.unit,
            limit_s=min(one.within for one in self.limits),
            inclusive=self.at_limit == "met",
            target=float("nan") if self.target is None else self.target,
            hours=tuple(one.hours for one in self.limits),
            limits=limits,
            promotion_days=self.promotion_days,
            tz=self.time_zone,
            assessed=self.decided_by,
            min_sample=self.min_sample,
            bots=self.bots,
            abandons=self.abandons,
            short_s=self.short,
            period=self.period,
            consequence_zh=self.consequence.zh,
            consequence_en=self.consequence.en,
            platforms=self.applies_to.platforms,
            channels=self.applies_to.channels,
            source=self.source,
            verified=self.verified,
            note_zh=self.note.zh if self.note else "",
            note_en=self.note.en if self.note else "",
        )


def load_clocks(paths: Iterable[Path] | None = None) -> tuple[ClockDefinition, ...]:
    """The clocks of some files and folders (`*.yaml`, by name), or without any the shipped ones, all checked.

    Raises InputError for the first thing that is wrong, with its file, line and column.
    """
    return _shipped() if paths is None else _load(_sources(paths))


def shipped_clock_ids() -> frozenset[str]:
    """The ids of the shipped clocks, without reading them: each file is called as its clock."""
    return frozenset(source.name.removesuffix(".yaml") for source in _library())


@cache
def _shipped() -> tuple[ClockDefinition, ...]:
    return _load(_library())


def _library() -> list[Traversable]:
    folder = files("alerts").joinpath("clock_library")
    return sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)


def _sources(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not inside:
            raise InputError(str(path), "no clocks here", "at least one file *.yaml")
        found.extend(inside)
    return found


def _load(sources: Iterable[Path | Traversable]) -> tuple[ClockDefinition, ...]:
    clocks: dict[str, tuple[ClockDefinition, str]] = {}
    for source in sources:
        content, places = read_yaml_located(source, ClockFile)
        _check(content, places)
        if content.clock in clocks:
            first = clocks[content.clock][1]
            raise places.error(("clock",), f"clock {content.clock!r} is here twice, first in {first}", "each id once")
        clocks[content.clock] = content.definition(), places.where
    return tuple(definition for definition, _ in clocks.values())


def _check(content: ClockFile, places: Places) -> None:
    """Refuse overlapping hours, an unknown time zone, promotion hours without promotion days."""
    owner: dict[int, int] = {}
    for index, one in enumerate(content.limits):
        stretch = Limit(*one.hours, one.within)
        path = ("limits", index, "hours")
        for minute in range(MINUTES):
            if stretch.holds(minute) and owner.setdefault(minute, index) != index:
                line, _ = places(("limits", owner[minute]))
                what = f"hours overlap at {minute // 60}:{minute % 60:02d} with those in line {line}"
                raise places.error(path, what, "each minute of the day under one limit at most")
        if one.days == "promotion" and not content.promotion_days:
            raise places.error((*path[:2], "days"), "there are no promotion days", "promotion_days: [11-11, …]")
    try:
        ZoneInfo(content.time_zone)
    except (ValueError, OSError, LookupError):
        raise places.error(
            ("time_zone",), f"unknown time zone {content.time_zone!r}", "a name such as Asia/Shanghai"
        ) from None
