"""From a value that crosses its threshold at a site to the alert in the desk's view, over real sockets.

Thirteen sites in a process of their own send a frame a second; with each frame one queue crosses. First each site has
its own place in the second, then all send at the same moment, which is thirteen crossings at once. The desk runs on its
thread, its journal on disk. Three times: alone; with the console in the same process repainting as fast as it can, its
terminal read at once; and the same with a terminal that is not read at all. Two threads share an interpreter lock: past
100 ms at the 99th percentile the desk would have to be a process of its own; what that would give is measured beside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.apps.crossing_sites import SITES, Crossing
from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from benchmarks.terminal import ROOT, Terminal, drain
from console.desk import PUBLISH_EVERY_S

COLUMNS, ROWS = 200, 60
LIMIT_MS = 100.0
SCENES = ("idle", "renderer_saturated", "terminal_stalled")
SETTLE_S = 4.0
"""Until every site is connected and calm."""
APART = "renderer_in_another_process"
NOTES = "seen.json"


def _scene(scene: str, rounds: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sites = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.apps.crossing_sites", str(rounds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        stack.callback(sites.communicate)
        stack.callback(sites.kill)
        assert sites.stdout is not None
        urls = sites.stdout.readline()
        desk = stack.enter_context(_desk(urls, Path(folder), "idle" if scene in ("idle", APART) else "busy"))
        beside = None
        if scene == APART:
            beside = stack.enter_context(_desk(urls, Path(folder) / "beside", "busy"))
        return _watch(sites, desk, beside, Path(folder) / NOTES, rounds, stalled=scene == "terminal_stalled")


def _desk(urls: str, folder: Path, screen: str) -> Terminal:
    folder.mkdir(exist_ok=True)
    desk = Terminal(
        "-m", "benchmarks.apps.watching_desk", urls, str(folder / NOTES), screen, columns=COLUMNS, rows=ROWS
    )
    desk.until(rb"#idle#|\x1b\[\?1049h")
    return desk


def _watch(
    sites: subprocess.Popen[str], desk: Terminal, beside: Terminal | None, notes: Path, rounds: int, *, stalled: bool
) -> Figures:
    assert sites.stdin is not None
    assert sites.stdout is not None
    terminals = [terminal for terminal in (desk, beside) if terminal is not None]
    drain(terminals, SETTLE_S)
    if stalled:
        terminals = []
        time.sleep(SETTLE_S / 2)  # until everything between the two is full
    cpu, received, begun = desk.cpu_s(), desk.received, time.perf_counter()
    sites.stdin.write("\n")
    sites.stdin.flush()
    while not notes.exists() and time.perf_counter() - begun < 150.0:
        drain(terminals, 0.1)
    lasted = time.perf_counter() - begun
    spent = {"cpu_share": (desk.cpu_s() - cpu) / lasted, "bytes_per_s": (desk.received - received) / lasted}
    crossings = json.loads(sites.stdout.readline())
    return {**_latencies(crossings, rounds, json.loads(notes.read_text(encoding="utf-8"))), **spent}


def _key(crossing: Crossing) -> str:
    return f"{crossing[0]}/q{crossing[1]}"


def _latencies(crossings: list[Crossing], rounds: int, noted: Figures) -> Figures:
    seen = {key: (at, arrived) for key, at, arrived in noted["seen"]}
    figures: Figures = {"crossings": len(crossings), "repaints": noted["painted"]}
    figures["never_seen"] = sum(_key(crossing) not in seen for crossing in crossings)
    met = [
        (crossing[1] // rounds, crossing[2], *seen[_key(crossing)]) for crossing in crossings if _key(crossing) in seen
    ]
    figures["alert_ms"] = quantiles([(in_view - crossed) * 1e3 for _, crossed, in_view, _ in met])
    for part, name in enumerate(("one_by_one", "all_at_once")):
        of_part = [crossing for crossing in met if crossing[0] == part]
        figures[name] = {
            "alert_ms": quantiles([(in_view - crossed) * 1e3 for _, crossed, in_view, _ in of_part]),
            "bytes_arrived_ms": quantiles([(arrived - crossed) * 1e3 for _, crossed, _, arrived in of_part]),
        }
    figures["journal_wait_ms"] = quantiles(noted["journal_ms"])
    figures["collector_pause_ms"] = quantiles(noted["collector_ms"])
    return figures


def measure(quick: bool = False, scenes: tuple[str, ...] = SCENES, rounds: int = 16) -> Outcome:
    """416 crossings in each scene, half of them one by one; 104 where it is quick."""
    rounds = min(rounds, 4) if quick else rounds
    figures = {scene: _scene(scene, rounds) for scene in scenes}
    peer = _scene(APART, rounds) if "renderer_saturated" in scenes else {}
    p99 = {scene: part["alert_ms"]["p99"] for scene, part in figures.items()}
    ratio: Figures = {"p99_to_idle": {scene: value / p99[scenes[0]] for scene, value in p99.items()}}
    if peer:
        ratio["saturated_p99_to_that_of_a_process_apart"] = p99["renderer_saturated"] / peer["alert_ms"]["p99"]
    return Outcome(
        "latency",
        {"sites": SITES, "changes_share_a_view_for_ms": PUBLISH_EVERY_S * 1e3, **figures},
        ratio,
        peer={"what": "the desk as a process of its own beside the same busy console", **peer} if peer else {},
        target=f"p99 under {LIMIT_MS:g} ms in every scene, and no crossing unseen",
        met=all(value < LIMIT_MS for value in p99.values())
        and not any(part["never_seen"] for part in figures.values()),
    )


if __name__ == "__main__":
    run_alone(measure)
