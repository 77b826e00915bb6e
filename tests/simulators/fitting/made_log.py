"""Logs of a centre whose laws are known, made contact by contact, first come first served."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from tests.simulators.fitting.known import Known

BEGINS = datetime(2026, 6, 1, tzinfo=UTC)
"""A Monday."""


def write_log(path: Path, known: Known, days: int, seed: int = 1) -> Path:
    """A CSV log of so many weekdays, from Monday 2026-06-01 on, in UTC."""
    rng = np.random.default_rng(seed)
    rows = ["joined_at,queue,outcome,wait_s,service_s"]
    for day in range(days):
        date = BEGINS + timedelta(days=day // 5 * 7 + day % 5)
        factor = rng.gamma(known.busyness, 1 / known.busyness) if known.busyness else 1.0
        rows += [
            f"{(date + timedelta(seconds=round(at, 1))).strftime('%Y-%m-%dT%H:%M:%S.%f')}+00:00,main,{rest}"
            for at, rest in _day(known, factor, rng)
        ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _day(known: Known, factor: float, rng: np.random.Generator) -> list[tuple[float, str]]:
    contacts = np.concatenate(
        [
            hour * 3600 + 3600 * np.sort(rng.random(rng.poisson(rate * factor)))
            for hour, rate in enumerate(known.per_hour)
        ]
    )
    free = [0.0] * known.agents
    found = []
    for at in contacts:
        start = max(at, free[0])
        patience, handle = rng.exponential(known.patience_s), rng.exponential(known.handle_s)
        if start - at > patience:
            found.append((at, f"abandoned,{patience:.3f},"))
        else:
            heapq.heapreplace(free, start + handle)
            found.append((at, f"answered,{start - at:.3f},{handle:.3f}"))
    return found
