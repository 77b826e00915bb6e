"""What playbooks need to know of the world, as a protocol that the desk fills from its board."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Protocol

CONFIRMED_UP = "confirmed_up"
"""A person's word on a site, also of one that says nothing itself: 1 its floor is up, 0 it is not, NaN nobody asked."""


class Facts(Protocol):
    """The board at one moment. A figure that is not known is NaN; every figure of an unknown site is not known."""

    def sites(self) -> tuple[str, ...]:
        """Every configured site, in the desk's order."""

    def unknown(self, site: str) -> bool:
        """Whether nothing can be said of the site now: dark, stale, suspect, never seen, or not configured."""

    def categories(self, site: str) -> tuple[str, ...]:
        """The categories that the site serves."""

    def queues(self, site: str, category: str | None = None) -> tuple[str, ...]:
        """Ids of the site's queues, or of those of one category."""

    def phase(self, site: str, queue: str) -> str:
        """The phase that a queue serves (`pre`, `after`); empty where the site does not say."""

    def can(self, site: str, verb: str) -> bool:
        """Whether the site lists a command among those that it carries out by itself. One never heard of may."""

    def value(self, site: str, row: str | None, metric: str) -> float:
        """A metric of the catalogue, or `clock.figure`, for one queue, or with `row` None for the site's own row."""

    def network(self, metric: str) -> float:
        """A metric, or `clock.figure`, over all known sites."""


def is_known(facts: Facts, site: str) -> bool:
    """Whether the site exists and can be believed now."""
    return site in facts.sites() and not facts.unknown(site)


def known_sites(facts: Facts) -> frozenset[str]:
    """Every site that can be believed now."""
    return frozenset(site for site in facts.sites() if not facts.unknown(site))


def category_of(facts: Facts, site: str, queue: str) -> str | None:
    """The category of a queue, or None where the site lists it under none."""
    return next((name for name in facts.categories(site) if queue in facts.queues(site, name)), None)


def total(facts: Facts, site: str, queues: Iterable[str], metric: str) -> float:
    """The sum of a metric over queues; NaN where one of them is unknown or there is none."""
    values = [facts.value(site, queue, metric) for queue in queues]
    return math.fsum(values) if values and not any(map(math.isnan, values)) else math.nan


def busiest_queue(facts: Facts, site: str) -> str | None:
    """The queue of the site where most people wait, by name where they tie; None where no queue is known."""
    waiting = [(-facts.value(site, queue, "waiting"), queue) for queue in facts.queues(site)]
    return min((pair for pair in waiting if not math.isnan(pair[0])), default=(0.0, None))[1]


def split_place(text: str) -> tuple[str, str | None]:
    """`site` or `site/queue` → site id and queue id (None for a whole site)."""
    site, slash, queue = text.partition("/")
    return site, queue if slash else None
