"""Fifty rules over 2,600 queues and over 200,000, in sites of 200: one evaluation of everything.

Beside them the same fifty conditions as bare numpy expressions over the same columns, site by site, and over one block
of all queues. Calm: no alert stands, and nothing crosses. Busy: one queue in twenty has alerts, and figures move.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from alerts.engine import RuleEngine
from alerts.rows import RowAttributes
from alerts.rules import Rule
from benchmarks.outcome import Figures, Outcome, run_alone

QUEUES = 200
METRICS = ("waiting", "oldest_wait_s", "agents_online", "slots", "in_service", "bot_share", "occupancy")
LINES = (20.0, 60.0, 3.0, 10.0, 50.0, 0.4, 0.9)
Columns = dict[str, NDArray[np.float64]]
Bare = Callable[[Columns], NDArray[np.bool_]]


def conditions(count: int = 50) -> list[tuple[str, Bare]]:
    """Conditions as a rule writes them and as numpy does: comparisons, shares, both of two, either of two."""
    made: list[tuple[str, Bare]] = []
    for i in range(count):
        far = 40.0 + i
        shapes: list[tuple[str, Bare]] = [
            (f"waiting > {far:g}", lambda c, far=far: c["waiting"] > far),  # type: ignore[misc]
            (
                f"waiting > {far:g} and oldest_wait_s > 90s",
                lambda c, far=far: (c["waiting"] > far) & (c["oldest_wait_s"] > 90.0),  # type: ignore[misc]
            ),
            (
                f"waiting / slots > {far:g} or waiting > {2 * far:g}",
                lambda c, far=far: (c["waiting"] / c["slots"] > far) | (c["waiting"] > 2 * far),  # type: ignore[misc]
            ),
            (
                f"oldest_wait_s > {far + 60:g}s and not (agents_online > 200)",
                lambda c, far=far: (c["oldest_wait_s"] > far + 60.0) & ~(c["agents_online"] > 200.0),  # type: ignore[misc]
            ),
            (
                f"waiting > 50% * slots + {far:g}",
                lambda c, far=far: c["waiting"] > 0.5 * c["slots"] + far,  # type: ignore[misc]
            ),
        ]
        made.append(shapes[i % len(shapes)])
    return made


def rules(texts: list[str]) -> list[Rule]:
    """Rules with these conditions."""
    words = {"zh": "{queue} {value}", "en": "{queue} {value}"}
    return [
        Rule.model_validate(
            {
                "rule": f"rule-{i}",
                "title": words,
                "when": text,
                "for": "30s",
                "severity": "warning",
                "message": words,
                "why": "a benchmark",
            }
        )
        for i, text in enumerate(texts)
    ]


def site_columns(random: np.random.Generator, rows: int, busy: float) -> Iterator[Columns]:
    """Figures of one site, second after second; a share `busy` of the rows is over every line."""
    over = random.random(rows) < busy
    while True:
        columns = {name: random.uniform(0.2, 0.9, rows) * line for name, line in zip(METRICS, LINES, strict=True)}
        columns["slots"] = np.full(rows, 40.0)
        columns["waiting"][over] = 5000.0 + random.uniform(0, 9, over.sum())
        columns["oldest_wait_s"][over] = 900.0
        yield columns


def best(work: Callable[[], None], times: int) -> float:
    """The best of several timings, in ms: what the work costs when nobody disturbs it."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken) * 1e3


def _of(sites: int, busy: float, times: int) -> Figures:
    random = np.random.default_rng(7)
    pairs = conditions()
    ids = iter(range(10**9))
    engine = RuleEngine(rules([text for text, _ in pairs]), lambda: f"a-{next(ids)}")
    makers = {f"s{i}": site_columns(random, QUEUES, busy) for i in range(sites)}
    for site in makers:
        rows = [RowAttributes(f"{site}/q{i}", "queue", site, platform="taobao") for i in range(QUEUES)]
        engine.set_rows(site, rows)
    seconds = [{site: next(maker) for site, maker in makers.items()} for _ in range(2)]
    now = [1_000.0]

    def evaluate() -> None:
        now[0] += 1.0
        for site, columns in seconds[int(now[0]) % 2].items():
            engine.evaluate(site, columns, now[0])

    evaluate()  # what crosses, crosses once
    spent = best(evaluate, times)
    blocks = [{name: np.concatenate([s[name] for s in second.values()]) for name in METRICS} for second in seconds]

    def bare_by_site() -> None:
        with np.errstate(all="ignore"):
            for columns in seconds[0].values():
                for _, condition in pairs:
                    condition(columns)

    def bare_at_once() -> None:
        with np.errstate(all="ignore"):
            for _, condition in pairs:
                condition(blocks[0])

    return {
        "queues": sites * QUEUES,
        "alerts": len(engine.alerts()) if busy else 0,
        "evaluation_ms": spent,
        "bare_by_site_ms": best(bare_by_site, times),
        "bare_at_once_ms": best(bare_at_once, times),
    }


def measure(quick: bool = False) -> Outcome:
    """The best of 30 evaluations of 2,600 queues and of 7 of 200,000; of 5 and 2 where it is quick."""
    few, many = (5, 2) if quick else (30, 7)
    figures = {
        "2600_calm": _of(13, 0.0, few),
        "2600_busy": _of(13, 0.05, few),
        "200000_calm": _of(1_000, 0.0, many),
        "200000_busy": _of(1_000, 0.05, many),
    }
    ratio = {name: part["evaluation_ms"] / part["bare_by_site_ms"] for name, part in figures.items()}
    return Outcome(
        "rules",
        {"rules": 50, **figures},
        {"to_bare_numpy_by_site": ratio},
        target="200,000 queues, 50 rules: within the second of their frames",
        met=figures["200000_busy"]["evaluation_ms"] < 1_000.0,
    )


if __name__ == "__main__":
    run_alone(measure)
