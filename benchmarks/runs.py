"""Playbooks at work: from confirming a plan to the command at its site, to the effect on the board, and 1,000 runs.

The first two over real sockets, thirty runs in a drill of two sites at its own pace; the third on a virtual clock with
the journal on disk. Held against a bare message over the same kind of socket, and SHA-256 over the same journal.
"""

from __future__ import annotations

import gc
import hashlib
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.outcome import Outcome, quantiles, run_alone
from console.desk_core import DeskCore
from console.drill_room import DrillRoom
from console.identity import Ids
from console.intents import AskPreview, Desk, RevertRun, StartPlaybook
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.playbook_desk import shipped_playbooks
from console.playbook_tests.trying import shipped_playbook_tests
from console.view import DeskTitle
from console.wire import MemoryWire, SocketWire
from feeds.codec import encode
from feeds.contract import Beat, Command
from feeds.journal import Journal
from playbooks.library import from_plain
from playbooks.playbook import Playbook
from playbooks.run import FINAL, RunState
from simulators.scenario import Scenario, load_scenario
from simulators.site import SimulatedSite
from simulators.world import World

GIVEN = {"site": "hefei", "category": "apparel"}
WHO = "bench"
PATIENCE_S = 30.0


def _scenario() -> Scenario:
    folder = Path(str(shipped_playbook_tests()[0])).parent
    return load_scenario(str(folder / "scenarios" / "short.yaml"))


def measure(quick: bool = False) -> Outcome:
    """Thirty runs over sockets and a thousand in one desk; six and a hundred where it is quick."""
    wire, effect = _over_sockets(6 if quick else 30)
    many = _many(100 if quick else 1000)
    bare = _bare_message()
    return Outcome(
        "runs",
        {"confirmed_to_wire_ms": quantiles(wire), "wire_to_effect_ms": quantiles(effect), **many[0]},
        {
            "to_wire_over_bare_message": quantiles(wire)["p50"] / bare,
            "verify_over_sha256": many[0]["verify_s"] / many[1],
        },
        limit={"what": "a bare message over loopback; SHA-256 of the file", "message_ms": bare, "sha256_s": many[1]},
    )


def _over_sockets(runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds from confirming to the command at its site, and from there to the effect in the desk's view."""
    arrived: list[float] = []
    obey = SimulatedSite.obey

    def stamped(site: SimulatedSite, command: Command, now: float) -> Any:  # noqa: ANN401 - as the original
        arrived.append(time.perf_counter())
        return obey(site, command, now)

    SimulatedSite.obey = stamped  # type: ignore[method-assign]
    room = DrillRoom(World(_scenario(), 7), Journal())
    room.start()
    try:
        return _thirty(room, runs, arrived)
    finally:
        SimulatedSite.obey = obey  # type: ignore[method-assign]
        room.stop()


def _thirty(room: DrillRoom, runs: int, arrived: list[float]) -> tuple[list[float], list[float]]:
    wire, effect = [], []
    _until(lambda: all(site.state == "live" for site in room.view.board.sites))
    _until(lambda: _plan(room).ok)
    for _ in range(runs):
        plan = _plan(room)
        seen = len(arrived)
        begun = time.perf_counter()
        room.submit(StartPlaybook(plan), WHO)
        _until(lambda: len(arrived) > seen)  # noqa: B023 - used within the turn
        wire.append((arrived[seen] - begun) * 1e3)
        _until(lambda: room.view.runs[-1].state is RunState.ACTIVE)
        effect.append((time.perf_counter() - arrived[seen]) * 1e3)
        room.submit(RevertRun(room.view.runs[-1].id), WHO).result(PATIENCE_S)
        _until(lambda: room.view.runs[-1].state in FINAL and _plan(room).ok)
    return wire, effect


def _plan(desk: Desk) -> Any:  # noqa: ANN401 - a preview, which a shipped playbook always has
    return desk.submit(AskPreview("bot-overflow", GIVEN), WHO).result(PATIENCE_S).preview


def _until(true: Any) -> None:  # noqa: ANN401 - a function without arguments
    end = time.perf_counter() + PATIENCE_S
    while not true():
        if time.perf_counter() > end:
            raise RuntimeError("the desk did not get there in time")
        time.sleep(0.0005)


def _many(runs: int) -> tuple[dict[str, Any], float]:
    """So many runs in one desk, there and back: what the journal and the memory grew by, and the chain's proof."""
    world = World(_scenario(), 7)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        journal = Journal(path)
        core = DeskCore(
            list(world.sites),
            (),
            [_without_guards()],
            mode="drill",
            title=DeskTitle("台", "Desk"),
            ids=Ids("bench"),
            journal=JournalKeeper(journal, keeps_state=True),
            seen=False,
        )
        drill = LockStep(world, core, MemoryWire())
        drill.begin()
        _there_and_back(drill, 5)
        gc.collect()
        memory, entries, size = _memory_mb(), journal.number, _size(path)
        first = _there_and_back(drill, runs // 10)
        _there_and_back(drill, runs - 2 * (runs // 10))
        last = _there_and_back(drill, runs // 10)
        gc.collect()
        grown = {"entries": journal.number - entries, "bytes": _size(path) - size, "mb": _memory_mb() - memory}
        begun = time.perf_counter()
        journal.verify()
        verify = time.perf_counter() - begun
        told = [f"{entry.hash}{entry.body}".encode() for entry in journal.entries()]
        begun = time.perf_counter()
        for one in told:
            hashlib.sha256(one).hexdigest()
        bare = time.perf_counter() - begun
        journal.close()
    figures = {
        "runs": runs,
        "cpu_ms_per_run_first_tenth": first,
        "cpu_ms_per_run_last_tenth": last,
        "journal_entries_per_run": grown["entries"] / runs,
        "journal_kb_per_run": grown["bytes"] / runs / 1024,
        "memory_mb_grown": grown["mb"],
        "verify_s": verify,
    }
    return figures, bare


def _there_and_back(drill: LockStep, runs: int) -> float:
    """CPU milliseconds of a run: previewed, started, seen on the board, taken back. Two seconds of the drill each."""
    cpu, core = time.process_time(), drill.core
    for _ in range(runs):
        plan = core.submit(AskPreview("bot-overflow", GIVEN), WHO, drill.world.now).preview
        if plan is None or not core.submit(StartPlaybook(plan), WHO, drill.world.now).ok:
            raise RuntimeError("a run was refused")
        drill.step()
        core.submit(RevertRun(core.playbooks.runs()[-1].id), WHO, drill.world.now)
        drill.step()
    return (time.process_time() - cpu) / runs * 1e3


def _without_guards() -> Playbook:
    book = next(book for book in shipped_playbooks() if book.id == "bot-overflow")
    source = {name: value for name, value in book.source.items() if name not in ("guards", "next", "check")}
    return from_plain({**source, "revert": {"after": "2h"}})


def _bare_message() -> float:
    """Milliseconds of a small message over a socket pair on loopback, the median of many."""
    wire = SocketWire(["hefei"])
    data, times = encode(Beat("hefei", 1, 1, 0, 0, 0)), []
    for _ in range(200):
        begun = time.perf_counter()
        wire.to_site("hefei", data)
        times.append((time.perf_counter() - begun) * 1e3)
    wire.close()
    return float(quantiles(times)["p50"])


def _memory_mb() -> float:
    statm = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(statm[1]) * resource.getpagesize() / 2**20


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.parent.iterdir())


if __name__ == "__main__":
    run_alone(measure)
