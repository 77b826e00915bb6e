"""The console at terminals that can do less, and as a wall: what really reaches them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.console.real_terminal import Terminal

pytestmark = [pytest.mark.alone, pytest.mark.pty]

PERSONAL = """
import os
from console.app import run_console
from console.personal import read_personal
from tests.console.fake_desk import FakeDesk
personal = read_personal(os.environ)
raise SystemExit(run_console(FakeDesk(), personal.language("", os.environ), "duty-1", personal=personal))
# {lang} {hostile}
"""

WALL = """
from console.app import run_console
from tests.console.fake_desk import FakeDesk
raise SystemExit(run_console(FakeDesk(), "en", "wall", wall=True))
# {lang} {hostile}
"""

_SGR = re.compile(rb"\x1b\[([0-9;]*)m")


def _codes(raw: bytes) -> set[int]:
    return {int(code) for found in _SGR.findall(raw) for code in found.split(b";") if code}


def test_the_linux_console_gets_ascii_and_its_own_colours(terminals: list[Terminal], tmp_path: Path) -> None:
    env = {"TERM": "linux", "COLORTERM": "", "LANG": "zh_CN.UTF-8", "XDG_CONFIG_HOME": str(tmp_path)}
    terminal = Terminal(120, 40, "en", child=PERSONAL, **env)
    terminals.append(terminal)
    lines = terminal.read_until("^ CRIT", "? unknown Wuhan", "Today", "o ok", "+-", "< open")
    assert "\n".join(lines).isascii()
    assert all(byte < 0x80 for byte in terminal.raw)
    codes = _codes(terminal.raw)
    assert not codes & {38, 48, *range(100, 108)}, "no colours but its own, no bright grounds"
    assert {95, 93, 45} <= codes, "critical, warning, the drill's badge"
    terminal.send(",")
    terminal.read_until("theme", "reduced motion", "by itself: ASCII")
    terminal.send("\x11")
    assert terminal.status() == 0


def test_sixteen_colours_and_own_settings(terminals: list[Terminal], tmp_path: Path) -> None:
    folder = tmp_path / "dutydeck"
    folder.mkdir()
    (folder / "console.yaml").write_text("theme: okabe-ito\nlanguage: zh\nmouse: false\n", encoding="utf-8")
    (folder / "keys.yaml").write_text("keys: {ledger: f5, quit: [ctrl+q, Q]}\n", encoding="utf-8")
    env = {"TERM": "xterm", "COLORTERM": "", "LANG": "en_US.UTF-8", "XDG_CONFIG_HOME": str(tmp_path)}
    terminal = Terminal(80, 24, "en", child=PERSONAL, **env)
    terminals.append(terminal)
    terminal.read_until("▲ 严重 合肥", "? 未知 武汉")
    assert not _codes(terminal.raw) & {38, 48}
    assert b"\x1b[?1003h" not in terminal.raw, "the mouse is not asked for"
    terminal.send("\x1b[15~")
    terminal.read_until("已调整", "返回")
    terminal.send("Q")
    assert terminal.status() == 0


def test_a_wall_beats_and_says_when_nothing_new_comes(terminals: list[Terminal]) -> None:
    terminal = Terminal(120, 40, "en", child=WALL)
    terminals.append(terminal)
    first = terminal.read_until("if these seconds stand still", "Hefei", "oldest wait", "sites 1/1")[-1]
    assert "●" in first, "the pulse stands at the foot"
    lines = terminal.read_until("NOTHING NEW", "the desk hands nothing over")
    assert lines[-1][:20] != first[:20]
    assert not any("Hefei" in line for line in lines)
    terminal.send("a:quit\r\x17\x1b")
    terminal.send("\x11")
    assert terminal.status() == 0
