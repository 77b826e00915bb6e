"""Contacts simulated per CPU second, on 2,600 queues and on 50 queues × 200 replications over 30 minutes.

By the drill's network (second by second, with all it keeps of a contact) and by the previews' replication kernel. Held
against SimPy and Ciw on the same system: queues of M/M/s+M, 10 agents at a load of 1.1 and 100 agents at 1.05, 60 s of
service and of patience on average. The peers take one queue after the other, which changes nothing per contact. All
count from minute 10 to minute 30 and are held against Erlang A, so that nobody is fast by being wrong. The peers are in
the dependency group `bench` (requirements/bench.lock); one that is missing is said to be.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alerts.projection.course import voice
from alerts.projection.erlang import erlang_a
from alerts.projection.kernel import replicate
from benchmarks.outcome import Figures, Outcome, run_alone
from simulators.scenario import Scenario, Site
from simulators.world import World

SYSTEMS: dict[str, tuple[int, float]] = {"10 agents": (10, 1.10), "100 agents": (100, 1.05)}
MEAN_S = 60.0
"""Of service and of patience."""
FROM_S, UNTIL_S = 600.0, 1800.0
TARGET = 20.0


@dataclass(frozen=True, slots=True)
class Counted:
    """What one of them simulated: contacts of the whole run with their CPU, and those counted."""

    contacts: float
    cpu_s: float
    offered: float
    abandoned: float
    waited_s: float


def network(agents: int, load: float, queues: int) -> World:
    """The drill's model with a group of agents for every queue, nothing else going on."""
    plain = {"bot_share": 0.0, "redial": 0.0, "transfer": 0.0}
    law = {"law": "exponential", "mean": f"{MEAN_S}s"}
    sites: list[dict[str, Any]] = [
        {
            "id": f"s{number}", "zh": "站", "en": "Site", "contacts_per_day": load * agents / MEAN_S * 86_400,
            "groups": [{"category": "sports", "agents": agents}],
            "queues": [{"id": "q", "zh": "队", "en": "Queue", "category": "sports", "patience": law, "handle": law}],
        }
        for number in range(queues)
    ]  # fmt: skip
    scenario = {
        "id": "speed", "title": {"zh": "试", "en": "Speed"}, "starts": "2026-11-11T00:00:00+00:00", "minutes": 60,
        "warm_up": "0s", "curve": [["0s", 1.0]], "busyness_shape": None, "drift": 0.0,
        "staff": {"cap": 1, "slowdown": 0.0, "rests": {}, "reserve": 0.0}, "profile": plain, "sites": sites[:1],
    }  # fmt: skip
    made = Scenario.model_validate(scenario).model_copy(update={"sites": tuple(map(Site.model_validate, sites))})
    return World(made, 1, clocks=())


def by_network(agents: int, load: float, queues: int) -> Counted:
    """The drill's network, second by second."""
    world = network(agents, load, queues)
    names = ("offered", "abandoned", "wait_answered_sum_s", "wait_abandoned_sum_s")
    begun = time.process_time()
    for _ in range(round(FROM_S)):
        world.step()
    before = [float(world.tally.of(name).sum()) for name in names]
    for _ in range(round(UNTIL_S - FROM_S)):
        world.step()
    cpu = time.process_time() - begun
    after = [float(world.tally.of(name).sum()) for name in names]
    offered, abandoned, answered_s, abandoned_s = (b - a for a, b in zip(before, after, strict=True))
    return Counted(after[0], cpu, offered, abandoned, answered_s + abandoned_s)


def by_kernel(agents: int, load: float, queues: int, replications: int) -> Counted:
    """The previews' replication kernel, in continuous time."""
    rate = load * agents / MEAN_S
    steps = np.ones((6, queues))
    course = voice(UNTIL_S / 6, rate * steps, agents * steps, np.array(MEAN_S), np.array(MEAN_S))
    times, present = np.array([0.0, FROM_S, UNTIL_S]), np.zeros(queues, np.int64)
    begun = time.process_time()
    got = replicate(
        course, present, np.full((1, queues), 20.0), times, rng=np.random.default_rng(1), replications=replications
    )
    cpu = time.process_time() - begun
    counted = (float(x[1].sum()) for x in (got.offered, got.abandoned, got.waited_s))
    return Counted(float(got.offered.sum()), cpu, *counted)


