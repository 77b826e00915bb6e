"""The page docs/validation.md: every table of the simulator against theory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from tests.simulators.validation import bias, changing, projections, steady, transient
from tests.simulators.validation.cells import Cell

PAGE = Path(__file__).parents[3] / "docs" / "validation.md"

_HEAD = """\
# Validation

The drill's simulator against theory. This page is written by `make validation` (three minutes); do not edit it. Seeds
are fixed. `make test` does a small part of it.

`z` is the difference in standard errors. Of {count} independent values one would expect a root mean square of 1 and a
worst near {worst:.1f}; figures of one queue go together, so it is a little more. Here:

| table | root mean square of z |
| --- | --- |
| steady state, against the closed form | {steady} |
| steady state, against what the tick gives | {tick} |
| on the way | {transient} |
| changing | {changing} |
| other ticks | {steps} |

- **P(wait)** is the share of ticks that end with every agent busy. **service level**: answered within 20 s over all
  who came. **mean wait** counts all who came, those who gave up with the time they waited.
- **by the tick** is what the simulator's way through a second gives exactly, from the Markov chain of the number
  present at the end of each second (`tests/simulators/validation/tick_chain.py`), without noise. Its difference to
  the closed form is the tick's bias; `z (tick)` tells whether the simulator does what that chain says.
- Each queue is one of many replications side by side in one network, started from its stationary law.
"""

_STEADY = """\
## Steady state

Mean handle time 60 s, exponential. {replications} replications of {ticks} s each. Closed forms are sums in 40 digits,
printed short. Shares within 0.002 of 0 or 1 are left out.
"""

_TRANSIENT = """\
## On the way

The mean number waiting, {replications} replications, against the forward equations of M(t)/M/s(t)+M
(`alerts/projection`, whose own errors are in [projection.md](projection.md)). Handle times are 240 s, of the queue of
10 agents 120 s.
"""

_CHANGING = """\
## Arrivals and staffing that change, laws that are not exponential

No equations here: a second simulation written for the tests, one contact at a time on a heap of events in continuous
time, sharing nothing with the simulator (`tests/simulators/event_simulation.py`). Handle times lognormal, mean 240 s,
coefficient of variation 0.9; patience hyperexponential, mean 120 s; arrivals of {least:.3f} to {most:.3f} a second;
18 agents, 24 after 21 minutes, 16 after 61 (who leaves finishes first), 22 after 76. {replications} replications of
the simulator, {events} of the other. Counts are of ten minutes.
"""

_BIAS = """\
## What the length of a tick costs

By the tick less the closed form, exactly. Times are drawn with their mean less half a tick and rounded up, so that
services are not half a tick too long (rounding up alone makes the wait of the second queue 0.27 s too long in ticks
of 1 s). What is left: a wait is counted in whole ticks, so "within 20 s" reaches half a tick further, which is all of
the bias of the service level; arrivals of a tick come together, which takes up to 1 % off the wait of a queue that
nobody leaves, and off the loss of one where nobody waits more the shorter its handle time is. The drill's tick is 1
s.
"""

_STEPS = """\
The same queues simulated in ticks of {steps} s, {replications} replications of {ticks} ticks, against what those
ticks give exactly:
"""

_PROJECTED = """\
## The desk's projections

