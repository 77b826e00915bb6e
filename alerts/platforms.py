"""Platforms over all sites: whether the message service of one fails at all its shops at once.

When it fails, contacts stop coming or replies do not get through, everywhere at once, and a hundred queues alert of
one thing. Overload is told from it by what goes on: in the worst overload contacts still arrive and agents still answer
as fast as they can. So a shop at a site counts as *silent* when contacts were usual and none came for a minute, as
*stalled* when answers were usual, people wait and nobody was answered for a minute. Long waits, low service levels and
many alerts count for nothing here, however many shops have them. Shares are by usual volume, so that the hundred
smallest shops, which often go a minute without a contact, weigh what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from alerts.rows import RowAttributes, network_row
from feeds.column_stack import common_block
from feeds.columns import Columns, Floats
from feeds.contract import Row
from feeds.metric import Unit
from feeds.site_view import SiteView

PLATFORM_METRICS: Mapping[str, tuple[Unit, str]] = MappingProxyType(
    {
        "shops": (Unit.COUNT, "shops of the platform whose last minute is known"),
        "usual_contacts": (Unit.COUNT, "contacts a minute over the 15 minutes before the last one"),
        "usual_answers": (Unit.COUNT, "answers a minute over the 15 minutes before the last one"),
        "silent_share": (
            Unit.SHARE,
            "usual contacts of shops where none came for a minute, over all usual ones",
        ),
        "silent_sites": (Unit.COUNT, "sites at which 90 % of the usual contacts are those of silent shops"),
        "stalled_share": (
            Unit.SHARE,
            "usual answers of shops where people wait and none was answered for a minute, over all usual ones",
        ),
        "stalled_sites": (Unit.COUNT, "sites at which 90 % of the usual answers are those of stalled shops"),
        "waiting": (Unit.COUNT, "people who wait at the platform's shops"),
        "degraded": (Unit.COUNT, "1 within a degrade window of the platform, else 0; never unknown"),
    }
)
"""What rules about platforms may ask for."""

ALL_BUT = 0.9
"""A site counts as failing when so much of its usual volume does."""

_SHORTEST_S, _USUAL_S = 50.0, 120.0
"""A last minute, and a time before it, that are too short to judge by are unknown."""

_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "taobao": ("淘宝", "Taobao"),
        "tmall": ("天猫", "Tmall"),
        "jd": ("京东", "JD"),
        "douyin": ("抖音", "Douyin"),
        "pdd": ("拼多多", "PDD"),
        "kuaishou": ("快手", "Kuaishou"),
        "xiaohongshu": ("小红书", "Xiaohongshu"),
        "phone": ("电话", "Phone"),
    }
)


@dataclass(frozen=True, slots=True)
class PlatformFigures:
    """A column per name of PLATFORM_METRICS over `platforms`."""

    platforms: tuple[str, ...]
    columns: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which rows belong to which shop at which site (a unit), and which units to which platform."""

    starts: NDArray[np.int64]
    """Where the rows of each site begin among all rows, and their number."""
    platforms: tuple[str, ...]
    served: NDArray[np.int64]
    """The rows that belong to a platform."""
    unit: NDArray[np.int64]
    """The unit of each of those."""
    platform: NDArray[np.int64]
    shop: NDArray[np.int64]
    place: NDArray[np.int64]
    """Of each unit: its platform, its shop on it wherever that is served, and its platform at its site."""
    shop_platform: NDArray[np.int64]
    place_platform: NDArray[np.int64]


def platform_row(platform: str) -> RowAttributes:
    """The row of a platform over all sites, by the names that people have for it."""
    zh, en = _NAMES.get(platform, (platform, platform))
    return network_row(platform, zh, en)


