"""The shift at the desk: notes, and the handover from one person to the next. All of it is in the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

from console import promises
from console.intents import (
    AcceptHandover,
    HandOver,
    KeepPromise,
    MakePromise,
    RenewPromise,
    ShiftIntent,
    WriteNote,
)
from console.journal_keeper import JournalKeeper
from console.notes import LONGEST_NOTE, note_text
from console.shift import Acceptance, Offer, Promise, ShiftNote, ShiftView
from feeds.errors import RefusedError
from feeds.text import clean

SHIFT = "shift"
"""The part of the journal's state that keeps the shift: `notes`, `offer`, `accepted` and `promises`."""

NOTES_KEPT = 50
"""So many of the newest notes are shown and handed over; the journal has them all."""

Standing = Callable[[], Mapping[str, Any]]
"""What stands open at the desk now, as plain data: what whoever accepts a handover takes on."""

T = TypeVar("T")


class ShiftDesk:
    """Takes notes, offers and acceptances. `standing` is asked when a handover is accepted, for the record."""

    def __init__(self, journal: JournalKeeper, standing: Standing) -> None:
        self._journal, self._standing = journal, standing
        self.view = ShiftView()
        self._promised = 0

    def begin(self) -> None:
        """Take up what the journal keeps of the shift."""
        kept = self._journal.state(SHIFT)
        self.view = shift_of(kept)
        self._promised = int(kept.get("promises", {}).get("made", 0))

    def carry_out(self, intent: ShiftIntent, who: str, now: float) -> None:
        """Write a note, offer the handover, or accept it. Raises RefusedError."""
        match intent:
            case WriteNote():
                self._write(note_text(intent), who, now)
            case HandOver():
                self._offer(intent, who, now)
            case AcceptHandover():
                self._accept(intent, who, now)
            case MakePromise():
                one = promises.made(self.view.promises, intent, who, now, self._promised + 1)
                self._promised += 1
                self._promise("made", one, (*self.view.promises, one), who, now)
            case KeepPromise():
                self._promise("kept", *promises.without(self.view.promises, intent), who, now)
            case RenewPromise():
                self._promise("put_off", *promises.put_off(self.view.promises, intent, now), who, now)

    def _promise(self, deed: str, one: Promise, left: tuple[Promise, ...], who: str, now: float) -> None:
        self.view = replace(self.view, promises=left)
        kept = {"made": self._promised, "open": [asdict(each) for each in left]}
        body = {"promise": one.id, "text": one.text, "until": one.until, "made_by": one.who, "made_at": one.at}
        self._journal.append(now, f"promise.{deed}", who, body, ((SHIFT, "promises", kept),))

    def _write(self, text: str, who: str, now: float) -> None:
        notes = (*self.view.notes, ShiftNote(now, who, text))[-NOTES_KEPT:]
        self.view = replace(self.view, notes=notes)
        kept = {"notes": [asdict(note) for note in notes]}
        self._journal.append(now, "note", who, {"text": text}, ((SHIFT, "notes", kept),))

    def _offer(self, intent: HandOver, who: str, now: float) -> None:
        if self.view.offer is not None and self.view.offer.who != who:
            raise RefusedError("OFFERED", f"{self.view.offer.who} has offered the handover already: accept it first")
        offer = Offer(now, who, clean(intent.note.strip(), LONGEST_NOTE))
        self.view = replace(self.view, offer=offer)
        body = {"note": offer.note, **self._standing()}
        self._journal.append(now, "handover.offered", who, body, ((SHIFT, "offer", asdict(offer)),))

    def _accept(self, intent: AcceptHandover, who: str, now: float) -> None:
        offer = self.view.offer
        if offer is not None and offer.who == who:
            raise RefusedError("SAME_PERSON", f"{who} offered this handover: the person who comes in accepts it")
        if intent.offered_at is not None and (offer is None or offer.at != intent.offered_at):
            raise RefusedError("CHANGED", "the handover is not the one that was shown: look again")
        if offer is None and self.view.accepted is not None and self.view.accepted.who == who:
            raise RefusedError("HELD", f"{who} has this desk already")
        accepted = Acceptance(now, who, offer.who if offer is not None else "")
        self.view = replace(self.view, offer=None, accepted=accepted)
        waited = round(now - offer.at, 3) if offer is not None else None
        body = {"from": accepted.offered_by or None, "waited_s": waited, **self._standing()}
        state = ((SHIFT, "offer", None), (SHIFT, "accepted", asdict(accepted)))
        self._journal.append(now, "handover.accepted", who, body, state)


def shift_of(kept: Mapping[str, Mapping[str, Any]]) -> ShiftView:
    """The shift from the part of the state that the journal keeps of it; what cannot be read counts as not there."""
    notes = [_read(ShiftNote, raw) for raw in kept.get("notes", {}).get("notes", ())]
    offer, accepted = kept.get("offer"), kept.get("accepted")
    given = [_read(Promise, raw) for raw in kept.get("promises", {}).get("open", ())]
    return ShiftView(
        tuple(note for note in notes if note is not None),
        _read(Offer, offer) if offer is not None else None,
        _read(Acceptance, accepted) if accepted is not None else None,
        tuple(one for one in given if one is not None),
    )


def _read(kind: type[T], raw: Mapping[str, Any]) -> T | None:
    try:
        return kind(**raw)
    except TypeError:
        return None
