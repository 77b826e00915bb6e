"""An alert storm: 10,010 alerts begin at once, and end at once ten seconds later, on the deck at 200×60.

Thirteen sites of 770 queues, the journal on disk with the state of every alert. From the frames in the desk's hands to
a view that has all the alerts, and to the deck that shows it; and all the while a cursor key every 137 ms, from the key
to the frame that shows it, beside the same keys in the ten calm seconds before.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path

from benchmarks.apps.stormy_desk import CALM_S, QUEUES, SITES, STORM_S
from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from benchmarks.terminal import Terminal

COLUMNS, ROWS = 200, 60
KEY_EVERY_S = 0.137
LASTS_S = CALM_S + STORM_S + 20.0
LIMIT_MS = 100.0
_PAINTED = re.compile(rb"#k(\d{5})#")
_DOWN, _UP = b"\x1b[B", b"\x1b[A"


def _keys(terminal: Terminal, notes: Path) -> list[tuple[float, float]]:
    """(sent, painted) of every key, in monotonic seconds, until the program has written its notes."""
    sent: list[float] = []
    painted: list[float] = []
    due = time.monotonic()
    while not notes.exists() and len(sent) < 1_000:
        now = time.monotonic()
        if now >= due:
            terminal.press(_UP if len(sent) % 16 == 15 else _DOWN)
            sent.append(now)
            due += KEY_EVERY_S
            continue
        found = _PAINTED.findall(terminal.read(min(due - now, 0.1)))
        if found:
            painted.extend([time.monotonic()] * (int(found[-1]) - len(painted)))
    return list(zip(sent, painted, strict=False))


def _figures(keys: list[tuple[float, float]], marks: dict[str, float]) -> Figures:
    def waits(begin: float, end: float) -> Figures:
        return quantiles([(painted - sent) * 1e3 for sent, painted in keys if begin <= sent < end])

    began, ended = marks["began"], marks["ended"]
    return {
        "alerts": SITES * QUEUES,
        "begin_to_view_ms": (marks["all_in_view"] - began) * 1e3,
        "begin_to_deck_ms": (marks["all_painted"] - began) * 1e3,
        "end_to_view_ms": (marks["none_in_view"] - ended) * 1e3,
        "end_to_deck_ms": (marks["none_painted"] - ended) * 1e3,
        "key_to_repaint_calm_ms": waits(began - 6.0, began - 0.2),
        "key_to_repaint_first_3_s_ms": waits(began - 0.2, began + 3.0),
        "key_to_repaint_standing_ms": waits(began + 3.0, ended - 0.2),
        "key_to_repaint_ending_ms": waits(ended - 0.2, ended + 3.0),
    }


def measure(quick: bool = False) -> Outcome:  # noqa: ARG001 - a storm is as long as it is
    """One storm."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "marks.json"
        program = ("-m", "benchmarks.apps.stormy_desk", str(notes), str(LASTS_S))
        with Terminal(*program, columns=COLUMNS, rows=ROWS) as terminal:
            terminal.until(rb"#k00000#")
            keys = _keys(terminal, notes)
        figures = _figures(keys, json.loads(notes.read_text(encoding="utf-8")))
    worst = max(figures[f"key_to_repaint_{part}_ms"]["p99"] for part in ("first_3_s", "standing", "ending"))
    return Outcome(
        "storm",
        figures,
        {"key_p99_to_calm": worst / figures["key_to_repaint_calm_ms"]["p99"]},
        limit={"what": "the same keys while no alert stands", **figures["key_to_repaint_calm_ms"]},
        target=f"the deck shows all of it within 2 s, keys p99 under {LIMIT_MS:g} ms meanwhile",
        met=figures["begin_to_deck_ms"] < 2_000.0 and worst < LIMIT_MS,
    )


if __name__ == "__main__":
    run_alone(measure)
