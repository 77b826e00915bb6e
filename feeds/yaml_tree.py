"""YAML text → plain values plus the place of each of them: the part of the file reader that knows YAML.

Works on the parser's events, so that anchors, tags and nesting are refused before anything is built from them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from feeds.errors import InputError

MAX_DEPTH = 40
"""Nested deeper than this, a file was not written by a person."""

Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Mapping[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Where one value stands in the text: offsets of its first character and past its last, `key` that of its key."""

    start: int
    end: int
    key: int
    style: str
    """`:` plain, `'`, `"`, `|`, `>`, or `{` for a mapping or list."""


class Places:
    """Where everything in a file stands. Calling it with the path of a value gives line and column, from 1."""

    def __init__(self, where: str, text: str, spans: Mapping[Path, Span]) -> None:
        self.where, self._text, self._spans = where, text, spans

    def __call__(self, path: Path) -> tuple[int, int]:
        """Line and column of the value at `path`, or of the nearest thing around it that the file has."""
        return self._position(self._span(path).start)

    def key(self, path: Path) -> tuple[int, int]:
        """Line and column of the key of the value at `path`."""
        return self._position(self._span(path).key)

    def has(self, path: Path) -> bool:
        """Whether the file has a value at `path`."""
        return path in self._spans

    def below(self, path: Path) -> Places:
        """The places of what stands at `path`, as if it were a file of its own."""
        spans = {at[len(path) :]: span for at, span in self._spans.items() if at[: len(path)] == path}
        return Places(self.where, self._text, spans)

    def inside(self, path: Path, offset: int) -> tuple[int, int]:
        """Line and column of character `offset` of the text value at `path`, whatever its quoting or folding.

        Where an escape sequence hides the character, the place of the value itself.
        """
        span = self._span(path)
        at = _align(self._text, span, offset)
        return self._position(span.start if at is None else at)

    def error(self, path: Path, what: str, expected: str = "", *, offset: int | None = None) -> InputError:
        """An InputError at the value at `path`, or at character `offset` of it."""
        line, column = self(path) if offset is None else self.inside(path, offset)
        return InputError(self.where, what, expected, line=line, column=column)

    def _span(self, path: Path) -> Span:
        while path not in self._spans and path:
            path = path[:-1]
        return self._spans.get(path, Span(0, 0, 0, "{"))

    def _position(self, offset: int) -> tuple[int, int]:
        return position(self._text, offset)


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character offset."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def load_tree(text: str, where: str) -> tuple[Any, Places]:
    """The one document in `text` as dicts (text keys), lists, text, numbers, booleans and None. Raises InputError."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tab = text.find("\t")
    if tab >= 0:
        _refuse(where, text, tab, "a tab", "spaces")
    builder = _Builder(where, text)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except YAMLError as broken:
        raise _parse_error(broken, where, text) from None
    if not builder.documents:
        raise InputError(where, "the file is empty", "a mapping", line=1, column=1)
    return builder.root, Places(where, text, builder.spans)


def _refuse(where: str, text: str, offset: int, what: str, expected: str) -> None:
    line, column = position(text, offset)
    raise InputError(where, what, expected, line=line, column=column)


def _parse_error(broken: YAMLError, where: str, text: str) -> InputError:
    if isinstance(broken, ReaderError):
        line, column = position(text, int(broken.position))
        what = f"character U+{int(broken.character):04X} is not allowed"
        return InputError(where, what, "printable text", line=line, column=column)
    if isinstance(broken, MarkedYAMLError):
        mark = broken.problem_mark or broken.context_mark
        what = str(broken.problem or broken.context or "cannot be read").strip()
        if mark is not None:
            line, column = position(text, min(mark.index, len(text)))
            return InputError(where, what, "YAML", line=line, column=column)
        return InputError(where, what, "YAML")
    return InputError(where, "cannot be read as YAML", "YAML 1.2")


class _Builder:
    """Builds values from events; a stack instead of recursion."""

    def __init__(self, where: str, text: str) -> None:
        self.where, self.text = where, text
        self.root: Any = None
        self.spans: dict[Path, Span] = {}
        self.documents = 0
        self._open: list[_Open] = []

    def take(self, event: Event) -> None:
        """Take the parser's next event."""
        if isinstance(event, DocumentStartEvent):
            self._document(event)
        elif isinstance(event, AliasEvent):
            self._refuse(event, f"an alias (*{event.anchor})", "the value written out")
        elif isinstance(event, ScalarEvent):
            self._plain_only(event)
            self._scalar(event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._plain_only(event)
            self._begin(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._open.pop()

    def _document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self._refuse(event, "a second document", "one document in a file")
        if event.version or event.tags:
            self._refuse(event, "a directive", "plain YAML 1.2")

    def _plain_only(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        if event.anchor is not None:
            self._refuse(event, f"an anchor (&{event.anchor})", "the value alone")
        if event.tag is not None:
            self._refuse(event, f"a tag ({event.tag})", "the value alone")

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._refuse(event, "nested too deep", f"at most {MAX_DEPTH} levels")
        mapping = isinstance(event, MappingStartEvent)
        if self._open and self._open[-1].wants_key:
            self._refuse(event, "a mapping or list as a key", "a name")
        value: Any = {} if mapping else []
        path = self._put(event, value, "{")
        self._open.append(_Open(value, path))

    def _scalar(self, event: ScalarEvent) -> None:
        if self._open and self._open[-1].wants_key:
            self._key(event)
        else:
            style = event.style or ":"
            value = self._resolve(event) if style == ":" else event.value
            self._put(event, value, style)

    def _key(self, event: ScalarEvent) -> None:
        parent, name = self._open[-1], str(event.value)
        if not name:
            self._refuse(event, "an empty key", "a name")
        if name == "<<" and not event.style:
            self._refuse(event, "a merge key (<<)", "the keys written out")
        if name in parent.value:
            line, _ = position(self.text, self.spans[(*parent.path, name)].key)
            self._refuse(event, f"key {name!r} is here twice, first in line {line}", "each key once")
        parent.key, parent.key_at = name, event.start_mark.index

    def _put(self, event: Event, value: object, style: str) -> Path:
        """Hang a value into its parent; its path."""
        start, end = event.start_mark.index, event.end_mark.index
        if not self._open:
            self.root = value
            self.spans[()] = Span(start, end, start, style)
            return ()
        parent = self._open[-1]
        if isinstance(parent.value, list):
            path: Path = (*parent.path, len(parent.value))
            parent.value.append(value)
            self.spans[path] = Span(start, end, start, style)
        else:
            assert parent.key is not None  # noqa: S101 - the parser alternates keys and values
            path = (*parent.path, parent.key)
            parent.value[parent.key] = value
            self.spans[path] = Span(start, end, parent.key_at, style)
            parent.key = None
        return path

    def _resolve(self, event: ScalarEvent) -> str | int | float | bool | None:
        """What a plain scalar means in YAML 1.2's core schema; `yes`, dates and times stay text."""
        text = str(event.value)
        if text in _WORDS:
            return _WORDS[text]
        if _INT.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text):
            number = float(text) if "n" not in text.lower() else math.nan
            if not math.isfinite(number):
                self._refuse(event, f"{text} is not a finite number", "a finite number")
            return number
        return text

    def _refuse(self, event: Event, what: str, expected: str) -> None:
        _refuse(self.where, self.text, event.start_mark.index, what, expected)


class _Open:
    """A mapping or list that is being filled."""

    __slots__ = ("key", "key_at", "path", "value")

    def __init__(self, value: dict[str, object] | list[object], path: Path) -> None:
        self.value: Any = value
        self.path = path
        self.key: str | None = None
        self.key_at = 0

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


def _align(text: str, span: Span, offset: int) -> int | None:
    """The place in the source of character `offset` of a scalar, by walking source and value together."""
    walked = 0
    for at, character in _content(text, span):
        if walked == offset:
            return at
        walked += 1
        if character == "\\" and span.style == '"':
            return None
    return span.end if walked == offset else None


def _content(text: str, span: Span) -> Iterator[tuple[int, str]]:
    """The characters of a scalar as its value has them, each with its place: folding undone as far as words go."""
    start, end = span.start, span.end
    if span.style in "'\"":
        start, end = start + 1, end - 1
    elif span.style in "|>":
        start = text.find("\n", start, end) + 1 or end
    at = start
    indent = _indent(text, start) if span.style in "|>" else 0
    at += indent
    while at < end:
        character = text[at]
        if character == "\n":
            yield at, " "
            at += 1
            at += indent if span.style == "|" else _indent(text, at)
            continue
        yield at, character
        at += 2 if span.style == "'" and text.startswith("''", at) else 1


def _indent(text: str, at: int) -> int:
    return len(text[at:]) - len(text[at:].lstrip(" "))
