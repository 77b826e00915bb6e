"""An injection typed by a coach, in one line, judged as the scenario's file would judge it.

`surge site=hefei category=apparel factor=3 for=10m`: the kind, then the keys of the file. Without `at` it begins with
the next second; `in=5m` is from now, `at=1h10m` since the scenario's start as in a file.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from feeds.durations import FROM_FILE, parse_duration
from feeds.errors import InputError
from feeds.text import clean
from feeds.yaml_errors import first_error
from feeds.yaml_tree import load_tree
from feeds.yamlfile import SOURCE, FileModel
from simulators.injection import AfterSale, Injection, earliest
from simulators.scenario import Scenario
from simulators.scenario_references import injection_complaints

WHERE = ":inject"
_EXAMPLE = "KIND key=value …, such as surge site=hefei factor=3 for=10m"


class _Typed(FileModel):
    injection: Injection


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, UnionType):
        return [model for one in get_args(annotation) for model in _models(one)]
    return [model for one in get_args(annotation)[:1] for model in _models(one)]


KINDS: Mapping[str, type[BaseModel]] = {
    str(get_args(model.model_fields["kind"].annotation)[0]): model
    for model in _models(Injection)
    if model is not AfterSale
}
"""Every kind of injection that can come at any moment, with its schema; which day after the promotion it is, cannot."""


def keys_of(kind: str) -> tuple[str, ...]:
    """The keys that a kind has, those first that it must have; `at` and `kind` are left out."""
    fields = KINDS[kind].model_fields
    names = [(not field.is_required(), field.alias or name) for name, field in fields.items()]
    found = [name for late, name in sorted(names, key=lambda pair: pair[0]) if name not in ("at", "kind")]
    return tuple(found)


def read_injection(text: str, scenario: Scenario, elapsed: float) -> Injection:
    """The injection that a coach typed `elapsed` seconds after the scenario's start. Raises InputError."""
    kind, given = _words(text)
    if kind not in KINDS:
        near = [name for name in KINDS if kind and (kind in name or name in kind)]
        raise InputError(WHERE, f"kind {clean(kind)!r} is not known", f"one of {', '.join(near or KINDS)}")
    after = given.pop("in", None)
    if after is not None and "at" in given:
        raise InputError(WHERE, "in: at is there too", "one of the two")
    data: dict[str, Any] = {"kind": kind, "at": "0s", **given}
    one = _checked(data)
    first = earliest(one, elapsed)
    if after is not None:
        one = one.model_copy(update={"at": max(first, float(round(elapsed + parse_duration(str(after), WHERE))))})
    elif "at" not in given:
        one = one.model_copy(update={"at": first})
    elif one.at < first:
        raise InputError(WHERE, f"at: {given['at']!r} is over", f"{round(first)}s or later, or in=5m")
    _refer(one, scenario)
    return one


def _words(text: str) -> tuple[str, dict[str, Any]]:
    try:
        kind, *pairs = shlex.split(text)
    except ValueError as problem:
        what = "nothing was typed" if not text.strip() else f"{clean(text, 40)!r}: {str(problem).lower()}"
        raise InputError(WHERE, what, _EXAMPLE) from None
    given: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InputError(WHERE, f"{clean(pair, 40)!r} is no key=value", _EXAMPLE)
        if name in given:
            raise InputError(WHERE, f"{name}: it is there twice", "each key once")
        given[name] = _plain(value)
    return kind, given


def _plain(value: str) -> object:
    """A value as YAML reads it where it is a plain word or number; any other text as it is."""
    low = value.lower()
    if low in ("true", "false"):
        return low == "true"
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _checked(data: Mapping[str, Any]) -> Injection:
    try:
        context = {FROM_FILE: True, SOURCE: WHERE}
        return _Typed.model_validate({"injection": data}, context=context, by_alias=True, by_name=False).injection
    except ValidationError as wrong:
        tree = "injection: {" + ", ".join(f"{name}: 0" for name in data) + "}"
        error = first_error(wrong, _Typed, load_tree(tree, WHERE)[1])
        if error.what.startswith("unknown key"):
            raise InputError(WHERE, error.what, ", ".join(keys_of(str(data["kind"])))) from None
        raise InputError(WHERE, error.what, error.expected) from None


def _refer(one: Injection, scenario: Scenario) -> None:
    """Raises the first complaint about what it names."""
    found = injection_complaints(scenario.model_copy(update={"injections": (one,)}))
    for complaint in found:
        field = str(complaint.place[-1])
        what = complaint.what if complaint.what.startswith(f"{field}:") else f"{field}: {complaint.what}"
        raise InputError(WHERE, what, complaint.expected)


def ready_made(scenario: Scenario) -> Sequence[str]:
    """A short menu of injections to take as they are or to change: at the site with the most people, at its main line.

    The line is one with chat agents where there is one.
    """
    site = max(scenario.sites, key=lambda one: sum(group.agents for group in one.groups))
    group = max(site.groups, key=lambda one: (one.channel == "chat", one.agents), default=None)
    at = f"site={site.id}" + (f" category={group.category}" if group is not None else "")
    return (
        f"surge {at} factor=2.5 for=10m",
        f"site_dark site={site.id} for=4m",
        f"bot_fault site={site.id} containment=20% false_containment=30% for=10m",
        f"agents_leave {at} share=30% for=15m",
        f"site_freeze site={site.id} for=3m",
        f"feed_delay site={site.id} by=60s for=5m",
        f"handle_time {at} factor=1.5 for=10m",
        f"counter_reset site={site.id}",
        f"site_power site={site.id} for=10m",
    )
