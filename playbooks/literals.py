"""Values of the kinds that only an action's argument has: sentences, lists of names, switches, answers."""

from __future__ import annotations

import math
from string import Formatter

from feeds.errors import InputError
from feeds.text import clean
from playbooks.action import ArgumentKind
from playbooks.run import Value

LITERAL: frozenset[ArgumentKind] = frozenset({"queues", "names", "switch", "words", "undo", "choices", "condition"})
"""The kinds that no parameter holds."""

RESERVED: frozenset[str] = frozenset({"query", "revert", "continue", "keep", "close", "done", "failed", "skip"})
"""Answers that the runner gives a meaning of its own."""

LONGEST = 300
"""So many characters fit a sentence."""


def literal(kind: ArgumentKind, raw: object, where: str) -> Value:
    """The value of an argument of a `LITERAL` kind, from what a file says. Raises InputError."""
    if kind in ("words", "undo"):
        return () if kind == "undo" and raw == "none" else _words(raw, where, none=kind == "undo")
    if kind in ("queues", "names"):
        if isinstance(raw, list) and raw and all(isinstance(name, str) and name for name in raw):
            return tuple(clean(name) for name in raw)
        many = "queues" if kind == "queues" else "names"
        raise InputError(where, f"{clean(repr(raw))} is not a list of {many}", "a list of names, or a $parameter")
    if kind == "switch":
        if raw in (0, 1, "on", "off"):
            return 1.0 if raw in (1, "on") else 0.0
        raise InputError(where, f"{clean(repr(raw))} is no switch", "on or off")
    if kind == "choices":
        return _choices(raw, where)
    if isinstance(raw, str) and raw:
        return raw
    raise InputError(where, f"{clean(repr(raw))} is not a condition", "an expression")


def fields_of(text: str) -> tuple[str, ...]:
    """The parameters that a sentence names, as `{name}`. ValueError where its brackets do not match."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def filled(text: str, values: dict[str, str]) -> str:
    """A sentence with its parameters; one without a value yet is a dash."""
    return text.format_map({name: values.get(name, "–") for name in fields_of(text)})


def choice_numbers(choices: Value) -> dict[str, float]:
    """Answers with the number that each stands for, in their order."""
    assert isinstance(choices, tuple)  # noqa: S101 - checked by `literal`
    return {name: float(number) for name, _, number in (choice.partition("=") for choice in choices)}


def _words(raw: object, where: str, *, none: bool) -> tuple[str, ...]:
    wanted = "{zh: …, en: …} or none" if none else "{zh: …, en: …}"
    if not isinstance(raw, dict) or set(raw) != {"zh", "en"}:
        raise InputError(where, f"{clean(repr(raw), 60)} is not a sentence in both languages", wanted)
    for text in raw.values():
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            raise InputError(where, f"{clean(repr(text), 60)} is not a sentence", f"at most {LONGEST} characters")
        try:
            fields_of(text)
        except ValueError:
            raise InputError(where, f"the brackets of {clean(text, 60)!r} do not match", "{name}") from None
    return clean(raw["zh"], LONGEST), clean(raw["en"], LONGEST)


def _choices(raw: object, where: str) -> tuple[str, ...]:
    if not isinstance(raw, dict) or not 2 <= len(raw) <= 3:
        raise InputError(where, f"{clean(repr(raw), 60)} are no answers", "two or three, each with a number")
    for name, number in raw.items():
        if not isinstance(name, str) or not name.isidentifier() or name in RESERVED:
            raise InputError(where, f"{clean(repr(name))} cannot be an answer", "a word of its own")
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise InputError(where, f"{clean(repr(number))} is no number", f"{name}: 1")
    return tuple(f"{name}={float(number):g}" for name, number in raw.items())
