"""What a drill is about: what really happens (`truth`), and what good work on it looks like (`objectives`).

Both are part of a scenario's file and of nothing that a site sends: the desk cannot know them. The coach reveals the
truth; scoring compares the journal with the objectives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from feeds.durations import Duration, Share
from feeds.yamlfile import FileModel
from simulators.vocabulary import Id, Sentence

Rung = Annotated[str, StringConstraints(pattern=r"^P(0[1-9]|1[0-9]|2[0-3])$")]
"""A rung of the agreed ladder, P01 to P23."""

Deed = Literal["run", "revert", "renew", "acknowledge", "silence", "note", "handover"]
"""What a person does at the desk: start a playbook, take one back, prolong it; take an alert; write into the log; take
the desk over."""


class Event(FileModel):
    """Something that really happens, whatever the screens say."""

    id: Id
    at: Duration = Field(ge=0)
    """Since the scenario's start."""
    until: Duration | None = None
    """When it is over; null where it lasts."""
    site: str = ""
    category: str = ""
    shop: str = ""
    what: Sentence


class Truth(FileModel):
    """What the coach reveals."""

    story: Sentence
    """The whole of it in a sentence or two."""
    events: tuple[Event, ...] = Field(min_length=1)

    def event(self, id_: str) -> Event | None:
        """The event of that id."""
        return next((one for one in self.events if one.id == id_), None)


class Sign(FileModel):
    """One way in which the desk shows an event; everything named has to hold."""

    rule: str = ""
    """An alert of this rule fires."""
    site: str = ""
    """At this site (with `rule`: the alert's key has it)."""
    unknown: bool = False
    """The site's rows are unknown."""


class Detection(FileModel):
    """When an event counts as seen: at the first of its signs, once somebody at the desk has taken it up."""

    event: Id
    signs: tuple[Sign, ...] = Field(min_length=1)
    within: Duration = Field(gt=0)
    """Since the event: seen by then is full marks."""


class Range(FileModel):
    """Numbers from `min` to `max`, both included."""

    min: float = float("-1e12")
    max: float = float("1e12")


Wanted = str | float | tuple[str, ...] | Range
"""A value as a text with `*` and `?`, as a number, as one of several texts, or as a range of numbers."""


class Act(FileModel):
    """Something done at the desk, as a pattern: `deed`, which playbook or verb, and values of its parameters."""

    id: Id
    what: Sentence
    event: Id
    """The event of the truth that it answers."""
    rung: Rung | None = None
    """Its place on the ladder, for the report."""
    deed: Deed = "run"
    playbook: str = ""
    """A playbook's id, `*` and `?` allowed; empty: any."""
    verb: str = ""
    """A command that a site gets because of it; empty: any."""
    with_: dict[str, Wanted] = Field(default={}, alias="with")
    """Parameters that it must have: a run's own; `rule`, `site`, `key` of an alert; `text` of a note."""
    from_: Duration = Field(default=0.0, alias="from", ge=0)
    """Not before this time since the scenario's start."""
    until: Duration | None = None
    """Done later than this it does not count; null: up to the end."""
    weight: float = Field(default=1.0, gt=0, le=100)
    """Its importance beside the other acts of its list."""

    def matches(
        self, deed: str, values: Mapping[str, object], at_s: float, *, playbook: str = "", verbs: tuple[str, ...] = ()
    ) -> bool:
        """Whether something done at the desk `at_s` seconds after the scenario's start is this act."""
        if deed != self.deed or at_s < self.from_ or (self.until is not None and at_s > self.until):
            return False
        if self.playbook and not fnmatchcase(playbook, self.playbook):
            return False
        if self.verb and not any(fnmatchcase(verb, self.verb) for verb in verbs):
            return False
        return all(name in values and _is(values[name], wanted) for name, wanted in self.with_.items())


class Trap(Act):
    """An act that makes things worse, or looks like work and is none."""

    more_than: int = Field(default=0, ge=0)
    """So many of them are still no mistake."""
    but: str = ""
    """A playbook that is none, although `playbook` fits it."""

    def matches(
        self, deed: str, values: Mapping[str, object], at_s: float, *, playbook: str = "", verbs: tuple[str, ...] = ()
    ) -> bool:
        """Whether something done at the desk walks into this trap."""
        if self.but and playbook == self.but:
            return False
        return super().matches(deed, values, at_s, playbook=playbook, verbs=verbs)


class Limits(FileModel):
    """What must hold over the whole drill; what is not named is not judged."""

    runs: int | None = Field(default=None, ge=0)
    """Most playbooks started."""
    acknowledge_within: Duration | None = None
    """Longest time that a firing alert waits for a person."""
    lent_at_end: int | None = Field(default=None, ge=0)
    """Most agents still away from home when the drill ends."""
    switched_at_end: int | None = Field(default=None, ge=0)
    """Most playbooks still running when the drill ends."""
    abandoned: Share | None = None
    """Highest share of the people's contacts that gave up."""
    late: Share | None = None
    """Highest share of late first replies."""


class Objectives(FileModel):
    """What good work looks like. `acts` are right ones: the first of each event's counts for time to act."""

    detect: tuple[Detection, ...] = ()
    acts: tuple[Act, ...] = ()
    traps: tuple[Trap, ...] = ()
    limits: Limits = Limits()

    def acts_for(self, event: str) -> Iterator[Act]:
        """The right acts that answer an event, in the file's order."""
        return (act for act in self.acts if act.event == event)


def _is(value: object, wanted: Wanted) -> bool:
    match wanted:
        case Range():
            number = _number(value)
            return number is not None and wanted.min <= number <= wanted.max
        case str():
            return fnmatchcase(str(value), wanted)
        case tuple():
            return any(fnmatchcase(str(value), one) for one in wanted)
        case _:
            return _number(value) == float(wanted)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
