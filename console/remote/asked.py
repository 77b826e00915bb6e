"""What a console may ask for, as JSON that is taken only where it is exactly what it should be.

A console never sends a plan or rules: it names the plan that it was shown, or the rules that it was offered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from console import intents
from console.intents import Intent
from feeds.text import clean

_CONFIG = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_TEXT_CELLS = 400
_MOST_TEXTS = 2_000


@dataclass(frozen=True, slots=True)
class StartShown:
    """Start the plan of this hash, which this console was shown."""

    plan: str


@dataclass(frozen=True, slots=True)
class TakeOffered:
    """Take the rules that this console was offered against the set of this hash."""

    before: str


Value = str | float | bool | list[str]


@dataclass(frozen=True, slots=True)
class PreviewOf:
    """`AskPreview`, with parameters of the kinds that there are."""

    playbook: str
    parameters: dict[str, Value] = field(default_factory=dict)
    alert: str = ""


Asked = Intent | StartShown | TakeOffered | PreviewOf

_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        intents.Acknowledge,
        intents.Unacknowledge,
        intents.AssignAlert,
        intents.SilenceAlerts,
        intents.EndSilence,
        intents.ApproveRun,
        intents.BreakGlass,
        intents.TakeLock,
        intents.ReleaseLock,
        intents.RevertRun,
        intents.RenewRun,
        intents.AnswerRun,
        intents.WriteNote,
        intents.MakePromise,
        intents.KeepPromise,
        intents.RenewPromise,
        intents.HandOver,
        intents.AcceptHandover,
        intents.SetPace,
        intents.StopAutomatic,
        intents.Panic,
        intents.AskBehind,
        intents.AskWhy,
        intents.AskLeaders,
        intents.AskReload,
        intents.AskPast,
        intents.AskDay,
        intents.LockRules,
        intents.UnlockRules,
        intents.ReportSite,
        StartShown,
        TakeOffered,
        PreviewOf,
    )
}


def _reader(kind: Any) -> TypeAdapter[tuple[Any]]:  # noqa: ANN401 - a type
    return TypeAdapter(tuple[kind], config=_CONFIG)


_READERS = {name: _reader(kind) for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Ask:
    """One intent of a console, by the number that the console gave it."""

    number: int
    intent: Asked


@dataclass(frozen=True, slots=True)
class Seen:
    """The console shows this version."""

    version: int


def read(text: str) -> Ask | Seen:
    """A console's message. ValueError with one sentence where it is none."""
    try:
        plain = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(plain, dict):
        raise ValueError("not a message")
    if plain.keys() == {"seen"} and _is_count(plain["seen"]):
        return Seen(plain["seen"])
    if plain.keys() != {"ask", "kind", "fields"} or not _is_count(plain["ask"]):
        raise ValueError("not a message")
    return Ask(plain["ask"], _intent(plain["kind"], plain["fields"]))


def _intent(kind: object, fields: object) -> Asked:
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None or not isinstance(fields, dict):
        raise ValueError(f"there is no intent {clean(kind, 40)!r}")
    try:
        found: Asked = reader.validate_json(json.dumps([_cleaned(fields)]))[0]
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        raise ValueError(f"{kind}: {clean(where, 60)}: {first['msg']}") from None
    return found


def _cleaned(plain: Any, budget: list[int] | None = None) -> Any:  # noqa: ANN401 - what JSON gives
    """The data with every text made harmless."""
    left = budget if budget is not None else [_MOST_TEXTS]
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("too much of it")
    if isinstance(plain, str):
        return clean(plain, _TEXT_CELLS)
    if isinstance(plain, dict):
        return {clean(name, _TEXT_CELLS): _cleaned(value, left) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_cleaned(value, left) for value in plain]
    return plain


def written(number: int, intent: Intent) -> str:
    """An intent as a console sends it."""
    asked: Asked = intent
    match intent:
        case intents.StartPlaybook(preview):
            asked = StartShown(preview.plan_hash)
        case intents.ReloadRules(_rules, before):
            asked = TakeOffered(before)
        case intents.AskPreview(playbook, parameters, alert):
            asked = PreviewOf(playbook, {name: _value(value) for name, value in parameters.items()}, alert)
    name = type(asked).__name__
    fields = _READERS[name].dump_python((asked,), mode="json")[0]
    return json.dumps({"ask": number, "kind": name, "fields": fields}, allow_nan=False)


def _value(value: object) -> Value:
    if isinstance(value, str | bool | float):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, tuple | list):
        return [str(one) for one in value]
    raise ValueError(f"{type(value).__name__} is no parameter")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")
