"""Reads what a preflight wants from the journal on disk, without writing to it or getting in a running desk's way."""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from console.preflight.facts import JournalFacts, OpenRun
from feeds.text import clean

_OPENS = ("started", "intent", "verified", "stepped", "unknown", "asked", "renewed", "reverting")
_ENDS = ("reverted", "closed")


def read_journal(path: Path) -> JournalFacts:
    """The journal at `path` or where it is going to be: room, whether it can be written, and the runs left open."""
    folder = path.parent
    try:
        free = float(shutil.disk_usage(folder).free)
    except OSError as error:
        return JournalFacts(str(path), f"{folder}: {error.strerror or error}")
    target = path if path.exists() else folder
    if not os.access(target, os.W_OK) or not os.access(folder, os.W_OK):
        return JournalFacts(str(path), f"{target}: cannot be written", free)
    if not path.exists():
        return JournalFacts(str(path), "", free)
    try:
        return JournalFacts(str(path), "", free, _open_runs(path))
    except (sqlite3.Error, ValueError) as error:
        return JournalFacts(str(path), f"{path}: cannot be read: {error}", free)


def _open_runs(path: Path) -> tuple[OpenRun, ...]:
    runs: dict[str, OpenRun] = {}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1.0)) as database:
        rows = database.execute("SELECT kind, body FROM entries WHERE kind LIKE 'playbook.%' ORDER BY number")
        for kind, text in rows:
            body = json.loads(text)
            _follow(runs, kind.partition(".")[2], body)
    return tuple(runs.values())


def _follow(runs: dict[str, OpenRun], kind: str, body: dict[str, Any]) -> None:
    """One entry of a run: it opens or goes on, gets another end, or is over. `failed` without a step ends it."""
    run = str(body.get("run", ""))
    if kind in _ENDS or (kind == "failed" and "step" not in body):
        runs.pop(run, None)
    elif kind in _OPENS:
        known = runs.get(run) or OpenRun(clean(run), clean(str(body.get("playbook", ""))), "", math.nan)
        until = body.get("until")
        ends = float(until) if isinstance(until, int | float) else known.until
        runs[run] = OpenRun(known.id, known.playbook, known.who or clean(str(body.get("by") or "")), ends)
