"""What the names in a playbook's expressions mean: `to.waiting`, `donor.load`, `site.bot_share`, `network.load`.

The part before the dot is a parameter that is a site or a queue; `to_site` is the site of a queue parameter `to`,
`donor` is another name for the parameter `from`, `network` is everything. The part after it is a metric of the
catalogue, or a figure of a clock: `to.taobao_3min.rate_15m`; or `site.confirmed_up`, what somebody said by phone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from feeds.catalog import METRICS
from feeds.metric import Metric, Rows
from playbooks.action import Kind
from playbooks.facts import CONFIRMED_UP, Facts, is_known, split_place
from playbooks.run import Value

NETWORK = "network"
DONOR, DONOR_PARAMETER = "donor", "from"

UNKNOWN = "unknown"
"""1 where a site cannot be believed now, else 0: the one figure that is never unknown itself."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A place that figures are asked of: one queue, or with `queue` None a whole site.

    A metric that only queues have is, for a site, the least over the queues that have it and are `concerned`: those of
    the run's queue or category parameter, else all of the site.
    """

    site: str
    queue: str | None
    category: str | None = None
    concerned: str | None = None


def heads(kinds: Mapping[str, Kind]) -> frozenset[str]:
    """The names that may stand before the dot, for parameters of these kinds."""
    found = {NETWORK}
    for name, kind in kinds.items():
        if kind in ("site", "queue"):
            found.add(name)
        if kind == "queue":
            found.add(f"{name}_site")
    if kinds.get(DONOR_PARAMETER) in ("site", "queue"):
        found.add(DONOR)
    return frozenset(found)


def scopes(kinds: Mapping[str, Kind], params: Mapping[str, Value]) -> dict[str, Scope]:
    """The place behind each name, for the parameters that have a value."""
    texts = {name: value for name, value in params.items() if isinstance(value, str)}
    category = next((texts[name] for name, kind in kinds.items() if kind == "category" and name in texts), None)
    queues = {texts[name] for name, kind in kinds.items() if kind == "queue" and name in texts}
    found: dict[str, Scope] = {}
    for name, kind in kinds.items():
        if kind not in ("site", "queue") or name not in texts:
            continue
        site, queue = split_place(texts[name])
        own = next((q for s, q in map(split_place, sorted(queues)) if s == site), None)
        whole = Scope(site, None, category, own)
        found[name] = Scope(site, queue) if kind == "queue" else whole
        if kind == "queue":
            found[f"{name}_site"] = whole
    if DONOR_PARAMETER in found:
        found[DONOR] = found[DONOR_PARAMETER]
    return found


def figure(name: str, places: Mapping[str, Scope], facts: Facts) -> float:
    """The figure that a name stands for now; NaN where it is unknown."""
    head, _, metric = name.partition(".")
    if head == NETWORK:
        return facts.network(metric)
    place = places.get(head)
    if place is not None and metric == CONFIRMED_UP:
        return facts.value(place.site, None, metric)
    if metric == UNKNOWN and place is not None:
        return float(not is_known(facts, place.site))
    if place is None or not is_known(facts, place.site):
        return math.nan
    if place.queue is not None:
        return facts.value(place.site, place.queue, metric)
    stored = METRICS.get(metric)
    if isinstance(stored, Metric) and stored.rows is Rows.QUEUE:
        values = [facts.value(place.site, queue, metric) for queue in _concerned(place, facts)]
        return min((value for value in values if not math.isnan(value)), default=math.nan)
    return facts.value(place.site, None, metric)


def _concerned(place: Scope, facts: Facts) -> tuple[str, ...]:
    if place.category is not None:
        return facts.queues(place.site, place.category)
    return (place.concerned,) if place.concerned is not None else facts.queues(place.site)
