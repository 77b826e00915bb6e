"""Who sits at a desk, whom to call at a site, and what they said, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["viewer", "lead", "approver", "duty", "admin"]
"""What a person may do at a desk (`console.remote.roles`)."""


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Somebody who sits at the desk: over which console, as what, since when (epoch seconds).

    `sites` are those that a lead speaks for; empty: not bound to any.
    """

    console: str
    name: str
    role: Role
    sites: tuple[str, ...]
    since: float


@dataclass(frozen=True, slots=True)
class SiteLead:
    """Whom to call about a site."""

    site: str
    name: str
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SiteWord:
    """What somebody said of a site by phone: whether its floor works, since when and until when it counts.

    It is a person's word, not a figure: a dark site stays unknown under it.
    """

    site: str
    up: bool
    who: str
    note: str
    at: float
    until: float


@dataclass(frozen=True, slots=True)
class Reach:
    """How a console that sits elsewhere stands with its desk. `why` says what stands between them."""

    up: bool
    url: str
    why: str = ""
