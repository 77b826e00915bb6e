"""What a benchmark prints: its figures, what they are held against, and what the machine was doing meanwhile."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One benchmark's figures. `limit` is the bare cost of the same work, or `peer` what others make of it.

    `ratio` is DutyDeck over limit or peer, by the name of the figure; `target` says in words what was asked for.
    """

    benchmark: str
    figures: Figures
    ratio: Figures
    limit: Figures = field(default_factory=dict)
    peer: Figures = field(default_factory=dict)
    target: str = ""
    met: bool | None = None
    """Whether the target was met; None where there is none."""

    def as_dict(self, quick: bool, load_before: float) -> Figures:
        """What is printed, in the order in which it is read."""
        said: Figures = {"benchmark": self.benchmark, "quick": quick, "machine": machine(load_before)}
        said["figures"] = self.figures
        said.update({name: value for name, value in (("limit", self.limit), ("peer", self.peer)) if value})
        said["ratio"] = self.ratio
        if self.target:
            said.update(target=self.target, met=self.met)
        return said


def machine(load_before: float) -> Figures:
    """What ran it, without saying whose it is. The load says how much others disturbed the measurement."""
    return {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "load_before": round(load_before, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }


def rounded(value: object, digits: int = 3) -> object:
    """Figures as they are printed: floats with `digits` decimals."""
    if isinstance(value, dict):
        return {name: rounded(part, digits) for name, part in value.items()}
    return round(value, digits) if isinstance(value, float) else value


def quantiles(values: list[float]) -> Figures:
    """The median, the 99th percentile and the worst of `values`; NaN of nothing is null in JSON."""
    if not values:
        return {"p50": None, "p99": None, "worst": None, "of": 0}
    p50, p99 = np.percentile(values, (50, 99))
    return {"p50": float(p50), "p99": float(p99), "worst": max(values), "of": len(values)}


def run_alone(measure: Callable[[bool], Outcome]) -> None:
    """The body of `python -m benchmarks.NAME [--quick]`: measure, and print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="shorter, for a look; the figures are rougher")
    quick = bool(parser.parse_args().quick)
    load_before = os.getloadavg()[0]
    print(printed(measure(quick), quick, load_before), flush=True)


def printed(outcome: Outcome, quick: bool, load_before: float) -> str:
    """The line of JSON."""
    return json.dumps(rounded(outcome.as_dict(quick, load_before)), ensure_ascii=False, allow_nan=False)
