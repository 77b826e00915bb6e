"""The matrix, a filter and a saved view in a real pseudo-terminal, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.real_terminal import Terminal

pytestmark = pytest.mark.alone


def test_from_the_overview_to_a_cell_and_back_with_a_view_kept(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = Terminal(100, 32, "zh", XDG_CONFIG_HOME=str(tmp_path))
    terminals.append(terminal)
    terminal.read_until("合肥", "演练")
    terminal.send("M")
    terminal.read_until("apparel", "全网", "基地 × 类目：13 × 4")
    terminal.send("jl")
    terminal.read_until("合肥 · apparel", "2 个队列")
    terminal.send("/")
    terminal.read_until("计入的队列")
    terminal.send("site:hefei or state:crit")
    terminal.read_until("8/104 ·", "state:crit")
    terminal.send("\r")
    terminal.read_until("打开", "8/104", "1 × 4")
    terminal.send("\r")
    terminal.read_until("合肥·apparel", "服饰00")
    terminal.send("\x7f\x7f\x7f")  # back to the overview: no waiting for what may follow an escape
    terminal.read_until("南昌")
    terminal.send("2")
    terminal.read_until("shop-3")
    terminal.send(":")
    terminal.read_until("back  ack")
    terminal.send("view save tian\r")
    terminal.read_until("视图 tian 已保存")
    terminal.send("V")
    terminal.read_until("商家对接", "▶ tian", "保存在")
    terminal.send("\r")
    terminal.read_until("shop-3")
    assert "rows" in (tmp_path / "dutydeck" / "views" / "duty-1.yaml").read_text(encoding="utf-8")
