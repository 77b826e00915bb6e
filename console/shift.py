"""What a shift leaves to the next one, as values: notes, a handover that is offered, and who accepted the last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShiftNote:
    """A sentence that somebody wrote into the log. `at` in epoch seconds, as everywhere here."""

    at: float
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A handover that waits for whoever comes in."""

    at: float
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who took the desk over last, and from whom; `offered_by` is empty where nobody had offered it."""

    at: float
    who: str
    offered_by: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody promised a merchant or a site by word, to be kept by `until`."""

    id: str
    at: float
    who: str
    text: str
    until: float


@dataclass(frozen=True, slots=True)
class ShiftView:
    """The shift as it stands: its newest notes, oldest first."""

    notes: tuple[ShiftNote, ...] = ()
    offer: Offer | None = None
    accepted: Acceptance | None = None
    promises: tuple[Promise, ...] = ()
    """Those that nobody has said to be kept, in the order in which they were made."""
