"""The model against closed forms. Tolerances are about three standard errors of these seeded runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulators.arrivals import Arrivals
from simulators.laws import Law, LawTable
from simulators.layout import Layout
from simulators.randomness import streams
from simulators.world import World
from tests.simulators.made import made, one_group, run, site

AGENTS, SERVICE_S = 10, 20.0
EXPONENTIAL = {"handle": {"law": "exponential", "mean": "20s"}}


def erlang_c(agents: int, load: float) -> float:
    """P(wait) of M/M/c, by the Erlang B recursion; `load` is offered work in agents."""
    b = 1.0
    for k in range(1, agents + 1):
        b = load * b / (k + load * b)
    return b / (1 - load / agents * (1 - b))


def erlang_a(agents: int, load: float, service_s: float, patience_s: float) -> tuple[float, float, float]:
    """P(wait), P(abandon) and mean queue of M/M/c+M, from its birth-death chain."""
    weight, weights = 1.0, [1.0]
    for n in range(1, 400):
        death = min(n, agents) / service_s + max(0, n - agents) / patience_s
        weight *= load / service_s / death
        weights.append(weight)
    total = math.fsum(weights)
    waiting = math.fsum(max(0, n - agents) * w for n, w in enumerate(weights)) / total
    return math.fsum(weights[agents:]) / total, waiting / patience_s / (load / service_s), waiting


def _observe(world: World, seconds: int) -> tuple[float, float]:
    """Share of (site, second) with everybody busy, and the mean number waiting per site."""
    busy, waiting, sites = 0.0, 0, len(world.sites)
    for _ in range(seconds):
        world.step()
        busy += float(np.mean(world.service.held >= AGENTS))
        waiting += len(world.lines)
    return busy / seconds, waiting / seconds / sites


def test_a_queue_that_nobody_leaves_waits_as_erlang_c_says() -> None:
    load = 8.0
    rate = load / SERVICE_S
    scenario = one_group(rate * 86_400, AGENTS, sites=200, profile=EXPONENTIAL | {"patience": {"law": "never"}})
    world = run(World(scenario, 11), 600)
    busy, waiting = _observe(world, 2400)
    c = erlang_c(AGENTS, load)
    assert busy == pytest.approx(c, abs=0.02)
    mean_wait = c / (AGENTS / SERVICE_S - rate)
    assert waiting / rate == pytest.approx(mean_wait, rel=0.08)
    counted = world.tally.of("wait_answered_sum_s").sum() / world.tally.of("answered").sum()
    assert counted == pytest.approx(mean_wait, rel=0.08)
    assert world.tally.of("abandoned").sum() == 0


def test_a_queue_whose_customers_give_up_behaves_as_erlang_a_says() -> None:
    load, patience_s = 11.0, 30.0
    rate = load / SERVICE_S
    patient = {"patience": {"law": "exponential", "mean": "30s"}}
    scenario = one_group(rate * 86_400, AGENTS, sites=200, profile=EXPONENTIAL | patient)
    world = run(World(scenario, 12), 300)
    offered, abandoned = -world.tally.of("offered").sum(), -world.tally.of("abandoned").sum()
    busy, waiting = _observe(world, 1500)
    offered, abandoned = offered + world.tally.of("offered").sum(), abandoned + world.tally.of("abandoned").sum()
    wait, abandon, queue = erlang_a(AGENTS, load, SERVICE_S, patience_s)
    assert busy == pytest.approx(wait, abs=0.02)
    assert abandoned / offered == pytest.approx(abandon, abs=0.01)
    assert waiting == pytest.approx(queue, rel=0.06)


def test_chats_held_together_slow_each_other_as_declared() -> None:
    cap, b, mean = 6, 0.4, 60.0
    scenario = one_group(
        500_000, 50, cap=cap, slowdown=b, profile={"handle": {"law": "exponential", "mean": "60s"}, "patience": "30s"}
    )
    world = run(World(scenario, 3), 600)
    assert world.service.held[0] > 0.97 * 50 * cap
    before = world.tally.of("completed").sum()
    run(world, 2000)
    slots = 50 * cap
    expected = slots / (mean * (1 + b * (cap - 1))) * 2000
    assert world.tally.of("completed").sum() - before == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("law", ["exponential", "lognormal", "hyperexponential", "constant"])
def test_a_law_has_its_mean_less_half_a_tick(law: str) -> None:
    table = LawTable([Law.model_validate({"law": law, "mean": "40s", "cv": 0.9})])
    rng = np.random.Generator(np.random.PCG64(1))
    rows = np.zeros(200_000, dtype=np.int64)
    drawn = table.draw(rows, rng.standard_exponential(len(rows)), rng.random(len(rows)), rng.standard_normal(len(rows)))
    assert drawn.mean() == pytest.approx(39.5, rel=0.01)
    assert np.ceil(drawn).mean() == pytest.approx(40.0, rel=0.02)


def test_counts_vary_more_than_poisson_and_neighbouring_intervals_resemble_each_other() -> None:
    layout = Layout(made(drift=0.035, busyness_shape=60, sites=[site("hefei", 2_000_000, {"apparel": 1})]))
    ones = np.ones(len(layout.queues))
    days = []
    for seed in range(40):
        arrivals = Arrivals(layout, streams(seed))
        days.append([sum(int(arrivals.counts(0.0, 0.0, ones).sum()) for _ in range(60)) for _ in range(6)])
    counts = np.array(days, dtype=np.float64)
    assert counts.var(ddof=1) / counts.mean() > 5
    assert np.corrcoef(counts[:, 0], counts[:, 5])[0, 1] > 0.5
