"""What could stand where somebody types a filter: names of attributes and columns, then values of an attribute."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

MOST_OFFERED = 12

_LAST = re.compile(r'(?:^|[\s()&|!])([^\s()&|!"]*)$')


def complete_filter(
    text: str, attributes: Collection[str], columns: Collection[str], values: Callable[[str], Iterable[str]]
) -> list[str]:
    """Whole lines that `text` could become, the word that is being typed completed; none within quotes or patterns."""
    if text.count('"') % 2:
        return []
    found = _LAST.search(text)
    word = found[1] if found is not None else ""
    if not word or word.startswith("~"):
        return []
    before = text[: len(text) - len(word)]
    return [before + one for one in _words(word, attributes, columns, values)]


def _words(
    word: str, attributes: Collection[str], columns: Collection[str], values: Callable[[str], Iterable[str]]
) -> Sequence[str]:
    name, colon, typed = word.partition(":")
    if colon and name in attributes:
        last = typed.rpartition(",")[2]
        if last.startswith("~"):
            return []
        kept = word[: len(word) - len(last)]
        return [kept + quoted(one) for one in _near(last, values(name))]
    named = [f"{one}:" for one in _near(word, sorted(attributes))]
    return [*named, *(f"{one}>" for one in _near(word, columns))][:MOST_OFFERED]


def quoted(value: str) -> str:
    """A value as it must be typed: in quotes where it has a blank or a sign of the language."""
    return f'"{value}"' if re.search(r'[\s()&|,"]', value) else value


def _near(typed: str, offered: Iterable[str]) -> list[str]:
    """What begins so, then what holds it; each once, in its own order."""
    low, seen = typed.lower(), dict.fromkeys(one for one in offered if one)
    begins = [one for one in seen if one.lower().startswith(low)]
    return [*begins, *(one for one in seen if low in one.lower() and one not in begins)][:MOST_OFFERED]
