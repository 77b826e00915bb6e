"""Watches the configured sites for a few seconds from a desk that can do nothing to them.

It subscribes as any desk does, and a gateway serves any number of them. It has no playbooks, so that it cannot send a
command, keeps its journal in memory and notifies nobody, so that a desk at work on the same configuration is not
disturbed.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.clock_book import ClockBook
from console.clock import DeskClock
from console.config import DeskConfig
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.view import DeskTitle, DeskView
from feeds.journal import MEMORY, Journal

LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Watched:
    """The last view of a watch, and the sites whose data were not seen to move while it lasted."""

    view: DeskView
    unmoved: frozenset[str]


def watch(config: DeskConfig, environment: Mapping[str, str], wait_s: float) -> Watched:
    """Connect to every site and watch until each has sent figures of two moments, or `wait_s` is over.

    One state alone does not show that a site lives: a frozen one sends its last to whoever connects. Raises InputError
    for a token that cannot be found.
    """
    desk = _watching_desk(config, environment)
    ends = time.monotonic() + wait_s
    first: dict[str, float] = {}
    unmoved = {site.id for site in desk.core.board.view(0.0).sites}
    desk.start()
    try:
        while True:
            view = desk.view
            for site in view.board.sites:
                if site.state != "never" and first.setdefault(site.id, site.at) != site.at:
                    unmoved.discard(site.id)
            if desk.failure is not None:
                raise desk.failure
            if not unmoved or time.monotonic() >= ends:
                return Watched(view, frozenset(unmoved))
            time.sleep(LOOK_EVERY_S)
    finally:
        desk.stop()
        desk.core.journal.journal.close()


def _watching_desk(config: DeskConfig, environment: Mapping[str, str]) -> DeskThread:
    addresses, file = config.addresses(environment), config.file
    core = DeskCore(
        [address.site for address in addresses],
        config.rules,
        (),
        mode=file.mode,
        title=DeskTitle(file.desk.zh, file.desk.en),
        ids=Ids(secrets.token_hex(4)),
        journal=JournalKeeper(Journal(MEMORY)),
        clocks=ClockBook(config.clocks, config.degrade),
    )
    return DeskThread(core, DeskClock(time.time()), addresses)
