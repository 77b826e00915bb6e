"""What keys are called: as people write them (`/`, `ctrl+x`), as the toolkit does (`slash`), as the footer shows."""

from __future__ import annotations

import unicodedata

_SHORTER = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where the toolkit (textual.keys) does not use the name of Unicode."""

_MOVES = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")
_NAMED = frozenset({"enter", "escape", "tab", "space", "backspace", *_MOVES, *(f"f{i}" for i in range(1, 25))})

_LABELS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "↵",
    "escape": "esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "backspace": "bksp",
    "delete": "del",
    "insert": "ins",
}

_MODIFIERS = ("ctrl+shift+", "ctrl+", "shift+", "alt+")

SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+left_square_bracket": "escape"}
"""Keys that a terminal sends as the same bytes as another one."""


def _character_name(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


_CHARACTERS = {_character_name(chr(code)): chr(code) for code in range(0x20, 0x7F)}


def key_name(written: str) -> str:
    """The toolkit's name of a key written as `/`, `slash`, `G`, `ctrl+x`, `shift+f5`; empty where there is none."""
    text = written if len(written) == 1 else written.strip()
    if len(text) == 1:
        return _character_name(text) if text.isprintable() else ""
    if text in _NAMED or text in _CHARACTERS:
        return text
    for modifier in _MODIFIERS:
        if text.lower().startswith(modifier):
            rest = key_name(text[len(modifier) :])
            return _with_modifier(modifier, rest)
    return text.lower() if text.lower() in _NAMED else ""


def _with_modifier(modifier: str, rest: str) -> str:
    """A modifier goes with names and small letters; shift with a letter is the capital, and no terminal says both."""
    if not rest or "+" in rest:
        return ""
    if rest in _CHARACTERS and modifier == "shift+":
        return rest.upper() if len(rest) == 1 and rest.isalpha() else ""
    return f"{modifier}{rest.lower()}" if rest in _CHARACTERS or rest in _NAMED else ""


def key_written(name: str) -> str:
    """A key as a person writes it into a file: the character itself, or its name."""
    found = _CHARACTERS.get(name, "")
    return found if found.strip() else name


def key_label(name: str) -> str:
    """How the footer shows a key: `/`, `^x`, `↵`, `S-f5`."""
    for modifier, short in (("ctrl+", "^"), ("shift+", "S-"), ("alt+", "M-")):
        if name.startswith(modifier):
            return short + key_label(name.removeprefix(modifier))
    found = _CHARACTERS.get(name, "")
    return _LABELS.get(name) or (found if found.strip() else "") or name
