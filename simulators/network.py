"""A network: sites, people and habits that several scenarios share, in a file of its own that they name."""

from __future__ import annotations

from pydantic import ConfigDict, Field, model_validator

from feeds.durations import Duration, Share
from feeds.yamlfile import FileModel
from simulators.complaint import raise_complaints
from simulators.profile import Profile
from simulators.scenario_references import site_complaints
from simulators.scenario_sites import Site, Staff
from simulators.vocabulary import Id, Kind, Name, Vocabulary, shipped


class Network(FileModel):
    """What a scenario takes over when it names a network; each of these keys in the scenario's own file wins."""

    model_config = ConfigDict(validate_default=False)

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

    @property
    def vocabulary(self) -> Vocabulary:
        """The shipped platforms, phases and categories with this file's own on top."""
        base = shipped()
        return Vocabulary(
            platforms=base.platforms | self.platforms,
            phases=base.phases | self.phases,
            categories=base.categories | self.categories,
        )


class NetworkFile(Network):
    """The file of a network: its id, its names, and what it shares."""

    id: Id
    title: Name

    @model_validator(mode="after")
    def _references(self) -> NetworkFile:
        raise_complaints("NetworkFile", site_complaints(self.sites, self.vocabulary))
        return self
