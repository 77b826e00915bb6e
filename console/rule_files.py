"""The rule files of a configured desk: read when somebody asks, looked at now and then. It blocks on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from alerts.rule_diff import rule_diff, rules_hash
from alerts.rules import Rule
from console.intents import Outcome, RuleProposal
from feeds.errors import InputError

WRONG = "wrong"
"""What stands for the hash of files that cannot be used."""


class RuleFiles:
    """`read` gives the checked rules of the files as they are now, or raises InputError; `folder` has them."""

    def __init__(self, read: Callable[[], tuple[Rule, ...]], folder: Path) -> None:
        self._read, self._folder = read, folder
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self.on_disk = ""
        """The hash of what the files said when they were looked at last; empty before."""

    def proposal(self, in_force: Sequence[Rule]) -> Outcome:
        """What the files say, and what that would change; or what is wrong with them, with file, line and column."""
        try:
            rules = self._read()
        except (InputError, OSError) as error:
            what = str(error).replace(f"{self._folder}/", "")
            return Outcome("bad_rules", f"规则不变：{what}", f"the rules stay as they are: {what}")
        return Outcome(proposal=RuleProposal(rules, rules_hash(in_force), rule_diff(in_force, rules)))

    def look(self) -> None:
        """Bring `on_disk` up to date; nothing is read while no file has another time or size."""
        seen = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in self._stats())
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self.on_disk = rules_hash(self._read())
        except (InputError, OSError):
            self.on_disk = WRONG

    def _stats(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        for path in sorted((self._folder / "rules").glob("*.yaml")):
            with suppress(OSError):  # gone again, or not ours to see: reading says so
                found.append((path, path.stat()))
        return found
