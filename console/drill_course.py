"""The course of a drill by the minute, from the world itself: what the report draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulators.suffering import Suffering, promises, suffering
from simulators.world import World

STEP_S = 60


@dataclass(slots=True)
class CourseKeeper:
    """Watches a world and keeps a point each minute, and what had been suffered at the start."""

    points: list[dict[str, float]] = field(default_factory=list)
    before: Suffering | None = None
    _last: Suffering | None = None

    def __call__(self, world: World) -> None:
        """One second passed."""
        if self.before is not None and round(world.elapsed) % STEP_S:
            return
        now = suffering(world)
        if self.before is None:
            self.before = now
        else:
            self.points.append(_point(world, now.since(self._last or self.before)))
        self._last = now


def _point(world: World, grown: Suffering) -> dict[str, float]:
    chosen = list(promises(grown.clocks))
    duty = world.staff.on_duty
    held = np.minimum(world.service.held, world.staff.slots)
    return {
        "at_s": round(world.elapsed, 3),
        "offered": float(grown.counts["offered"].sum()),
        "answered": float(grown.counts["answered"].sum()),
        "abandoned": float(grown.counts["abandoned"].sum()),
        "late": float(grown.late[chosen].sum()),
        "waiting": float(len(world.lines)),
        "agents": float(duty.sum()),
        "held": float(held.sum()),
    }


def clock_rows(suffered: Suffering) -> list[dict[str, Any]]:
    """Every clock over the network and by site: counts, rate, target, budget and whether its promise is broken."""
    from simulators.suffering import budget

    rows = []
    for number, clock in enumerate(suffered.clocks):
        places = [("*", suffered.met[number].sum(), suffered.late[number].sum())]
        places += zip(suffered.sites, suffered.met[number], suffered.late[number], strict=True)
        for site, met, late in places:
            assessed = float(met + late)
            if assessed <= 0:
                continue
            left = budget(clock, float(met), float(late))
            rate = float(met) / assessed
            known = clock.target == clock.target
            rows.append(
                {
                    "clock": clock.id,
                    "zh": clock.zh,
                    "en": clock.en,
                    "site": site,
                    "met": round(float(met), 6),
                    "late": round(float(late), 6),
                    "rate": round(rate, 6),
                    "target": clock.target if known else None,
                    "budget": left if known else None,
                    "breached": rate < clock.target if known else None,
                }
            )
    return rows
