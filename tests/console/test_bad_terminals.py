"""Terminals as they are at midnight: tiny, resized all the time, not reading, pasting, hammered on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.console.real_terminal import Terminal

pytestmark = [pytest.mark.alone, pytest.mark.pty]


def until(terminal: Terminal, true: Callable[[list[str]], bool], seconds: float = 20.0) -> None:
    """Read until the screen's lines are as wanted: a repaint comes in several reads."""
    end = time.monotonic() + seconds
    while not true(terminal.lines()):
        assert time.monotonic() < end, "\n".join(terminal.lines())
        terminal.read_for(0.05)


def storm(terminals: list[Terminal], width: int, height: int, kind: str = "storm", lang: str = "en") -> Terminal:
    terminal = Terminal(width, height, lang, command=("-m", "tests.console.storm_child", kind, lang))
    terminals.append(terminal)
    return terminal


def test_twenty_by_five_and_another_size_every_50_ms(terminals: list[Terminal]) -> None:
    terminal = storm(terminals, 20, 5, lang="zh")
    terminal.read_until("演练")
    terminal.send("jjj?")
    for i in range(40):
        terminal.resize(1 + i * 37 % 300, 1 + i * 13 % 70)
        terminal.read_for(0.05)
    terminal.send("\x1b")
    terminal.resize(20, 5)
    terminal.read_for(0.5)
    terminal.resize(120, 40)
    lines = terminal.read_until("演练 DRILL", "合肥", "南昌", "▲", "↵ 打开")
    assert not [text for text in lines if "Traceback" in text]
    terminal.send("\x11")
    assert terminal.status() == 0


def test_a_terminal_that_stops_reading_is_told_of_the_present_when_it_reads_again(terminals: list[Terminal]) -> None:
    terminal = storm(terminals, 120, 40)
    terminal.read_until("DRILL", "Hefei", "▲")
    terminal.read_for(1.0)
    time.sleep(4.0)
    backlog = terminal.read_for(0.3)
    assert backlog < 150_000, "frames were left out, not kept"
    terminal.read_until("▽ slow link")
    terminal.send("?")
    terminal.read_until("╭─ Help", " esc back  : command")
    terminal.send("\x1b")
    terminal.read_until("↵ open", "network")
    terminal.send(":")
    terminal.read_until("back  ack  unack")
    terminal.send("slow off\r")
    terminal.read_until("slow link: all is drawn")
    until(terminal, lambda lines: "▽" not in lines[0])


def test_a_terminal_that_never_reads_again_cannot_keep_it_alive(terminals: list[Terminal]) -> None:
    terminal = storm(terminals, 120, 40)
    terminal.read_until("DRILL", "Hefei")
    time.sleep(2.0)
    os.kill(terminal.pid, signal.SIGTERM)
    end = time.monotonic() + 20
    while not (ended := os.waitpid(terminal.pid, os.WNOHANG))[0]:
        assert time.monotonic() < end, "it waits for its terminal for ever"
        time.sleep(0.05)
    assert os.waitstatus_to_exitcode(ended[1]) == 0
    terminal.pid = 0


def test_a_terminal_that_goes_away_in_a_storm_ends_it(terminals: list[Terminal]) -> None:
    terminal = storm(terminals, 200, 60)
    terminal.read_until("DRILL", "Hefei")
    os.close(terminal.fd)
    os.waitpid(terminal.pid, 0)  # the test's own time limit ends a console that lives on
    terminal.pid = 0


def test_keys_at_a_hundred_a_second_are_all_taken_in_a_storm(terminals: list[Terminal]) -> None:
    terminal = storm(terminals, 120, 40)
    terminal.read_until("DRILL", "Hefei", "↵ open")
    terminal.send("5")
    terminal.read_until("Queues")
    begun = time.monotonic()
    for i in range(100):
        terminal.send("j")
        terminal.read_for(max(0.0, begun + (i + 1) / 100 - time.monotonic()))
    begun = time.monotonic()
    terminal.send("\r")
    terminal.read_until("Shenyang·Apparel 00")  # the first queue of the eleventh site, after the 100 of ten sites
    assert time.monotonic() - begun < 3.0


def test_what_is_typed_in_one_go_is_a_line_and_a_paste_of_a_megabyte_does_no_harm(terminals: list[Terminal]) -> None:
    terminal = storm(terminals, 120, 30, "quiet")
    terminal.read_until("DRILL", "Hefei", "↵ open")
    terminal.send(":a !sS5z")
    until(terminal, lambda lines: lines[-1].split() == [":", "a", "!sS5z"] and "network" in "".join(lines))
    terminal.send("\x1b")
    terminal.read_until("↵ open")
    paste(terminal, "\x1b[200~" + "q" * 1_000_000 + "\x1b[201~")
    terminal.send("/")
    terminal.read_until("filter")
    paste(terminal, "\x1b[200~" + "宽" * 300_000 + "\x1b[201~")
    terminal.send("\x1b")
    terminal.read_until("↵ open")
    terminal.send("?")
    terminal.read_until("╭─ Help")


def paste(terminal: Terminal, text: str) -> None:
    """Send a long text as a terminal does: as fast as it is taken, reading all the while."""
    data, sent = text.encode(), 0
    os.set_blocking(terminal.fd, False)
    end = time.monotonic() + 30
    while sent < len(data):
        assert time.monotonic() < end
        try:
            sent += os.write(terminal.fd, data[sent : sent + 65_536])
        except BlockingIOError:
            terminal.read_for(0.01)
    os.set_blocking(terminal.fd, True)
