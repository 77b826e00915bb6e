"""A recording as input of a desk: the same bytes, link changes and requests, at the same times.

A recording of a desk (or of a headless drill) is fed as it came, so that the same alerts follow. A recording of
contacts (an imported log) becomes a site that speaks the contract, a state a second.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from alerts.clock_book import ClockBook
from alerts.clock_files import load_clocks
from alerts.forecast.table import DayPlan
from alerts.plan import make_plans
from alerts.rules import Rule, load_rules
from console.config import DeskConfig
from console.desk_core import DeskCore
from console.identity import Ids
from console.intents import StartPlaybook
from console.journal_keeper import JournalKeeper
from console.playbook_desk import shipped_playbooks
from console.recorder import intent_of_map
from console.view import DeskTitle
from feeds.codec import encode
from feeds.contact_site import frames_of
from feeds.contacts import ContactEvent
from feeds.contract import Row
from feeds.errors import InputError
from feeds.journal import Journal
from feeds.recording import RecordingReader


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the desk at `at`: a frame, a link change or a request of a person."""

    at: float
    kind: str
    site: str
    body: Any


def inputs_of(reader: RecordingReader) -> Iterator[Input]:
    """Everything that the recording feeds to a desk, in the order of its times."""
    first = next((record.kind for record in reader if record.kind in ("frame", "contact")), "")
    if first == "contact":
        yield from _contact_inputs(reader)
        return
    for record in reader:
        if record.kind in ("frame", "link", "operator"):
            yield Input(record.at, record.kind, record.site, record.body)


def _contact_inputs(reader: RecordingReader) -> Iterator[Input]:
    """Every site of a recorded log as a site that speaks the contract, merged by time."""
    events = [record.body for record in reader if record.kind == "contact"]
    until = reader.manifest.meta.get("ended_at")
    sites = sorted({event.site for event in events})
    channel = "voice" if str(reader.manifest.meta.get("source", "")).startswith("asterisk") else ""
    rows = [Row(queue, channel=channel) for queue in sorted({event.queue for event in events})]
    merged = [_site_inputs(site, [event for event in events if event.site == site], until, rows) for site in sites]
    yield from heapq.merge(*merged, key=lambda entry: entry.at)


def _site_inputs(site: str, events: list[ContactEvent], until: float | None, rows: Sequence[Row]) -> Iterator[Input]:
    first = True
    for at, frame in frames_of(events, site, until=until, clocks=load_clocks(), rows=rows, lists=True):
        if first:
            yield Input(at, "link", site, {"state": "up", "why": ""})
            first = False
        yield Input(at, "frame", site, encode(frame))


def rules_of(reader: RecordingReader) -> tuple[Rule, ...]:
    """The rules that were in force when a recording of a desk began, else the shipped ones. Raises InputError."""
    kept = reader.manifest.meta.get("rules")
    if kept is None:
        return load_rules()
    try:
        rules = tuple(Rule.model_validate(rule) for rule in kept)
        make_plans(rules)
    except (InputError, TypeError, ValueError) as error:
        what = str(error).splitlines()[0]
        raise InputError(str(reader.path), f"the rules that it was made under cannot be read: {what}") from None
    return rules


def plan_of(reader: RecordingReader) -> DayPlan:
    """The plan that a recording was made under; none where it names none. Raises InputError."""
    try:
        return DayPlan.of_dump(reader.manifest.meta.get("plan") or {})
    except (KeyError, TypeError, ValueError) as error:
        what = f"the plan that it was made under cannot be read: {error}"
        raise InputError(str(reader.path), what.splitlines()[0]) from None


def sites_of(reader: RecordingReader) -> list[str]:
    """The sites of a recording: those its manifest names, else those that occur in it."""
    named = list(reader.manifest.sites)
    return named or sorted({record.site for record in reader if record.site})


def replay_core(reader: RecordingReader, config: DeskConfig | None = None, *, seen: bool = True) -> DeskCore:
    """A desk for a recording, under its name and its ids, by the rules it was made under and the shipped playbooks.

    With `config`, by those of that configuration; without `seen`, nobody looks at it.
    """
    meta = reader.manifest.meta
    name = (
        str(meta.get("zh") or meta.get("file") or reader.path.name),
        str(meta.get("en") or meta.get("file") or reader.path.name),
    )
    return DeskCore(
        sites_of(reader),
        config.rules if config is not None else rules_of(reader),
        config.playbooks if config is not None else shipped_playbooks(),
        mode="replay",
        title=DeskTitle(*name),
        ids=Ids(str(meta.get("desk", "replay"))),
        journal=JournalKeeper(Journal()),
        clocks=ClockBook(config.clocks, config.degrade) if config is not None else None,
        plan=config.plan if config is not None else plan_of(reader),
        limits=config.limits if config is not None else None,
        seen=seen,
    )


def feed(core: DeskCore, entry: Input) -> None:
    """Hand one input to the desk. Requests that this version cannot read are passed over."""
    if entry.kind == "frame":
        core.receive(entry.site, entry.body, entry.at)
    elif entry.kind == "link":
        _feed_link(core, entry)
    else:
        _feed_request(core, entry.at, entry.body)


def feed_all(core: DeskCore, entries: Iterable[Input]) -> Iterator[float]:
    """Hand inputs to the desk; yields each time. Frames of one moment go together, which only costs less."""
    for (at, frames), together in groupby(entries, key=lambda entry: (entry.at, entry.kind == "frame")):
        if frames:
            core.receive_all([(entry.site, entry.body) for entry in together], at)
        else:
            for entry in together:
                feed(core, entry)
        yield at


def _feed_link(core: DeskCore, entry: Input) -> None:
    state, why = str(entry.body.get("state", "down")), str(entry.body.get("why", ""))
    if state == "up":
        core.connected(entry.site, entry.at)
    else:
        core.disconnected(entry.site, entry.at, why, refused=state == "refused")


def _feed_request(core: DeskCore, at: float, fields: Mapping[str, Any]) -> None:
    try:
        intent = intent_of_map(dict(fields))
    except (KeyError, TypeError, ValueError):
        return
    if isinstance(intent, str):
        preview = core.playbooks.preview_of(intent)
        if preview is None:
            return
        intent = StartPlaybook(preview)
    core.submit(intent, str(fields.get("who", "")), at)
