"""Which playbooks fit an alert, and in which order: what helps most for what it costs, cheap and unseen first.

Pure: previews in, suggestions out. What a guard, a lock, a dark site or a limit forbids is not suggested; it is kept
with its reasons, for whoever asks why not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playbooks.playbook import Playbook
from playbooks.preview import Preview
from playbooks.words import Words

HELPS = 1.0
"""Worth of customers below which a playbook is not said to help."""

DRASTIC_TIER = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One playbook that fits an alert. `effect` is NaN where nothing of it is modelled or known."""

    playbook: str
    title: Words
    rung: str
    tier: int
    rank: int
    """By cost, 1 to 10."""
    seen_by_buyers: bool
    """Whether customers read it or lose by it: it comes after what they do not notice."""
    effect: float
    """Worth of customers who are helped within the half hour that is projected."""
    gained: float
    """Customers answered in time because of it, in that half hour."""
    why_not: tuple[Words, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may be started now."""
        return not self.why_not

    @property
    def score(self) -> float:
        """Effect over cost; NaN where the effect is not known."""
        return self.effect / self.rank


def fitting(books: Mapping[str, Playbook], rule: str, named: str | None) -> tuple[Playbook, ...]:
    """The playbooks that fit an alert of a rule: those that name it, the one that it names, what they lead to.

    Where one of them works on queues, every other that does and that some rule suggests fits, too: pressure is
    relieved by all of them.
    """
    found = {book.id: book for book in books.values() if book.suggested_by == rule or book.id == named}
    for book in tuple(found.values()):
        following = books.get(book.next or "")
        while following is not None and following.id not in found:
            found[following.id] = following
            following = books.get(following.next or "")
    if any(book.about.figures for book in found.values()):
        found |= {book.id: book for book in books.values() if book.about.figures and book.suggested_by is not None}
    return tuple(sorted(found.values(), key=lambda book: (book.tier, book.about.rank, book.about.rung, book.id)))


def suggestion(book: Playbook, preview: Preview) -> Suggestion:
    """What there is to say of a playbook for an alert, by its preview."""
    outlook = preview.outlook
    return Suggestion(
        playbook=book.id,
        title=book.title,
        rung=book.about.rung,
        tier=book.tier,
        rank=book.about.rank,
        seen_by_buyers=book.approve > 1 or book.tier >= DRASTIC_TIER,
        effect=outlook.effect if outlook is not None else math.nan,
        gained=outlook.gained if outlook is not None else math.nan,
        why_not=preview.refusals,
    )


def in_order(found: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """The best first: what helps unseen, what helps, what nobody can put a figure on, what does not help, the refused.

    Within each by effect over cost, then tier, cost and rung.
    """
    return tuple(sorted(found, key=_key))


def _key(one: Suggestion) -> tuple[int, float, int, int, str, str]:
    known = not math.isnan(one.effect)
    if not one.allowed:
        kind = 4
    elif not known:
        kind = 2
    elif one.effect < HELPS:
        kind = 3
    else:
        kind = 1 if one.seen_by_buyers else 0
    return kind, -one.score if known else 0.0, one.tier, one.rank, one.rung, one.playbook


def best_of(found: Iterable[Suggestion]) -> Suggestion | None:
    """The first that may be started and is not known to be of no help; None where there is none."""
    return next((one for one in found if one.allowed and not one.effect < HELPS), None)
