"""The list behind a figure, gathered from what the sites told: which list, of which places, and who is on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.behind import MOST_PLACES, Behind, list_key
from console.figures.place import FigurePlace, place_of
from console.picture import NETWORK, Picture
from console.triage import limit_of
from feeds.contract import ListItem, Row

_OF_FIGURES = {
    "abandoned": ("abandon", "timed_out", "answer_rate"),
    "resting": ("rest_", "owed_rest"),
    "idle": ("agents_", "occupancy", "slots", "concurrency", "attendance", "load"),
}


def list_of(figure: str) -> str:
    """The list that stands behind a figure."""
    return next((what for what, heads in _OF_FIGURES.items() if figure.startswith(heads)), "waiting")


@dataclass(frozen=True, slots=True)
class OnList:
    """One contact or agent: its `site/queue`, and how long until its limit passes (negative: it has; NaN: none)."""

    item: ListItem
    place: str
    left_s: float = math.nan


@dataclass(frozen=True, slots=True)
class Gathered:
    """The list of a place over its sites.

    `total` are all who are on it, NaN where no site told. `silent` are the sites that do not tell it, `away` those that
    are not reached, `waiting_for` those that were asked and have not answered. `at` is the oldest answer's time.
    """

    rows: tuple[OnList, ...]
    total: float
    at: float
    silent: tuple[str, ...]
    away: tuple[str, ...]
    waiting_for: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many are on it beyond those that were told."""
        return max(0, round(self.total) - len(self.rows)) if math.isfinite(self.total) else 0


def places_of(picture: Picture, key: str) -> tuple[str, ...]:
    """Which places to ask for the list of `key`: `site/queue`, or `site/*` for all of a site."""
    place = place_of(picture, key)
    if place is None:
        return ()
    if place.by == "queue":
        return (key,)
    if place.by in ("all", "site"):
        return tuple(f"{site.id}/*" for site in place.sites)
    found = [
        (picture.waiting(f"{site.id}/{row.id}"), f"{site.id}/{row.id}")
        for site in place.sites
        for row in site.rows
        if row.kind == "queue" and (str(getattr(row, place.by)) or "–") == place.clock_key
    ]
    return tuple(name for _waiting, name in sorted(found, reverse=True)[:MOST_PLACES])


def gathered(picture: Picture, key: str, what: str) -> Gathered:
    """What the sites told of a list, in one."""
    rows: list[OnList] = []
    totals: list[float] = []
    times: list[float] = []
    by_state: dict[str, list[str]] = {"not_told": [], "down": [], "asked": []}
    for place in places_of(picture, key):
        told = _told(picture, what, place)
        if told is None or told.state != "told":
            by_state[told.state if told is not None else "asked"].append(place.partition("/")[0])
            continue
        totals.append(told.total)
        times.append(told.at)
        site = place.partition("/")[0]
        rows += [_on_list(picture, site, item, what) for item in told.items]
    rows.sort(key=lambda row: (row.item.ago_s, -row.item.seconds, row.place, row.item.id))
    silent, away, asked = (tuple(dict.fromkeys(names)) for names in by_state.values())
    total = float(sum(totals)) if totals else math.nan
    return Gathered(tuple(rows), total, min(times, default=math.nan), silent, away, asked)


def _told(picture: Picture, what: str, place: str) -> Behind | None:
    """What was told of a place; of a queue nobody told alone, its part of the list of the site."""
    found = picture.view.behind.get(list_key(what, place))
    site, _slash, row = place.partition("/")
    if (found is not None and found.state == "told") or row == NETWORK:
        return found
    whole = picture.view.behind.get(list_key(what, f"{site}/{NETWORK}"))
    if whole is None or whole.state != "told":
        return found
    items = tuple(item for item in whole.items if item.row == row)
    total = len(items)
    if what == "waiting" and whole.total > len(whole.items):
        total = max(total, round(picture.waiting(place)))
    return Behind(what, place, "told", whole.asked_at, whole.at, total, items)


def _on_list(picture: Picture, site: str, item: ListItem, what: str) -> OnList:
    place = f"{site}/{item.row}" if item.row else site
    row = _row(picture, place) if what == "waiting" else None
    if row is None:
        return OnList(item, place)
    limit: float = picture.once(f"limit of {place}", lambda: limit_of(picture.view.clocks, row, picture.view.at))
    return OnList(item, place, limit - item.seconds)


def _row(picture: Picture, place: str) -> Row | None:
    found = picture.row(place)
    return found[1] if found is not None else None


def agents_counted(place: FigurePlace, names: Sequence[str]) -> list[tuple[str, float]]:
    """What is counted of agents where nobody names them: metrics that are known and not 0."""
    return [(name, value) for name in names if math.isfinite(value := place.figure(name)) and value]
