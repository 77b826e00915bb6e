"""Validates files by what they are, and says in one line each what was found in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from alerts.clock_files import load_clocks
from alerts.degrade import load_degrade
from alerts.forecast.reading import FORECAST, ROSTER, read_forecast, read_roster
from alerts.notices.receivers import endpoint, load_receivers
from alerts.profiles import load_profiles
from alerts.rule_test_file import read_rule_tests
from alerts.rule_tests import try_shipped_rules
from alerts.rules import Rule, load_rules
from console.config import FILE, DeskConfig
from console.decisions import read_decisions
from console.directory import DirectoryFile
from console.keymap import KEYS, read_keys
from console.playbook_desk import shipped_playbooks
from console.playbook_tests.reading import read_playbook_tests
from console.remote.serving import listening
from console.remote.token_file import TokenFile, TokenList
from console.settings import SETTINGS, read_settings
from feeds.errors import InputError
from feeds.yaml_tree import load_tree
from feeds.yamlfile import read_text, read_yaml
from playbooks.ahead.worth import load_worth
from playbooks.library import load_playbook
from playbooks.limits.limits_file import FILE as LIMITS
from playbooks.limits.limits_file import load_limits
from playbooks.nearest import nearest_of
from playbooks.playbook import Playbook
from simulators.network import NetworkFile
from simulators.scenario import list_scenarios, load_scenario


def check_shipped() -> list[str]:
    """What comes with DutyDeck, checked."""
    check_together(load_rules(), shipped_playbooks(), "shipped")
    counts = f"{len(load_rules())} rules, {len(load_clocks())} clocks, {len(shipped_playbooks())} playbooks, "
    counts += f"{len(list_scenarios())} scenarios, {try_shipped_rules()} rule tests"
    return [f"shipped: {counts}: good"]


def check_together(rules: Iterable[Rule], playbooks: Iterable[Playbook], where: str) -> None:
    """Refuse a rule that names no playbook there is, and a playbook that answers no rule there is."""
    books, names = {book.id: book for book in playbooks}, {rule.rule: rule for rule in rules}
    for rule in names.values():
        if rule.playbook is not None and rule.playbook not in books:
            expected = nearest_of(rule.playbook, books, "a playbook")
            raise InputError(where, f"rule {rule.rule}: unknown playbook {rule.playbook!r}", expected)
    for book in books.values():
        if book.suggested_by is not None and book.suggested_by not in names:
            expected = nearest_of(book.suggested_by, names, "a rule")
            raise InputError(where, f"playbook {book.id}: suggest: unknown alert {book.suggested_by!r}", expected)


def check_folder(folder: Path) -> list[str]:
    """A configuration folder, with the tokens that it names. Raises InputError for the first thing that is wrong."""
    if not (folder / FILE).is_file():
        raise InputError(str(folder), f"no {FILE} here", "a configuration folder")
    config = DeskConfig(folder)
    addresses = config.addresses(os.environ)
    for receiver in config.receivers:
        endpoint(receiver, os.environ)
    TokenFile(folder)
    listening(config.file.serve, folder)
    for path in sorted((folder / "views").glob("*.yaml")):
        _read_views(path)
    kinds = f"{len(config.rules)} rules, {len(config.clocks)} clocks, {len(config.playbooks)} playbooks"
    counts = f"{len(addresses)} sites, {kinds}, {len(config.receivers)} receivers"
    return [f"{folder}: {counts}: good", *check_personal(folder)]


def check_personal(folder: Path) -> list[str]:
    """An operator's own files, those that are there."""
    return [check_file(folder / name) for name in (SETTINGS, KEYS) if (folder / name).exists()]


_OWN: dict[str, tuple[str, Callable[[Path], object]]] = {
    SETTINGS: ("settings of a console", read_settings),
    KEYS: ("keys of a console", read_keys),
}
"""What is known by its name: it may be empty."""


def _read_views(path: Path) -> object:
    from console.saved.saved_view import ViewFile  # knows the columns of tables, which nothing else here needs

    return read_yaml(path, ViewFile)


_KINDS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "tokens": ("tokens", lambda path: read_yaml(path, TokenList)),
    "leads": ("a directory", lambda path: read_yaml(path, DirectoryFile)),
    "cases": ("rule tests", read_rule_tests),
    "tests": ("playbook tests", read_playbook_tests),
    "rules": ("rules", lambda path: load_rules([path])),
    "clock": ("a clock", lambda path: load_clocks([path])),
    "degrade": ("a degrade calendar", lambda path: load_degrade([path])),
    "receivers": ("receivers of notices", load_receivers),
    "profiles": ("a calendar of profiles", lambda path: load_profiles([path])),
    "worth": ("what customers count", load_worth),
    "playbook": ("a playbook", load_playbook),
    "limits": ("limits of playbooks", load_limits),
    "decisions": ("decisions", read_decisions),
    "starts": ("a scenario", lambda path: load_scenario(str(path))),
    "minutes": ("a scenario", lambda path: load_scenario(str(path))),
    "views": ("saved views", _read_views),
    "sites": ("a network", lambda path: read_yaml(path, NetworkFile)),
}
"""What a file is, by a key at its top that only that kind has (a network's `sites` are found last)."""


def _check_plan_file(path: Path) -> str:
    """One file of a plan, known by its name."""
    readers = {FORECAST: ("a forecast", read_forecast), ROSTER: ("a roster", read_roster)}
    if path.name not in readers:
        raise InputError(str(path), "this is no kind of table that is known here", " or ".join(readers))
    name, read = readers[path.name]
    table = read(path).table
    intervals = sum(len(one.values) for one in table.series.values())
    return f"{path}: {name}: {len(table.series)} series, {intervals} intervals of {table.step_s / 60:g} min: good"


def check_file(path: Path) -> str:
    """One file, recognised by its keys. Raises InputError where it is wrong or of no known kind."""
    if path.suffix == ".csv":
        return _check_plan_file(path)
    if path.name == FILE:
        return check_folder(path.parent)[0]
    if path.name == LIMITS:
        load_limits(path)
        return f"{path}: limits of playbooks: good"
    if path.name in _OWN:
        read_text(path)
        name, read = _OWN[path.name]
        read(path)
        return f"{path}: {name}: good"
    tree, _ = load_tree(read_text(path), str(path))
    top = tree if isinstance(tree, dict) else {}
    for key, (name, read) in _KINDS.items():
        if key in top:
            read(path)
            return f"{path}: {name}: good"
    raise InputError(
        str(path), "this is no kind of file that is known here", f"a file with one of: {', '.join(_KINDS)}"
    )
