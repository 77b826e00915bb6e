"""Checks what the schema of a scenario alone cannot: that everything named somewhere exists elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from simulators.injection import AgentsLeave, SiteDark, SiteFreeze

if TYPE_CHECKING:
    from simulators.scenario import Scenario, Site
    from simulators.vocabulary import Vocabulary

Place = tuple[str | int, ...]

VOICE = "hotline"
"""The category and group of a site's telephone line."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at a place of the file, and what was expected."""

    place: Place
    what: str
    expected: str


def complaints(scenario: Scenario) -> Iterator[Complaint]:
    """Everything wrong with a scenario's references, in the file's order."""
    vocabulary = scenario.vocabulary
    yield from _repeated([site.id for site in scenario.sites], ("sites",), "site")
    for number, site in enumerate(scenario.sites):
        yield from _site(site, vocabulary, ("sites", number))
    yield from _injections(scenario, vocabulary)


def _site(site: Site, vocabulary: Vocabulary, place: Place) -> Iterator[Complaint]:
    staffed = [group.category for group in site.groups] + ([VOICE] if site.voice else [])
    yield from _repeated([group.id or group.category for group in site.groups], (*place, "groups"), "group")
    yield from _repeated([shop.id for shop in site.shops], (*place, "shops"), "shop")
    yield from _repeated([queue.id for queue in site.queues], (*place, "queues"), "queue")
    if not site.shops and not site.queues and site.voice is None:
        yield Complaint((*place, "id"), f"site {site.id!r} has no queues", "shops, queues or voice")
    for number, group in enumerate(site.groups):
        here = (*place, "groups", number)
        for name in (group.category, *group.knows):
            yield from _unknown(name, vocabulary.categories, (*here, "category"), "category")
        if staffed.index(group.category) != number:
            yield Complaint((*here, "category"), f"category {group.category!r} has two groups", "one group a category")
        if group.channel == "voice" and "cap" in group.model_fields_set and group.cap != 1:
            yield Complaint((*here, "cap"), "a voice agent holds one contact", "1")
    for number, shop in enumerate(site.shops):
        here = (*place, "shops", number)
        yield from _unknown(shop.category, staffed, (*here, "category"), "category with agents at this site:")
        for index, platform in enumerate(shop.on):
            yield from _unknown(platform, vocabulary.platforms, (*here, "on", index), "platform")
        for index, phase in enumerate(shop.phases):
            yield from _unknown(phase, vocabulary.phases, (*here, "phases", index), "phase")
    for number, queue in enumerate(site.queues):
        yield from _unknown(queue.category, staffed, (*place, "queues", number, "category"), "category with agents:")


def _injections(scenario: Scenario, vocabulary: Vocabulary) -> Iterator[Complaint]:
    sites = {site.id: site for site in scenario.sites}
    shops = {shop.id for site in scenario.sites for shop in site.shops}
    for number, injection in enumerate(scenario.injections):
        place = ("injections", number)
        if injection.at > scenario.minutes * 60:
            yield Complaint((*place, "at"), "at: it comes after the end", f"at most {scenario.minutes}m")
        if injection.site:
            yield from _unknown(injection.site, sites, (*place, "site"), "site")
        if isinstance(injection, SiteDark | SiteFreeze):
            continue
        if injection.category:
            known = {*vocabulary.categories, VOICE}
            yield from _unknown(injection.category, known, (*place, "category"), "category")
        if isinstance(injection, AgentsLeave):
            continue
        if injection.platform:
            yield from _unknown(injection.platform, vocabulary.platforms, (*place, "platform"), "platform")
        if injection.phase:
            yield from _unknown(injection.phase, vocabulary.phases, (*place, "phase"), "phase")
        if injection.shop:
            yield from _unknown(injection.shop, shops, (*place, "shop"), "shop")


def _unknown(name: str, known: Collection[str], place: Place, sort: str) -> Iterator[Complaint]:
    if name not in known:
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
        names = f"nearest: {near[0]!r}" if near else ", ".join(sorted(known)) or "none is declared"
        yield Complaint(place, f"{name!r} is not known", f"a {sort.removesuffix(':')}, {names}")


def _repeated(names: list[str], place: Place, sort: str) -> Iterator[Complaint]:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield Complaint((*place, number, "id"), f"{sort} {name!r} appears twice", f"a {sort} id of its own")
        seen.add(name)
