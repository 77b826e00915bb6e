"""The console in a real pseudo-terminal: what reaches the terminal, and how it leaves."""

from __future__ import annotations

import os
import signal

import pytest

from tests.console.real_terminal import Terminal

pytestmark = pytest.mark.alone


@pytest.mark.pty
def test_the_console_at_80_by_24_in_chinese(terminals: list[Terminal]) -> None:
    terminal = Terminal(80, 24, "zh")
    terminals.append(terminal)
    lines = terminal.read_until("未到 赣州", "演练 DRILL", "▲3 严重", "在线/排班", "时龄", "● 正常 南昌")
    assert "演练 DRILL" in lines[0]
    assert "▲3 严重" in lines[0]
    heading = next(text for text in lines if "在线/排班" in text)
    row = next(text for text in lines if "南昌" in text)
    assert row.startswith("● 正常 南昌")
    assert heading.rstrip().endswith("时龄")
    terminal.send("jj\r")
    terminal.read_until("南昌·队列", "服饰00")
    terminal.send("\x11")
    assert terminal.status() == 0
    assert terminal.raw.rstrip().endswith(b"\x1b[?25h") or b"\x1b[?1049l" in terminal.raw


@pytest.mark.pty
def test_a_signal_ends_it_cleanly_and_hostile_names_stay_text(terminals: list[Terminal]) -> None:
    terminal = Terminal(120, 40, "en", hostile=True, NO_COLOR="1")
    terminals.append(terminal)
    terminal.read_until("[/]", "[@click=app.quit", "[link=http://x]a", "line break", "● ok")  # a sign beside the colour
    assert b"\x1b]0;t" not in terminal.raw
    assert b"\x1b[2J\xef" not in terminal.raw
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.status() == 0
    assert b"\x1b[?1049l" in terminal.raw
    assert b"\x1b[?1003l" in terminal.raw, "the mouse is given back"


@pytest.mark.pty
def test_a_terminal_that_goes_away_ends_it(terminals: list[Terminal]) -> None:
    terminal = Terminal(80, 24, "en")
    terminals.append(terminal)
    terminal.read_until("Nanchang")
    os.close(terminal.fd)
    os.waitpid(terminal.pid, 0)  # the test's own time limit ends a console that lives on
    terminal.pid = 0
