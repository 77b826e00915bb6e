"""Who serves whom: the groups of agents behind a recorded site's queues, and what a scenario calls them.

A site says by the `group` of a row which queues share agents; a queue without one has its agents to itself. Of a site
that tells nothing of its agents it is taken that all of them serve all of its queues, as `dutydeck fit` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from simulators.fitting.writing import POOL, id_from
from simulators.recorded.load import Ints, SiteLoad

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")


@dataclass(frozen=True, slots=True)
class GroupNames:
    """One group: its id and its category, in a scenario; whether its agents hold one contact at a time; its queues."""

    id: str
    category: str
    voice: bool
    queues: Ints


@dataclass(frozen=True, slots=True)
class SiteNames:
    """The names of a site's groups and queues in a scenario, in the order of its rows."""

    site: str
    queues: tuple[str, ...]
    groups: tuple[GroupNames, ...]

    @property
    def group_of(self) -> Ints:
        """The group's number of each queue."""
        out = np.zeros(len(self.queues), np.int64)
        for number, group in enumerate(self.groups):
            out[group.queues] = number
        return out


def named(site: SiteLoad, taken: list[str]) -> SiteNames:
    """Names for a site; `taken` are ids of other sites, and gets this one's."""
    taken.append(usable(site.id, taken, "site"))
    queues: list[str] = []
    for row in site.rows:
        queues.append(usable(row.id, queues, "queue"))
    return SiteNames(taken[-1], tuple(queues), _groups(site))


def usable(text: str, taken: list[str], fallback: str) -> str:
    """The text itself where it is an id that is still free, else one made of it."""
    return text if _ID.fullmatch(text) and text not in taken else id_from(text, taken, fallback)


def _groups(site: SiteLoad) -> tuple[GroupNames, ...]:
    staffed = bool(np.isfinite(site.gauges["agents_online"]).any())
    keys = [f"g {row.group}" if row.group else f"r {i}" if staffed else "all" for i, row in enumerate(site.rows)]
    ids: list[str] = []
    categories: list[str] = []
    found = []
    for key in dict.fromkeys(keys):
        queues = np.array([i for i, one in enumerate(keys) if one == key], np.int64)
        rows = [site.rows[i] for i in queues]
        common = {row.category for row in rows}
        name = (common.pop() if len(common) == 1 else "") or rows[0].group or (POOL if key == "all" else rows[0].id)
        categories.append(usable(name, categories, POOL))
        ids.append(usable(rows[0].group or categories[-1], ids, POOL))
        voice = all(row.channel == "voice" for row in rows) or (key == "all" and not any(row.channel for row in rows))
        found.append(GroupNames(ids[-1], categories[-1], voice, queues))
    return tuple(found)
