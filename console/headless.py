"""A drill without a screen: the same desk on a virtual clock, and what came of it as one value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from alerts.forecast.table import DayPlan
from alerts.rules import load_rules
from console.decisions import Decision, Script
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.playbook_desk import shipped_playbooks
from console.progress import reached
from console.recorder import Recorder
from console.view import DeskTitle
from console.wire import Wire
from feeds.journal import Journal
from feeds.recording import RecordingWriter
from playbooks.limits.limits_file import load_limits
from simulators.day_forecast import plan_of
from simulators.scenario import Scenario
from simulators.world import World


@dataclass(frozen=True, slots=True)
class HeadlessResult:
    """What a headless drill prints, and whether everything of it could be written to the journal."""

    report: dict[str, Any]
    journal_error: str
    refused: tuple[tuple[float, str], ...]


def drill_title(scenario: Scenario) -> DeskTitle:
    """What the screen says of a drill on this scenario."""
    start = scenario.starts.timestamp()
    return DeskTitle(scenario.title.zh, scenario.title.en, ends_at=start + scenario.minutes * 60.0)


def desk_id(scenario: Scenario, seed: int) -> str:
    """What the ids of a drill's desk begin with: the same drill gives the same ids."""
    return hashlib.sha256(f"{scenario.id}:{seed}".encode()).hexdigest()[:8]


def drill_meta(scenario: Scenario, seed: int) -> dict[str, Any]:
    """What a recording of a drill says of itself, so that a replay gives the same ids under the same name."""
    names = {"zh": scenario.title.zh, "en": scenario.title.en}
    made = {"source": "drill", "scenario": scenario.id, "seed": seed, "desk": desk_id(scenario, seed)}
    return {**made, **names, "plan": drill_plan(scenario).dump()}


def drill_plan(scenario: Scenario) -> DayPlan:
    """What a drill's desk expects of the day. As its recording keeps it, so that a replay expects the same."""
    return DayPlan.of_dump(plan_of(scenario).dump())


def drill_hash(scenario: Scenario) -> str:
    """A hash of all that a drill is made under: the scenario, the shipped rules, playbooks and limits."""
    parts = [scenario.model_dump_json(), *(rule.model_dump_json() for rule in load_rules())]
    parts += [load_limits().model_dump_json(), *(playbook.digest for playbook in shipped_playbooks())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def drill_core(
    scenario: Scenario,
    seed: int,
    journal: Journal | JournalKeeper,
    writer: RecordingWriter | None = None,
    ids: Ids | None = None,
    *,
    seen: bool = True,
) -> DeskCore:
    """The desk of a drill: the shipped rules and playbooks over the scenario's sites, ids from the seed.

    One that goes on where another stood is given its `ids`: none is used twice. `seen` says whether a screen will
    look at it.
    """
    return DeskCore(
        [site.id for site in scenario.sites],
        load_rules(),
        shipped_playbooks(),
        mode="drill",
        title=drill_title(scenario),
        ids=ids or Ids(desk_id(scenario, seed)),
        journal=journal if isinstance(journal, JournalKeeper) else JournalKeeper(journal),
        recorder=Recorder(writer),
        plan=drill_plan(scenario),
        seen=seen,
    )


class Player(Protocol):
    """Somebody at the desk of a headless drill; called each second."""

    @property
    def refused(self) -> list[tuple[float, str]]:
        """What was refused, with its time."""
        ...

    def __call__(self, now: float) -> None:
        """Decide what is due at `now`."""
        ...


def play(
    world: World,
    core: DeskCore,
    minutes: float,
    wire: Wire,
    player: Player,
    watch: Callable[[World], None] = lambda _world: None,
    every: int = 1,
) -> None:
    """Run `minutes` of a world with a desk in lock step; `watch` sees the world at the start and after each second.

    With `every`, sites send and everybody looks only so many seconds apart, which the scenario's beat must say.
    """
    drill = LockStep(world, core, wire, player)
    drill.begin()
    watch(world)
    steps = round(minutes * 60.0 / every)
    for step in range(steps):
        reached(step, steps)
        drill.step(every)
        watch(world)


def run_headless(
    scenario: Scenario,
    seed: int,
    minutes: float,
    wire: Wire,
    *,
    decisions: tuple[Decision, ...] = (),
    journal: Journal | None = None,
    writer: RecordingWriter | None = None,
) -> HeadlessResult:
    """Run `minutes` of a scenario in lock step; the same arguments give the same result, to the last bit."""
    world = World(scenario, seed)
    core = drill_core(scenario, seed, journal or Journal(), writer, seen=False)
    started = world.now
    script = Script(core, decisions, started)
    play(world, core, minutes, wire, script)
    return headless_result(world, core, minutes, started, script)


def headless_result(world: World, core: DeskCore, minutes: float, started: float, player: Player) -> HeadlessResult:
    """What came of a drill that began at `started`."""
    report = {
        "scenario": world.scenario.id,
        "seed": world.seed,
        "minutes": minutes,
        "sites": _sites(world),
        **desk_report(core, started),
    }
    return HeadlessResult(report, core.journal.error or _lost(core.journal), tuple(player.refused))


def _lost(journal: JournalKeeper) -> str:
    return f"{journal.lost_ever} journal entries were lost" if journal.lost_ever else ""


def desk_report(core: DeskCore, started: float) -> dict[str, Any]:
    """Every change of an alert and every run of a playbook, with times in seconds after `started`."""
    alerts = [
        {
            "id": t.alert,
            "rule": t.rule,
            "key": t.key,
            "from": t.from_state,
            "to": t.to_state,
            "at_s": round(t.at - started, 6),
        }
        for t in core.transitions
    ]
    return {"alerts": alerts, "playbooks": core.playbooks.report(started)}


def _sites(world: World) -> list[dict[str, Any]]:
    """What came to each site and what became of it; `timed_out` only where an order let any contact go."""
    rows: list[dict[str, Any]] = [{"site": site, **world.totals(site)} for site in world.sites]
    if not any(row["timed_out"] for row in rows):
        for row in rows:
            del row["timed_out"]
    return rows
