"""A scenario laid out flat: every queue, group and site of the network as an index, every figure as a column."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from feeds.contract import Row
from simulators.curves import Curve
from simulators.day_intervals import Roster
from simulators.laws import Law, LawTable
from simulators.profile import Profile, merge
from simulators.scenario import Group, Scenario, Site, Staff, Voice
from simulators.scenario_references import VOICE
from simulators.vocabulary import Kind, Vocabulary

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """One queue with everything resolved."""

    row: Row
    profile: Profile
    per_day: float
    shop: str = ""
    """Id of the shop, where the queue came from one."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """One group of agents with everything resolved."""

    id: str
    category: str
    channel: str
    knows: tuple[str, ...]
    agents: int
    staff: Staff
    roster: Roster | None = None


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One site: its groups and queues in order."""

    site: Site
    curve: Curve
    groups: tuple[GroupPlan, ...]
    queues: tuple[QueuePlan, ...]


class Layout:
    """The network as columns.

    Queues and groups of a site are neighbours; board rows are each site's queues, then the site itself.
    """

    def __init__(self, scenario: Scenario) -> None:
        vocabulary = scenario.vocabulary
        self.scenario = scenario
        self.plans = tuple(_site_plan(scenario, site, vocabulary) for site in scenario.sites)
        self.sites = tuple(plan.site.id for plan in self.plans)
        self.queues = tuple(queue for plan in self.plans for queue in plan.queues)
        self.groups = tuple(group for plan in self.plans for group in plan.groups)
        self.queue_site = _owners([len(plan.queues) for plan in self.plans])
        self.group_site = _owners([len(plan.groups) for plan in self.plans])
        self.queue_start = _starts([len(plan.queues) for plan in self.plans])
        self.group_start = _starts([len(plan.groups) for plan in self.plans])
        self.group_of = {(self.sites[self.group_site[i]], group.id): i for i, group in enumerate(self.groups)}
        self.queue_of = {(self.sites[self.queue_site[i]], queue.row.id): i for i, queue in enumerate(self.queues)}
        self.queue_group = np.array(
            [self.group_of[self.sites[s], q.row.group] for s, q in zip(self.queue_site, self.queues, strict=True)],
            dtype=np.int64,
        )
        self.row_of_queue = np.arange(len(self.queues)) + self.queue_site
        self.row_of_site = self.queue_start[1:] + np.arange(len(self.sites))
        self.voice = np.array([group.channel == "voice" for group in self.groups], dtype=np.bool_)
        self.chat = ~self.voice[self.queue_group]
        self.transfer_to = self._transfer_targets()

    @cached_property
    def patience(self) -> LawTable:
        """Patience law per queue."""
        return LawTable([queue.profile.patience for queue in self.queues])

    @cached_property
    def handle(self) -> LawTable:
        """Handle time law per queue, its factor multiplied in."""
        return LawTable([_scaled(queue.profile.handle, queue.profile.handle_factor) for queue in self.queues])

    def column(self, field: str) -> Floats:
        """One field of the profiles as a column over the queues."""
        return np.array([float(getattr(queue.profile, field)) for queue in self.queues], dtype=np.float64)

    def rows(self, site: int) -> slice:
        """The board rows of a site."""
        return slice(int(self.queue_start[site]) + site, int(self.queue_start[site + 1]) + site + 1)

    def _transfer_targets(self) -> Ints:
        """For each queue the one of the same shop and platform in the next phase, or -1."""
        peers: dict[tuple[int, str, str, int], list[int]] = {}
        keys = []
        for i, queue in enumerate(self.queues):
            key = (int(self.queue_site[i]), queue.row.shop, queue.row.platform, int(self.queue_group[i]))
            keys.append(key)
            peers.setdefault(key, []).append(i)
        return np.array([_next_of(peers[key], i) if key[1] else -1 for i, key in enumerate(keys)], dtype=np.int64)


def _next_of(peers: list[int], one: int) -> int:
    return peers[(peers.index(one) + 1) % len(peers)] if len(peers) > 1 else -1


def _owners(sizes: list[int]) -> Ints:
    return np.repeat(np.arange(len(sizes)), sizes)


