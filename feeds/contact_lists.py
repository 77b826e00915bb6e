"""The lists behind the figures of a log of contacts: who waits, the longest first; who gave up, the latest first."""

from __future__ import annotations

from hashlib import blake2s

from feeds.aggregate import ContactAggregator
from feeds.contract import MAX_LISTED, ListItem, ListReply

LISTED_EVERY_S = 5.0
"""How often a log tells its lists."""

TOLD: tuple[str, ...] = ("waiting", "abandoned")
REMEMBERED_S = 300.0
"""Contacts that gave up within so long are on the list."""


def told(figures: ContactAggregator, site: str, now: float) -> list[ListReply]:
    """Both lists of the whole site as of `now` (seconds since the epoch)."""
    waiting = sorted(
        (ListItem(_name(site, contact), max(0.0, now - joined), queue) for contact, queue, joined in figures.waiting()),
        key=lambda item: (-item.seconds, item.id),
    )
    gone = sorted(
        (
            ListItem(_name(site, contact), wait, queue, ago_s=max(0.0, now - at))
            for contact, queue, at, wait in figures.given_up(now - REMEMBERED_S)
        ),
        key=lambda item: (item.ago_s, item.id),
    )
    at_ns = round(now * 1e9)
    return [
        ListReply(site, "", what, "*", at_ns, len(items), tuple(items[:MAX_LISTED]))
        for what, items in (("waiting", waiting), ("abandoned", gone))
    ]


def _name(site: str, contact: str) -> str:
    """The contact's own name may name a person: a hash of it is the same each time, and of nobody."""
    return blake2s(f"{site} {contact}".encode(), digest_size=4).hexdigest()