What a desk says of the next half hour, from what sites tell it and the drill's forecast alone, against what the
simulator then did: {seeds} seeds, {sites} sites of each scenario, a pair for each group of agents and seed. Waits and
shares are those of five minutes about the time (the wait by Little's law, those who give up included); groups with
fewer than {fewest} contacts in them are left out of both. **bias** is what happened less what was projected, **off**
the root mean square of that. **in the band**: how often the contacts waiting lay between the 10th and the 90th
percentile that the projection gives; 80 % would be right. The band is that of chance alone, for arrivals, handle times
and patience as they were measured: where the queue is long it is narrow, and what the estimates do not know lies
outside of it. The model of the desk is exponential and knows neither redials nor people who give up within seconds.
"""

_NAMES = {
    "p_wait": "P(wait)", "p_abandon": "P(abandon)", "mean_wait_s": "mean wait (s)", "service_level": "service level",
    "waiting": "waiting at the end", "offered": "came", "answered": "answered", "in_time": "answered within 20 s",
    "abandoned": "gave up", "waited": "seconds waited", "wait": "wait (s)", "level": "service level",
}  # fmt: skip


def page(replications: int = 100, ticks: int = 3600, seed: int = 2026, drills: int = 4) -> str:
    """The whole page; smaller figures make a smaller study, for a look."""
    many, most = 10 * replications, 20 * replications
    grid = list(steady.simulate(steady.GRID, replications, ticks, seed))
    way = list(transient.simulate(transient.STORIES, most, seed))
    change = list(changing.compare(many, many, seed))
    stepped = {step: bias.simulated(step, 2 * replications, ticks // 2, seed) for step in bias.SIMULATED_STEPS_S}
    others = [found for some in stepped.values() for found in some]
    count = len(grid) + len(way) + len(change) + len(others)
    head = _HEAD.format(
        count=count,
        worst=_likely_worst(count),
        steady=_summary(f.z for f in grid),
        tick=_summary(f.z_tick for f in grid),
        transient=_summary(f.z for f in way),
        changing=_summary(f.z for f in change),
        steps=_summary(f.z_tick for f in others),
    )
    rates = [changing.CELL.rate * level for _, level in changing.CURVE]
    parts = (
        head,
        _STEADY.format(replications=replications, ticks=ticks),
        *_steady_tables(grid),
        _TRANSIENT.format(replications=most),
        _table(("queue", "after", "simulated", "equations", "z", "by the tick"), map(_way_row, way)),
        _CHANGING.format(least=min(rates), most=max(rates), replications=many, events=many),
        _table(("until", "", "simulator", "event by event", "z"), map(_change_row, change)),
        _BIAS,
        _table(
            ("agents", "load", "handle", "patience", "tick", *(_NAMES[name] for name in _FIGURES)),
            map(_bias_row, bias.biases()),
        ),
        _STEPS.format(
            steps=" and ".join(f"{step:g}" for step in stepped), replications=2 * replications, ticks=ticks // 2
        ),
        _table(
            ("agents", "load", "patience", "tick", "", "simulated", "by the tick", "z (tick)"), map(_step_row, others)
        ),
        _PROJECTED.format(seeds=drills, sites=projections.SITES, fewest=projections.FEWEST),
        _table(
            ("scenario", "after", "ahead", "", "pairs", "projected", "happened", "bias", "off", "in the band"),
            (_projected_row(found) for found in projections.measure(drills) if found.known),
        ),
    )
    return "\n".join(parts)


_FIGURES = ("p_wait", "p_abandon", "mean_wait_s", "service_level")


def _steady_tables(grid: list[steady.Found]) -> Iterable[str]:
    """Those of Erlang B, C and A."""
    kinds = (
        ("### Erlang B: nobody waits\n", lambda cell: cell.patience_s == 0),
        ("### Erlang C: nobody gives up\n", lambda cell: cell.patience_s is None),
        ("### Erlang A: some give up\n", lambda cell: bool(cell.patience_s)),
    )
    head = ("agents", "load", "patience", "", "simulated", "closed form", "z", "by the tick", "z (tick)")
    for title, chosen in kinds:
        yield title
        yield _table(head, (_steady_row(found) for found in grid if chosen(found.cell)))


def _steady_row(found: steady.Found) -> tuple[str, ...]:
    digits = _digits(found.figure)
    simulated = f"{found.simulated:.{digits}f} ± {found.error:.{digits}f}"
    known = f"{found.closed:.{digits}f}", f"{found.z:+.1f}", f"{found.tick:.{digits}f}", f"{found.z_tick:+.1f}"
    return (*_queue(found.cell), _NAMES[found.figure], simulated, *known)


def _step_row(found: steady.Found) -> tuple[str, ...]:
    digits = _digits(found.figure)
    simulated = f"{found.simulated:.{digits}f} ± {found.error:.{digits}f}"
    known = f"{found.tick:.{digits}f}", f"{found.z_tick:+.1f}"
    return (*_queue(found.cell), f"{found.cell.step_s:g} s", _NAMES[found.figure], simulated, *known)


def _way_row(found: transient.Found) -> tuple[str, ...]:
    tick = "" if found.tick is None else f"{found.tick:.3f}"
    simulated = f"{found.simulated:.3f} ± {found.error:.3f}"
    return found.story.title, f"{found.at_s} s", simulated, f"{found.exact:.3f}", f"{found.z:+.1f}", tick


def _change_row(found: changing.Found) -> tuple[str, ...]:
    figures = f"{found.simulated:.2f}", f"{found.by_event:.2f}", f"{found.z:+.1f}"
    return f"{found.until_s // 60} min", _NAMES[found.figure], *figures


def _bias_row(one: bias.Bias) -> tuple[str, ...]:
    off = (
        f"{getattr(one.tick, name) - getattr(one.closed, name):+.{_digits(name) + (name == 'mean_wait_s')}f}"
        for name in _FIGURES
    )
    agents, load, patience = _queue(one.cell)
    return agents, load, f"{one.cell.handle_s:g} s", patience, f"{one.cell.step_s:g} s", *off


def _projected_row(found: projections.Found) -> tuple[str, ...]:
    digits = 3 if found.figure == "level" else 1
    values = found.projected.mean(), found.happened.mean()
    return (
        found.story,
        f"{found.minute} min",
        f"{found.ahead_s // 60} min",
        "waiting" if found.figure == "waiting" else _NAMES[found.figure],
        str(len(found.projected)),
        *(f"{value:.{digits}f}" for value in values),
        f"{found.bias:+.{digits}f}",
        f"{found.off:.{digits}f}",
        "" if np.isnan(found.inside) else f"{found.inside:.0%}",
    )


def _queue(cell: Cell) -> tuple[str, str, str]:
    patience = "endless" if cell.patience_s is None else f"{cell.patience_s:g} s" if cell.patience_s else "none"
    return str(cell.agents), f"{cell.load:g}", patience


def _digits(figure: str) -> int:
    return 2 if figure == "mean_wait_s" else 4


def _summary(values: Iterable[float]) -> str:
    z = np.array(list(values))
    return f"{np.sqrt((z**2).mean()):.2f}, worst {z[np.abs(z).argmax()]:+.1f} of {len(z)}"


def _likely_worst(count: int) -> float:
    from scipy.stats import norm

    return float(norm.ppf(1 - 0.25 / count))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
