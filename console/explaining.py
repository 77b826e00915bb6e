"""Asks why of a desk that is run for the purpose: over a recording, or over a drill, headless, up to a moment."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from itertools import chain

from alerts.why import Why
from console.desk_core import DeskCore
from console.headless import drill_core
from console.lockstep import LockStep
from console.replaying import feed, inputs_of
from console.wire import MemoryWire
from feeds.durations import parse_duration
from feeds.errors import InputError, RefusedError
from feeds.journal import Journal
from feeds.recording import RecordingReader
from simulators.scenario import Scenario
from simulators.world import World

Moment = Callable[[float], float]
"""When it began → the moment that is asked for; NaN for the end."""

_MOMENT = (
    "a time of day such as 20:04:31, minutes and seconds after the beginning such as 05:30, or a duration such as 5m"
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.\d+)?", re.ASCII)


def moment(text: str, zone: tzinfo, where: str = "--at") -> Moment:
    """What `text` means, once it is known when things began: `20:04:31` the next such time of day in `zone`.

    `05:30` is minutes and seconds after the beginning, as are `5m30s` and `330` (seconds). Empty: the end. Raises
    InputError.
    """
    if not text:
        return lambda _began: math.nan
    match = _CLOCK.fullmatch(text)
    if match is None:
        after = float(text) if re.fullmatch(r"\d{1,9}(\.\d+)?", text, re.ASCII) else _duration(text, where)
        return lambda began: began + after
    hours, minutes, seconds = match[1], int(match[2]), float(text.rpartition(":")[2])
    if hours is None and seconds < 60.0:
        return lambda began: began + minutes * 60.0 + seconds
    if hours is None or int(hours) > 23 or minutes > 59 or seconds >= 60.0:
        raise InputError(where, f"{text} is no time", _MOMENT)
    return lambda began: _time_of_day(began, int(hours), minutes, seconds, zone)


def _duration(text: str, where: str) -> float:
    try:
        return parse_duration(text, where)
    except InputError as error:
        raise InputError(where, error.what, _MOMENT) from error


def _time_of_day(began: float, hours: int, minutes: int, seconds: float, zone: tzinfo) -> float:
    day = datetime.fromtimestamp(began, zone).replace(hour=hours, minute=minutes, second=0, microsecond=0)
    at = day.timestamp() + seconds
    return at if at >= began - 1.0 else (day + timedelta(days=1)).timestamp() + seconds


def why_in_recording(core: DeskCore, reader: RecordingReader, target: tuple[str, str], at: Moment) -> Why:
    """Why a rule fires on a row at a moment of a recording, or does not. `target` is as in `ask`."""
    _known_rule(core, target)
    entries = iter(inputs_of(reader))
    first = next(entries, None)
    if first is None:
        raise InputError(str(reader.path), "there is nothing in this recording to replay", "frames or contacts")
    goal, ended = at(first.at), reader.manifest.last_at
    if goal < first.at or (ended is not None and goal > ended + 1.0):
        raise _not_in_it(first.at, ended)
    core.begin(first.at)
    last, more = first.at, False
    for entry in chain([first], entries):
        if entry.at > goal:
            more = True
            break
        feed(core, entry)
        core.outgoing()
        last = entry.at
    if goal > last + 1.0 and not more:  # a recording that was cut off does not say where it ends
        raise _not_in_it(first.at, last)
    now = last if math.isnan(goal) else goal
    core.advance(now)
    return ask(core, target, now)


def _not_in_it(began: float, ended: float | None) -> InputError:
    length = f" of its {ended - began:.0f} s" if ended is not None else ""
    return InputError("--at", "that is not in the recording", f"a moment{length}")


def why_in_drill(scenario: Scenario, seed: int, target: tuple[str, str], at: Moment) -> Why:
    """The same in a drill without decisions."""
    world = World(scenario, seed)
    core = drill_core(scenario, seed, Journal())
    _known_rule(core, target)
    began, length = world.now, scenario.minutes * 60.0
    goal = at(began)
    seconds = length if math.isnan(goal) else goal - began
    if not 0.0 <= seconds <= length:
        raise InputError("--at", "that is not in the drill", f"a moment of its {scenario.minutes:g} minutes")
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    for _ in range(math.ceil(seconds)):
        drill.step()
    return ask(core, target, world.now)


def ask(core: DeskCore, target: tuple[str, str], now: float) -> Why:
    """Ask about (rule, key), or about an alert as (id, ""). Raises InputError for what does not exist."""
    rule, key = target
    if not key:
        found = next(((one.rule, one.key) for one in core.transitions if one.alert == rule), None)
        if found is None:
            raise InputError("why", f"there has been no alert {rule[:80]!r} by then", "the id of an alert, or RULE KEY")
        rule, key = found
    try:
        return core.why(rule, key, now)
    except RefusedError as error:
        raise InputError("why", error.message) from error


def _known_rule(core: DeskCore, target: tuple[str, str]) -> None:
    """Say what is mistyped before the work and not after it."""
    try:
        if target[1]:
            core.why(*target, 0.0)
    except RefusedError as error:
        if error.code == "no_such_rule":
            raise InputError("why", error.message) from error
