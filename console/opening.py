"""Opens a desk on a configuration: journal, links, recording, thread; and gives everything back at the end."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.clock_book import ClockBook
from alerts.notices.receivers import Receiver
from alerts.rule_diff import plain_rule
from console.clock import DeskClock
from console.config import DeskConfig
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.drill_journal import refuse_other_mode
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.past.desk_past import DeskPast
from console.past.folder import PastFolder
from console.recorder import Recorder
from console.rule_files import RuleFiles
from console.view import DeskTitle
from feeds.journal import Journal
from feeds.journal_keys import signer_at
from feeds.journal_lock import sole_desk
from feeds.journal_seal import JournalSeal
from feeds.recording import RecordingWriter

if TYPE_CHECKING:
    from console.notifier import Notifier


@contextmanager
def open_desk(
    config: DeskConfig,
    environment: Mapping[str, str],
    operator: str,
    *,
    record: Path | None = None,
    overwrite: bool = False,
) -> Iterator[DeskThread]:
    """A started desk on the configured sites, which goes on where the last one on its journal stopped.

    With `record` every input goes into a recording there, beside a desk that may be at work: nothing is taken up.
    """
    addresses, receivers = config.addresses(environment), config.receivers if record is None else ()
    notifier, ids = _notifier(receivers, environment), Ids(secrets.token_hex(4))
    path = config.journal_path(environment)
    with ExitStack() as stack:
        journal = _journal(stack, config, environment, path, alone=record is None)
        writer = stack.enter_context(_recording(record, config, ids, overwrite)) if record is not None else None
        core = _core(config, [address.site for address in addresses], ids, journal, Recorder(writer), receivers)
        past = DeskPast(PastFolder(Path(f"{path}.past")) if record is None else None)
        stack.callback(past.stop)
        desk = DeskThread(
            core,
            DeskClock(time.time()),
            addresses,
            operator=operator,
            rule_files=RuleFiles(config.read_rules, config.folder),
            notifier=notifier,
            panic_beside=path if record is None else None,
            past=past,
        )
        desk.start()
        stack.callback(desk.stop)
        yield desk


def _journal(
    stack: ExitStack, config: DeskConfig, environment: Mapping[str, str], path: Path, *, alone: bool
) -> JournalKeeper:
    """The journal at `path`, sealed and kept to one desk; or, beside a desk that may be at work, only read."""
    if alone:
        stack.enter_context(sole_desk(path))
    book = Journal(path)
    stack.callback(book.close)
    refuse_other_mode(book, config.file.mode)
    if not alone:
        return JournalKeeper(book, keeps_state=False)
    # Closed after the desk stopped and before the journal is: its last word is signed too.
    seal = JournalSeal(book, signer_at(config.journal_key_path(environment)))
    stack.callback(seal.close, time.time_ns)
    return JournalKeeper(book, keeps_state=True, seal=seal)


def _recording(path: Path, config: DeskConfig, ids: Ids, overwrite: bool) -> RecordingWriter:
    """A recording that knows under which plan and rules it is made."""
    desk, plan = config.file.desk, config.plan.dump()
    meta: dict[str, Any] = {"source": "desk", "mode": config.file.mode, "desk": ids.desk, "zh": desk.zh, "en": desk.en}
    meta |= {"plan": plan} if plan else {}
    meta["rules"] = [plain_rule(rule) for rule in config.rules]
    return RecordingWriter(path, config_hash=config.hash, meta=meta, overwrite=overwrite)


def _core(
    config: DeskConfig,
    sites: Sequence[str],
    ids: Ids,
    journal: JournalKeeper,
    recorder: Recorder,
    receivers: Sequence[Receiver],
) -> DeskCore:
    """The desk of a configuration; beside another one, nothing begins by itself."""
    desk = config.file.desk
    core = DeskCore(
        sites,
        config.rules,
        config.playbooks,
        mode=config.file.mode,
        title=DeskTitle(desk.zh, desk.en, peak_at=desk.peak.timestamp() if desk.peak else math.nan),
        ids=ids,
        journal=journal,
        recorder=recorder,
        clocks=ClockBook(config.clocks, config.degrade),
        receivers=receivers,
        profiles=config.profiles,
        plan=config.plan,
        automatic=config.file.automatic if journal.keeps_state else (),
        limits=config.limits,
        for_report=False,
    )
    core.people.directory = config.directory
    core.projecting.worth = config.worth
    core.leaders.on = config.file.leader_board
    return core


def _notifier(receivers: Sequence[Receiver], environment: Mapping[str, str]) -> Notifier | None:
    if not receivers:
        return None
    from console.notifier import Notifier  # needs aiohttp, which a desk that tells nobody does not

    return Notifier(receivers, environment)
