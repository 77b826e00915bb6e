"""The `:` line: words of the action table, and nouns such as `site hefei` or `sort wait`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches


def complete(text: str, words: Mapping[str, Sequence[str]]) -> list[str]:
    """What could stand in the line: `words` maps each command to the arguments it can take.

    The command is completed first, then its argument, by beginning before by containing.
    """
    verb, blank, rest = text.lstrip().partition(" ")
    if not blank:
        return _matching(verb, list(words))
    return [f"{verb} {found}" for found in _matching(rest.strip(), words.get(verb, ()))]


def _matching(typed: str, offered: Sequence[str]) -> list[str]:
    low = typed.lower()
    begins = [word for word in offered if word.lower().startswith(low)]
    return begins + [word for word in offered if low in word.lower() and word not in begins]


def understand(text: str, words: Mapping[str, Sequence[str]]) -> tuple[str, str] | str:
    """(command, argument), or the nearest command where there is none of that name (empty for none near).

    A command may be shortened as long as one alone begins so.
    """
    verb, _, rest = text.strip().partition(" ")
    verb = verb.lower()
    if verb in words:
        return verb, rest.strip()
    begins = [word for word in words if word.startswith(verb)]
    if verb and len(begins) == 1:
        return begins[0], rest.strip()
    near = get_close_matches(verb, words, n=1, cutoff=0.5)
    return near[0] if near else ""
