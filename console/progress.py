"""Says on a terminal that long work goes on, how far it is, and that Ctrl-C ends it. Nothing where nobody looks.

A loop anywhere below tells how far it is with `reached`; work that tells nothing shows its time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TextIO

from console.format import duration
from console.i18n import N_, _

SHOWN_AFTER_S = 1.0
_EVERY_S = 0.25


@dataclass
class _Work:
    says: str
    begun: float
    done: int = 0
    of: int = 0


_at_work: list[_Work] = []


def reached(done: int, of: int) -> None:
    """The innermost work is so far; costs nothing where none is said to go on."""
    if _at_work:
        _at_work[-1].done, _at_work[-1].of = done, of


def words(says: str, elapsed_s: float, done: int, of: int) -> str:
    """`simulating the drill  42 %  12s, about 17s left · Ctrl-C ends it`."""
    text = f"{says}  "
    if of > 0:
        share = min(max(done / of, 0.0), 1.0)
        text += f"{int(share * 100):>2} %  "
        left = elapsed_s / share - elapsed_s if share >= 0.05 else float("nan")
    else:
        left = float("nan")
    text += duration(elapsed_s)
    if left == left:
        text += _(", about {time} left").format(time=duration(left))
    return text + _(" · Ctrl-C ends it")


@contextmanager
def working(says: str, stream: TextIO | None = None) -> Iterator[None]:
    """While the block runs: a line on stderr, from the second second on, where that is a terminal. It is gone after."""
    out = stream if stream is not None else sys.stderr
    work = _Work(says, time.monotonic())
    _at_work.append(work)
    over = Event()
    teller = Thread(target=_tell, args=(work, out, over), name="progress", daemon=True)
    if out.isatty():
        teller.start()
    try:
        yield
    finally:
        over.set()
        if teller.ident is not None:
            teller.join()
        _at_work.remove(work)


def _tell(work: _Work, out: TextIO, over: Event) -> None:
    shown = over.wait(SHOWN_AFTER_S)
    while not shown:
        line = words(work.says, time.monotonic() - work.begun, work.done, work.of)
        out.write(f"\r\x1b[K{line}")
        out.flush()
        if over.wait(_EVERY_S):
            out.write("\r\x1b[K")
            out.flush()
            return


SIMULATING = N_("simulating the drill")
JUDGING = N_("simulating it with nobody at the desk")
REPLAYING = N_("replaying")
PROVING = N_("proving the journal")
FITTING = N_("fitting the scenario to the log")
READING = N_("reading")
