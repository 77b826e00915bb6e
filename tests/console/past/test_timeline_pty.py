"""The time line with real keys on a real terminal, on a desk that keeps its past."""

from __future__ import annotations

import pytest

from tests.console.real_terminal import Terminal

pytestmark = pytest.mark.alone

CHILD = """
from console.app import run_console
from zoneinfo import ZoneInfo
from tests.console.past.test_looking_back import desk_with, view_of
from console.past.store import PastStore, TierPlan
store = PastStore((TierPlan(10.0, 3_600.0, 20, 0.0),))
for i in range(60):
    store.take(view_of(i))
raise SystemExit(run_console(desk_with(store), {lang!r}, "duty-1", zone=ZoneInfo("Asia/Shanghai")))
# {hostile}
"""


@pytest.mark.pty
@pytest.mark.parametrize(("size", "lang"), [((80, 24), "zh"), ((120, 40), "en")])
def test_one_looks_back_and_comes_back(terminals: list[Terminal], size: tuple[int, int], lang: str) -> None:
    terminal = Terminal(*size, lang, child=CHILD)
    terminals.append(terminal)
    then, banner, refused = (
        ("当时", "不是现在", "不能从那时处置") if lang == "zh" else ("THEN", "NOT NOW", "nothing is done from there")
    )
    calm = "20:04:10"
    terminal.read_until(calm)
    terminal.send("t")
    terminal.read_until("▲", "19:56", "20:02")
    terminal.send("\x1b[D")  # ←
    terminal.read_until(then, banner, "20:03:50", calm)
    terminal.send("[")
    terminal.read_until("20:02:20")
    terminal.send("\x1b[1;5D")  # ctrl+←: ten minutes
    terminal.read_until("19:54:00")
    terminal.send("]")
    terminal.read_until("19:55:40", "19:55:35")
    terminal.send("a")
    terminal.read_until(refused)
    terminal.send("@")
    terminal.read_until("-5m")
    terminal.send("20:00\r")
    terminal.read_until("20:00:00", banner)
    terminal.send("\x1b")
    lines = terminal.read_until("20:04:10 " if lang == "en" else "20:04:10", gone=banner)
    assert then not in lines[0]
    terminal.send("\x11")
    assert terminal.status() == 0
