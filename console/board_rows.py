"""The rows of the board as a table shows them: sites, groups of queues or queues; filtered and sorted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from alerts.clock_ranking import WorstClocks, worst_clocks
from console.board_columns import CHANCES, CLOCK_FIGURE_OF, METRIC_OF, TRIAGE_FIGURE_OF
from console.draw.clocks import clock_name, figure_cell
from console.draw.facts import FAULT_WORDS
from console.draw.lines import Span
from console.draw.marks import OK, Sign, row_sign, worst_severity
from console.draw.news_line import fresh_name
from console.draw.table import Sort
from console.filtering import Filter
from console.format import UNKNOWN, count, duration, metric_value, rate
from console.i18n import N_, _, local, name_of
from console.picture import NETWORK, Picture, worst_age
from console.row_attributes import told_by_group, told_by_queue
from console.triage import FIGURES, Triage
from console.view import LinkView
from console.widgets.sparkline import sparkline
from feeds.catalog import METRICS
from feeds.columns import Columns
from feeds.contract import Row
from feeds.metric import Good
from feeds.row_groups import RowGroup, group_of

By = Literal["site", "queue"] | RowGroup
Group = RowGroup


@dataclass(frozen=True, slots=True)
class Within:
    """A group of queues over the sites: those of a shop, a category, a platform and the like."""

    by: Group
    key: str

    def holds(self, row: Row) -> bool:
        """Whether a queue belongs to it."""
        return group_of(row, self.by) == self.key


@dataclass(slots=True)
class BoardRow:
    """One row: where its figures stand (`columns` at `index`), how it is, and how much of it is known."""

    id: str
    name: str
    sign: Sign
    columns: Columns
    index: int
    course: tuple[str, str] | None = None
    """(site, row) under which the board keeps its course; None where it keeps none."""
    known: int = 1
    total: int = 1
    row: Row | None = None
    link: LinkView | None = None
    picture: Picture | None = None
    clocks: Callable[[], WorstClocks] | None = None
    """The worst clock of each row of this kind, worked out once for all of them when the first is asked for."""
    triage: Callable[[], Triage] | None = None
    """Who is helped by a minute of attention, likewise."""

    @property
    def clock_key(self) -> str:
        """Under what its clocks are added up."""
        return self.id.partition(":")[2] if ":" in self.id.split("/")[0] else self.id

    def figure(self, metric: str) -> float:
        """The value of a metric, or a figure of the clock that stands worst; NaN where it is not known."""
        if metric in FIGURES:
            return self.triage().figure(self.clock_key, metric) if self.triage is not None else math.nan
        if metric in _OF_CLOCKS:
            return self.clocks().figure(self.clock_key, metric) if self.clocks is not None else math.nan
        if metric == "tier":
            return float(self.row.tier) if self.row is not None and self.row.tier else math.nan
        return float(self.columns[metric][self.index]) if self.index < self.columns.size else math.nan

    def told(self, name: str) -> Sequence[str]:
        """An attribute, for the filter: of a queue its own, of a site or group those of its queues."""
        if name == "state":
            return _(self.sign.word), self.sign.word
        if self.picture is None:
            return ()
        if self.row is not None:
            site = self.picture.site(self.id.partition("/")[0])
            return told_by_queue(site, self.row, name) if site is not None else ()
        by = self.id.partition(":")[0] if ":" in self.id.split("/")[0] else "site"
        return told_by_group(self.picture, by, self.clock_key, name)

    def text(self) -> str:
        """All that the row is called, in lower case, for the filter."""
        row = self.row
        parts: tuple[str, ...] = (self.id, self.name, _(self.sign.word), self.sign.word)
        if row is not None:
            parts += (row.id, row.zh, row.en, row.shop, row.platform, row.category, row.phase, row.channel, row.skill)
        return " ".join(parts).lower()


class BoardRows:
    """What a table asks for: ids in order, and the cells of the rows in sight."""

    def __init__(self, picture: Picture, rows: Sequence[BoardRow]) -> None:
        self.picture = picture
        self.rows = rows
        self.ids: list[str] = [row.id for row in rows]

    def value(self, row: int, key: str, width: int) -> Span:
        """What row `row` shows in the column `key`, `width` cells wide."""
        return cell(self.rows[row], key, self.picture, width)


_OF_CLOCKS = frozenset(CLOCK_FIGURE_OF.values())


def board_rows(picture: Picture, by: By, site: str = "", within: Within | None = None) -> list[BoardRow]:
    """All rows of one kind (for queues of one site, or `within` a group), in their own places; the network first.

    No network stands over queues.
    """
    return picture.once(f"rows {by} {site} {within}", lambda: _board_rows(picture, by, site, within))


def _board_rows(picture: Picture, by: By, site: str, within: Within | None) -> list[BoardRow]:
    if by == "queue":
        queues = _queues(picture, site)
        rows = [row for row in queues if within is None or (row.row is not None and within.holds(row.row))]
    else:
        rows = [*_network(picture), *(_sites(picture) if by == "site" else _groups(picture, by))]
    for row in rows:
        here = "all" if row.id == NETWORK else by
        row.clocks = partial(worst_clocks, picture.view.clocks, here)
        row.triage = partial(picture.triage, here)
        row.picture = picture
    return rows


def _network(picture: Picture) -> list[BoardRow]:
    rollup = picture.rollup("all")
    if not rollup.keys:
        return []
    known, total = int(rollup.known[0]), int(rollup.total[0])
    sign = row_sign("unknown" if not known else "live", suspect=False, worst=picture.worst.get(NETWORK))
    return [BoardRow(NETWORK, _("network"), sign, rollup.columns, 0, (NETWORK, NETWORK), known, total)]


def _sites(picture: Picture) -> Iterator[BoardRow]:
    rollup = picture.rollup("site")
    at = {key: i for i, key in enumerate(rollup.keys)}
    for site in picture.view.board.sites:
        yield BoardRow(
            site.id, name_of(site), picture.site_sign(site), rollup.columns, at.get(site.id, rollup.columns.size),
            (site.id, NETWORK), link=picture.link(site.id),
        )  # fmt: skip


def _groups(picture: Picture, by: Group) -> Iterator[BoardRow]:
    rollup = picture.rollup(by)
    severities: dict[str, list[str]] = {}
    for alert in picture.firing:
        found = picture.row(alert.key)
        if by == "platform" and alert.row.level == "platform":
            severities.setdefault(alert.row.platform, []).append(alert.severity)
        elif found is not None and found[1] is not None:
            severities.setdefault(group_of(found[1], by), []).append(alert.severity)
    for i, key in enumerate(rollup.keys):
        known, total = int(rollup.known[i]), int(rollup.total[i])
        state = "live" if known else "unknown"
        sign = row_sign(state, suspect=False, worst=worst_severity(severities.get(key, ())))
        yield BoardRow(f"{by}:{key}", key, sign, rollup.columns, i, None, known, total)


def _queues(picture: Picture, only: str) -> Iterator[BoardRow]:
    for site in picture.view.board.sites:
        if only and site.id != only:
            continue
        place = "" if only else f"{name_of(site)}·"
        for i, row in enumerate(site.rows):
            if row.kind != "queue":
                continue
            key = f"{site.id}/{row.id}"
            sign = picture.queue_sign(site, row)
            yield BoardRow(key, place + name_of(row), sign, site.columns, i, (site.id, row.id), row=row)


def chosen(rows: Sequence[BoardRow], filter_: Filter, *, breaches: bool = False) -> list[BoardRow]:
    """The rows that pass the filter; with `breaches` only those that are not in order. The network always stays."""
    return [
        row
        for row in rows
        if row.id == NETWORK
        or (
            (not breaches or row.sign is not OK)
            and (not filter_ or filter_.matches(row.text(), row.figure, unknown=row.sign.mark == "?", told=row.told))
        )
    ]


def ordered(rows: Sequence[BoardRow], sort: Sort | None) -> list[BoardRow]:
    """The rows sorted, the worst first as the column means it; what is not known comes last either way."""
    if sort is None:
        return list(rows)
    first = [row for row in rows if row.id == NETWORK]
    rest = [row for row in rows if row.id != NETWORK]
    if sort.key == "name":
        return [*first, *sorted(rest, key=lambda row: row.name, reverse=sort.reverse)]
    keyed = [(_badness(row, sort.key), row) for row in rest]
    known = [(key, row) for key, row in keyed if key == key]
    known.sort(key=lambda pair: pair[0], reverse=not sort.reverse)
    return [*first, *(row for _key, row in known), *(row for key, row in keyed if key != key)]


def _badness(row: BoardRow, key: str) -> float:
    """How bad a row is by one column: higher is worse."""
    if key in ("state", "mark"):
        return -float(row.sign.rank)
    if key == "age":
        return worst_age(row.link)[0] if row.link else math.nan
    if key == "faults":
        return float(sum(row.link.faults.values())) if row.link else math.nan
    if key in TRIAGE_FIGURE_OF:
        return row.figure(TRIAGE_FIGURE_OF[key])
    if key in ("chance", "which"):
        return row.figure("saves") if key == "chance" else -row.figure("budget_left")
    if key in CLOCK_FIGURE_OF:
        value = row.figure(CLOCK_FIGURE_OF[key])
        return value if key == "burn" else -value
    metric = METRIC_OF.get(key, "waiting")
    value = row.figure(metric)
    return -value if METRICS[metric].good is Good.HIGHER else value


def cell(row: BoardRow, key: str, picture: Picture, width: int) -> Span:
    """What a row shows in the column `key`: text and style. Only what is not in order is tinted."""
    quiet = "unknown" if row.sign.mark == "?" else "strong" if row.id == NETWORK else ""
    match key:
        case "mark":
            return row.sign.mark, row.sign.style
        case "state":
            return _(row.sign.word), row.sign.style
        case "name":
            return _name(row, quiet, picture)
        case "agents":
            return _agents(row), quiet
        case "age":
            return _age(row, quiet)
        case "faults":
            return _faults(row)
        case "course":
            return _course(row, picture, width), "course"
        case "clock" | "budget" | "burn":
            return _worst_clock(row, key, quiet)
        case "saves" | "chance" | "which":
            return _triage(row, key, quiet)
    metric = METRIC_OF[key]
    return metric_value(metric, row.figure(metric)), quiet


def _worst_clock(row: BoardRow, key: str, quiet: str) -> Span:
    if row.clocks is None:
        return UNKNOWN, "dim"
    worst, figure = row.clocks(), CLOCK_FIGURE_OF[key]
    clock, state = worst.clock(row.clock_key), worst.state(row.clock_key)
    if clock is None:
        return UNKNOWN, "unknown" if quiet == "unknown" else "dim"
    text, style = figure_cell(row.figure(figure), figure, state, clock.target)
    return text, style or quiet


def _triage(row: BoardRow, key: str, quiet: str) -> Span:
    """What a minute of attention saves here, who is past the limit, in a word, and by which clock."""
    if key == "which":
        clock = row.clocks().clock(row.clock_key) if row.clocks is not None else None
        return (clock_name(clock), quiet or "dim") if clock is not None else (UNKNOWN, "dim")
    if key == "chance":
        word, style = CHANCES[row.triage().verdict(row.clock_key) if row.triage is not None else "unknown"]
        return _(word), style
    value = row.figure(TRIAGE_FIGURE_OF[key])
    return (rate(value) if key == "saves" else count(value)), quiet


def _name(row: BoardRow, quiet: str, picture: Picture) -> Span:
    name = row.name if row.known == row.total else f"{row.name} {row.known}/{row.total}"
    name = fresh_name(name, picture, row.id)
    return name, row.sign.style if row.sign.style in ("critical", "warning") else quiet


def _agents(row: BoardRow) -> str:
    online, rostered = row.figure("agents_online"), row.figure("agents_rostered")
    if math.isnan(rostered):
        return metric_value("agents_online", online)
    return f"{online:.0f}/{rostered:.0f}" if math.isfinite(online) and math.isfinite(rostered) else UNKNOWN


def _age(row: BoardRow, quiet: str) -> Span:
    if row.link is None:
        return "", ""
    age, of, late = worst_age(row.link)
    text = duration(age)
    if of == "data" and text != UNKNOWN:
        text = local("数", "d") + text
    return text, "unknown" if late > 3 else "late" if late > 2 else quiet


def _faults(row: BoardRow) -> Span:
    if row.link is None:
        return "", ""
    link = row.link
    parts = [] if link.state == "up" else [_(STATE_WORDS.get(link.state, link.state))]
    for kind, number in link.faults.items():
        if number:
            parts.append(f"{local(_(FAULT_WORDS.get(kind, kind)), kind)} {number}")
    return " ".join(parts), "late" if parts else ""


def _course(row: BoardRow, picture: Picture, width: int) -> str:
    if row.course is None or picture.plain:
        return ""
    return sparkline(picture.view.board.courses.course(*row.course, "waiting", 900, max(1, width)))


STATE_WORDS = {"connecting": N_("connecting"), "down": N_("cut off"), "refused": N_("refused"), "up": N_("connected")}
"""What the state of a link is called."""