def by_simpy(agents: int, load: float, queues: int) -> Counted:
    """SimPy, as its own examples write a queue with customers who renege."""
    import simpy

    rng = random.Random(1)
    totals = [0, 0, 0, 0.0]

    def customer(environment: Any, desk: Any) -> Any:  # noqa: ANN401 - SimPy has no types
        came = environment.now
        totals[0] += 1
        counts = came >= FROM_S
        totals[1] += counts
        with desk.request() as request:
            got = yield request | environment.timeout(rng.expovariate(1 / MEAN_S))
            if counts:
                totals[3] += environment.now - came
            if request in got:
                yield environment.timeout(rng.expovariate(1 / MEAN_S))
            else:
                totals[2] += counts

    def source(environment: Any, desk: Any) -> Any:  # noqa: ANN401
        while True:
            yield environment.timeout(rng.expovariate(load * agents / MEAN_S))
            environment.process(customer(environment, desk))

    begun = time.process_time()
    for _ in range(queues):
        environment = simpy.Environment()
        environment.process(source(environment, simpy.Resource(environment, capacity=agents)))
        environment.run(until=UNTIL_S)
    return Counted(totals[0], time.process_time() - begun, totals[1], totals[2], totals[3])


def by_ciw(agents: int, load: float, queues: int) -> Counted:
    """Ciw, with its reneging."""
    import ciw

    law = ciw.dists.Exponential(rate=1 / MEAN_S)
    totals = [0, 0, 0, 0.0]
    begun = time.process_time()
    for number in range(queues):
        ciw.seed(number)
        plan = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(rate=load * agents / MEAN_S)],
            service_distributions=[law],
            reneging_time_distributions=[law],
            number_of_servers=[agents],
        )
        run = ciw.Simulation(plan)
        run.simulate_until_max_time(UNTIL_S)
        for record in run.get_all_records():
            counts = record.arrival_date >= FROM_S
            totals[0] += 1
            totals[1] += counts
            totals[2] += counts and record.record_type == "renege"
            totals[3] += record.waiting_time if counts else 0.0
    return Counted(totals[0], time.process_time() - begun, totals[1], totals[2], totals[3])


def _missing(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is None


def said(counted: Counted, agents: int, load: float) -> Figures:
    """Speed, and how far from Erlang A."""
    known = erlang_a(*(np.array([x]) for x in (float(agents), load * agents, 1.0, 20.0 / MEAN_S)))
    return {
        "contacts": round(counted.contacts),
        "cpu_s": counted.cpu_s,
        "contacts_per_cpu_s": round(counted.contacts / counted.cpu_s),
        "p_abandon_off": counted.abandoned / counted.offered - float(known.p_abandon[0]),
        "mean_wait_off_s": counted.waited_s / counted.offered - float(known.mean_wait[0]) * MEAN_S,
    }


def measure(
    quick: bool = False, queues: int = 2600, peers_contacts: int = 200_000, names: tuple[str, ...] = tuple(SYSTEMS)
) -> Outcome:
    """All of them on the systems of these names; a tenth of everything where it is quick."""
    share = 10 if quick else 1
    figures: Figures = {}
    peer: Figures = {}
    ratio: Figures = {}
    for name in names:
        agents, load = SYSTEMS[name]
        some = max(1, round(peers_contacts / share / (load * agents / MEAN_S * UNTIL_S)))
        ours: dict[str, Callable[[], Counted]] = {
            f"network, {queues // share} queues": lambda a=agents, b=load: by_network(a, b, queues // share),
            f"kernel, {queues // share} queues": lambda a=agents, b=load: by_kernel(a, b, queues // share, 1),
            f"kernel, 50 × {200 // share}": lambda a=agents, b=load: by_kernel(a, b, 50, 200 // share),
        }
        theirs: dict[str, Callable[[int, float, int], Counted]] = {"simpy": by_simpy, "ciw": by_ciw}
        figures[name] = {what: said(work(), agents, load) for what, work in ours.items()}
        peer[name] = {
            what: "not installed" if _missing(what) else said(work(agents, load, some), agents, load)
            for what, work in theirs.items()
        }
        ratio[name] = {
            f"{what} to {other}": found["contacts_per_cpu_s"] / against["contacts_per_cpu_s"]
            for what, found in figures[name].items()
            for other, against in peer[name].items()
            if isinstance(against, dict)
        }
    to_simpy = [value for found in ratio.values() for what, value in found.items() if what.endswith("simpy")]
    return Outcome(
        "simulate",
        figures,
        ratio,
        peer=peer,
        target="20 times the contacts per CPU second of SimPy, in each of them",
        met=min(to_simpy) >= TARGET if to_simpy else None,
    )


if __name__ == "__main__":
    run_alone(measure)
