"""The lists behind figures, as sites told them: what was asked, what came, and what a site does not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feeds.contract import LISTS, MAX_LISTED, ListItem, ListQuery, ListReply
from feeds.session import SiteSession

KEPT = 200
"""So many lists are kept, those asked for last."""

MOST_PLACES = 40
"""So many places are asked for one list."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One list of one place. `state`: `asked`, `told`, `not_told` (the site has no such list) or `down`.

    `at` and `total` are the site's word, `at` in seconds since the epoch; `asked_at` is the desk's time.
    """

    what: str
    place: str
    state: str
    asked_at: float
    at: float = float("nan")
    total: int = 0
    items: tuple[ListItem, ...] = ()


def list_key(what: str, place: str) -> str:
    """Under what a list is kept."""
    return f"{what} {place}"


class BehindDesk:
    """Asks, and keeps what came; a new mapping with each change, since views hold it."""

    def __init__(self) -> None:
        self.found: Mapping[str, Behind] = {}

    def ask(self, what: str, places: Sequence[str], sessions: Mapping[str, SiteSession], now: float) -> list[ListQuery]:
        """What to send for these places: nothing to a site that is away or does not tell this list."""
        queries: list[ListQuery] = []
        for place in places[:MOST_PLACES] if what in LISTS else ():
            site, _slash, row = place.partition("/")
            session = sessions.get(site)
            if session is None:
                continue
            key = list_key(what, place)
            known = self.found.get(key)
            hello = session.board.hello
            state = "down" if session.link.state != "up" else "asked" if hello and what in hello.lists else "not_told"
            if state == "asked":
                queries.append(ListQuery(site, key, what, row or "*", MAX_LISTED))
            kept = known if known is not None and known.state == "told" and state == "asked" else None
            self._keep(Behind(what, place, "told", now, kept.at, kept.total, kept.items) if kept is not None
                       else Behind(what, place, state, now))  # fmt: skip
        return queries

    def take(self, reply: ListReply, now: float) -> None:
        """A site tells a list; one that is not known is left out."""
        if reply.what not in LISTS:
            return
        place = f"{reply.site}/{reply.row}"
        known = self.found.get(list_key(reply.what, place))
        asked_at = known.asked_at if known is not None else now
        self._keep(Behind(reply.what, place, "told", asked_at, reply.at_ns / 1e9, reply.total, reply.items))

    def _keep(self, one: Behind) -> None:
        key = list_key(one.what, one.place)
        found = {name: value for name, value in self.found.items() if name != key}
        found[key] = one
        for name in list(found)[: max(0, len(found) - KEPT)]:
            del found[name]
        self.found = found
