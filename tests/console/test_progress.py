"""Long work says that it goes on where somebody looks, and ends well when it is interrupted."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from console.progress import reached, words, working
from tests.console.real_terminal import Terminal


def test_words() -> None:
    assert words("reading", 12.0, 0, 0) == "reading  12s · Ctrl-C ends it"
    assert words("reading", 12.0, 1, 100) == "reading   1 %  12s · Ctrl-C ends it"
    assert words("reading", 10.0, 1, 4) == "reading  25 %  10s, about 30s left · Ctrl-C ends it"
    assert words("reading", 10.0, 9, 4).startswith("reading  100 %")


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_where_nobody_looks_or_where_it_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.progress.SHOWN_AFTER_S", 0.0)
    for stream in (io.StringIO(), Tty()):
        with working("reading", stream):
            reached(1, 2)
            if stream.isatty():
                while "50 %" not in stream.getvalue():
                    time.sleep(0.001)
    assert stream.getvalue().endswith("\r\x1b[K"), "the line is gone afterwards"
    reached(1, 2)  # said to nobody
    with working("reading", quick := Tty()):
        pass
    assert quick.getvalue() in ("", "\r\x1b[K") or quick.getvalue().endswith("\r\x1b[K")


@pytest.mark.alone
@pytest.mark.pty
def test_a_drill_shows_how_far_it_is_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    arguments = ("-m", "console", "drill", "double11-midnight", "--headless", "--journal", str(tmp_path / "j.db"))
    terminal = Terminal(80, 6, "en", command=arguments)
    try:
        terminal.read_until("simulating the drill", " %", "Ctrl-C ends it", seconds=40)
        terminal.send("\x03")
        assert terminal.status() == 130
        assert b"Traceback" not in terminal.raw
        assert terminal.raw.rstrip(b"^C\r\n").endswith(b"\x1b[K")
    finally:
        terminal.close()