def _starts(sizes: list[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _scaled(law: Law, factor: float) -> Law:
    return law.model_copy(update={"mean": law.mean * factor})


def _site_plan(scenario: Scenario, site: Site, vocabulary: Vocabulary) -> SitePlan:
    groups = [_group_plan(scenario, site, group) for group in site.groups]
    if site.voice:
        voice = Group(id=VOICE, category=VOICE, channel="voice", agents=site.voice.agents)
        groups.append(_group_plan(scenario, site, voice))
    names = {group.category: group.id for group in groups}
    parts = _queues(scenario, site, vocabulary, names)
    whole = sum(weight for _, _, weight, _ in parts) or 1.0
    per_day = site.contacts_per_day * scenario.load
    voice_share = (site.voice.share if site.voice else 0.0) if parts else 1.0
    chat = [
        QueuePlan(row, profile, per_day * (1 - voice_share) * weight / whole, shop)
        for row, profile, weight, shop in parts
    ]
    if site.voice:
        chat.append(_voice_queue(scenario, site, site.voice, vocabulary, per_day * voice_share))
    return SitePlan(site, site.curve or scenario.curve, tuple(groups), tuple(chat))


def _group_plan(scenario: Scenario, site: Site, group: Group) -> GroupPlan:
    named: dict[str, object] = {}
    for layer in (scenario.staff, site.staff, group):
        named |= {name: getattr(layer, name) for name in layer.model_fields_set & Staff.model_fields.keys()}
    if group.channel == "voice":
        named |= {"cap": 1, "slowdown": 0.0}
    staff = Staff.model_construct(**{**dict(Staff()), **named})
    return GroupPlan(
        group.id or group.category, group.category, group.channel, group.knows, group.agents, staff, group.roster
    )


def _queues(
    scenario: Scenario, site: Site, vocabulary: Vocabulary, groups: dict[str, str]
) -> list[tuple[Row, Profile, float, str]]:
    found = []
    for shop in site.shops:
        category = vocabulary.categories[shop.category]
        for platform in shop.on:
            for phase in shop.phases:
                place, moment = vocabulary.platforms[platform], vocabulary.phases[phase]
                row = Row(
                    id=f"{shop.id}-{platform}-{phase}",
                    zh=f"{shop.zh}·{place.zh}·{moment.zh}",
                    en=f"{shop.en} {place.en} {moment.en.lower()}",
                    shop=shop.zh, platform=platform, category=shop.category, phase=phase, channel="chat",
                    skill=shop.category, group=groups[shop.category], tier=shop.tier,
                    tags=shop.tags,
                )  # fmt: skip
                profile = merge(scenario.profile, category, moment, place, site.profile, shop)
                found.append((row, profile, shop.weight * place.weight * moment.weight, shop.id))
    for queue in site.queues:
        layers: list[Profile] = [scenario.profile]
        layers += _named(vocabulary.categories, queue.category) + _named(vocabulary.phases, queue.phase)
        layers += [*_named(vocabulary.platforms, queue.platform), site.profile, queue]
        channel = next(group.channel for group in site.groups if group.category == queue.category)
        row = Row(
            id=queue.id, zh=queue.zh, en=queue.en, shop=queue.shop, platform=queue.platform, category=queue.category,
            phase=queue.phase, channel=channel, skill=queue.category, group=groups[queue.category], tier=queue.tier,
            tags=queue.tags,
        )  # fmt: skip
        found.append((row, merge(*layers), queue.weight, ""))
    return found


def _named(kinds: dict[str, Kind], name: str) -> list[Profile]:
    return [kinds[name]] if name in kinds else []


def _voice_queue(scenario: Scenario, site: Site, voice: Voice, vocabulary: Vocabulary, per_day: float) -> QueuePlan:
    phone, hotline = vocabulary.platforms["phone"], vocabulary.categories[VOICE]
    profile = merge(scenario.profile, hotline, phone, site.profile, voice)
    row = Row(
        id="hotline", zh="热线", en="Hotline", platform="phone", category=VOICE, phase="after", channel="voice",
        skill=VOICE, group=VOICE, tier=2,
    )  # fmt: skip
    return QueuePlan(row, profile, per_day)
