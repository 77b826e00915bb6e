"""Every playbook of the ladder against simulated sites: confirmed, carried out, seen on the board, and taken back.

All of them in one drill: what holds the same things waits until the other has given them back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.desk_core import DeskCore, DeskTitle
from console.identity import Ids
from console.intents import AnswerRun, ApproveRun, AskPreview, RevertRun, StartPlaybook
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.playbook_desk import shipped_playbooks
from console.wire import MemoryWire
from feeds.journal import Journal
from playbooks.library import from_plain
from playbooks.playbook import Playbook
from playbooks.run import FINAL, RunState, RunView
from simulators.scenario import Scenario, load_scenario
from simulators.world import World

FLOOR = """
id: ladder
title: {zh: 阶梯, en: Ladder}
starts: "2026-11-10T20:00:00+08:00"
minutes: 90
warm_up: 1m
curve: [[0s, 1]]
lead_time: 30s
drift: 0
busyness_shape: null
sites:
  - id: hefei
    zh: 合肥
    en: Hefei
    contacts_per_day: 22000
    groups:
      - {category: apparel, agents: 30, cap: 3, reserve: 20%, knows: [beauty]}
      - {category: beauty, agents: 30, cap: 3, reserve: 20%, knows: [apparel]}
    shops:
      - {id: a, zh: 甲, en: A, category: apparel, on: [tmall], phases: [pre, after]}
      - {id: b, zh: 乙, en: B, category: beauty, on: [tmall], phases: [pre]}
    voice: {agents: 4, share: 2%}
    pools: {standby: 20, outsourcer: 40}
  - id: luoyang
    zh: 洛阳
    en: Luoyang
    contacts_per_day: 6000
    groups:
      - {category: apparel, agents: 60, cap: 3, reserve: 20%}
    shops: [{id: c, zh: 丙, en: C, category: apparel, on: [tmall], phases: [pre]}]
"""

GIVEN: Mapping[str, Mapping[str, object]] = {
    "cross-site-move": {"to": "hefei/{queue}", "category": "apparel", "count": 5},
    "queue-cap": {"queue": "hefei/{queue}", "cap": 50},
    "supervisors-on-queue": {"count": 1},
    "call-in": {"category": "apparel"},
    "outsourcer-overflow": {"category": "apparel"},
    "skill-flex": {"category": "apparel", "giving": "beauty"},
    "resplit-share": {"category": "apparel"},
    "send-home": {"category": "apparel"},
    "night-bot-only": {"category": "apparel"},
    "site-takeover": {"category": "apparel"},
}


def floor(folder: Path) -> Scenario:
    """The sites."""
    path = folder / "ladder.yaml"
    path.write_text(FLOOR, "utf-8")
    return load_scenario(str(path))


def without_guards(book: Playbook) -> Playbook:
    """The playbook as it is, startable at any time: what is tried here is what it does, not when it may.

    Nobody waits for the hour that people take who are called in, or for the quarters that a site has to be stable.
    """
    source = {name: value for name, value in book.source.items() if name not in ("guards", "next", "check")}
    revert = {name: value for name, value in source["revert"].items() if name != "when"}
    steps = [{k: v for k, v in step.items() if k != "verify" or "call_in" not in step} for step in source["steps"]]
    plain = json.dumps({**source, "steps": steps, "revert": revert})
    return from_plain(json.loads(plain.replace("for 15m", "for 1m").replace("for 10m", "for 1m")))


class Duty:
    """Starts every playbook as soon as nothing else holds its things, does every task, and takes each back at once."""

    def __init__(self, core: DeskCore, world: World) -> None:
        self.core, self.queue = core, next(q for (site, q) in world.layout.queue_of if site == "hefei")
        self.books = [book.id for book in core.playbooks.runner.playbooks.values()]
        self.refused: list[tuple[float, str]] = []
        self.active: set[str] = set()
        self.runs: dict[str, RunView] = {}
        self.why: dict[str, str] = {}

    def __call__(self, now: float) -> None:
        if round(now) % 5:
            return
        for name in [book for book in self.books if book not in self.runs]:
            self._begin(name, now)
        for run in self.core.playbooks.runs():
            self.runs[run.playbook] = run
            if run.task:
                self.core.submit(AnswerRun(run.id, run.choices[0]), "lead", now)
            elif run.state is RunState.ACTIVE and run.playbook not in self.active:
                self.active.add(run.playbook)
                self.core.submit(RevertRun(run.id), "lin", now)

    def _begin(self, name: str, now: float) -> None:
        given: dict[str, Any] = (
            {"site": "hefei"} if "site" in self.core.playbooks.runner.playbooks[name].parameters else {}
        )
        for parameter, value in GIVEN.get(name, {}).items():
            given[parameter] = value.format(queue=self.queue) if isinstance(value, str) else value
        outcome = self.core.submit(AskPreview(name, given), "lin", now)
        self.why[name] = outcome.en
        if outcome.preview is None or not outcome.preview.ok:
            self.why[name] += "; ".join(words.en for words in outcome.preview.refusals) if outcome.preview else ""
            return
        assert not outcome.preview.by_hand
        self.core.submit(StartPlaybook(outcome.preview), "lin", now)
        run = self.core.playbooks.runs()[-1]
        self.runs[name] = run
        if outcome.preview.approvals > 1:
            assert self.core.submit(ApproveRun(run.id), "wang", now).ok

    @property
    def over(self) -> bool:
        """Whether all of them were there and back."""
        return len(self.runs) == len(self.books) and all(run.state in FINAL for run in self.runs.values())


def test_every_playbook_is_seen_and_taken_back(tmp_path: Path) -> None:
    scenario = floor(tmp_path)
    world, journal = World(scenario, 11), Journal()
    core = DeskCore(
        [site.id for site in scenario.sites],
        (),
        [without_guards(book) for book in shipped_playbooks()],
        mode="drill",
        title=DeskTitle("台", "Desk"),
        ids=Ids("t"),
        journal=JournalKeeper(journal),
    )
    duty = Duty(core, world)
    drill = LockStep(world, core, MemoryWire(), duty)
    drill.begin()
    for _ in range(150 * 60):
        drill.step()
        if duty.over:
            break
    replies = [entry.body for entry in journal.entries() if entry.kind == "playbook.reply" and "answer" in entry.body]
    wrong = [
        (body["playbook"], body["answer"], body["why"], body["items"]) for body in replies if body["answer"] != "done"
    ]
    lost = {
        name: (
            str(run.state),
            run.question and run.question.en,
            run.note and run.note.en,
            [str(s.state) for s in run.steps],
        )
        for name, run in duty.runs.items()
        if name not in duty.active or run.state is not RunState.REVERTED
    }
    never = {name: duty.why[name] for name in duty.books if name not in duty.runs}
    assert (never, lost) == ({}, {}), json.dumps([never, lost, wrong], indent=1, ensure_ascii=False, default=str)
    assert [one for one in wrong if one[1] != "partial"] == []
