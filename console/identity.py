"""Ids that can be foretold: a prefix of the desk's own, a letter for what it names, and a counter."""

from __future__ import annotations

from collections import Counter


class Ids:
    """Gives `a-<desk>-1`, `a-<desk>-2`, … for each kind. `desk` is the seed of a drill, or random at a live start."""

    def __init__(self, desk: str) -> None:
        self.desk = desk
        self._given: Counter[str] = Counter()

    def next(self, kind: str) -> str:
        """The next id of a kind."""
        self._given[kind] += 1
        return f"{kind}-{self.desk}-{self._given[kind]}"
