"""`dutydeck fit`: a scenario from a real log of contacts, and whether its simulated days cover real ones."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.durations import parse_duration
from feeds.errors import InputError
from feeds.interval_export import zone_named
from feeds.sources.contacts_csv import DEFAULT_TZ
from feeds.sources.importing import site_of
from feeds.sources.logfile import LogReport
from feeds.sources.registry import FORMATS, format_named
from feeds.text import clean

if TYPE_CHECKING:
    from simulators.fitting.calibration import Calibration, Checked

_TZ = "Time zone, such as Asia/Shanghai, where times without an offset are local, and days begin."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("fit")(fit)


def fit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The log, plain or gzip.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="SCENARIO", help="Write here; else print it.")
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")
    ] = "contacts-csv",
    days: Annotated[str, typer.Option(help="weekday, weekend, all, or weekdays: mon-thu,sun.")] = "weekday",
    interval: Annotated[str, typer.Option(help="15m, 30m, 1h: whatever divides an hour, or the hour.")] = "15m",
    site: Annotated[str, typer.Option(help="Name of the site; the file's stem when left out.")] = "",
    tz: Annotated[str, typer.Option(help=_TZ)] = "",
    begins: Annotated[str, typer.Option("--from", help="The scenario starts at this time of day, such as 10:00.")] = "",
    minutes: Annotated[
        int | None, typer.Option("--minutes", min=1, max=1440, help="How long it is; else until contacts end.")
    ] = None,
    shortest_handle: Annotated[
        str, typer.Option("--shortest-handle", help="Handle times below it count in the mean, not in the law.")
    ] = "0s",
    hold_out: Annotated[int, typer.Option("--hold-out", min=0, help="Leave the last N days out of the fit.")] = 0,
    check: Annotated[
        bool, typer.Option("--check", help="Simulate days, and print how they cover those held out.")
    ] = False,
    simulated: Annotated[int, typer.Option("--simulated-days", min=10, max=200, help="For --check.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="For --check.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome of --check as JSON.")] = False,
) -> None:
    """Fit arrivals, handle time, patience and people to a log, and write them as a scenario."""
    from console.i18n import _
    from console.progress import FITTING, SIMULATING, working
    from simulators.fitting.calibration import Asked, calibrate, check_days

    if check and not hold_out:
        raise InputError("--check", "no days to compare with", "--hold-out N beside it")
    if as_json and not check:
        raise InputError("--json", "there is nothing to print so", "--check beside it")
    zone = zone_named(tz) if tz else DEFAULT_TZ
    asked = Asked(
        file=file,
        site=clean(site or site_of(file)) or "site",
        tz=zone,
        days=days,
        every_s=_interval(interval),
        shortest_handle_s=parse_duration(shortest_handle, "--shortest-handle"),
        hold_out=hold_out,
        begins_s=_time_of_day(begins) if begins else None,
        minutes=minutes,
    )
    report = LogReport()
    with working(_(FITTING)):
        done = calibrate(format_named(format_name).read(file, asked.site, tz=zone, report=report), asked)
    typer.echo(f"dutydeck: {_told(done, report)}", err=True)
    if output is not None:
        _write(output, done.text)
    elif not check:
        sys.stdout.write(done.text)
    if check:
        with working(_(SIMULATING)):
            outcome = check_days(done, simulated, seed)
        sys.stdout.write(_as_json(outcome) if as_json else _as_table(outcome))


def _time_of_day(text: str) -> float:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip(), re.ASCII)
    if found is None:
        raise InputError("--from", f"{clean(text, 40)!r} is no time of the day", "such as 10:00")
    return int(found[1]) * 3600.0 + int(found[2]) * 60


def _interval(text: str) -> float:
    seconds = parse_duration(text, "--interval")
    if seconds < 60 or 3600 % seconds:
        raise InputError("--interval", f"{clean(text, 40)!r} does not divide an hour", "15m, 30m, 1h and the like")
    return seconds


def _told(done: Calibration, report: LogReport) -> str:
    fitted = done.fitted
    said = f"{fitted.arrivals.days} days, {fitted.arrivals.per_day:.0f} contacts a day, "
    said += f"handle time {fitted.handle.mean_s:.0f} s, patience {fitted.patience.exponential_mean_s:.0f} s."
    for line in (*done.left_out, *filter(None, [report.line()])):
        said += f" {line}."
    return said


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(str(output), f"cannot be written: {error.strerror}", "a file that can be written") from error


def _as_json(outcome: Checked) -> str:
    from dataclasses import asdict

    return json.dumps(asdict(outcome), ensure_ascii=False, allow_nan=False) + "\n"


def _as_table(outcome: Checked) -> str:
    """Markdown, as docs/calibration.md shows it."""
    days = f"{outcome.held_out} days held out, {outcome.simulated} days simulated"
    lines = [
        f"{days}, {outcome.interval_s / 60:g}-minute intervals",
        "",
        "| figure | inside the 80 % band, by interval | compared | whole days inside | real mean | simulated mean |",
        "|---|---|---|---|---|---|",
    ]
    for row in outcome.rows:
        real, simulated = (
            f"{mean:.0f} a day" if row.figure == "offered" else f"{100 * mean:.1f} %"
            for mean in (row.real_mean, row.simulated_mean)
        )
        inside = f"{100 * row.intervals:.0f} % | {row.compared} | {100 * row.days:.0f} %"
        lines.append(f"| {row.figure} | {inside} | {real} | {simulated} |")
    return "\n".join(lines) + "\n"
