"""Checks that objectives speak of what there is: events of the truth, sites, times before the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulators.complaint import Complaint, Place, repeated, unknown

if TYPE_CHECKING:
    from simulators.objectives import Act, Event
    from simulators.scenario import Scenario


def objective_complaints(scenario: Scenario) -> Iterator[Complaint]:
    """Everything wrong with the references of `opening`, `truth` and `objectives`, in the file's order."""
    end = scenario.minutes * 60
    for number, deed in enumerate(scenario.opening):
        if deed.at >= end:
            yield Complaint(("opening", number, "at"), "at: it comes after the end", f"less than {scenario.minutes}m")
    events = scenario.truth.events if scenario.truth else ()
    yield from repeated([one.id for one in events], ("truth", "events"), "event")
    for number, event in enumerate(events):
        yield from _event(scenario, event, ("truth", "events", number))
    known = [one.id for one in events]
    aims = scenario.objectives
    sites = [site.id for site in scenario.sites]
    for number, detection in enumerate(aims.detect):
        place = ("objectives", "detect", number)
        yield from unknown(detection.event, known, (*place, "event"), "event of the truth")
        for index, sign in enumerate(detection.signs):
            here = (*place, "signs", index)
            if sign.site:
                yield from unknown(sign.site, sites, (*here, "site"), "site")
            if not sign.rule and not (sign.unknown and sign.site):
                yield Complaint(here, "a sign says nothing", "rule, or site and unknown: true")
    for name, acts in (("acts", aims.acts), ("traps", aims.traps)):
        yield from repeated([act.id for act in acts], ("objectives", name), "act")
        for number, act in enumerate(acts):
            yield from _act(act, known, end, ("objectives", name, number))


def _event(scenario: Scenario, event: Event, place: Place) -> Iterator[Complaint]:
    if event.at >= scenario.minutes * 60:
        yield Complaint((*place, "at"), "at: it comes after the end", f"less than {scenario.minutes}m")
    if event.until is not None and event.until <= event.at:
        yield Complaint((*place, "until"), "until: it is not after at", "a later time")
    if event.site:
        yield from unknown(event.site, [site.id for site in scenario.sites], (*place, "site"), "site")
    if event.category:
        categories = {group.category for site in scenario.sites for group in site.groups}
        yield from unknown(event.category, categories, (*place, "category"), "category")
    if event.shop:
        shops = {shop.id for site in scenario.sites for shop in site.shops}
        yield from unknown(event.shop, shops, (*place, "shop"), "shop")


def _act(act: Act, events: list[str], end: float, place: Place) -> Iterator[Complaint]:
    yield from unknown(act.event, events, (*place, "event"), "event of the truth")
    if act.from_ >= end:
        yield Complaint((*place, "from"), "from: it comes after the end", "a time before the end")
    if act.until is not None and act.until <= act.from_:
        yield Complaint((*place, "until"), "until: it is not after from", "a later time")
