"""A desk's view put together again from its parts, each made anew only when it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alerts.alert import Alert, gravest_first
from alerts.clock_floor import ClockFloor, SiteRows
from alerts.clock_rest import RestOfDay
from alerts.clocks_view import ClocksView, SiteClocks, no_clocks
from alerts.rows import RowAttributes
from console.alert_histories import AlertHistories, AlertHistory
from console.people import Reach
from console.projecting import Projected
from console.remote.blocks import Block, changed, of_whole
from console.remote.plain import unpack
from console.remote.view_parts import (
    ALERT,
    CLOCKS,
    DAY,
    DAYS,
    FIELDS,
    HISTORY,
    LINK,
    ROWS,
    RUN,
    STILL,
    WINDOWS,
)
from console.view import DeskView, LinkView
from feeds.board_view import BoardView
from feeds.columns import Columns, Window, unknown_columns
from feeds.contract import Row
from feeds.courses import Courses
from feeds.site_view import SiteView
from playbooks.run import RunView


@dataclass(frozen=True, slots=True)
class SaidWords:
    """The sentence of an alert as the desk made it."""

    zh: str
    en: str

    def __call__(self, _row: RowAttributes, _value: float) -> tuple[str, str]:
        """The sentence in 中文 and English."""
        return self.zh, self.en


class CopiedHistories(AlertHistories):
    """Histories as another desk keeps them."""

    def put(self, alert: str, history: AlertHistory) -> None:
        """This is the history of an alert now."""
        with self._lock:
            self._open[alert] = history

    def drop(self, alert: str) -> None:
        """It is kept no more."""
        with self._lock:
            self._open.pop(alert, None)


@dataclass
class _Part:
    shape: bytes = b""
    blocks: dict[str, Block] = field(default_factory=dict)


class ViewCopy:
    """Takes what the desk sends, and gives the view that it stands for."""

    def __init__(self) -> None:
        self.version = 0
        self.courses = Courses()
        self._parts: dict[str, _Part] = {}
        self._forget()

    def _forget(self) -> None:
        self.version = 0
        self._parts.clear()
        self._fields: dict[str, Any] = {}
        self._alerts: dict[str, Alert] = {}
        self._in_order: tuple[Alert, ...] | None = None
        self._runs: dict[str, RunView] = {}
        self._links: dict[str, LinkView] = {}
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._sites: dict[str, SiteView] = {}
        self._stills: dict[str, Any] = {}
        self._projected: dict[str, Mapping[str, Block]] = {}
        self._rests: dict[str, tuple[Any, dict[str, Block]]] = {}
        self._histories = CopiedHistories()
        self._clock_parts: dict[str, Any] = {}
        self._floor, self._clocks = ClockFloor(()), no_clocks()

    def take(self, message: Mapping[str, Any]) -> None:
        """An update of the parts. ValueError, KeyError or TypeError where it is none: begin anew then."""
        if message["reset"]:
            self._forget()
        touched = [key for key, shape, blocks in message["set"] if self._land(key, shape, blocks)]
        for key in message["gone"]:
            self._parts.pop(key, None)
            self._drop(*key.split("/", 1))
        rows_first = sorted(touched, key=lambda key: not key.startswith(("rows/", "at/")))
        for key in rows_first:
            family, _slash, name = key.partition("/")
            self._make(family, name, self._parts[key])
        self._make_clocks({key.partition("/")[0] for key in touched} | {key for key in touched if key == "c/floor"})
        self.version = int(message["version"])

    def _land(self, key: str, shape: bytes | None, blocks: Mapping[str, Any]) -> bool:
        part = self._parts.setdefault(key, _Part())
        if shape is not None:
            part.shape = shape
        for name, (kind, data) in blocks.items():
            part.blocks[name] = of_whole(data) if kind == 0 else changed(part.blocks[name], data)
        return True

    def _drop(self, family: str, name: str = "") -> None:
        if family == "h":
            self._histories.drop(name)
        elif family == "a":
            self._in_order = None
        families: dict[str, dict[str, Any]] = {
            "a": self._alerts,
            "r": self._runs,
            "l": self._links,
            "rows": self._rows,
            "s": self._sites,
            "k": self._stills,
            "p": self._projected,
            "e": self._rests,
        }
        families.get(family, {}).pop(name, None)

    def _make(self, family: str, name: str, part: _Part) -> None:
        plain = unpack(part.shape)
        match family:
            case "f":
                self._fields[name] = FIELDS[name].value(plain)
            case "a":
                self._in_order = None
                words = SaidWords(*plain["words"])
                self._alerts[name] = ALERT.value({**plain, "words": words})
            case "r":
                self._runs[name] = RUN.value(plain)
            case "h":
                self._histories.put(name, HISTORY.value(plain))
            case "l":
                self._links[name] = LINK.value(plain)
            case "rows" | "at":
                self._lay_out(family, name, plain)
            case "s":
                self._sites[name] = self._site(plain, part.blocks)
            case "k":
                believed, shape = plain
                self._stills[name] = bool(believed), STILL.value(with_arrays(shape, part.blocks))
            case "p":
                self._projected[name] = {one: part.blocks[one] for one in plain}
            case "e":
                self._rests[name] = plain, part.blocks
            case "c" | "order":
                self._clock_parts[name or family] = plain

    def _lay_out(self, family: str, name: str, plain: Any) -> None:  # noqa: ANN401 - plain data
        """A site has other rows or columns: how its blocks are read."""
        if family == "rows":
            self._rows[name] = ROWS.value(plain)
        else:
            self._fields[f"at/{name}"] = plain
        part = self._parts.get(f"s/{name}")
        if name in self._sites and part is not None:
            self._sites[name] = self._site(unpack(part.shape), part.blocks)

    def _site(self, plain: Mapping[str, Any], blocks: Mapping[str, Block]) -> SiteView:
        name, size = plain["id"], int(plain["size"])
        rows = self._rows[name]
        gauge_at, counter_at = self._fields[f"at/{name}"]
        windows = {one: Window(blocks[f"w/{one}"], float(seconds)) for one, seconds in plain["windows"].items()}
        last = Columns(size, blocks["g"], gauge_at, blocks["c"], counter_at, windows)
        believed = last if plain["state"] in ("live", "late") else unknown_columns(len(rows))
        said = {one: plain[one] for one in ("id", "zh", "en", "state", "at", "site_row", "suspect")}
        return SiteView(**said, rows=rows, columns=believed, last=last)

    def _make_clocks(self, touched: set[str]) -> None:
        parts = self._clock_parts
        if not touched & {"c", "k", "e", "rows"} or "floor" not in parts:
            return
        if "rows" in touched or "c/floor" in touched:
            floor = (
                SiteRows(site, self._rows[site] if rows is None else ROWS.value(rows), own)
                for site, own, rows in parts["floor"]
            )
            self._floor = ClockFloor(tuple(floor))
        stills = [self._stills[str(i)] for i in range(len(self._floor.sites))]
        pairs = zip(self._floor.sites, stills, strict=True)
        self._clocks = ClocksView(
            float(parts["now"]),
            CLOCKS.value(parts["clocks"]),
            DAYS.value(parts["days"]),
            self._floor,
            tuple(SiteClocks(rows, still, believed) for rows, (believed, still) in pairs),
            WINDOWS.value(parts["windows"]),
            {clock: self._rest(*rest) for clock, rest in self._rests.items()},
        )

    def _rest(self, plain: Any, blocks: Mapping[str, Block]) -> RestOfDay:  # noqa: ANN401 - plain data
        day, own = plain
        sites = {site: (self._rows[site] if rows else (), blocks[f"s/{site}"]) for site, rows in own}
        return RestOfDay(DAY.value(day), blocks["edges"], sites)

    def view(self, at: float, number: int, operator: str, reach: Reach) -> DeskView:
        """The view of the desk `at` its time."""
        order = self._clock_parts["order"]
        sites = {site: self._sites[site] for site in order}
        projected = {name: (self._rows[name], columns) for name, columns in self._projected.items() if name in sites}
        return DeskView(
            at=at,
            number=number,
            operator=operator,
            reach=reach,
            board=BoardView(at, tuple(sites.values()), self.courses),
            links={site: _aged(link, at) for site, link in self._links.items()},
            alerts=self._sorted_alerts(),
            runs=tuple(sorted(self._runs.values(), key=lambda run: run.proposed)),
            clocks=self._clocks,
            histories=self._histories,
            projected=Projected(projected),
            **self._fields_alone(),
        )

    def _sorted_alerts(self) -> tuple[Alert, ...]:
        """In the order in which a desk has them; put in order only where one changed."""
        if self._in_order is None:
            self._in_order = tuple(sorted(self._alerts.values(), key=gravest_first))
        return self._in_order

    def _fields_alone(self) -> dict[str, Any]:
        return {name: value for name, value in self._fields.items() if name in FIELDS}


def with_arrays(plain: Any, blocks: Mapping[str, Block]) -> Any:  # noqa: ANN401 - plain data
    """The data of `without_arrays` with its arrays in their places."""
    if isinstance(plain, dict):
        mark = plain.get("~")
        if mark is not None and len(plain) == 1:
            return blocks[mark]
        return {name: with_arrays(value, blocks) for name, value in plain.items()}
    if isinstance(plain, list):
        return [with_arrays(value, blocks) for value in plain]
    return plain


def _aged(link: LinkView, at: float) -> LinkView:
    return replace(link, link_age_s=at - link.link_age_s, data_age_s=at - link.data_age_s)
