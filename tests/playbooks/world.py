"""A small world that obeys commands: facts, sites that reply, and a harness that carries effects out like a desk."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from feeds.contract import Ack, Command, Nack, Query, Result
from playbooks.effects import Effect, Record, Send
from playbooks.library import load_library, shipped
from playbooks.preview import Preview
from playbooks.run import RunView
from playbooks.runner import PlaybookRunner

START = 1_762_790_400.0
LIBRARY = tuple(book for book in load_library([shipped()]) if book.id in ("bot-overflow", "cross-site-move"))
"""The two that these tests turn on; `ladder_world` has all of them."""


@dataclass(frozen=True)
class FakeSite:
    """Counts of one site. `dark` sites can be reached by nobody and say nothing."""

    queues: tuple[tuple[str, str], ...] = (("q1", "apparel"), ("q2", "apparel"))
    online: float = 100.0
    available: float = 60.0
    waiting: float = 0.0
    oldest: float = 0.0
    load: float = 0.5
    borrowed: float = 0.0
    shares: tuple[tuple[str, float], ...] = (("q1", 0.3), ("q2", 0.2))
    dark: bool = False
    can_move: float = math.inf
    transfers: tuple[tuple[str, float], ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass
class World:
    """All sites; implements `playbooks.facts.Facts`."""

    table: dict[str, FakeSite]
    network_load: float = 0.8

    def sites(self) -> tuple[str, ...]:
        return tuple(self.table)

    def unknown(self, site: str) -> bool:
        return site not in self.table or self.table[site].dark

    def categories(self, site: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(category for _, category in self.table[site].queues))

    def queues(self, site: str, category: str | None = None) -> tuple[str, ...]:
        return tuple(queue for queue, own in self.table[site].queues if category in (None, own))

    def phase(self, site: str, queue: str) -> str:
        return "pre" if queue.endswith("1") else "after"

    def can(self, site: str, verb: str) -> bool:
        return verb not in self.table[site].lacks

    def value(self, site: str, row: str | None, metric: str) -> float:
        at = self.table[site]
        if at.dark:
            return math.nan
        if metric == "bot_share":
            return dict(at.shares).get(row or "", math.nan)
        whole = {
            "agents_online": at.online,
            "agents_available": at.available,
            "agents_borrowed": at.borrowed,
            "waiting": at.waiting,
            "oldest_wait_s": at.oldest,
            "load": at.load,
            "slots": at.online * 3,
        }
        figure = whole.get(metric, math.nan)
        spread = row is not None and metric in ("waiting", "agents_available", "agents_online", "slots")
        return figure / len(at.queues) if spread else figure

    def network(self, metric: str) -> float:
        return self.network_load if metric == "load" else math.nan

    def set(self, site: str, **changes: Any) -> None:
        self.table[site] = replace(self.table[site], **changes)


def crowd(**changes: FakeSite) -> World:
    """Hefei drowns; Nanchang and Wuhan have people to spare, Changsha serves another category."""
    table = {
        "hefei": FakeSite(load=1.3, waiting=80.0, oldest=95.0, available=2.0),
        "nanchang": FakeSite(available=50.0, load=0.5),
        "wuhan": FakeSite(available=30.0, load=0.6),
        "changsha": FakeSite(queues=(("b1", "beauty"),), available=90.0, load=0.2, shares=(("b1", 0.3),)),
    }
    return World(table | changes)


def obey(site: FakeSite, command: Command) -> tuple[FakeSite, list[tuple[str, Any]]]:
    """What a site does on a command: its new state and the bodies of its replies, as (kind, items or code)."""
    args = command.args
    if command.verb == "lend_agents":
        moved = min(float(args["count"]), site.can_move, site.available)
        item = {"target": args["category"], "before": site.online, "after": site.online - moved}
        state = "done" if moved == args["count"] else "partial"
        return replace(site, online=site.online - moved, available=site.available - moved), [(state, [item])]
    if command.verb == "borrow_agents":
        moved = float(args["count"])
        item = {"target": args["category"], "before": site.borrowed, "after": site.borrowed + moved}
        transfers = (*site.transfers, (args["transfer"], moved))
        return replace(site, borrowed=site.borrowed + moved, transfers=transfers), [("done", [item])]
    if command.verb == "return_agents":
        gone = sum(count for transfer, count in site.transfers if transfer == args["transfer"])
        left = tuple(pair for pair in site.transfers if pair[0] != args["transfer"])
        return replace(site, borrowed=site.borrowed - gone, transfers=left), [("done", [])]
    if command.verb == "set_bot_share":
        before = dict(site.shares)
        wanted = args.get("shares") or dict.fromkeys(args["queues"], args["share"])
        items = [{"target": queue, "before": before[queue], "after": share} for queue, share in wanted.items()]
        return replace(site, shares=tuple((before | wanted).items())), [("done", items)]
    return site, [("UNKNOWN_VERB", None)]


@dataclass
class Counter:
    """Ids that are never given twice."""

    next: int = 0

    def __call__(self, prefix: str) -> str:
        self.next += 1
        return f"{prefix}{self.next}"


@dataclass
class Desk:
    """A runner with a world: carries effects out in order, and lets tests swallow or change replies."""

    world: World = field(default_factory=crowd)
    now: float = START
    effects: list[Effect] = field(default_factory=list)
    stored: dict[str, list[Any]] = field(default_factory=dict)
    swallow: Callable[[Command | Query], bool] = lambda _: False
    reply: Callable[[Command], list[Any] | None] = lambda _: None
    ids: Counter = field(default_factory=Counter)
    runner: PlaybookRunner = field(init=False)
    between: Callable[[Desk], None] = lambda _: None
    """Called after every input that had effects, before they are carried out: a place to crash and come back."""

    def __post_init__(self) -> None:
        self.runner = PlaybookRunner(LIBRARY, self.ids)

    # driving

    def preview(self, playbook: str, **params: object) -> Preview:
        return self.runner.preview(playbook, params, self.world, self.now)

    def start(self, playbook: str, **params: object) -> str:
        self.do(self.runner.start(self.preview(playbook, **params), "lin", self.now))
        return self.runner.runs()[-1].id

    def pass_time(self, seconds: float, *, look: bool = True, step: float = 5.0) -> None:
        """Let the time pass: the board is evaluated every `step` seconds, deadlines are met at their own times."""
        end = self.now + seconds
        while self.now < end:
            due = self.runner.next_deadline()
            self.now = min(end, self.now + step, max(due, self.now) if due is not None else math.inf)
            self.do(self.runner.expire(self.now))
            if look:
                self.look()

    def look(self) -> None:
        self.do(self.runner.on_facts(self.world, self.now))

    def do(self, effects: list[Effect]) -> None:
        """Carry effects out in their order, with what follows from them."""
        self.effects += effects
        if effects:
            self.between(self)
        for effect in effects:
            if isinstance(effect, Send):
                self._deliver(effect.command)
            elif isinstance(effect, Query) and not self.swallow(effect) and not self.world.table[effect.site].dark:
                for frame in self.stored.get(effect.id, [Nack(effect.site, effect.id, "BAD_ARGS", why="no such id")]):
                    self.do(self.runner.on_reply(effect.site, frame, self.now))

    def _deliver(self, command: Command) -> None:
        assert command.id not in self.stored, "a command was sent twice"
        if self.world.table[command.site].dark or self.now * 1e9 > command.deadline_ns:
            return
        lost = self.swallow(command)
        told = self.reply(command)
        if told is None:
            self.world.table[command.site], said = obey(self.world.table[command.site], command)
            told = [Ack(command.site, command.id)]
            for kind, items in said:
                if items is None:
                    told = [Nack(command.site, command.id, kind)]
                else:
                    told.append(Result(command.site, command.id, cast("Any", kind), tuple(items)))
        self.stored[command.id] = told
        if not lost:
            for frame in told:
                self.do(self.runner.on_reply(command.site, frame, self.now))

    # reading

    @property
    def run(self) -> RunView:
        return self.runner.runs()[-1]

    @property
    def sent(self) -> list[Command]:
        return [effect.command for effect in self.effects if isinstance(effect, Send)]

    @property
    def verbs(self) -> list[str]:
        return [f"{command.site}:{command.verb}" for command in self.sent]

    @property
    def records(self) -> list[str]:
        return [effect.kind for effect in self.effects if isinstance(effect, Record)]
