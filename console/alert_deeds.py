"""What people do about alerts, carried out: taken on, given back, given to an owner, silenced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.silence import Silence
from console.identity import Ids
from console.intents import Acknowledge, AlertIntent, AssignAlert, EndSilence, SilenceAlerts, Unacknowledge
from feeds.errors import RefusedError
from feeds.text import clean

NOTE_CELLS = 200
"""The longest note that is kept."""
OWNER_CELLS = 64


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of it: changes of alerts, or an entry of its own for the journal."""

    transitions: Sequence[Transition] = ()
    entry: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


def do_about_alerts(engine: RuleEngine, intent: AlertIntent, who: str, now: float, ids: Ids) -> Deed:
    """Carry out what `who` asks. Raises RefusedError, with nothing changed, where it cannot be."""
    match intent:
        case Acknowledge():
            note = clean(intent.note.strip(), NOTE_CELLS)
            return Deed((engine.acknowledge(intent.alert, who, note, now, until=intent.until),))
        case Unacknowledge():
            return Deed((engine.unacknowledge(intent.alert, who, now),))
        case AssignAlert():
            owner = clean(intent.owner.strip(), OWNER_CELLS)
            if not owner:
                raise RefusedError("no_owner", "an owner has a name")
            return Deed((engine.assign(intent.alert, owner, who, now),))
        case SilenceAlerts():
            return _silence(engine, intent, who, now, ids)
        case EndSilence():
            ended = engine.end_silence(intent.silence)
            return Deed((), "silence.ended", {**ended.dump(), "ended_by": who})


def _silence(engine: RuleEngine, intent: SilenceAlerts, who: str, now: float, ids: Ids) -> Deed:
    if not now < intent.until < float("inf"):
        raise RefusedError("bad_until", "a silence ends, and after it begins")
    made = Silence(
        ids.next("s"), intent.matcher, who, clean(intent.note, NOTE_CELLS), now, intent.until, intent.windows
    )
    engine.silence(made)
    return Deed((), "silence.begun", made.dump())
