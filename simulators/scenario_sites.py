"""The sites of a scenario, as people write them: groups of agents, shops, queues, the telephone, the curve of the day.

Every field with its unit and default is explained in docs/scenarios.md.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from feeds.contract import MAX_TAGS
from feeds.durations import Duration, Share
from feeds.yamlfile import FileModel
from simulators.curves import NAMED, Curve
from simulators.day_intervals import Roster, interval_curve, refused
from simulators.profile import Profile
from simulators.vocabulary import Id, Text, Weight

RestReason = Literal["ordinary", "meal", "meeting", "coaching", "training", "forced", "signin", "quality"]

REST_REASONS: tuple[RestReason, ...] = get_args(RestReason)
"""Why an agent rests; each is the gauge `rest_` and its name."""

HOURS_WITHIN = 0.5
"""Hourly shares in per cent may miss 100 by so much, as rounded figures do."""


def _curve(value: object, info: ValidationInfo) -> Curve:
    if isinstance(value, Curve):
        return value
    by_interval = interval_curve(value, info)
    if by_interval is not None:
        return by_interval
    if isinstance(value, str) and value in NAMED:
        return NAMED[value]
    if isinstance(value, dict) and "hours" in value:
        hours = _Hours.model_validate(value)
        return Curve(shares=hours.hours, burst_hour=hours.burst)
    if isinstance(value, list) and value:
        points = _Points.model_validate({"points": value}).points
        if all(left[0] < right[0] for left, right in pairwise(points)):
            return Curve(points=points)
    what = "a curve is a name, 24 hourly shares, shares by interval, a .csv file, or a list of points whose times rise"
    ways = "{hours: [24 shares]}, {every, shares}, points such as [[0s, 1], [10m, 2.5]], or a .csv file"
    raise refused(what, f"{', '.join(NAMED)}, {ways}")


class _Points(FileModel):
    points: tuple[tuple[Duration, Annotated[float, Field(ge=0, le=1000)]], ...]


class _Hours(FileModel):
    hours: tuple[Annotated[float, Field(ge=0, le=100)], ...] = Field(min_length=24, max_length=24)
    """Per cent of a day's contacts in each hour."""
    burst: int | None = Field(default=None, ge=0, le=23)

    @model_validator(mode="after")
    def _whole(self) -> _Hours:
        if abs(sum(self.hours) - 100) > HOURS_WITHIN:
            raise refused(f"the hours of the curve add up to {sum(self.hours):.10g} %", "100 %")
        return self


CurveField = Annotated[Curve, BeforeValidator(_curve)]


class Staff(FileModel):
    """How a group of agents works; in a layer only the fields that the file names count."""

    cap: int = Field(default=6, ge=1, le=100)
    """Contacts that one agent may hold at once; 1 for voice."""
    slowdown: float = Field(default=0.45, ge=0, le=5)
    """b in AHT(k) = AHT(1) × (1 + b (k − 1)) with k contacts held at once."""
    rests: dict[RestReason, Share] = Field(default={"ordinary": 0.05, "meal": 0.02})
    """Share of the people present that rests, by reason."""
    reserve: Share = 0.5
    """Share of the group's own people that is never lent."""


class Group(Staff):
    """Agents of one site who serve all of its queues of one category, first come first served."""

    id: Id | None = None
    """Default: the category."""
    category: Id
    agents: int = Field(ge=0, le=100_000)
    channel: Literal["chat", "voice"] = "chat"
    knows: tuple[Id, ...] = ()
    """Other categories that these people can be lent for."""
    roster: Roster | None = None
    """How many of them are on shift when; default: all of them, always."""

    @model_validator(mode="after")
    def _enough_people(self) -> Group:
        most = max(self.roster.agents) if self.roster else 0.0
        if most > self.agents:
            raise refused(f"a roster with {most:g} of {self.agents} agents", "no more on shift than there are")
        return self


class Shop(Profile):
    """A shop on some platforms: one queue for each platform and phase."""

    id: Id
    zh: Text
    en: Text
    category: Id
    on: tuple[Id, ...] = Field(min_length=1)
    phases: tuple[Id, ...] = ("pre", "after")
    tier: int = Field(default=2, ge=0, le=9)
    tags: tuple[Text, ...] = Field(default=(), max_length=MAX_TAGS)
    weight: Weight = 1.0


class Queue(Profile):
    """One queue, where the shops' pattern does not fit."""

    id: Id
    zh: Text
    en: Text
    category: Id
    shop: Text = ""
    platform: str = ""
    phase: str = ""
    tier: int = Field(default=2, ge=0, le=9)
    tags: tuple[Text, ...] = Field(default=(), max_length=MAX_TAGS)
    weight: Weight = 1.0


class Voice(Profile):
    """The site's telephone line: one queue of category `hotline` with agents of its own."""

    agents: int = Field(ge=0, le=100_000)
    share: Share = 0.04
    """Its share of the site's contacts."""


class Pools(FileModel):
    """People outside the roster whom a site can call in."""

    standby: int = Field(default=0, ge=0, le=100_000)
    """On overtime or on call: there within half an hour to an hour."""
    outsourcer: int = Field(default=0, ge=0, le=100_000)
    """Of another company: there after an hour."""

    @property
    def any(self) -> bool:
        """Whether there is anybody."""
        return self.standby + self.outsourcer > 0


class Site(FileModel):
    """One site."""

    id: Id
    zh: Text
    en: Text
    contacts_per_day: float = Field(ge=0, le=1e9)
    curve: CurveField | None = None
    """Default: the scenario's."""
    groups: tuple[Group, ...] = ()
    shops: tuple[Shop, ...] = ()
    queues: tuple[Queue, ...] = ()
    voice: Voice | None = None
    pools: Pools = Pools()
    staff: Staff = Staff()
    profile: Profile = Profile()
