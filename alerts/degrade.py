"""The degrade calendar: when a platform says beforehand that its figures will be late or missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from alerts.clock_files import Kind
from alerts.rules import Words
from feeds.yaml_tree import Places
from feeds.yamlfile import FileModel, read_yaml_located


def _moment(text: object) -> datetime:
    moment = text if isinstance(text, datetime) else None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text) if isinstance(text, str) and len(text) > 10 else moment
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{text!r} is no moment; expected one such as 2026-11-10T23:50:00+08:00, with its offset")
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment)]


class DegradeWindow(FileModel):
    """A stretch of time (`to` excluded) in which a platform's figures cannot be believed, and what it said of it."""

    platform: Kind
    from_: Moment = Field(alias="from")
    to: Moment
    what: Words

    def holds(self, at: float) -> bool:
        """Whether `at` (seconds since the epoch) lies in the window."""
        return self.from_.timestamp() <= at < self.to.timestamp()


class DegradeFile(FileModel):
    """A calendar file."""

    degrade: tuple[DegradeWindow, ...]


def load_degrade(paths: Iterable[Path]) -> tuple[DegradeWindow, ...]:
    """The windows of some calendar files, in order of time. Raises InputError for the first thing that is wrong."""
    windows: list[DegradeWindow] = []
    for path in paths:
        content, places = read_yaml_located(path, DegradeFile)
        _check(content, places)
        windows += content.degrade
    return tuple(sorted(windows, key=lambda window: (window.from_, window.platform)))


def degraded_platforms(windows: Collection[DegradeWindow], at: float) -> frozenset[str]:
    """The platforms that are in a window at `at` (seconds since the epoch)."""
    return frozenset(window.platform for window in windows if window.holds(at))


def _check(content: DegradeFile, places: Places) -> None:
    for index, window in enumerate(content.degrade):
        if window.to <= window.from_:
            raise places.error(("degrade", index, "to"), "the window ends before it begins", "a moment after `from`")
        for earlier, other in enumerate(content.degrade[:index]):
            if other.platform == window.platform and other.from_ < window.to and window.from_ < other.to:
                line, _ = places(("degrade", earlier))
                what = f"this window of {window.platform} overlaps the one in line {line}"
                raise places.error(("degrade", index, "from"), what, "one window at a time for each platform")
