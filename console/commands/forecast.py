"""`dutydeck forecast`: the agents that a plan asks for beside those rostered, and where it breaks."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeds.durations import parse_duration, parse_share
from feeds.errors import InputError

if TYPE_CHECKING:
    from alerts.forecast.demand import Assumed
    from alerts.forecast.need import Balance, Break, Need
    from alerts.forecast.reading import ReadPlan

AHEAD_S = 4 * 3_600.0
DAY_S = 86_400.0
_SHANGHAI = timezone(timedelta(hours=8))


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("forecast")(forecast)


def forecast(
    plan: Annotated[Path, typer.Argument(help="A configuration folder, its plan folder, or a forecast.csv.")],
    handle: Annotated[str, typer.Option(help="Mean handle time where the forecast names none, such as 300s.")] = "",
    patience: Annotated[str, typer.Option(help="Mean patience where it names none; left out: nobody gives up.")] = "",
    within: Annotated[str, typer.Option(help="Answered within this is in time.")] = "30s",
    target: Annotated[str, typer.Option(help="The share to be answered in time.")] = "80%",
    concurrency: Annotated[
        float, typer.Option(min=1.0, max=100.0, help="Contacts that an agent holds at once, where it names none.")
    ] = 1.0,
    at: Annotated[str, typer.Option(help="The four hours and the day begin here; default: with the plan.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Required and rostered agents by site and interval, where it breaks, and by how much."""
    from alerts.forecast import need
    from alerts.forecast.reading import read_forecast, read_roster

    expected, rostered = _files(plan)
    read = read_forecast(expected)
    roster = read_roster(rostered).table if rostered is not None else None
    assumed = _assumed(handle, patience, within, target, concurrency)
    _handle_known(read, assumed, expected)
    step_s = read.table.step_s
    rows = need.needs(read, roster, assumed)
    sites = need.by_site(rows, roster, step_s)
    begin = _moment(at) if at else min(one.start for one in read.table.series.values())
    found = need.breaks(rows if read.table.by == "category" else sites, step_s)
    spans = {
        "next_4h": need.balances(sites, begin, begin + AHEAD_S, step_s),
        "day": need.balances(sites, begin, begin + DAY_S, step_s),
    }
    if json_:
        print(json.dumps(_plain(rows, sites, found, spans, step_s, assumed), ensure_ascii=False, allow_nan=False))
    else:
        _say(sites, found, spans, read.table.by)


def _files(plan: Path) -> tuple[Path, Path | None]:
    """The forecast and, where there is one, the roster of what was named."""
    from alerts.forecast.reading import FORECAST, ROSTER

    if plan.is_file():
        roster = plan.parent / ROSTER
        return plan, roster if roster.is_file() else None
    for folder in (plan, plan / "plan"):
        if (folder / FORECAST).is_file():
            roster = folder / ROSTER
            return folder / FORECAST, roster if roster.is_file() else None
    raise InputError(str(plan), f"no {FORECAST} here", f"a folder with {FORECAST}, or with plan/{FORECAST}")


def _assumed(handle: str, patience: str, within: str, target: str, concurrency: float) -> Assumed:
    from alerts.forecast.demand import Assumed

    def seconds(text: str, option: str, without: float) -> float:
        value = parse_duration(text, option) if text else without
        if value <= 0:
            raise InputError(option, f"{text!r} is no time", "a duration above 0, such as 300s")
        return value

    share = parse_share(target, "--target")
    if not 0 < share < 1:
        raise InputError("--target", f"{target!r} cannot be aimed at", "a share above 0% and below 100%")
    return Assumed(
        seconds(handle, "--handle", math.nan) if handle else math.nan,
        seconds(patience, "--patience", math.inf),
        seconds(within, "--within", 30.0),
        share,
        concurrency,
    )


