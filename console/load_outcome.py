"""What became of the contacts of a load: in the recording, and in simulated days of it, figure beside figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX
from simulators.recorded.load import RecordedLoad
from simulators.tally import Tally

Floats = NDArray[np.float64]

WITHIN_S = 30
_NAMES = (
    "offered", "bot_contained", "answered", "abandoned", "timed_out", f"answered_within_{WITHIN_S}s",
    "wait_answered_sum_s",
)  # fmt: skip

FIGURES: tuple[tuple[str, str, str, str], ...] = (
    ("offered", "进线量", "offered", ",.0f"),
    ("bot_contained", "机器人独立接待", "contained by the bot", ",.0f"),
    ("answered", "接起量", "answered", ",.0f"),
    ("abandoned", "放弃及超时离队", "abandoned or timed out", ",.0f"),
    ("abandoned_share", "其占比", "of those who asked for a person", ".1%"),
    ("service_level", f"{WITHIN_S}秒服务水平", f"answered within {WITHIN_S} s of those who left the queue", ".1%"),
    ("mean_wait_s", "接起平均等待（秒）", "mean wait of the answered, s", ",.0f"),
)
"""Key, names in both languages, and how the figure is written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counters over a stretch, by queue; `sites` is the site's number of each queue."""

    sites: NDArray[np.int64]
    counted: dict[str, Floats]

    def of(self, chosen: NDArray[np.bool_] | slice = slice(None)) -> dict[str, float | None]:
        """The figures of some queues, all by default; None where there is nothing to take a share of."""
        total = {name: float(values[chosen].sum()) for name, values in self.counted.items()}
        gone = total["abandoned"] + total["timed_out"]
        return {
            "offered": total["offered"],
            "bot_contained": total["bot_contained"],
            "answered": total["answered"],
            "abandoned": gone,
            "abandoned_share": _ratio(gone, total["offered"] - total["bot_contained"]),
            "service_level": _ratio(total[f"answered_within_{WITHIN_S}s"], total["answered"] + gone),
            "mean_wait_s": _ratio(total["wait_answered_sum_s"], total["answered"]),
        }

    def of_site(self, number: int) -> dict[str, float | None]:
        """The figures of one site."""
        return self.of(self.sites == number)


def recorded_outcome(load: RecordedLoad) -> Outcome:
    """What the recording's own counters say."""
    sites = np.repeat(np.arange(len(load.sites)), [len(site.rows) for site in load.sites])
    counted = {name: np.concatenate([site.counters[name].sum(axis=0) for site in load.sites]) for name in _NAMES}
    return Outcome(sites, counted)


def tally_watcher(tally: Tally, sites: NDArray[np.int64]) -> Callable[[], Outcome]:
    """Call it at the end for what a world counted since now."""
    before = tally.values.copy()

    def grown() -> Outcome:
        return Outcome(sites, {name: tally.of(name) - before[COUNTER_INDEX[name]] for name in _NAMES})

    return grown


def distance(recorded: Outcome, simulated: Outcome, names: Sequence[str]) -> dict[str, Any]:
    """How far a simulated day is from the recorded one: in all, by site, and at the worst queue of some size."""
    sites = [
        {"site": name, **_apart(recorded.of_site(number), simulated.of_site(number))}
        for number, name in enumerate(names)
    ]
    off = simulated.counted["offered"] - recorded.counted["offered"]
    return {
        "all": _apart(recorded.of(), simulated.of()),
        "sites": sites,
        "most_offered_of_a_queue": float(np.abs(off).max(initial=0.0)),
    }


def _apart(recorded: dict[str, float | None], simulated: dict[str, float | None]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, value in recorded.items():
        other = simulated[name]
        found[name] = None if value is None or other is None else other - value
    return found


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
