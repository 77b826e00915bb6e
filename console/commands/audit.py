"""`dutydeck audit`: prove the journal's chain, read who did what on which numbers, hand it out, let old parts go."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.exit_codes import EXIT_FAILED
from feeds.canonical import canonical
from feeds.errors import InputError

if TYPE_CHECKING:
    from alerts.why_words import Said
    from feeds.journal_audit import Verdict

_TZ = "Asia/Shanghai"
_END_NS = (1 << 63) - 1
_group = typer.Typer(help="Prove, read and hand out the journal.", rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(_group, name="audit")


@_group.callback()
def _audit() -> None:
    """Prove, read and hand out the journal."""


@_group.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A journal, or a closed segment of one.")],
    head: Annotated[str, typer.Option("--head", metavar="HASH", help="A head that was noted: it must be there.")] = "",
    key: Annotated[
        list[Path] | None, typer.Option("--key", metavar="PUB", help="Public key that checkpoints must be signed with.")
    ] = None,
    checkpoints: Annotated[
        list[Path] | None, typer.Option("--checkpoints", metavar="FILE", help="Checkpoints copied from the desk.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line.")] = False,
) -> None:
    """Prove the chain of a journal, offline: exit 0 where it holds, 1 where it was altered, 2 where it cannot be read.

    Nothing is written, not even beside the file. A desk may be at work on it.
    """
    from console.i18n import _
    from console.progress import PROVING, working
    from feeds.journal_audit import verify_journal
    from feeds.journal_checkpoint import read_checkpoints
    from feeds.journal_keys import public_keys
    from feeds.journal_proof import Witness

    noted = head.strip().lower()
    if noted and (len(noted) != 64 or set(noted) - set("0123456789abcdef")):
        raise InputError("--head", f"{head[:80]!r} is no hash", "64 hexadecimal digits")
    copied = tuple(one for path in checkpoints or () for one in read_checkpoints(path))
    with working(_(PROVING)):
        verdict = verify_journal(file, Witness(noted, copied, public_keys(key) if key else None))
    print(canonical(verdict.as_dict()) if json_ else "\n".join(_said(verdict)))
    if not verdict.ok:
        raise typer.Exit(EXIT_FAILED)


def _said(verdict: Verdict) -> list[str]:
    lines = [f"{'holds' if verdict.ok else 'ALTERED'}: {verdict.rows} entries, head {verdict.head}"]
    if verdict.bad is not None:
        lines.append(f"first wrong entry {verdict.bad.seq}: {verdict.bad.why}")
    for first, last in verdict.absent:
        lines.append(f"not looked at: entries {first} to {last} are in a closed segment that is not here")
    if verdict.signed_to is not None:
        lines.append(f"signed up to entry {verdict.signed_to}")
    elif verdict.ok:
        lines.append("signatures not looked at: no --key")
    return lines


@_group.command("prune")
def prune_segments(
    journal: Annotated[Path | None, typer.Option("--journal", help="The journal; else the configured desk's.")] = None,
    keep: Annotated[str, typer.Option("--keep", help="Let go what is older.")] = "180d",
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help="Move there instead of removing.")] = None,
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml: whose journal.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line.")] = False,
) -> None:
    """Let closed segments go whose newest entry is older; the rest of the chain can be proved as before.

    What went, and who let it go, is an entry of the journal.
    """
    from console.commands.screen import operator_name
    from feeds.durations import parse_duration
    from feeds.journal import Journal
    from feeds.journal_segments import prune

    now, kept_s = time.time_ns(), parse_duration(keep, "--keep")
    if kept_s < 86_400:
        raise InputError("--keep", f"{keep} is less than a day", "180d, or what was agreed")
    if to is not None and not to.is_dir():
        raise InputError(str(to), "there is no such folder", "a folder to move segments to")
    path = journal_of(journal, config)
    gone = prune(path, now - round(kept_s * 1e9), to)
    spans = [[one.first, one.number] for one in gone]
    if gone:
        book = Journal(path)
        book.append(now, "journal.pruned", operator_name(), {"entries": spans, "moved_to": str(to) if to else None})
        book.close()
    if json_:
        print(canonical({"pruned": spans}))
    else:
        print(f"{len(gone)} segments let go" + "".join(f"; entries {first} to {last}" for first, last in spans))


@_group.command("show")
def show(
    target: Annotated[str, typer.Argument(metavar="[ALERT|RUN]", help="The id of an alert or of a run.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="What this person, rule or `desk` did.")] = "",
    since: Annotated[str, typer.Option("--since", help="2026-11-11T20:05, or 2h for two hours ago.")] = "",
    until: Annotated[str, typer.Option("--until", help="Before this time.")] = "",
    most: Annotated[int, typer.Option("--most", min=1, help="The newest so many entries.")] = 200,
    journal: Annotated[Path | None, typer.Option("--journal", help="The journal; else the configured desk's.")] = None,
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml: whose journal.")] = "",
    tz: Annotated[str, typer.Option("--tz", help=f"Time zone, such as {_TZ}.")] = _TZ,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
) -> None:
    """Tell an alert or a run as one record: alert, plan, approvals, steps, effect, with the figures and their ages."""
    from console.audit_record import as_dict, chosen, entry_as_dict, record_of
    from console.audit_words import entry_line, record_lines
    from feeds.interval_export import zone_named

    zone, path = zone_named(tz), journal_of(journal, config)
    if target:
        if actor or since or until:
            raise InputError("audit show", "an id, and a choice of entries besides", "one of the two")
        record = record_of(path, target)
        if json_:
            print(json.dumps(as_dict(record), ensure_ascii=False))
        else:
            _print(record_lines(record, zone), lang)
        return
    if not (actor or since or until):
        raise InputError("audit show", "nothing was asked for", "the id of an alert or a run, --actor or --since")
    entries = chosen(path, actor, _instant(since, zone, "--since"), _instant(until, zone, "--until"), most)
    if json_:
        print(json.dumps([entry_as_dict(entry) for entry in entries], ensure_ascii=False))
    else:
        _print([entry_line(entry, zone) for entry in entries], lang)


@_group.command("export")
def export(
    shop: Annotated[list[str], typer.Option("--shop", "--merchant", help="A shop of the merchant; may be repeated.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Ends in .csv or .json.")],
    since: Annotated[str, typer.Option("--from", help="From this time on, such as 2026-11-11T20:00.")] = "",
    until: Annotated[str, typer.Option("--to", help="Before this time.")] = "",
    journal: Annotated[Path | None, typer.Option("--journal", help="The journal; else the configured desk's.")] = None,
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml: whose journal.")] = "",
    tz: Annotated[str, typer.Option("--tz", help=f"Time zone, such as {_TZ}.")] = _TZ,
) -> None:
    """Write what concerns a merchant's own queues, and no other: alerts and actions, as CSV or JSON."""
    from console.audit_export import as_csv, as_json, merchant_lines
    from feeds.interval_export import zone_named

    writers = {".csv": as_csv, ".json": as_json}
    write = writers.get(output.suffix.lower())
    if write is None:
        raise InputError(str(output), "this says no format", "a name that ends in .csv or .json")
    zone, path = zone_named(tz), journal_of(journal, config)
    begin, end = _instant(since, zone, "--from"), _instant(until, zone, "--to")
    if begin is not None and end is not None and end <= begin:
        raise InputError("--to", f"{until} is not after {since}", "a later time")
    lines = list(merchant_lines(path, frozenset(shop), begin or 0, _END_NS if end is None else end, zone))
    try:
        output.write_text(write(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(str(output), f"cannot be written: {error.strerror}", "a file that can be written") from error
    typer.echo(f"dutydeck: {len(lines)} lines", err=True)


def journal_of(journal: Path | None, config: str) -> Path:
    """The journal that was named, or that of the configured desk. Raises InputError."""
    from console.config import DeskConfig, find_config

    if journal is not None:
        return journal
    folder = find_config(config)
    if folder is None:
        raise InputError("audit", "no desk is configured", "--journal FILE, or --config with a desk's folder")
    return DeskConfig(folder).journal_path(os.environ)


def _instant(text: str, zone: tzinfo, where: str) -> int | None:
    """A moment in ns: `2026-11-11`, `2026-11-11T20:05:30` in the zone or with an offset, or `2h` before now."""
    from feeds.durations import parse_duration

    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            return time.time_ns() - round(parse_duration(text, where) * 1e9)
        except InputError as error:
            expected = "a moment such as 2026-11-11T20:05, or 2h for two hours ago"
            raise InputError(where, f"{text[:80]!r} is no time", expected) from error
    return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1e9)


def _print(lines: Sequence[Said], lang: str) -> None:
    from console.i18n import choose_language

    chinese = choose_language(lang, os.environ) == "zh"
    for line in lines:
        print(line.zh if chinese else line.en)
