"""Everything beside its own guards that may stand against a plan: other runs, people's locks, limits, too soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from feeds.errors import RefusedError
from playbooks.facts import Facts
from playbooks.limits.ceilings import judge
from playbooks.limits.drift import drifted
from playbooks.limits.dwell import directions, too_soon
from playbooks.limits.limits_file import NO_LIMITS, Limits
from playbooks.limits.locks import PersonLock, locked
from playbooks.people_names import same_person
from playbooks.playbook import Playbook
from playbooks.preview import Preview
from playbooks.run import FINAL, Resource, Run
from playbooks.starting import conflicts, still_cooling
from playbooks.words import Words

PAIR = 2
"""So many people stand for what is above the bound of one person."""

Against = tuple[str, Words]
"""A stable code and why."""


@dataclass
class Bounds:
    """The limits of a desk, and what people hold, by key."""

    limits: Limits = NO_LIMITS
    locks: Mapping[str, PersonLock] = field(default_factory=dict)

    def held(self, who: str, now: float) -> list[Resource]:
        """What people other than this one hold."""
        locks = self.locks.values()
        return [Resource(lock.key) for lock in locks if lock.until > now and not same_person(lock.who, who)]

    def against(
        self, preview: Preview, book: Playbook, runs: Iterable[Run], facts: Facts, now: float, who: str
    ) -> tuple[list[Against], tuple[Words, ...]]:
        """What stands against a plan, and why a second person is needed. `runs` are all others, ended ones too."""
        others = list(runs)
        found: list[Against] = []
        active = [run for run in others if run.state not in FINAL]
        found += [("LOCKED", words) for words in conflicts(preview.resources, active)]
        found += [("LOCKED", words) for words in locked(preview.resources, self.locks, who, now)]
        cooled = replace(book, cooldown=max(book.cooldown, self.limits.cooldown))
        found += [("COOLING", words) for words in still_cooling(cooled, preview.resources, others, now)]
        planned: dict[str, int] = {}
        for step in preview.steps:
            planned |= directions(step.action, step.args, step.observed, ())
        found += [("DWELL", words) for words in too_soon(planned, others, self.limits.dwell, now)]
        orders = [order for step in preview.steps for order in step.orders]
        judged = judge(self.limits, book.id, orders, others, facts, now)
        found += [("LIMIT", words) for words in judged.refused]
        return found, judged.second

    def bounded(
        self, preview: Preview, book: Playbook, runs: Iterable[Run], facts: Facts, now: float, who: str
    ) -> Preview:
        """The preview with all that stands against it, and the number of people it takes."""
        found, second = self.against(preview, book, runs, facts, now, who)
        people = max(preview.approvals, PAIR) if second else preview.approvals
        refusals = (*preview.refusals, *(words for _, words in found))
        return replace(preview, refusals=refusals, approvals=people, second=second)

    def still(self, seen: Mapping[str, float], fresh: Preview) -> None:
        """Refuse a plan that was confirmed on another world than this one. Raises RefusedError."""
        moved = drifted(seen, fresh.before, self.limits)
        if moved:
            said = "; ".join(words.en for words in moved), ";".join(words.zh for words in moved)
            raise RefusedError(
                "STALE", f"look again, the world has moved: {said[0]}", f"情况已变,请重新查看: {said[1]}"
            )


def refuse(found: Iterable[Against]) -> None:
    """Raise RefusedError for the first kind of thing that stands against a plan, with all of its reasons."""
    reasons = list(found)
    if reasons:
        code = reasons[0][0]
        mine = [words for kind, words in reasons if kind == code]
        raise RefusedError(code, "; ".join(words.en for words in mine), ";".join(words.zh for words in mine))
