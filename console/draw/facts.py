"""Figures of a site or queue as labelled lines, each with its unit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from console.draw.lines import Line, Span, cells, fit, line, sides
from console.format import UNKNOWN, clock, duration, metric_with_unit
from console.i18n import N_, _, local
from console.picture import Picture
from console.view import LinkView
from feeds.board_view import SiteView
from feeds.catalog import METRICS
from feeds.columns import Columns
from feeds.contract import FAULTS

Figure = Callable[[str], float]
"""The value of a metric by its name; NaN where it is not known."""

RESTS = tuple(name for name in METRICS if name.startswith("rest_"))

STAFFING = (
    "agents_rostered",
    "agents_online",
    "agents_available",
    "agents_busy",
    "agents_acw",
    *RESTS,
    "agents_borrowed",
    "agents_lent",
)
CAPACITY = ("chats_open", "slots", "slots_free", "concurrency", "concurrency_cap", "occupancy", "load", "attendance")
WAITING = ("waiting", "oldest_wait_s", "waiting_over_30s", "waiting_over_180s", "unreplied")
RESPONSE = (
    "service_level_30s_15m",
    "service_level_30s_day",
    "answer_rate_15m",
    "abandon_rate_15m",
    "mean_wait_s_15m",
    "wait_p50_s",
    "wait_p90_s",
    "wait_p99_s",
    "first_response_s_15m",
    "reply_s_15m",
    "reply_rate_180s_15m",
    "mean_handle_s_15m",
)
FLOW = ("arrivals_per_s", "offered", "answered", "abandoned", "timed_out", "transferred", "repeats")
BOT = (
    "bot_share",
    "bot_open",
    "bot_entry_rate_15m",
    "bot_containment_15m",
    "bot_handover_rate_15m",
    "bot_false_containment_15m",
)
OUTCOME = (
    "conversion_day", "order_value_cny_day", "sales_cny", "satisfaction_day", "refund_time_h_day", "dispute_rate_day",
    "shipped_in_time_rate_day",
)  # fmt: skip


def row_figure(columns: Columns, index: int) -> Figure:
    """The figures of one row of a block; NaN for a row that is not there."""
    return lambda name: float(columns[name][index]) if index < columns.size else math.nan


def figure_blocks(figure: Figure, style: str = "") -> list[Callable[[int], list[Line]]]:
    """The titled blocks of all figures, waiting and response first."""
    return [
        lambda width: figure_lines(_("Waiting"), WAITING, figure, width, style),
        lambda width: figure_lines(_("Response"), RESPONSE, figure, width, style),
        lambda width: staffing_lines(figure, width, style),
        lambda width: figure_lines(_("Capacity"), CAPACITY, figure, width, style),
        lambda width: figure_lines(_("Flow"), FLOW, figure, width, style),
        lambda width: figure_lines(_("Bot"), BOT, figure, width, style),
        lambda width: figure_lines(_("Outcome"), OUTCOME, figure, width, style),
    ]


def title_of(name: str) -> str:
    """What a metric is called."""
    metric = METRICS[name]
    return local(metric.zh, metric.en)


def figure_lines(title: str, names: Iterable[str], figure: Figure, width: int, style: str = "") -> list[Line]:
    """A titled block: one metric a line, its value at the right edge. Metrics that nobody counts are left out.

    All of a block unknown is said once, not line by line.
    """
    found = [(name, figure(name)) for name in names if name in METRICS]
    known = [(name, value) for name, value in found if math.isfinite(value)]
    head = line((title, "heading"))
    if not known:
        return [sides(head, line((UNKNOWN, style or "unknown")), width)]
    return [
        head,
        *(
            sides(line((f" {title_of(n)}", "dim")), line((metric_with_unit(n, v), style or "bright")), width)
            for n, v in known
        ),
    ]


def staffing_lines(figure: Figure, width: int, style: str = "") -> list[Line]:
    """People by what they do, each with its share of the rostered as a bar."""
    found = [(name, figure(name)) for name in STAFFING]
    known = [
        (name, value)
        for name, value in found
        if math.isfinite(value) and (value or not name.startswith(("rest_", "agents_b")))
    ]
    head = line((_("Staffing"), "heading"))
    if not known:
        return [sides(head, line((UNKNOWN, style or "unknown")), width)]
    whole = max(value for _name, value in known) or 1.0
    label = min(max(cells(title_of(name)) for name, _value in known), max(8, width // 3))
    room = max(0, width - label - 8)
    return [head, *(_bar(name, value, whole, label, room, style) for name, value in known)]


def _bar(name: str, value: float, whole: float, label: int, room: int, style: str) -> Line:
    length = value / whole * room
    bar = "█" * int(length) + ("▌" if length % 1 >= 0.5 else "")
    number: Span = (f"{value:6,.0f} ", style or "bright")
    return line(
        (f" {fit(title_of(name), label)}", "dim"),
        number,
        (bar, "faint" if style else "one" if name == "agents_busy" else "dim"),
    )


_LINK_STATES = {"connecting": N_("connecting"), "up": N_("connected"), "down": N_("cut off"), "refused": N_("refused")}


def source_lines(site: SiteView, link: LinkView | None, picture: Picture, width: int) -> list[Line]:
    """Whether the site can be believed: link, ages against what is expected, clock, and what could not be used."""
    sign = picture.site_sign(site)
    out = [sides(line((_("Source"), "heading")), line((f"{sign.mark} {_(sign.word)}", sign.style)), width)]
    if link is None:
        return [*out, line((_(" no link"), "unknown"))]
    detail = f" · {link.detail}" if link.detail else ""
    style = "bright" if link.state == "up" else "warning"
    out.append(
        sides(line((_(" link"), "dim")), line((_(_LINK_STATES.get(link.state, link.state)) + detail, style)), width)
    )
    out.append(_age(_(" last frame"), link.link_age_s, link.beat_s, width))
    out.append(_age(_(" age of the data"), link.data_age_s, link.data_s, width))
    out.append(sides(line((_(" its clock"), "dim")), line((_skew(link.skew_s), "bright")), width))
    if math.isfinite(site.at) and site.at > 0:
        out.append(sides(line((_(" data taken at"), "dim")), line((clock(site.at, picture.zone), "bright")), width))
    if link.conflated:
        out.append(
            sides(line((_(" frames skipped, link slow"), "dim")), line((f"{link.conflated:,}", "bright")), width)
        )
    if site.suspect:
        out.append(line((_(" ◆ frames are missing; waiting for a new snapshot"), "warning")))
    return out + fault_lines(link, width)


def _age(label: str, age: float, expected: float, width: int) -> Line:
    late = age / expected if expected > 0 else math.nan
    style = "unknown" if not late <= 3 else "late" if late > 2 else "bright"
    text = _("{age} of {expected}").format(age=duration(age), expected=duration(expected))
    return sides(line((label, "dim")), line((text, style)), width)


def _skew(skew: float) -> str:
    if not math.isfinite(skew):
        return UNKNOWN
    return _("in time") if abs(skew) < 0.5 else f"{skew:+.1f} s"


def fault_lines(link: LinkView, width: int) -> list[Line]:
    """What came from the site and could not be used, by kind."""
    found: Sequence[tuple[str, int]] = [(kind, number) for kind, number in link.faults.items() if number]
    if not found:
        return [sides(line((_(" faults"), "dim")), line((_("none"), "dim")), width)]
    out = [line((_(" faults"), "dim"))]
    for kind, number in sorted(found, key=lambda pair: FAULTS.index(pair[0]) if pair[0] in FAULTS else len(FAULTS)):
        out.append(sides(line((f"  {_(FAULT_WORDS.get(kind, kind))}", "late")), line((f"{number:,}", "late")), width))
    return out


FAULT_WORDS = {
    "garbage": N_("not readable"),
    "version": N_("another version"),
    "truncated": N_("cut short"),
    "oversized": N_("too large"),
    "unknown_type": N_("unknown kind of frame"),
    "schema": N_("schema not announced"),
    "unknown_row": N_("row not announced"),
    "not_finite": N_("not a number"),
    "went_back": N_("counter went back"),
    "duplicate": N_("repeated"),
    "old": N_("too old"),
    "gap": N_("frames missing"),
    "second_writer": N_("a second writer"),
    "diverged": N_("checksum differs"),
    "token": N_("wrong token"),
    "silent": N_("connected but silent"),
    "wrong_site": N_("names another site"),
}
"""The kinds of `feeds.contract.FAULTS` in words."""
