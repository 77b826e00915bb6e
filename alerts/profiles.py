"""The calendar of profiles: when which planned profile holds, so that rules judge by its thresholds meanwhile.

A promotion's peak is planned. To mute alerts for it would hide what goes wrong in it; a profile asks for more before
it alerts, and everything else goes on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field

from alerts.degrade import Moment
from alerts.rule_checks import nearest_of
from alerts.rules import NO_PROFILE, ProfileId, Rule
from feeds.errors import InputError
from feeds.yaml_tree import Places
from feeds.yamlfile import FileModel, read_yaml_located


class ProfileWindow(FileModel):
    """A stretch of time (`to` excluded) in which a profile holds."""

    profile: ProfileId
    from_: Moment = Field(alias="from")
    to: Moment

    def holds(self, at: float) -> bool:
        """Whether `at` (seconds since the epoch) lies in the window."""
        return self.from_.timestamp() <= at < self.to.timestamp()


class ProfileFile(FileModel):
    """A calendar file."""

    profiles: tuple[ProfileWindow, ...]


class ProfileCalendar:
    """Which profile holds when; without windows none ever does."""

    def __init__(self, windows: Sequence[ProfileWindow] = ()) -> None:
        self.windows = tuple(windows)
        self._edges = sorted({edge.timestamp() for one in windows for edge in (one.from_, one.to)})

    def at(self, now: float) -> str:
        """The profile that holds at `now` (seconds since the epoch); empty for none."""
        return next((window.profile for window in self.windows if window.holds(now)), NO_PROFILE)

    def next_edge(self, now: float) -> float:
        """When a window next begins or ends after `now`; infinite when none does."""
        return next((edge for edge in self._edges if edge > now), math.inf)


def load_profiles(paths: Iterable[Path], rules: Sequence[Rule] | None = None) -> ProfileCalendar:
    """The calendar of some files. With `rules`, a profile that none of them has is refused. Raises InputError."""
    windows: list[ProfileWindow] = []
    for path in paths:
        content, places = read_yaml_located(path, ProfileFile)
        _check(content, places, rules)
        windows += content.profiles
    return ProfileCalendar(sorted(windows, key=lambda window: window.from_))


def _check(content: ProfileFile, places: Places, rules: Sequence[Rule] | None) -> None:
    known = sorted({name for rule in rules or () for name in rule.profiles})
    for index, window in enumerate(content.profiles):
        if window.to <= window.from_:
            raise places.error(("profiles", index, "to"), "the window ends before it begins", "a moment after `from`")
        for earlier, other in enumerate(content.profiles[:index]):
            if other.from_ < window.to and window.from_ < other.to:
                what = f"this window overlaps the one in line {places(('profiles', earlier))[0]}"
                raise places.error(("profiles", index, "from"), what, "one profile at a time")
        if rules is not None and window.profile not in known:
            raise _unknown(window.profile, places, index, known)


def _unknown(profile: str, places: Places, index: int, known: Sequence[str]) -> InputError:
    expected = nearest_of(profile, known, "a profile that a rule has")
    return places.error(("profiles", index, "profile"), f"no rule has a profile {profile!r}", expected)
