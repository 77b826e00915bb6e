"""Who is logged in: a random name in a cookie stands for a token that the desk has accepted."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

LASTS_S = 12 * 3600.0
"""A login is good for a shift."""
MOST_SESSIONS = 256
"""With more of them the oldest ends."""


@dataclass(frozen=True, slots=True)
class Session:
    """One login. `until` in the seconds of the clock that was handed in."""

    token: str
    name: str
    role: str
    until: float


class Sessions:
    """The logins that stand. Ids have 256 random bits, so that looking one up tells nothing by its time."""

    def __init__(self, clock: Callable[[], float], lasts_s: float = LASTS_S, most: int = MOST_SESSIONS) -> None:
        self._clock, self._lasts_s, self._most = clock, lasts_s, most
        self._open: OrderedDict[str, Session] = OrderedDict()

    def begin(self, token: str, name: str, role: str) -> str:
        """A new login; returns its id, for the cookie."""
        number = secrets.token_urlsafe(32)
        self._open[number] = Session(token, name, role, self._clock() + self._lasts_s)
        while len(self._open) > self._most:
            self._open.popitem(last=False)
        return number

    def of(self, number: str) -> Session | None:
        """The login behind an id; None where there is none, or it has ended."""
        found = self._open.get(number)
        if found is not None and found.until <= self._clock():
            del self._open[number]
            return None
        return found

    def end(self, number: str) -> None:
        """End a login, if it stands."""
        self._open.pop(number, None)
