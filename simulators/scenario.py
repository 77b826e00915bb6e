"""A scenario: sites, queues, people, the curve of the day and what happens meanwhile, as one YAML file.

Every field with its unit and default is explained in docs/scenarios.md.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from feeds.contract import MAX_TAGS
from feeds.durations import Duration, Share
from feeds.errors import InputError
from feeds.text import clean
from feeds.yamlfile import FileModel, read_yaml
from simulators.curves import NAMED, Curve
from simulators.day_intervals import Roster, interval_curve, refused
from simulators.injection import Injection
from simulators.profile import Profile
from simulators.scenario_references import complaints
from simulators.vocabulary import Id, Kind, Name, Text, Vocabulary, Weight, shipped

RestReason = Literal["ordinary", "meal", "meeting", "coaching", "training", "forced", "signin"]

REST_REASONS: tuple[RestReason, ...] = get_args(RestReason)
"""Why an agent rests; each is the gauge `rest_` and its name."""

MAX_MINUTES = 24 * 60


def _curve(value: object, info: ValidationInfo) -> Curve:
    if isinstance(value, Curve):
        return value
    by_interval = interval_curve(value, info)
    if by_interval is not None:
        return by_interval
    if isinstance(value, str) and value in NAMED:
        return NAMED[value]
    if isinstance(value, list) and value:
        points = _Points.model_validate({"points": value}).points
        if all(left[0] < right[0] for left, right in pairwise(points)):
            return Curve(points=points)
    what = "a curve is a name or a list of points whose times rise"
    raise refused(what, f"{', '.join(NAMED)}, points such as [[0s, 1], [10m, 2.5]], {{every, shares}}, or a .csv file")


class _Points(FileModel):
    points: tuple[tuple[Duration, Annotated[float, Field(ge=0, le=1000)]], ...]


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
    staff: Staff = Staff()
    profile: Profile = Profile()


class Scenario(FileModel):
    """A whole scenario."""

    model_config = ConfigDict(validate_default=False)

    id: Id
    title: Name
    summary: Name | None = None
    starts: AwareDatetime
    minutes: int = Field(ge=1, le=MAX_MINUTES)
    beat: Duration = Field(default=1.0, ge=0.1, le=60)
    warm_up: Duration = Field(default=900.0, ge=0, le=6 * 3600)
    curve: CurveField = NAMED["normal"]
    lead_time: Duration = Field(default=600.0, ge=0)
    """How long lent agents are on their way (accounts, permissions, briefing)."""
    borrowed_efficiency: tuple[Share, Share] = (0.6, 0.85)
    """Speed of borrowed agents on arrival, and after 30 minutes."""
    busyness_shape: float | None = Field(default=60.0, gt=0)
    """Shape of the gamma factor (mean 1) of the day, per site; null for none."""
    drift: float = Field(default=0.035, ge=0, le=1)
    """Standard deviation of the slow wandering of a site's rate."""
    profile: Profile = Profile()
    staff: Staff = Staff()
    platforms: dict[Id, Kind] = Field(default={})
    phases: dict[Id, Kind] = Field(default={})
    categories: dict[Id, Kind] = Field(default={})
    sites: tuple[Site, ...] = Field(min_length=1, max_length=200)
    injections: tuple[Injection, ...] = ()

    @property
    def vocabulary(self) -> Vocabulary:
        """The shipped platforms, phases and categories with this scenario's own on top."""
        base = shipped()
        return Vocabulary(
            platforms=base.platforms | self.platforms,
            phases=base.phases | self.phases,
            categories=base.categories | self.categories,
        )

    @model_validator(mode="after")
    def _references(self) -> Scenario:
        found = [
            InitErrorDetails(
                type=PydanticCustomError(
                    "refused", "{what}; expected {expected}", {"what": one.what, "expected": one.expected}
                ),
                loc=one.place,
                input=one.place[-1],
            )
            for one in complaints(self)
        ]
        if found:
            raise ValidationError.from_exception_data("Scenario", found)
        return self


def load_scenario(id_or_path: str) -> Scenario:
    """The shipped scenario of that id, or the one in the file at that path (it holds a `/` or ends in `.yaml`).

    Raises InputError.
    """
    if "/" in id_or_path or id_or_path.endswith((".yaml", ".yml")):
        return read_yaml(Path(id_or_path), Scenario)
    known = [file.name.removesuffix(".yaml") for file in _shipped_files()]
    if id_or_path not in known:
        what = f"{clean(id_or_path)!r} is not known"
        raise InputError("scenario", what, f"a path to a .yaml file, or one of {', '.join(sorted(known))}")
    return read_yaml(files("simulators") / "scenarios" / f"{id_or_path}.yaml", Scenario)


def list_scenarios() -> list[Scenario]:
    """The scenarios that come with the package, by id."""
    return sorted((read_yaml(file, Scenario) for file in _shipped_files()), key=lambda scenario: scenario.id)


def _shipped_files() -> list[Traversable]:
    folder = files("simulators") / "scenarios"
    return [file for file in folder.iterdir() if file.name.endswith(".yaml")]
