"""A scenario: sites, queues, people, the curve of the day and what happens meanwhile, as one YAML file.

Every field with its unit and default is explained in docs/scenarios.md.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import AwareDatetime, Field, model_validator

from feeds.durations import Duration
from feeds.errors import InputError
from feeds.text import clean
from simulators.complaint import raise_complaints
from simulators.curves import NAMED
from simulators.injection import AfterSale, Injection
from simulators.network import Network
from simulators.objectives import Objectives, Truth
from simulators.opening import Opening
from simulators.scenario_file import read_on_network
from simulators.scenario_references import complaints
from simulators.scenario_sites import REST_REASONS, CurveField, Group, Queue, RestReason, Shop, Site, Staff, Voice
from simulators.vocabulary import Id, Name

__all__ = [
    "MAX_MINUTES", "REST_REASONS", "Group", "Queue", "RestReason", "Scenario", "Shop", "Site", "Staff", "Voice",
    "list_scenarios", "load_scenario", "scenario_source",
]  # fmt: skip

MAX_MINUTES = 24 * 60


class Scenario(Network):
    """A whole scenario."""

    id: Id
    title: Name
    summary: Name | None = None
    starts: AwareDatetime
    minutes: int = Field(ge=1, le=MAX_MINUTES)
    beat: Duration = Field(default=1.0, ge=0.1, le=60)
    warm_up: Duration = Field(default=900.0, ge=0, le=6 * 3600)
    curve: CurveField = NAMED["normal"]
    network: str = ""
    """Where the sites came from, when they came from elsewhere: a shipped network's id, or a file beside this one."""
    only: tuple[Id, ...] = ()
    """Of the network's sites only these, in its order; empty: all."""
    phase_day: float | None = Field(default=None, ge=-1, le=60)
    """Days since the promotion: after-sale contacts are those of that day, warm-up included."""
    load: float = Field(default=1.0, gt=0, le=100)
    """Multiplies the contacts of every site."""
    injections: tuple[Injection, ...] = ()
    opening: tuple[Opening, ...] = ()
    """What the shift before did at the desk, in the order of time."""
    truth: Truth | None = None
    """What really happens; for the coach, never for the desk."""
    objectives: Objectives = Objectives()

    def happening(self, injections: tuple[Injection, ...]) -> tuple[Injection, ...]:
        """These injections, and what the day brings with it."""
        if self.phase_day is None:
            return injections
        always = self.warm_up + self.minutes * 60.0 + 1.0
        day = AfterSale.model_construct(
            kind="after_sale", at=-self.warm_up, for_=always, day=self.phase_day, phase="after",
            site="", category="", platform="", shop="",
        )  # fmt: skip
        return (day, *injections)

    @model_validator(mode="after")
    def _references(self) -> Scenario:
        raise_complaints("Scenario", complaints(self))
        return self


def load_scenario(id_or_path: str) -> Scenario:
    """The shipped scenario of that id, or the one in the file at that path (it holds a `/` or ends in `.yaml`).

    Raises InputError.
    """
    return read_on_network(scenario_source(id_or_path), Scenario)


def scenario_source(id_or_path: str) -> Path | Traversable:
    """Where the shipped scenario of that id is, or the file at that path. Raises InputError for an unknown id."""
    if "/" in id_or_path or id_or_path.endswith((".yaml", ".yml")):
        return Path(id_or_path)
    known = [file.name.removesuffix(".yaml") for file in _shipped_files()]
    if id_or_path not in known:
        what = f"{clean(id_or_path)!r} is not known"
        raise InputError("scenario", what, f"a path to a .yaml file, or one of {', '.join(sorted(known))}")
    return files("simulators") / "scenarios" / f"{id_or_path}.yaml"


def list_scenarios() -> list[Scenario]:
    """The scenarios that come with the package, by id."""
    return sorted((read_on_network(file, Scenario) for file in _shipped_files()), key=lambda scenario: scenario.id)


def _shipped_files() -> list[Traversable]:
    folder = files("simulators") / "scenarios"
    return [file for file in folder.iterdir() if file.name.endswith(".yaml")]
