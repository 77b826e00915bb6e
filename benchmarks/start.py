"""From the start of the process to the first paint: the console on its built-in drill beside an empty Textual app.

`python -m console` with nothing configured: interpreter, imports, thirteen sites on sockets, the desk, and the deck's
first frame at 120×40. The two are started in turn, so that whatever disturbs one disturbs the other.
"""

from __future__ import annotations

import tempfile
from statistics import median

from benchmarks.outcome import Figures, Outcome, run_alone
from benchmarks.terminal import Terminal

COLUMNS, ROWS = 120, 40
_DECK = "Sites|基地".encode()
"""The title of the board, in either language; the head of the screen gives way where there is much to say."""
_EMPTY = rb"#ready#"


def first_paint_s(pattern: bytes, *arguments: str, environment: dict[str, str]) -> float:
    """Seconds from the start of the process until `pattern` is on the terminal."""
    with Terminal(*arguments, columns=COLUMNS, rows=ROWS, environment=environment) as terminal:
        return terminal.until(pattern)


def _seconds(times: list[float]) -> Figures:
    return {"first_paint_s": median(times), "fastest_s": min(times), "slowest_s": max(times), "of": len(times)}


def measure(quick: bool = False, starts: int = 5, before: int = 1) -> Outcome:
    """Five starts of each after one `before` them, which is not counted; two where it is quick."""
    starts = min(starts, 2) if quick else starts
    ours: list[float] = []
    empty: list[float] = []
    with tempfile.TemporaryDirectory() as nothing:
        environment = {"XDG_CONFIG_HOME": nothing, "XDG_STATE_HOME": nothing, "DUTYDECK_CONFIG": ""}
        for _ in range(before + starts):
            ours.append(first_paint_s(_DECK, "-m", "console", environment=environment))
            empty.append(first_paint_s(_EMPTY, "-m", "benchmarks.apps.empty", environment=environment))
    figures, peer = _seconds(ours[before:]), _seconds(empty[before:])
    return Outcome(
        "start",
        {"size": f"{COLUMNS}x{ROWS}", **figures},
        {"to_empty_app": figures["first_paint_s"] / peer["first_paint_s"]},
        peer={"what": "an empty Textual app", **peer},
    )


if __name__ == "__main__":
    run_alone(measure)
