"""What the journal needs so that a decision can be judged later: how old the figures were, and whose the queues are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from alerts.alert import Transition
from console.journal_keeper import JournalKeeper
from feeds.contract import Hello
from feeds.session import SiteSession
from playbooks.effects import Record
from playbooks.run import Value

ALL = "*"
"""Stands for the oldest data among all sites that can be believed, which figures of the network hang on."""

_LOOKED = frozenset(
    {
        "proposed",
        "approved",
        "started",
        "intent",
        "task",
        "stepped",
        "skipped",
        "seen",
        "unseen",
        "checked",
        "answered",
        "reverting",
    }
)
"""Kinds of entries about runs that hang on figures."""
_OVER = frozenset({"reverted", "failed", "closed"})


def ages(sessions: Mapping[str, SiteSession], sites: Iterable[str], now: float) -> dict[str, float]:
    """How many seconds ago the data of these sites moved, and under `*` the oldest of all that can be believed."""
    found = {site: age for site in sites if site in sessions and math.isfinite(age := now - sessions[site].moved_at)}
    believed = [s for s in sessions.values() if s.state(now) in ("live", "late") and math.isfinite(s.moved_at)]
    oldest = max((now - session.moved_at for session in believed), default=math.nan)
    return found | ({ALL: oldest} if math.isfinite(oldest) else {})


def sites_named(params: Mapping[str, Value]) -> tuple[str, ...]:
    """What may be a site among the parameters of a run: names, and what stands before the stroke of a queue's key."""
    held = [one for value in params.values() for one in (value if isinstance(value, tuple | list) else (value,))]
    texts = [one for one in held if isinstance(one, str)]
    return tuple(dict.fromkeys(text.partition("/")[0] for text in texts))


class Evidence:
    """Dates what the journal says of runs, and knows which queues it has named already."""

    def __init__(self, sessions: Mapping[str, SiteSession], journal: JournalKeeper) -> None:
        self._sessions, self.journal = sessions, journal
        self._sites: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, Mapping[str, list[str]]] = {}

    def entry(self, record: Record, now: float) -> tuple[float, str, str, Mapping[str, Any]]:
        """The entry about a run (time, kind, actor, body), with `ages_s` where it hangs on figures."""
        body, run = record.body, str(record.body.get("run", ""))
        if "params" in body:
            self._sites[run] = sites_named(body["params"])
        if record.kind in _LOOKED:
            sites = (*self._sites.get(run, ()), str(body.get("site", "")))
            body = {**body, "ages_s": ages(self._sessions, sites, now)}
        if record.kind in _OVER:
            self._sites.pop(run, None)
        return now, f"playbook.{record.kind}", str(body.get("by") or "desk"), body

    def aged(self, change: Transition) -> dict[str, Any]:
        """The body of an entry about an alert, with `age_s`: how old its site's data was, where that is known."""
        body = change.as_dict()
        session = self._sessions.get(change.key.partition("/")[0])
        if session is not None and session.moved_at == session.moved_at:
            body["age_s"] = max(0.0, change.at - session.moved_at)
        return body

    def announced(self, hello: Hello, now: float) -> None:
        """Write down the shop and the category of each queue that a site announces, where that was not said already."""
        queues = {row.id: [row.shop, row.category] for row in hello.rows if row.kind == "queue" and row.shop}
        if queues and self._named.get(hello.site) != queues:
            self._named[hello.site] = queues
            self.journal.append_all(
                [(now, "site.queues", "desk", {"site": hello.site, "queues": queues})], synced=False
            )
