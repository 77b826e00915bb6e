"""Checks what the schema of a scenario alone cannot: that everything named somewhere exists elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from simulators.complaint import Complaint, Place, repeated, unknown
from simulators.injection import Loan
from simulators.objective_references import objective_complaints

if TYPE_CHECKING:
    from simulators.scenario import Scenario
    from simulators.scenario_sites import Site
    from simulators.vocabulary import Vocabulary

VOICE = "hotline"
"""The category and group of a site's telephone line."""


def site_complaints(sites: Sequence[Site], vocabulary: Vocabulary) -> Iterator[Complaint]:
    """Everything wrong with the references of sites, in the file's order."""
    yield from repeated([site.id for site in sites], ("sites",), "site")
    for number, site in enumerate(sites):
        yield from _site(site, vocabulary, ("sites", number))


def complaints(scenario: Scenario) -> Iterator[Complaint]:
    """Everything wrong with a scenario's references, in the file's order."""
    vocabulary = scenario.vocabulary
    yield from site_complaints(scenario.sites, vocabulary)
    yield from injection_complaints(scenario)
    yield from objective_complaints(scenario)


def _site(site: Site, vocabulary: Vocabulary, place: Place) -> Iterator[Complaint]:
    staffed = [group.category for group in site.groups] + ([VOICE] if site.voice else [])
    yield from repeated([group.id or group.category for group in site.groups], (*place, "groups"), "group")
    yield from repeated([shop.id for shop in site.shops], (*place, "shops"), "shop")
    yield from repeated([queue.id for queue in site.queues], (*place, "queues"), "queue")
    if not site.shops and not site.queues and site.voice is None:
        yield Complaint((*place, "id"), f"site {site.id!r} has no queues", "shops, queues or voice")
    for number, group in enumerate(site.groups):
        here = (*place, "groups", number)
        yield from unknown(group.category, vocabulary.categories, (*here, "category"), "category")
        for index, name in enumerate(group.knows):
            yield from unknown(name, vocabulary.categories, (*here, "knows", index), "category")
        if staffed.index(group.category) != number:
            yield Complaint((*here, "category"), f"category {group.category!r} has two groups", "one group a category")
        if group.channel == "voice" and "cap" in group.model_fields_set and group.cap != 1:
            yield Complaint((*here, "cap"), "a voice agent holds one contact", "1")
    for number, shop in enumerate(site.shops):
        here = (*place, "shops", number)
        yield from unknown(shop.category, staffed, (*here, "category"), "category with agents at this site:")
        for index, platform in enumerate(shop.on):
            yield from unknown(platform, vocabulary.platforms, (*here, "on", index), "platform")
        for index, phase in enumerate(shop.phases):
            yield from unknown(phase, vocabulary.phases, (*here, "phases", index), "phase")
    for number, queue in enumerate(site.queues):
        yield from unknown(queue.category, staffed, (*place, "queues", number, "category"), "category with agents:")


def injection_complaints(scenario: Scenario) -> Iterator[Complaint]:
    """Everything wrong with the references of the injections, in the file's order."""
    vocabulary = scenario.vocabulary
    sites = {site.id: site for site in scenario.sites}
    known = {
        "site": sites,
        "to": sites,
        "shop": {shop.id for site in scenario.sites for shop in site.shops},
        "category": {*vocabulary.categories, VOICE},
        "platform": vocabulary.platforms,
        "phase": vocabulary.phases,
        "metric": {**GAUGE_INDEX, **COUNTER_INDEX},
    }
    for number, injection in enumerate(scenario.injections):
        place = ("injections", number)
        if injection.at >= scenario.minutes * 60:
            yield Complaint((*place, "at"), "at: it comes after the end", f"less than {scenario.minutes}m")
        wrong = False
        for field, names in known.items():
            name = getattr(injection, field, "")
            if name:
                found = list(unknown(name, names, (*place, field), field))
                wrong = wrong or bool(found)
                yield from found
        if isinstance(injection, Loan) and not wrong:
            yield from _loan(injection, sites, place)


def _loan(loan: Loan, sites: dict[str, Site], place: Place) -> Iterator[Complaint]:
    donors = {name for group in sites[loan.site].groups for name in (group.category, *group.knows)}
    receivers = {group.category for group in sites[loan.to].groups}
    if loan.site == loan.to:
        yield Complaint((*place, "to"), "to: it is the same site", "another site")
    if loan.category not in donors & receivers:
        what = f"category: nobody at {loan.site!r} can be lent to {loan.to!r} for {loan.category!r}"
        expected = ", ".join(sorted(donors & receivers)) or "sites that share a category"
        yield Complaint((*place, "category"), what, expected)
