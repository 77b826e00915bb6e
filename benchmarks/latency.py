"""From a value that crosses its threshold at a site to the alert in the desk's view, over real sockets.

Thirteen sites in a process of their own send a frame a second; with each frame one queue crosses. The desk runs on its
thread, its journal on disk. Three times: alone; with the console in the same process repainting as fast as it can, its
terminal read at once; and the same with a terminal that is not read at all. Two threads share an interpreter lock: past
100 ms at the 99th percentile the desk would have to be a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.apps.crossing_sites import SITES
from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from benchmarks.terminal import ROOT, Terminal
from console.desk import PUBLISH_EVERY_S

COLUMNS, ROWS = 200, 60
LIMIT_MS = 100.0
SCENES = ("idle", "renderer_saturated", "terminal_stalled")


def _scene(scene: str, queues: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seen.json"
        sites = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.apps.crossing_sites", str(queues)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        try:
            return _watch(scene, sites, path)
        finally:
            sites.kill()
            sites.communicate()


def _watch(scene: str, sites: subprocess.Popen[str], path: Path) -> Figures:
    assert sites.stdin is not None
    assert sites.stdout is not None
    urls = sites.stdout.readline()
    screen = "idle" if scene == "idle" else "busy"
    arguments = ("-m", "benchmarks.apps.watching_desk", urls, str(path), screen)
    with Terminal(*arguments, columns=COLUMNS, rows=ROWS) as terminal:
        terminal.until(rb"#idle#|\x1b\[\?1049h")
        terminal.drain(4.0)  # every site is connected and calm
        stalled = scene == "terminal_stalled"
        if stalled:
            time.sleep(2.0)  # until everything between the two is full
        cpu, received, begun = terminal.cpu_s(), terminal.received, time.perf_counter()
        sites.stdin.write("\n")
        sites.stdin.flush()
        while not path.exists() and time.perf_counter() - begun < 120.0:
            time.sleep(0.05) if stalled else terminal.drain(0.05)
        lasted = time.perf_counter() - begun
        crossings = json.loads(sites.stdout.readline())
        figures = _latencies(crossings, json.loads(path.read_text(encoding="utf-8")))
        figures["cpu_share"] = (terminal.cpu_s() - cpu) / lasted
        figures["bytes_per_s"] = (terminal.received - received) / lasted
        return figures


def _latencies(crossings: list[tuple[str, str, float]], noted: Figures) -> Figures:
    seen = {key: (at, arrived) for key, at, arrived in noted["seen"]}
    met = [(at, *seen[f"{site}/{queue}"]) for site, queue, at in crossings if f"{site}/{queue}" in seen]
    return {
        "crossings": len(crossings),
        "never_seen": len(crossings) - len(met),
        "alert_ms": quantiles([(in_view - crossed) * 1e3 for crossed, in_view, _ in met]),
        "bytes_arrived_ms": quantiles([(arrived - crossed) * 1e3 for crossed, _, arrived in met]),
        "repaints": noted["painted"],
    }


def measure(quick: bool = False, scenes: tuple[str, ...] = SCENES) -> Outcome:
    """At least 200 crossings in each scene; 65 where it is quick."""
    figures = {scene: _scene(scene, 5 if quick else 16) for scene in scenes}
    ratio = {name: figures[name]["alert_ms"]["p99"] / figures[scenes[0]]["alert_ms"]["p99"] for name in scenes[1:]}
    return Outcome(
        "latency",
        {"sites": SITES, **figures},
        {"p99_to_idle": ratio},
        limit={
            "what": "the first scene, nothing else running; changes this close together share a view",
            "shared_view_ms": PUBLISH_EVERY_S * 1e3,
            "idle_p99_ms": figures[scenes[0]]["alert_ms"]["p99"],
        },
        target=f"p99 under {LIMIT_MS:g} ms in every scene, and no crossing unseen",
        met=all(part["alert_ms"]["p99"] < LIMIT_MS and not part["never_seen"] for part in figures.values()),
    )


if __name__ == "__main__":
    run_alone(measure)
