"""From a recorded load to what a drill needs: the scenario, as text and as a value, and the course of its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from feeds.yamlfile import parse_yaml
from simulators.profile import Profile
from simulators.recorded.gaps import held
from simulators.recorded.groups import SiteNames, named
from simulators.recorded.load import Floats, RecordedLoad, SiteLoad
from simulators.recorded.people import SitePeople, people_of
from simulators.recorded.staffing import StaffChange, changed, rostered
from simulators.recorded.traits import QueueTraits, pace_of, traits_of
from simulators.recorded.world import Course
from simulators.recorded.writing import recorded_text
from simulators.scenario import Scenario

_PACE_OF_S = 120.0


@dataclass(frozen=True, slots=True)
class Staffing:
    """Whose people: those of the recording, changed by `changes`, or by the roster in a file."""

    changes: tuple[StaffChange, ...] = ()
    roster: Path | None = None

    @property
    def other(self) -> bool:
        """Whether it is any other than the recorded one."""
        return bool(self.changes) or self.roster is not None


@dataclass(frozen=True, slots=True)
class Day:
    """A day to drill on. `kept` are the categories of which a roster said nothing at some time."""

    scenario: Scenario
    text: str
    course: Course
    kept: tuple[str, ...] = ()


class Recorded:
    """A load, understood. The same load gives the same days."""

    def __init__(self, load: RecordedLoad) -> None:
        self.load = load
        taken: list[str] = []
        self.names: list[SiteNames] = [named(site, taken) for site in load.sites]

    @cached_property
    def traits(self) -> list[list[QueueTraits]]:
        """Per site, per queue."""
        return traits_of(self.load, self.names)

    @cached_property
    def people(self) -> list[SitePeople]:
        """Per site."""
        return [
            people_of(site, one, self.load.every_s, *_of_groups(one, traits))
            for site, one, traits in zip(self.load.sites, self.names, self.traits, strict=True)
        ]

    @property
    def estimated(self) -> list[str]:
        """The sites that told nothing of their agents."""
        return [one.site for one, people in zip(self.names, self.people, strict=True) if not people.told]

    def day(self, staffing: Staffing, *, as_it_was: bool) -> Day:
        """The day with this staffing.

        `as_it_was` with what was lent, and the bot and the limits of contacts as they were at each time; else without
        loans, and with bot and limits as at the beginning. Raises InputError for a staffing that does not fit.
        """
        agents = [one.present if as_it_was else one.own for one in self.people]
        kept: list[str] = []
        if staffing.roster is not None:
            middles = self.load.starts + (np.arange(self.load.intervals, dtype=np.float64) + 0.5) * self.load.every_s
            agents, kept = rostered(agents, self.names, staffing.roster, middles)
        agents = changed(agents, self.names, staffing.changes)
        text = recorded_text(self.load, self.names, self.people, agents, self.traits)
        scenario = parse_yaml(text, Scenario, "the recorded load")
        return Day(scenario, text, self._course(agents, as_it_was=as_it_was), tuple(kept))

    def _course(self, agents: Sequence[Floats], *, as_it_was: bool) -> Course:
        load = self.load
        share = np.concatenate([_share(site, one) for site, one in zip(load.sites, self.traits, strict=True)], axis=1)
        offered = np.concatenate([site.counters["offered"] for site in load.sites], axis=1)
        cap = np.concatenate([one.cap for one in self.people], axis=1)
        return Course(
            load.every_s,
            np.round(offered).astype(np.int64),
            np.round(np.concatenate(list(agents), axis=1)).astype(np.int64),
            np.concatenate([one.rests for one in self.people], axis=1),
            share,
            share if as_it_was else None,
            np.round(cap).astype(np.int64) if as_it_was else None,
            self._false_containment(),
            np.concatenate([_warm_pace(*one) for one in zip(load.sites, self.names, self.traits, strict=True)]),
            np.concatenate([site.at_start["chats_open"] + site.at_start["waiting"] for site in load.sites]),
        )

    def _false_containment(self) -> float:
        """Of those whom the bot kept, how many came back; what is usual where the sites do not count it."""
        kept, back = (
            sum(float(site.counters[name].sum()) for site in self.load.sites)
            for name in ("bot_contained", "bot_repeats")
        )
        return min(back / kept, 1.0) if kept >= 100 and back > 0 else Profile().false_containment


def _of_groups(names: SiteNames, traits: Sequence[QueueTraits]) -> tuple[Floats, Floats]:
    """Handle time and patience of each group: of its queues the plain mean."""
    return (
        np.array([np.mean([traits[q].handle.mean_s for q in group.queues]) for group in names.groups]),
        np.array([np.mean([traits[q].patience.exponential_mean_s for q in group.queues]) for group in names.groups]),
    )


def _warm_pace(site: SiteLoad, names: SiteNames, traits: Sequence[QueueTraits]) -> Floats:
    """Contacts per second that keep as many with agents as there were; those of the first minutes where unknown."""
    first = site.counters["offered"][: max(1, round(_PACE_OF_S / site.seconds_each))].mean(axis=0) / site.seconds_each
    work = np.array([one.handle.mean_s for one in traits]) / pace_of(site, names)[0]
    asks = np.array([1.0 - one.bot_share * one.containment for one in traits])
    chats = site.at_start["chats_open"]
    return np.asarray(
        np.where(np.isfinite(chats), np.nan_to_num(chats) / work / np.maximum(asks, 0.2), first), np.float64
    )


def _share(site: SiteLoad, traits: Sequence[QueueTraits]) -> Floats:
    """Share that met the bot, as the scenario's file rounds it."""
    usual = np.array([one.bot_share for one in traits])
    told = held(site.gauges["bot_share"])
    return np.asarray(np.round(np.where(np.isfinite(told), told, usual), 4), np.float64)
