"""A child at a real pseudo-terminal, its output read into a screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
CHILD = """
from console.app import run_console
from tests.console.fake_desk import HOSTILE, SITES, FakeDesk, desk_view
hostile = tuple((f"s{{i}}", name, name) for i, name in enumerate(HOSTILE))
desk = FakeDesk(desk_view(sites=hostile if {hostile} else SITES))
raise SystemExit(run_console(desk, {lang!r}, "duty-1"))
"""


class Terminal:
    """A child at a pseudo-terminal, its output read into a screen."""

    def __init__(
        self,
        width: int,
        height: int,
        lang: str,
        *,
        hostile: bool = False,
        child: str = CHILD,
        command: Sequence[str] = (),
        **env: str,
    ) -> None:
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **env}
            arguments = command or ("-c", child.format(lang=lang, hostile=hostile))
            # With an environment of its own: readline, which pytest loads, has put LINES and COLUMNS into that of C.
            os.execve(sys.executable, [sys.executable, *arguments], {**os.environ, **own})

    def read_until(self, *texts: str, seconds: float = 20.0, gone: str = "") -> list[str]:
        """Read until every one of `texts` is on the screen at once, and `gone` is not; the screen's lines.

        A repaint reaches the terminal in several reads, so a test names all that it will look for.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown = "\n".join(self.lines())
            if all(text in shown for text in texts) and (not gone or gone not in shown):
                return self.lines()
            if not self._read(0.05):
                break
        raise AssertionError(f"{texts!r} did not appear:\n" + "\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The screen as text; the second half of a wide character is left out."""
        return [
            "".join(self.screen.buffer[y][x].data for x in range(self.screen.columns)) for y in range(self.screen.lines)
        ]

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                data = os.read(self.fd, 65_536)
            except OSError:  # the child has closed its side
                return False
            self.raw += data
            self.stream.feed(data)
            return bool(data)
        return True

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self.fd, keys.encode())

    def read_for(self, seconds: float) -> int:
        """Read whatever comes for a while; how many bytes it was."""
        before, end = len(self.raw), time.monotonic() + seconds
        while time.monotonic() < end and self._read(0.02):
            pass
        return len(self.raw) - before

    def resize(self, width: int, height: int) -> None:
        """The terminal gets another size, and says so."""
        self.screen.resize(height, width)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def status(self, seconds: float = 20.0) -> int:
        """Wait for the child's end; its exit status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the console did not end")

    def close(self) -> None:
        """End the child, if it has not ended."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self.fd)
