"""Reads what a preflight wants from the journal on disk, without writing to it or getting in a running desk's way."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from alerts.alert import Alert
from alerts.engine import RuleEngine
from console.config import DeskConfig
from console.desk_state import DeskState
from console.journal_keeper import JournalKeeper
from console.preflight.facts import JournalFacts, PreflightFacts
from feeds.errors import JournalError
from feeds.journal import MEMORY, Journal
from playbooks.run import RunView
from playbooks.runner import PlaybookRunner


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the desk that keeps a journal stands: its alerts and runs, and why they could not be read, if so."""

    alerts: tuple[Alert, ...] = ()
    runs: tuple[RunView, ...] = ()
    problem: str = ""


def read_journal(path: Path) -> JournalFacts:
    """The journal at `path`, or where it is going to be: the room there, and whether it can be written."""
    folder = path.parent
    try:
        free = float(shutil.disk_usage(folder).free)
    except OSError as error:
        return JournalFacts(str(path), f"{folder}: {error.strerror or error}")
    for target in (path, folder):
        if target.exists() and not os.access(target, os.W_OK):
            return JournalFacts(str(path), f"{target}: cannot be written", free)
    return JournalFacts(str(path), "", free)


def desk_at_work(path: Path) -> bool:
    """Whether the process that holds the journal (`feeds.journal_lock`) is alive. The lock itself is left alone."""
    with suppress(OSError, ValueError, OverflowError):
        holder = int(path.with_name(path.name + ".lock").read_text(encoding="utf-8").strip())
        try:
            os.kill(holder, 0)
        except PermissionError:
            return True  # it is there, and somebody else's
        return True
    return False


def read_standing(path: Path, config: DeskConfig, now: float, sites: Collection[str]) -> Standing:
    """The alerts and runs that the state in the journal holds, taken up by nobody: nothing is sent or written."""
    if not path.exists():
        return Standing()
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1.0)) as database:
            rows = database.execute("SELECT part, key, body FROM state").fetchall()
        kept = [(str(part), str(key), json.loads(body)) for part, key, body in rows]
        with closing(_Copy(kept)) as copy:
            engine, runner = RuleEngine(config.rules, str), PlaybookRunner(config.playbooks, str)
            restored = DeskState(engine, runner, JournalKeeper(copy, keeps_state=True)).restore(now, sites)
            return Standing(engine.alerts(), runner.runs(), restored.problem)
    except (sqlite3.Error, ValueError, JournalError) as error:
        return Standing(problem=f"{path}: cannot be read: {error}")


def beside_a_desk(facts: PreflightFacts, config: DeskConfig, path: Path) -> PreflightFacts:
    """The facts of a watch, with the runs in force that the journal holds, and the alerts of a desk at work on it."""
    standing = read_standing(path, config, facts.now, facts.view.board.by_id)
    at_work = desk_at_work(path)
    alerts = standing.alerts if at_work else facts.view.alerts
    journal = facts.journal
    if journal is not None:
        journal = replace(journal, at_work=at_work, problem=standing.problem)
    return replace(facts, view=replace(facts.view, alerts=alerts, runs=standing.runs), journal=journal)


class _Copy(Journal):
    """A journal in memory that holds the state of another."""

    def __init__(self, kept: list[tuple[str, str, dict[str, object]]]) -> None:
        super().__init__(MEMORY)
        self.append_all([(0, "copied", "preflight", {})], state=kept)
