"""The whole deck at 200×60 in a real pseudo-terminal, on a real desk in the same process whose every figure moves.

Thirteen sites at five frames a second with the overview; 2,600 queues as rows; 200,000 queues, which the board keeps as
roll-ups. First without a key, then with one every 137 ms. The screen's CPU is that of the first thread; the rest is the
desk's, with the making of the frames.
"""

from __future__ import annotations

import time

from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from benchmarks.table import COLUMNS, ROWS, press_keys
from benchmarks.terminal import Terminal, cpu_of_threads_s

CASES: dict[str, tuple[str, ...]] = {
    "13 sites at 5 Hz": ("13", "200", "5"),
    "2,600 queues as rows": ("13", "200", "1", "5"),
    "200,000 queues": ("13", "15385", "1"),
}
SETTLE_S = 8.0
TARGET_MS = 50.0


def measure_case(arguments: tuple[str, ...], window_s: float, settle_s: float) -> Figures:
    """One case over a window without keys and one with them."""
    with Terminal("-m", "benchmarks.apps.busy_overview", *arguments, columns=COLUMNS, rows=ROWS) as terminal:
        terminal.until(rb"#k00000#", 120.0)
        terminal.drain(settle_s)
        cpu, received, begun = cpu_of_threads_s(terminal.pid), terminal.received, time.perf_counter()
        terminal.drain(window_s)
        lasted, after = time.perf_counter() - begun, cpu_of_threads_s(terminal.pid)
        return {
            "screen_core_share": (after[0] - cpu[0]) / lasted,
            "desk_core_share": (after[1] - cpu[1]) / lasted,
            "bytes_per_s": (terminal.received - received) / lasted,
            "key_to_repaint_ms": quantiles([latency * 1e3 for latency in press_keys(terminal, window_s)]),
            "resident_mib": terminal.resident_bytes() / 2**20,
        }


def measure(quick: bool = False, cases: tuple[str, ...] = tuple(CASES)) -> Outcome:
    """Windows of 15 s; 5 s where it is quick."""
    window_s, settle_s = (5.0, 3.0) if quick else (15.0, SETTLE_S)
    found = {name: measure_case(CASES[name], window_s, settle_s) for name in cases}
    worst = max(one["key_to_repaint_ms"]["p99"] for one in found.values())
    return Outcome(
        "overview",
        {"size": f"{COLUMNS}x{ROWS}", "window_s": window_s, **found},
        {"slowest_key_to_fastest": worst / min(one["key_to_repaint_ms"]["p99"] for one in found.values())},
        limit={"what": "a key on an idle table is painted by the toolkit's next frame", "frame_ms": 1000 / 60},
        target=f"a key painted within {TARGET_MS:g} ms, p99",
        met=worst <= TARGET_MS,
    )


if __name__ == "__main__":
    run_alone(measure)
