"""`dutydeck import` and `dutydeck export`: somebody's log becomes a recording, a recording becomes a table."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from feeds.durations import parse_duration
from feeds.errors import InputError
from feeds.interval_export import TableFormat, as_csv, as_json, interval_table, zone_named
from feeds.intervals import By
from feeds.recording import RecordingReader
from feeds.sources.importing import import_log
from feeds.sources.registry import FORMATS

_TZ = "Time zone, such as Asia/Shanghai."


def register(app: typer.Typer) -> None:
    """Add both commands to the command line."""
    app.command("import")(import_command)
    app.command("export")(export_command)


def import_command(
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The log, plain or gzip.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="REC", help="The recording to write (a directory).")
    ],
    site: Annotated[str, typer.Option(help="Name of the site; the file's stem when left out.")] = "",
    tz: Annotated[str, typer.Option(help=f"{_TZ} Where times without an offset are local.")] = "",
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing recording.")] = False,
) -> None:
    """Turn somebody's log into a recording, for `replay` and `export`."""
    from console.i18n import _
    from console.progress import READING, working

    with working(_(READING)):
        summary = import_log(format_name, file, output, site=site, tz=zone_named(tz) if tz else None, force=force)
    passed_over = f" Passed over: {summary.oddities}." if summary.oddities else ""
    typer.echo(
        f"dutydeck: {summary.contacts} contacts of {summary.queues} queues of {summary.site}.{passed_over}", err=True
    )


def export_command(
    rec: Annotated[Path, typer.Argument(metavar="REC", help="A recording.")],
    by: Annotated[By, typer.Option(help="One row a queue, a site, or all in one.")] = "queue",
    interval: Annotated[str, typer.Option(help="15m, 1h, 1d: whatever divides a day, or whole days.")] = "15m",
    threshold: Annotated[str, typer.Option(help="Answered within this is in time.")] = "20s",
    table_format: Annotated[TableFormat, typer.Option("--format", help="csv or json.")] = "csv",
    tz: Annotated[str, typer.Option(help=f"{_TZ} Asia/Shanghai when left out.")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead.")] = None,
) -> None:
    """Print what became of the contacts of a recording, by interval."""
    from console.i18n import _
    from console.progress import READING, working

    reader = RecordingReader(rec)
    with working(_(READING)):
        rows = interval_table(
            reader,
            by=by,
            interval_s=parse_duration(interval, "--interval"),
            threshold_s=parse_duration(threshold, "--threshold"),
            tz=zone_named(tz) if tz else None,
        )
    if reader.truncated:
        typer.echo(f"dutydeck: {rec}: cut off; the table holds what is there", err=True)
    text = as_json(rows) if table_format == "json" else as_csv(rows)
    if output is None:
        _print(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(str(output), f"cannot be written: {error.strerror}", "a file that can be written") from error


def _print(text: str) -> None:
    """Write to standard output as UTF-8; whoever closes the pipe early has seen enough."""
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
