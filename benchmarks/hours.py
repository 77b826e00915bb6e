"""Memory of the console over eight hours of a view a second: whether it is flat.

No terminal and no waiting: the app looks at a made desk 28,800 times, walks between its screens and draws each time.
Resident memory is read after each simulated hour, from the second on, when every course and cache is full.
"""

from __future__ import annotations

import asyncio
import gc
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.outcome import Figures, Outcome, run_alone
from console.app import DutyDeckApp
from tests.console.fake_desk import NOW, FakeDesk, desk_view

HOUR_S, HOURS = 3_600, 8
FLAT_MIB_PER_HOUR = 0.5
_KEYS = ("5", "A", "escape", "c", "escape", "1", "f", "escape")
"""One of them each minute."""


def resident_mib() -> float:
    """This process's memory in RAM."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def _hours(hours: int, seconds: int) -> list[float]:
    views = [desk_view(queues=40, at=NOW + i) for i in range(4)]
    desk = FakeDesk(views[0])
    app = DutyDeckApp(desk, lang="zh", operator="duty-1")
    found = []
    async with app.run_test(size=(120, 40)) as pilot:
        for second in range(hours * seconds):
            desk.view = replace(views[second % len(views)], at=NOW + second, number=second + 1)
            app.look()
            await asyncio.sleep(0)
            if second % 60 == 0:
                await pilot.press(_KEYS[second // 60 % len(_KEYS)])
            if second % seconds == seconds - 1:
                gc.collect()
                found.append(resident_mib())
    return found


def measure(quick: bool = False, hours: int = HOURS) -> Outcome:
    """Eight hours; four of five minutes each where it is quick."""
    hours, seconds = (4, 300) if quick else (hours, HOUR_S)
    found = asyncio.run(_hours(hours, seconds))
    rise = float(np.polyfit(np.arange(len(found) - 1), found[1:], 1)[0])
    figures: Figures = {"hours": hours, "views_an_hour": seconds, "resident_mib": found, "mib_per_hour": rise}
    return Outcome(
        "hours",
        figures,
        {"last_to_second": found[-1] / found[1]},
        limit={"what": "memory after the second hour", "resident_mib": found[1]},
        target=f"at most {FLAT_MIB_PER_HOUR} MiB more an hour",
        met=rise <= FLAT_MIB_PER_HOUR,
    )


if __name__ == "__main__":
    run_alone(measure)
