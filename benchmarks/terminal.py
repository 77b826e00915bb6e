"""A real pseudo-terminal with a program in it: read, timed and counted byte by byte.

It answers like a modern terminal where the program waits for an answer (synchronised output, DEC mode 2026), and can
be left unread, which is what a terminal does whose window is dragged or whose network stalls.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent
_ASKS_SYNC = b"\x1b[?2026$p"
_HAS_SYNC = b"\x1b[?2026;2$y"
_TICKS = os.sysconf("SC_CLK_TCK")
_TAIL = 64
"""Bytes kept from one read to the next, so that what is looked for may be cut in two."""


class Terminal:
    """`python ARGUMENTS…` in a terminal of `columns` × `rows`; as a context manager it ends the program at the end."""

    def __init__(self, *arguments: str, columns: int, rows: int, environment: dict[str, str] | None = None) -> None:
        self.started = time.perf_counter()
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
                **(environment or {}),
            },
            start_new_session=True,
        )
        os.close(slave)
        self.received = 0
        """Bytes that came from the program."""
        self._tail = b""
        self._answered = False

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.send_signal(signal.SIGTERM)
        try:
            with contextlib.suppress(RuntimeError):
                self.drain(3.0)
        finally:
            self._child.kill()
            self._child.wait()
            os.close(self._master)

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._child.pid

    def read(self, timeout_s: float) -> bytes:
        """What comes within `timeout_s`, led by the last bytes of what came before; empty when nothing came.

        Raises RuntimeError with its last words when the program is gone.
        """
        ready, _, _ = select.select([self._master], [], [], max(0.0, timeout_s))
        if not ready:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # what Linux says at the end of a terminal
            data = b""
        if not data:
            raise RuntimeError(f"the program ended: {plain(self._tail)}")
        self.received += len(data)
        seen = self._tail + data
        if not self._answered and _ASKS_SYNC in seen:
            self._answered = True
            os.write(self._master, _HAS_SYNC)
        self._tail = seen[-_TAIL:]
        return seen

    def fileno(self) -> int:
        """What `select` waits for."""
        return self._master

    def drain(self, seconds: float) -> None:
        """Read for a while, and throw it away."""
        drain([self], seconds)

    def until(self, pattern: bytes, timeout_s: float = 60.0) -> float:
        """Read until `pattern` has come; returns the seconds since the program's start. Raises TimeoutError."""
        wanted = re.compile(pattern)
        while (waited := time.perf_counter() - self.started) < timeout_s:
            if wanted.search(self.read(1.0)):
                return time.perf_counter() - self.started
        raise TimeoutError(f"nothing like {pattern!r} within {waited:.0f} s; last: {plain(self._tail)}")

    def press(self, keys: bytes) -> float:
        """Send keys; returns when."""
        os.write(self._master, keys)
        return time.perf_counter()

    def cpu_s(self) -> float:
        """CPU seconds of the program and its threads so far, in steps of a hundredth."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_bytes(self) -> int:
        """Memory of the program in RAM."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def drain(terminals: Sequence[Terminal], seconds: float) -> None:
    """Read several terminals for a while."""
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        ready, _, _ = select.select(terminals, [], [], left)
        for terminal in ready:
            terminal.read(0.0)


def plain(data: bytes) -> str:
    """Terminal output as harmless text, for an error message."""
    return data.decode("utf-8", "replace").encode("unicode_escape").decode("ascii")


def cpu_of_threads_s(pid: int) -> tuple[float, float]:
    """CPU seconds so far: of a process's first thread, and of all its others."""
    first = rest = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        first, rest = (first + used, rest) if task.name == str(pid) else (first, rest + used)
    return first, rest
