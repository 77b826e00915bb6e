"""A desk's view taken apart for the wire: what did not change since the view before is neither looked at nor sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar, get_type_hints

from alerts.alert import Alert
from alerts.clock_day import ClockDay
from alerts.clock_rest import RestOfDay
from alerts.clock_still import StillCourse
from alerts.clocks_view import ClocksView
from alerts.degrade import DegradeWindow
from console.alert_histories import AlertHistory
from console.remote.blocks import Block
from console.remote.part_store import PartStore
from console.remote.plain import Typed
from console.view import DeskView, LinkView
from feeds.clocks import ClockDefinition
from feeds.columns import Columns
from feeds.contract import Row
from feeds.site_view import SiteView
from playbooks.run import RunView

T = TypeVar("T")

_APART = frozenset(
    {"at", "number", "operator", "board", "links", "alerts", "runs", "clocks", "projected", "histories", "reach"}
)
"""Fields of a view that go in ways of their own."""

_HINTS = get_type_hints(DeskView)
FIELDS: Mapping[str, Typed[Any]] = {
    one.name: Typed(_HINTS[one.name]) for one in fields(DeskView) if one.name not in _APART
}
"""The other fields, each a part that is written as its type declares."""

ALERT: Typed[Alert] = Typed(Alert)
RUN: Typed[RunView] = Typed(RunView)
LINK: Typed[LinkView] = Typed(LinkView)
HISTORY: Typed[AlertHistory] = Typed(AlertHistory)
ROWS: Typed[tuple[Row, ...]] = Typed(tuple[Row, ...])
STILL: Typed[StillCourse] = Typed(StillCourse)
CLOCKS: Typed[Mapping[str, ClockDefinition]] = Typed(Mapping[str, ClockDefinition])
DAYS: Typed[Mapping[str, ClockDay]] = Typed(Mapping[str, ClockDay])
WINDOWS: Typed[tuple[DegradeWindow, ...]] = Typed(tuple[DegradeWindow, ...])
DAY: Typed[ClockDay] = Typed(ClockDay)


class ViewParts:
    """Keeps a `PartStore` up to the newest view."""

    def __init__(self) -> None:
        self.store = PartStore()
        self._seen: dict[str, Any] = {}
        self._families: dict[str, dict[str, Any]] = {}

    def take(self, view: DeskView) -> None:
        """The view is this now."""
        self.store.begin()
        for name, typed in FIELDS.items():
            self._one(f"f/{name}", getattr(view, name), typed.plain)
        self._many("a", {one.id: one for one in view.alerts}, self._plainly(_plain_alert))
        self._many("r", {one.id: one for one in view.runs}, self._plainly(RUN.plain))
        self._many("h", view.histories.all(), self._plainly(HISTORY.plain), is_same=lambda a, b: a is b)
        self._many("l", {site: _timed(link, view.at) for site, link in view.links.items()}, self._plainly(LINK.plain))
        self._sites(view)
        self._clocks(view.clocks, view)

    def _one(self, key: str, value: T, plain: Callable[[T], object]) -> None:
        if key not in self._seen or not _alike(self._seen[key], value):
            self._seen[key] = value
            self.store.put(key, plain(value))

    def _many(
        self,
        family: str,
        values: Mapping[str, T],
        put: Callable[[str, T], None],
        is_same: Callable[[T, T], bool] | None = None,
    ) -> None:
        before = self._families.get(family, {})
        same = is_same or _alike
        for name, value in values.items():
            if name not in before or not same(before[name], value):
                put(f"{family}/{name}", value)
        for name in before.keys() - values.keys():
            self.store.drop(f"{family}/{name}")
        self._families[family] = dict(values)

    def _plainly(self, plain: Callable[[T], object]) -> Callable[[str, T], None]:
        return lambda key, value: self.store.put(key, plain(value))

    def _sites(self, view: DeskView) -> None:
        sites = {site.id: site for site in view.board.sites}
        self._one("order", tuple(sites), list)
        self._many("rows", {name: one.rows for name, one in sites.items()}, self._plainly(ROWS.plain), _is)
        self._many("s", sites, self._put_site, _same_site)
        found = view.projected.found
        projected = {
            name: found[name][1] for name, one in sites.items() if name in found and found[name][0] is one.rows
        }
        self._many("p", projected, lambda key, columns: self.store.put(key, list(columns), dict(columns)), _is)

    def _put_site(self, key: str, site: SiteView) -> None:
        last, blocks = site.last, {"g": site.last.gauges, "c": site.last.counters}
        blocks |= {f"w/{name}": window.counters for name, window in last.windows.items()}
        said: dict[str, Any] = {
            name: getattr(site, name) for name in ("id", "zh", "en", "state", "at", "site_row", "suspect")
        }
        said["size"] = last.size
        said["windows"] = {name: window.seconds for name, window in last.windows.items()}
        self.store.put(key, said, blocks)
        name = f"at/{site.id}"
        self._one(name, (last.gauge_at, last.counter_at), lambda both: [dict(one) for one in both])

    def _clocks(self, clocks: ClocksView, view: DeskView) -> None:
        if self._seen.get("clocks") is clocks:
            return
        self._seen["clocks"] = clocks
        self._one("c/clocks", clocks.clocks, CLOCKS.plain)
        self._one("c/days", clocks.days, DAYS.plain)
        self._one("c/windows", clocks.windows, WINDOWS.plain)
        self.store.put("c/now", clocks.now)
        sites = {site.id: site for site in view.board.sites}
        rests = {clock: (rest, _own_rows(rest, sites)) for clock, rest in clocks.forecast.items()}
        self._many("e", rests, self._put_rest, lambda a, b: a[0] is b[0] and a[1] == b[1])
        floor = [
            [
                one.site,
                one.own,
                None if one.site in sites and sites[one.site].rows is one.rows else ROWS.plain(one.rows),
            ]
            for one in clocks.floor.sites
        ]
        self._one("c/floor", floor, list)
        stills = {str(i): (site.believed, site.still) for i, site in enumerate(clocks.sites)}
        self._many("k", stills, self._put_still, lambda a, b: a[0] == b[0] and a[1] is b[1])

    def _put_rest(self, key: str, value: tuple[RestOfDay, list[tuple[str, bool]]]) -> None:
        rest, own = value
        blocks: dict[str, Block] = {"edges": rest.edges} | {f"s/{site}": rest.sites[site][1] for site, _own in own}
        self.store.put(key, [DAY.plain(rest.day), own], blocks)

    def _put_still(self, key: str, value: tuple[bool, StillCourse]) -> None:
        blocks: dict[str, Block] = {}
        shape = without_arrays(STILL.plain(value[1]), blocks)
        self.store.put(key, [value[0], shape], blocks)


def without_arrays(plain: Any, blocks: dict[str, Block], path: str = "") -> Any:  # noqa: ANN401 - plain data
    """The data with each array moved into `blocks`, and a mark in its place. `with_arrays` puts them back."""
    if isinstance(plain, dict):
        return {name: without_arrays(value, blocks, f"{path}/{name}") for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [without_arrays(value, blocks, f"{path}/{i}") for i, value in enumerate(plain)]
    if hasattr(plain, "dtype") and hasattr(plain, "shape") and plain.shape:
        blocks[path] = plain
        return {"~": path}
    return plain


def _alike(before: object, after: object) -> bool:
    return before is after or bool(before == after)


def _is(before: object, after: object) -> bool:
    return before is after


def _same_site(before: SiteView, after: SiteView) -> bool:
    texts = ("state", "at", "suspect", "site_row", "zh", "en")
    return before.last is after.last and all(getattr(before, one) == getattr(after, one) for one in texts)


def _plain_alert(alert: Alert) -> object:
    plain = ALERT.plain(alert)
    plain["words"] = [alert.message_zh, alert.message_en]
    return plain


def _timed(link: LinkView, now: float) -> LinkView:
    """With times of day for ages: those stand still while nothing comes."""
    from dataclasses import replace

    at = round(now - link.link_age_s, 2), round(now - link.data_age_s, 2)
    return replace(link, link_age_s=at[0], data_age_s=at[1], skew_s=round(link.skew_s, 3))


def _own_rows(rest: RestOfDay, sites: Mapping[str, SiteView]) -> list[tuple[str, bool]]:
    """The sites that a forecast is about, and whether it is over the rows that each has now: else it says nothing."""
    return [(site, site in sites and sites[site].rows is rows) for site, (rows, _figures) in rest.sites.items()]


__all__ = ["Columns", "ViewParts", "without_arrays"]