def _handle_known(read: ReadPlan, assumed: Assumed, path: Path) -> None:
    named = read.traits.get("mean_handle_s")
    known = named is not None and not any(math.isnan(v) for one in named.series.values() for v in one.values)
    if math.isnan(assumed.handle_s) and not known:
        raise InputError(
            str(path), "it does not say how long contacts take", "--handle 300s, or a column mean_handle_s"
        )


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InputError("--at", f"{text!r} is no moment", "a time with its offset, such as 2026-11-11T18:00+08:00")
    return moment.timestamp()


def _clock(at: float, form: str = "%m-%d %H:%M") -> str:
    return datetime.fromtimestamp(at, _SHANGHAI).strftime(form)


def _number(value: float) -> float | int | None:
    return None if not math.isfinite(value) else int(value) if value == int(value) else round(value, 6)


def _plain(
    rows: list[Need],
    sites: list[Need],
    found: list[Break],
    spans: dict[str, list[Balance]],
    step_s: float,
    assumed: Assumed,
) -> dict[str, Any]:
    def row(one: Need) -> dict[str, Any]:
        figures = {name: _number(getattr(one, name)) for name in ("contacts", "required", "rostered", "net", "short")}
        key = {"key": one.key} if one.key else {}
        return {"site": one.site, **key, "start": _clock(one.start, "%Y-%m-%dT%H:%M:%S+08:00"), **figures}

    return {
        "interval_s": _number(step_s),
        "assumed": {
            "handle_s": _number(assumed.handle_s),
            "patience_s": _number(assumed.patience_s),
            "within_s": _number(assumed.within_s),
            "target": assumed.target,
            "concurrency": assumed.concurrency,
        },
        "sites": [row(one) for one in sites],
        "rows": [row(one) for one in rows],
        "breaks": [
            {
                "site": one.site,
                "key": one.key or None,
                "from": _clock(one.begin, "%Y-%m-%dT%H:%M:%S+08:00"),
                "to": _clock(one.end, "%Y-%m-%dT%H:%M:%S+08:00"),
                "worst": _number(one.worst),
                "agent_hours": _number(one.agent_hours),
            }
            for one in found
        ],
        "balance": {
            name: [
                {
                    "site": one.site,
                    "surplus_agent_hours": _number(one.surplus_h),
                    "deficit_agent_hours": _number(one.deficit_h),
                    "worst_deficit": _number(one.worst),
                    "intervals": one.intervals,
                }
                for one in spans[name]
            ]
            for name in spans
        },
    }


def _cell(value: float, width: int, form: str = ",.0f") -> str:
    return f"{'–' if math.isnan(value) else format(value, form):>{width}}"


def _say(sites: list[Need], found: list[Break], spans: dict[str, list[Balance]], by: str) -> None:
    print(f"{'site':<16}{'interval':<13}{'contacts':>10}{'required':>10}{'rostered':>10}{'net':>8}{'short':>8}")
    for one in sites:
        figures = (
            _cell(one.contacts, 10),
            _cell(one.required, 10),
            _cell(one.rostered, 10),
            _cell(one.net, 8, "+,.0f"),
        )
        print(f"{one.site:<16}{_clock(one.start):<13}{''.join(figures)}{_cell(one.short, 8)}")
    print()
    for name, title in (("next_4h", "next 4 h"), ("day", "day")):
        for balance in spans[name]:
            over, under = _cell(balance.surplus_h, 0, ",.1f").strip(), _cell(balance.deficit_h, 0, ",.1f").strip()
            worst = _cell(balance.worst, 0).strip()
            print(f"{balance.site:<16}{title:<10}{over} agent-hours over, {under} short, {worst} at the worst")
    print()
    if not found:
        unknown = any(math.isnan(one.short) for one in sites)
        print("no interval is known to be short" + (", but not all are known" if unknown else ""))
    for stretch in found:
        place = f"{stretch.site}/{stretch.key}" if stretch.key and by == "category" else stretch.site
        print(
            f"breaks: {place} {_clock(stretch.begin)}–{_clock(stretch.end, '%H:%M')}: "
            f"{stretch.worst:,.0f} agents short at the worst, {stretch.agent_hours:,.1f} agent-hours"
        )