class PlatformWatch:
    """Works out the figures of all platforms from the sites as they stand; keeps the layout of their rows only."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._layout = _laid_out(())

    def figures(self, sites: Sequence[SiteView], degraded: Collection[str]) -> PlatformFigures:
        """The platforms of some sites, in order of their names. What cannot be believed takes no part."""
        known = self._parts
        if len(sites) != len(known) or any(site.rows is not part.rows for site, part in zip(sites, known, strict=True)):
            before = {(part.site, id(part.rows)): part for part in known}  # parts keep their rows, and so the ids
            self._parts = [before.get((site.id, id(site.rows))) or _part(site) for site in sites]
            self._layout = _laid_out(self._parts)
        layout = self._layout
        if not layout.platforms:
            return PlatformFigures((), {})
        table = np.full((5, int(layout.starts[-1])), np.nan)
        whole = common_block([site.columns for site in sites])
        if whole is not None and all(site.state in ("live", "late") for site in sites):
            _last_minute(whole, table)
        else:
            for site, start, end in zip(sites, layout.starts[:-1], layout.starts[1:], strict=True):
                if site.state in ("live", "late"):
                    _last_minute(site.columns, table[:, start:end])
        return PlatformFigures(layout.platforms, _PlatformColumns(layout, table[:, layout.served], degraded))


def _last_minute(columns: Columns, out: Floats) -> None:
    """Contacts and answers in the last minute, how many are usual in one, and who waits, into the rows of `out`."""
    out[4] = columns["waiting"]
    last, before = columns.windows.get("1m"), columns.windows.get("15m")
    if last is None or last.seconds < _SHORTEST_S:
        return
    span = before.seconds - last.seconds if before is not None else 0.0
    for i, name in enumerate(("offered", "answered")):
        recent = columns.growth(name, "1m")
        out[i] = recent
        if span >= _USUAL_S:
            out[2 + i] = (columns.growth(name, "15m") - recent) * (60.0 / span)


class _PlatformColumns(Mapping[str, Floats]):
    """The figures of all platforms from five figures of each served row; each worked out when it is asked for."""

    def __init__(self, layout: _Layout, rows: Floats, degraded: Collection[str]) -> None:
        units = len(layout.platform)
        self._layout, self._degraded = layout, frozenset(degraded)
        self._sums = [np.bincount(layout.unit, one, units) for one in np.where(rows == rows, rows, 0.0)]
        self._known = np.bincount(layout.unit, ~np.isnan(rows[0]), units) > 0
        self._found: dict[str, Floats] = {}

    def __getitem__(self, name: str) -> Floats:
        """The column called `name`."""
        found = self._found.get(name)
        if found is None:
            if name not in PLATFORM_METRICS:
                raise KeyError(name)
            self._found |= self._make(name)
            found = self._found[name]
        return found

    def __iter__(self) -> Iterator[str]:
        """Every name."""
        return iter(PLATFORM_METRICS)

    def __len__(self) -> int:
        return len(PLATFORM_METRICS)

    def _make(self, name: str) -> dict[str, Floats]:
        layout, known = self._layout, self._known
        contacts, answers, usual_contacts, usual_answers, waiting = self._sums
        if name == "degraded":
            return {name: np.array([float(platform in self._degraded) for platform in layout.platforms])}
        if name.startswith("silent"):
            weight = np.maximum(contacts, usual_contacts) * known
            return self._failing("silent", known & (contacts == 0), weight)
        if name.startswith("stalled"):
            weight = np.maximum(answers, usual_answers) * known
            return self._failing("stalled", known & (answers == 0) & (waiting > 0), weight)
        if name == "shops":
            seen_shops = np.bincount(layout.shop, known, len(layout.shop_platform)) > 0
            return {name: self._told(np.bincount(layout.shop_platform, seen_shops, len(layout.platforms)))}
        values = {"usual_contacts": usual_contacts, "usual_answers": usual_answers, "waiting": waiting}[name]
        return {name: self._told(np.bincount(layout.platform, values, len(layout.platforms)))}

    def _failing(self, kind: str, failing: NDArray[np.bool_], weight: Floats) -> dict[str, Floats]:
        share, sites = _failing(self._layout, failing, weight)
        return {f"{kind}_share": share, f"{kind}_sites": self._told(sites)}

    def _told(self, counts: Floats | NDArray[np.int64]) -> Floats:
        """The counts, NaN of a platform of which nothing is known."""
        seen = np.bincount(self._layout.platform, self._known, len(self._layout.platforms)) > 0
        return np.asarray(counts + np.where(seen, 0.0, np.nan), np.float64)


def _failing(layout: _Layout, failing: NDArray[np.bool_], weight: Floats) -> tuple[Floats, Floats]:
    """The share of each platform's weight that fails (NaN: it has none), and at how many sites nearly all does."""
    figures, places = len(layout.platforms), len(layout.place_platform)
    total = np.bincount(layout.platform, weight, figures)
    failed = np.bincount(layout.platform, weight * failing, figures)
    share = np.divide(failed, total, out=np.full(figures, np.nan), where=total > 0)
    here = np.bincount(layout.place, weight, places)
    failed_here = np.bincount(layout.place, weight * failing, places)
    sites = np.bincount(layout.place_platform[(here > 0) & (failed_here >= ALL_BUT * here)], minlength=figures)
    return share, sites.astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one site that belong to a platform, the unit of each, and platform and shop of each unit."""

    site: str
    rows: tuple[Row, ...]
    served: NDArray[np.int64]
    unit: NDArray[np.int64]
    units: tuple[tuple[str, str], ...]


def _part(site: SiteView) -> _Part:
    units: dict[tuple[str, str], int] = {}
    served, unit = [], []
    for i, row in enumerate(site.rows):
        if row.kind == "queue" and row.platform:
            served.append(i)
            unit.append(units.setdefault((row.platform, row.shop or f"{site.id}/{row.id}"), len(units)))
    return _Part(site.id, site.rows, np.array(served, np.int64), np.array(unit, np.int64), tuple(units))


def _laid_out(parts: Sequence[_Part]) -> _Layout:
    names = sorted({platform for part in parts for platform, _ in part.units})
    numbers = {name: i for i, name in enumerate(names)}
    shops: dict[tuple[str, str], int] = {}
    places: dict[tuple[int, str], int] = {}
    for site, part in enumerate(parts):
        for platform, shop in part.units:
            shops.setdefault((platform, shop), len(shops))
            places.setdefault((site, platform), len(places))
    starts = np.cumsum([0, *(len(part.rows) for part in parts)])
    unit_starts = np.cumsum([0, *(len(part.units) for part in parts)])
    nothing = np.empty(0, np.int64)
    return _Layout(
        starts,
        tuple(names),
        np.concatenate([nothing, *(part.served + start for part, start in zip(parts, starts, strict=False))]),
        np.concatenate([nothing, *(part.unit + start for part, start in zip(parts, unit_starts, strict=False))]),
        np.array([numbers[platform] for part in parts for platform, _ in part.units], np.int64),
        np.array([shops[one] for part in parts for one in part.units], np.int64),
        np.array([places[i, platform] for i, part in enumerate(parts) for platform, _ in part.units], np.int64),
        np.array([numbers[platform] for platform, _ in shops], np.int64),
        np.array([numbers[platform] for _, platform in places], np.int64),
    )
