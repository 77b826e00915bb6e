"""A handover as a page: sections of sentences in both languages, each with the data that it was made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playbooks.words import Words

Tone = str
"""The style that a screen draws a sentence in; empty for plain."""


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence. `data` is what it was made of, for JSON; `alert` or `run` is what a screen opens for it."""

    words: Words
    tone: Tone = ""
    alert: str = ""
    run: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page. `nothing` stands there where it has no items."""

    id: str
    title: Words
    items: tuple[Item, ...]
    nothing: Words


@dataclass(frozen=True, slots=True)
class Page:
    """The whole handover, as it was at `at` (epoch seconds). `standing` says who has the desk, and what is offered."""

    at: float
    title: Words
    standing: Item
    sections: tuple[Section, ...]


def text_lines(page: Page, *, chinese: bool) -> Iterator[str]:
    """The page as plain text."""
    yield _of(page.title, chinese=chinese)
    yield _of(page.standing.words, chinese=chinese)
    for section in page.sections:
        yield ""
        yield f"{_of(section.title, chinese=chinese)} ({len(section.items)})"
        for said in _said(section, chinese=chinese):
            yield f"  - {said}"


def markdown_lines(page: Page, *, chinese: bool) -> Iterator[str]:
    """The page as Markdown, for a chat or a ticket. What others wrote is text in it, never markup."""
    yield f"# {escaped(_of(page.title, chinese=chinese))}"
    yield ""
    yield escaped(_of(page.standing.words, chinese=chinese))
    for section in page.sections:
        yield ""
        yield f"## {escaped(_of(section.title, chinese=chinese))}"
        yield ""
        for said in _said(section, chinese=chinese):
            yield f"- {escaped(said)}"


def as_dict(page: Page) -> dict[str, Any]:
    """The page as plain data for JSON: `at`, `standing`, and a list for each section."""
    parts: dict[str, Any] = {section.id: [_plain(item) for item in section.items] for section in page.sections}
    return {"at": page.at, "standing": _plain(page.standing), **parts}


def escaped(text: str) -> str:
    """Text without meaning in Markdown."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|~" else char for char in text)


def _plain(item: Item) -> dict[str, Any]:
    return {**item.data, "zh": item.words.zh, "en": item.words.en}


def _said(section: Section, *, chinese: bool) -> Sequence[str]:
    return [_of(item.words, chinese=chinese) for item in section.items] or [_of(section.nothing, chinese=chinese)]


def _of(words: Words, *, chinese: bool) -> str:
    return (words.zh or words.en) if chinese else (words.en or words.zh)
