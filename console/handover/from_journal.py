"""A handover out of the journal of a desk, which may be at work on it: nothing is written, sent or waited for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from alerts.alert import Alert
from alerts.engine import RuleEngine
from alerts.rules import Rule, rule_names
from console.desk_state import ALERT, DeskState
from console.handover.gathered import Gathered, Unknown
from console.journal_keeper import JournalKeeper
from console.people import SiteWord
from console.people_desk import SITE_WORD
from console.shift_desk import SHIFT, shift_of
from feeds.errors import InputError, JournalError
from feeds.journal import MEMORY, Journal
from playbooks.playbook import Playbook
from playbooks.runner import PlaybookRunner
from playbooks.words import Words

_Kept = tuple[str, str, dict[str, Any]]


def gathered_in(path: Path, rules: Sequence[Rule], playbooks: Sequence[Playbook], now: float, title: Words) -> Gathered:
    """What the journal at `path` says is open at `now`. Raises InputError for what is no journal of a desk."""
    kept = _state_of(path)
    try:
        with closing(_Copy(kept)) as copy:
            engine, runner = RuleEngine(rules, str), PlaybookRunner(playbooks, str)
            sites = {key.partition("/")[0] for key in _keys(kept)}
            restored = DeskState(engine, runner, JournalKeeper(copy, keeps_state=True)).restore(now, sorted(sites))
            if restored.problem:
                raise InputError(str(path), restored.problem, "the journal of a desk of this version")
            words = tuple(_word(body) for body in copy.state(SITE_WORD).values())
            shift = shift_of(copy.state(SHIFT))
    except JournalError as error:
        raise InputError(str(path), str(error), "the journal of a desk") from error
    alerts = engine.alerts()
    unknown = _unknown(alerts, rules)
    current = tuple(word for word in words if word is not None and word.until > now)
    return Gathered(now, title, alerts, runner.runs(), unknown, engine.silences(), current, shift, _names(alerts))


def _state_of(path: Path) -> list[_Kept]:
    if not path.exists():
        raise InputError(str(path), "there is no journal here", "the journal of a desk")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1.0)) as database:
            rows = database.execute("SELECT part, key, body FROM state ORDER BY part, key").fetchall()
        return [(str(part), str(key), json.loads(body)) for part, key, body in rows]
    except (sqlite3.Error, ValueError) as error:
        raise InputError(str(path), f"cannot be read: {error}", "the journal of a desk") from error


def _keys(kept: Sequence[_Kept]) -> list[str]:
    """The rows that have an alert."""
    return [str((body.get("row") or {}).get("key", "")) for part, _, body in kept if part == ALERT]


def _unknown(alerts: Sequence[Alert], rules: Sequence[Rule]) -> tuple[Unknown, ...]:
    """The sites for which a rule fires that asks whether they are unknown."""
    asking = {rule.rule for rule in rules if rule.scope.level == "site" and "unknown" in rule_names(rule)}
    dark = {one.site: one.since for one in alerts if one.state == "firing" and one.rule in asking}
    return tuple(Unknown(site, since) for site, since in sorted(dark.items()))


def _names(alerts: Sequence[Alert]) -> dict[str, Words]:
    """What sites are called, as far as their alerts say it."""
    rows = [one.row for one in alerts if one.row.site_zh or one.row.site_en]
    return {row.site: Words(row.site_zh or row.site_en, row.site_en or row.site_zh) for row in rows}


def _word(body: dict[str, Any]) -> SiteWord | None:
    try:
        return SiteWord(**body)
    except TypeError:
        return None


class _Copy(Journal):
    """A journal in memory that holds the state of another."""

    def __init__(self, kept: Sequence[_Kept]) -> None:
        super().__init__(MEMORY)
        self.append_all([(0, "copied", "handover", {})], state=list(kept))
