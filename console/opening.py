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
    file = config.file
    addresses = config.addresses(environment)
    receivers = config.receivers if record is None else ()
    notifier = _notifier(receivers, environment)
    ids = Ids(secrets.token_hex(4))
    with ExitStack() as stack:
        path = config.journal_path(environment)
        if record is None:
            stack.enter_context(sole_desk(path))
        book = Journal(path)
        stack.callback(book.close)
        refuse_other_mode(book, file.mode)
        seal = None
        if record is None:
            # Closed after the desk stopped and before the journal is: its last word is signed too.
            seal = JournalSeal(book, signer_at(config.journal_key_path(environment)))
            stack.callback(seal.close, time.time_ns)
        writer = None
        if record is not None:
            meta: dict[str, Any] = {
                "source": "desk",
                "mode": file.mode,
                "desk": ids.desk,
                "zh": file.desk.zh,
                "en": file.desk.en,
            }
            meta |= {"plan": config.plan.dump()} if config.plan.dump() else {}
            meta["rules"] = [plain_rule(rule) for rule in config.rules]
            recording = RecordingWriter(record, config_hash=config.hash, meta=meta, overwrite=overwrite)
            writer = stack.enter_context(recording)
        core = DeskCore(
            [address.site for address in addresses],
            config.rules,
            config.playbooks,
            mode=file.mode,
            title=DeskTitle(
                file.desk.zh, file.desk.en, peak_at=file.desk.peak.timestamp() if file.desk.peak else math.nan
            ),
            ids=ids,
            journal=JournalKeeper(book, keeps_state=record is None, seal=seal),
            recorder=Recorder(writer),
            clocks=ClockBook(config.clocks, config.degrade),
            receivers=receivers,
            profiles=config.profiles,
            plan=config.plan,
            automatic=file.automatic if record is None else (),
            limits=config.limits,
            for_report=False,
        )
        beside = path if record is None else None
        core.people.directory = config.directory
        core.projecting.worth = config.worth
        core.leaders.on = file.leader_board
        files = RuleFiles(config.read_rules, config.folder)
        clock = DeskClock(time.time())
        past = DeskPast(PastFolder(Path(f"{path}.past")) if record is None else None)
        stack.callback(past.stop)
        desk = DeskThread(
            core,
            clock,
            addresses,
            operator=operator,
            rule_files=files,
            notifier=notifier,
            panic_beside=beside,
            past=past,
        )
        desk.start()
        stack.callback(desk.stop)
        yield desk


def _notifier(receivers: Sequence[Receiver], environment: Mapping[str, str]) -> Notifier | None:
    if not receivers:
        return None
    from console.notifier import Notifier  # needs aiohttp, which a desk that tells nobody does not

    return Notifier(receivers, environment)
