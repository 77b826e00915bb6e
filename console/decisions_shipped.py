"""The decisions that come with a scenario: `good` uses the catalogue well, `naive` does what panic would do."""

from __future__ import annotations

from importlib.resources import as_file, files

from console.decisions import Decision, read_decisions
from feeds.errors import InputError

SHIPPED_DECISIONS = ("good", "naive")


def shipped_decisions(scenario: str, name: str) -> tuple[Decision, ...]:
    """The decisions of that name beside a shipped scenario. Raises InputError where it has none."""
    file = files("simulators") / "scenarios" / "decisions" / f"{scenario}-{name}.yaml"
    if not scenario or not file.is_file():
        raise InputError("--decisions", f"{scenario or 'this load'} has no {name!r} decisions", "none, auto or a file")
    with as_file(file) as path:
        return read_decisions(path)
