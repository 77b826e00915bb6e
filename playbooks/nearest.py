"""What to expect in place of a name that does not exist."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

MOST_LISTED = 12
"""So many names are listed where none is close; beyond that, listing helps nobody."""


def nearest_of(name: str, known: Collection[str], sort: str) -> str:
    """`a SORT, nearest: 'x'` where a known name is close to a mistyped one, else the known names if they are few."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    if found:
        return f"{sort}, nearest: {found[0]!r}"
    return f"{sort}: {', '.join(sorted(known))}" if 0 < len(known) <= MOST_LISTED else sort
