"""`dutydeck handover`: what the shift leaves open, out of the desk's journal, for whoever comes in."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from feeds.errors import InputError

_TZ = "Asia/Shanghai"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("handover")(handover)


def handover(
    journal: Annotated[
        Path | None, typer.Option("--journal", metavar="FILE", help="The journal; else the configured desk's.")
    ] = None,
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a chat or a ticket.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line.")] = False,
    tz: Annotated[str, typer.Option("--tz", help=f"Time zone, such as {_TZ}.")] = _TZ,
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
) -> None:
    """Say what is open: alerts, runs, people due back, promises, unknown sites, notes. A desk may be at work on it.

    Accepting it is done at the console (`h`), because it is written into the journal.
    """
    from alerts.rules import load_rules
    from console.config import DeskConfig, find_config
    from console.handover.from_journal import gathered_in
    from console.handover.page import as_dict, markdown_lines, text_lines
    from console.handover.sections import page_of
    from console.i18n import choose_language
    from console.playbook_desk import shipped_playbooks
    from feeds.canonical import canonical
    from feeds.interval_export import zone_named
    from playbooks.words import Words

    if markdown and json_:
        raise InputError("handover", "asked for two forms", "one of --markdown and --json")
    folder = find_config(config)
    own = DeskConfig(folder) if folder is not None and (journal is None or config) else None
    if journal is None and own is None:
        raise InputError("handover", "no desk is configured", "--journal FILE, or --config with a desk's folder")
    path = journal if journal is not None or own is None else own.journal_path(os.environ)
    assert path is not None  # noqa: S101 - one of the two is there
    rules, playbooks = (own.rules, own.playbooks) if own is not None else (load_rules(), shipped_playbooks())
    title = Words(own.file.desk.zh, own.file.desk.en) if own is not None else Words(path.name, path.name)
    page = page_of(gathered_in(path, rules, playbooks, time.time(), title), zone_named(tz))
    if json_:
        print(canonical(as_dict(page)))
        return
    chinese = choose_language(lang, os.environ) == "zh"
    print("\n".join((markdown_lines if markdown else text_lines)(page, chinese=chinese)))
