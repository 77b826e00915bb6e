"""In which order things are given back when several may be: the opposite of what they cost.

Bought people and supervisors first, then everything in the order of its cost, rest as it becomes due, and the bot's
share last, because what it gives back comes at once (the ladder's rule of reversal).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from playbooks.playbook import Playbook
from playbooks.run import Run, RunView

FIRST: Mapping[str, int] = {"P15": 0, "P14": 1, "P05": 2, "P18": 3, "P17": 4}
"""Rungs that go first: third party, overtime, supervisors; then what costs sales."""

LAST: Mapping[str, int] = {"P02": 90, "P03": 91, "P04": 92, "P19": 98, "P10": 99}
"""Rungs that go last: owed rest and wrap-up as they become due, then the bot."""


def release_rank(book: Playbook) -> tuple[int, int]:
    """What to sort by: the lowest is given back first. Between first and last, the dearest goes first."""
    rung = book.about.rung
    return FIRST.get(rung, LAST.get(rung, 50)), -book.about.rank


def release_order(runs: Iterable[RunView], books: Mapping[str, Playbook]) -> tuple[RunView, ...]:
    """Runs in the order in which they are to be given back; those of one rung, the longest in force first."""

    def key(run: RunView) -> tuple[tuple[int, int], float, str]:
        book = books.get(run.playbook)
        return release_rank(book) if book is not None else (50, 0), run.since or run.proposed, run.id

    return tuple(sorted(runs, key=key))


def in_release_order(runs: Sequence[Run], by_digest: Mapping[str, Playbook]) -> Sequence[Run]:
    """Open runs in the same order: when several ends come at one moment, each has its turn in it."""
    if len(runs) < 2:
        return runs

    def key(run: Run) -> tuple[tuple[int, int], float, str]:
        return release_rank(by_digest[run.digest]), run.since or run.proposed, run.id

    return sorted(runs, key=key)
