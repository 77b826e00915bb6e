"""Text from outside is hostile until it has been through here.

A feed's string can hold escape sequences that reach a terminal (titles, the clipboard), bidi overrides that turn a
line around, console markup that runs an action, or 300 wide characters. Everything that enters the desk as text is
cleaned once, at the edge, and drawn as plain text after that.
"""

from __future__ import annotations

import unicodedata

MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that must not reach a screen."""

_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MOST_MARKS = 2


def clean(text: object, cells: int = 64) -> str:
    """`text` as harmless, NFC-normalised, single-line text at most `cells` terminal cells wide.

    Control and format characters, bidi overrides, zero-width characters, private use, surrogates and line separators
    become one visible mark; more than two combining marks on a base are dropped; white space is folded to a space.
    Bytes are read as UTF-8, wrong bytes become the mark. Longer text ends in `…`. Square brackets stay: nothing
    downstream reads markup.
    """
    raw = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    raw = raw[: cells * 8]
    if raw.isascii() and raw.isprintable():
        return raw if len(raw) <= cells else raw[: cells - 1] + "…"
    return _fit("".join(_safe(unicodedata.normalize("NFC", raw))), cells)


def _safe(text: str) -> list[str]:
    out: list[str] = []
    marks = 0
    for char in text:
        if char in "\t\n\r\v\f":
            char = " "
        category = unicodedata.category(char)
        if category in _FORBIDDEN_CATEGORIES:
            char, category = MARK, "So"
        if category.startswith("M"):
            marks += 1
            if marks > _MOST_MARKS or not out:
                continue
        else:
            marks = 0
        if char in (MARK, " ") and out and out[-1] == char:
            continue
        out.append(char)
    return out


def _fit(text: str, cells: int) -> str:
    text = text.strip()
    if width(text) <= cells:
        return text
    used, kept = 0, []
    for char in text:
        used += char_width(char)
        if used > cells - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def char_width(char: str) -> int:
    """Terminal cells of one cleaned character: 0 for a combining mark, 2 for wide and full-width ones, else 1."""
    if unicodedata.category(char).startswith("M"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def width(text: str) -> int:
    """Terminal cells of cleaned text."""
    return len(text) if text.isascii() else sum(map(char_width, text))
