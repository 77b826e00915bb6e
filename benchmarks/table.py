"""A table of 2,600 rows at 200×60, a tenth of its cells or all changing each second, in a real pseudo-terminal.

The console's own table beside a stock DataTable that shows the same. First without a key: CPU and bytes a second. Then
with a cursor key every 137 ms, which beats with neither the second nor the frames: from the key to the frame that
shows it. Keys are sent on time whether or not the ones before have been answered, as an operator's are.
"""

from __future__ import annotations

import re
import time

from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from benchmarks.terminal import Terminal

COLUMNS, ROWS = 200, 60
KEY_EVERY_S = 0.137
_PAINTED = re.compile(rb"#k(\d{5})#")
_DOWN, _UP = b"\x1b[B", b"\x1b[A"
_PATIENCE_S = 20.0
"""How long the last keys are waited for; one that is never shown counts as having taken this long."""


def measure_app(module: str, window_s: float, *more: str, settle_s: float = 2.5) -> Figures:
    """The figures of one program over a window without keys and one with them."""
    with Terminal("-m", module, *more, columns=COLUMNS, rows=ROWS) as terminal:
        first = terminal.until(rb"#k00000#")
        terminal.drain(settle_s)  # what is done once, and two seconds of changes
        cpu, received, begun = terminal.cpu_s(), terminal.received, time.perf_counter()
        terminal.drain(window_s)
        lasted = time.perf_counter() - begun
        figures: Figures = {
            "first_paint_s": first,
            "cpu_share": (terminal.cpu_s() - cpu) / lasted,
            "bytes_per_s": (terminal.received - received) / lasted,
        }
        cpu, begun = terminal.cpu_s(), time.perf_counter()
        latencies = press_keys(terminal, window_s)
        figures["cpu_share_with_keys"] = (terminal.cpu_s() - cpu) / (time.perf_counter() - begun)
        figures["key_to_repaint_ms"] = quantiles([latency * 1e3 for latency in latencies])
        figures["resident_mib"] = terminal.resident_bytes() / 2**20
        return figures


def press_keys(terminal: Terminal, window_s: float) -> list[float]:
    """Seconds from each key sent every 137 ms to the frame that shows that it was taken."""
    begun = time.perf_counter()
    sent: list[float] = []
    shown: list[float] = []
    keys = max(1, int(window_s / KEY_EVERY_S))
    while len(shown) < keys:
        now = time.perf_counter()
        if len(sent) < keys and now >= begun + len(sent) * KEY_EVERY_S:
            sent.append(terminal.press(_UP if len(sent) % 16 == 15 else _DOWN))
            continue
        if len(sent) == keys and now > sent[-1] + _PATIENCE_S:
            break
        due = begun + len(sent) * KEY_EVERY_S if len(sent) < keys else now + 0.1
        found = _PAINTED.findall(terminal.read(due - now))
        if found:
            at = time.perf_counter()
            shown.extend([at] * (int(found[-1]) - len(shown)))
    shown.extend([sent[-1] + _PATIENCE_S] * (keys - len(shown)))
    return [b - a for a, b in zip(sent, shown, strict=True)]


def _ratio(ours: Figures, stock: Figures) -> Figures:
    """How many times what ours costs the stock table costs."""
    many = {name: stock[name] / max(ours[name], 1e-4) for name in ("cpu_share", "bytes_per_s")}
    keys = {name: stock["key_to_repaint_ms"][name] / ours["key_to_repaint_ms"][name] for name in ("p50", "p99")}
    return {"stock_to_ours": {**many, **{f"key_to_repaint_{name}": value for name, value in keys.items()}}}


def measure(quick: bool = False) -> Outcome:
    """Windows of 15 s; 5 s where it is quick."""
    window_s = 5.0 if quick else 15.0
    ours = measure_app("benchmarks.apps.live_table", window_s)
    stock = measure_app("benchmarks.apps.stock_table", window_s)
    idle = measure_app("benchmarks.apps.live_table", window_s, "--still")
    all_ours = measure_app("benchmarks.apps.live_table", window_s, "--all")
    all_stock = measure_app("benchmarks.apps.stock_table", window_s, "--all")
    return Outcome(
        "table",
        {"size": f"{COLUMNS}x{ROWS}", "window_s": window_s, **ours, "all_cells": all_ours},
        {**_ratio(ours, stock), "all_cells": _ratio(all_ours, all_stock)},
        limit={"what": "the same table with no cell changing", **idle},
        peer={"what": "a stock Textual DataTable", **stock, "all_cells": all_stock},
        target="with a tenth of the cells at most 3 % of a core and 10 kB/s, a key within 50 ms, p99",
        met=ours["cpu_share"] <= 0.03 and ours["bytes_per_s"] <= 10e3 and ours["key_to_repaint_ms"]["p99"] <= 50.0,
    )


if __name__ == "__main__":
    run_alone(measure)
