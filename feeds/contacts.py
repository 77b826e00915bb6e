"""Contacts as values: what happened to one customer, from joining a queue to the end.

Importers produce them, sites may send them beside their counters, recordings keep them, `feeds.aggregate` turns them
into the counters of the catalogue and `feeds.intervals` into tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ContactKind = Literal[
    "joined", "answered", "abandoned", "timed_out", "completed", "asked", "bot_replied", "replied", "unreplied"
]

CONTACT_KINDS: tuple[ContactKind, ...] = ("joined", "answered", "abandoned", "timed_out", "completed")
"""In the order in which they happen to one contact; `joined` is first, and a contact ends by exactly one of the rest
except `answered`, which `completed` follows."""

CONVERSATION_KINDS: tuple[ContactKind, ...] = ("asked", "bot_replied", "replied", "unreplied")
"""The steps of a conversation, any number of each: the buyer wrote a message; a bot or a person answered everything
asked so far; the conversation ended with messages that nobody answered."""


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """One thing that happened to one contact.

    `at` is seconds since the Unix epoch, at the source. `wait_s` is the source's own figure for the time in queue
    (with `answered`, `abandoned`, `timed_out`), `handle_s` its own figure for talk plus wrap-up (with `completed`);
    NaN where the source does not say, never guessed. A `joined` event carries neither. `contact` is unique within
    the site; the same event delivered twice has the same (site, contact, kind), or for the steps of a conversation the
    same (site, contact, part): they are numbered 1, 2, 3, … in `part`, so that late and repeated ones fall into place.
    `buyer` is the platform's key of the person, the same in all conversations with one shop; empty where it is unknown.
    """

    at: float
    site: str
    queue: str
    contact: str
    kind: ContactKind
    wait_s: float = float("nan")
    handle_s: float = float("nan")
    buyer: str = ""
    part: int = 0
