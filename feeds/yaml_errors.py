"""Turns the schema's complaints about a file into one line with its place and what would have been right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from feeds.errors import InputError
from feeds.yaml_tree import Path, Places

_URGENCY = {"extra_forbidden": 0, "too_short": 2}
"""An unknown key explains a missing one; a list is also called too short when one of its items is wrong."""

_EXPECTED = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
}


def first_error(wrong: ValidationError, model: type[BaseModel], places: Places) -> InputError:
    """The one complaint to show: an unknown key first (it explains a missing one), else the first in the file."""
    complaints = [(_path(error["loc"], places), error) for error in wrong.errors(include_url=False)]
    path, error = min(complaints, key=lambda pair: (_URGENCY.get(pair[1]["type"], 1), places(pair[0])))
    if error["type"] == "extra_forbidden":
        line, column = places.key(path)
        what, expected = f"unknown key {_shown(path[-1])}", _nearest_key(str(path[-1]), model, error["loc"][:-1])
        return InputError(places.where, what, expected, line=line, column=column)
    what, expected = _what(path, dict(error))
    line, column = places(path)
    return InputError(places.where, what, expected, line=line, column=column)


def _nearest_of(name: str, known: Sequence[str]) -> str:
    """`a key of this mapping, nearest: 'x'` where a known key is close to a mistyped one, else the known keys."""
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"a key of this mapping, nearest: {found[0]!r}" if found else "one of the keys " + ", ".join(sorted(known))


def _path(location: tuple[str | int, ...], places: Places) -> Path:
    """The part of pydantic's location that the file has: it also names branches of unions and validators."""
    path: Path = ()
    for part in location:
        if places.has((*path, part)):
            path = (*path, part)
    return path


def _what(path: Path, error: dict[str, Any]) -> tuple[str, str]:
    kind, message = error["type"], str(error["msg"])
    name = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
    if kind == "missing":
        return f"key {str(error['loc'][-1])!r} is missing", f"{error['loc'][-1]}: …"
    if kind == "refused":
        return name + str(error["ctx"]["what"]), str(error["ctx"]["expected"])
    if kind in {"value_error", "assertion_error"}:
        what, _, expected = message.partition(", ")[2].partition("; expected ")
        return name + what, expected
    expected = _EXPECTED.get(kind) or re.sub(r"^(Input|Value|String|Tuple|List) should ", "", message)
    expected = re.sub(r"^be (a valid )?", "", expected)
    if kind == "too_short":
        return f"{name}too short", f"at least {error['ctx']['min_length']}"
    if kind == "string_pattern_mismatch":
        expected = f"text that matches {error['ctx']['pattern']}"
    if kind == "int_parsing_size":
        expected = "a smaller number"
    given = error.get("input")
    shown = "nothing" if given is None else _shown(given) if isinstance(given, str | int | float) else _sort_of(given)
    return f"{name}{shown} is not valid", expected


def _sort_of(value: object) -> str:
    return "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else type(value).__name__


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:58]}…'"


def _nearest_key(key: str, model: type[BaseModel], location: tuple[str | int, ...]) -> str:
    models: set[type[BaseModel]] = {model}
    for part in location:
        annotations = [field.annotation for one in models for name, field in _keys(one) if name == part]
        if annotations:
            models = {found for annotation in annotations for found in _models(annotation)}
    return _nearest_of(key, sorted({name for one in models for name, _ in _keys(one)}))


def _keys(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        yield field.alias or name, field


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """Every model inside a type such as `tuple[A | B, ...] | None`."""
    if isinstance(annotation, type) and not get_args(annotation):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for inner in get_args(annotation):
        yield from _models(inner)
