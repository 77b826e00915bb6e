"""Sites that obey every command of the ladder, as little as is needed to see a playbook through and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from feeds.contract import Ack, Command, Nack, Query, Result
from playbooks.actions import ACTIONS
from playbooks.effects import Effect, Record, Send
from playbooks.library import load_library, shipped
from playbooks.playbook import Playbook
from playbooks.run import FINAL, RunState, RunView
from playbooks.runner import PlaybookRunner
from tests.playbooks.world import START, Counter

LIBRARY = {book.id: book for book in load_library([shipped()])}

QUEUES = {"pre-1": ("apparel", "pre"), "after-1": ("apparel", "after"), "pre-2": ("beauty", "pre")}

SWITCHES = {  # verb: (value, plural, metric of a queue)
    "set_bot_share": ("share", "shares", "bot_share"),
    "set_wrap_up": ("share", "shares", "wrap_up_share"),
    "set_greeting": ("on", "states", "greeting_on"),
    "set_snippets": ("on", "states", "snippets_on"),
    "set_callback": ("wait_s", "waits", "callback_after_s"),
    "set_queue_cap": ("cap", "caps", "queue_cap"),
    "set_priority": ("level", "levels", "queue_priority"),
}
USUAL = {"bot_share": 0.3, "wrap_up_share": 1.0, "routing_weight": 1.0, "allowance": 1.0}

PEOPLE = {  # verb: (metric that rises, verb that undoes)
    "assign_agents": ("agents_flexed", "return_agents"),
    "call_in": ("agents_called_in", "release_agents"),
    "send_home": ("agents_sent_home", "recall_agents"),
    "borrow_agents": ("agents_borrowed", "return_agents"),
    "lend_agents": ("agents_lent", "return_agents"),
}

FIGURES = {
    "waiting": 60.0,
    "oldest_wait_s": 120.0,
    "load": 0.95,
    "agents_online": 100.0,
    "agents_available": 40.0,
    "agents_rostered": 100.0,
    "attendance": 0.95,
    "slots": 300.0,
    "concurrency_cap": 3.0,
    "reply_s_15m": 30.0,
    "rest_meal": 6.0,
    "rest_ordinary": 6.0,
    "rest_training": 4.0,
    "rest_meeting": 4.0,
    "rest_coaching": 2.0,
    "top_topic_share": 0.4,
    "agents_supervisors": 0.0,
    "agents_flexed": 0.0,
    "agents_called_in": 0.0,
    "agents_sent_home": 0.0,
    "agents_borrowed": 0.0,
    "agents_lent": 0.0,
    "topics_answered": 0.0,
    "topics_stopped": 0.0,
    "abandons_per_s": 0.5,
}

NEEDS: Mapping[str, Mapping[str, float]] = {
    "resplit-share": {"load": 1.3},
    "outsourcer-overflow": {"load": 1.3},
    "night-bot-only": {"load": 0.3, "waiting": 0.0},
    "send-home": {"load": 0.3},
    "site-takeover": {"attendance": 0.3, "load": 0.5},
}
"""What must be so at the site for the guards to hold."""


@dataclass
class Floor:
    """One site: figures of its own row, settings by (queue, metric), and the moves that it knows of."""

    figures: dict[str, float] = field(default_factory=lambda: dict(FIGURES))
    settings: dict[tuple[str, str], float] = field(default_factory=dict)
    moves: dict[str, tuple[str, float]] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    dark: bool = False

    def standing(self) -> tuple[object, ...]:
        """All that a command can change; what is as usual is left out."""
        settings = {at: v for at, v in self.settings.items() if v != USUAL.get(at[1], 0.0)}
        figures = sorted(pair for pair in self.figures.items() if pair[0] != "attendance")
        return figures, settings, dict(self.moves)


class Network:
    """Three sites; implements `playbooks.facts.Facts`."""

    def __init__(self) -> None:
        self.floors = {name: Floor() for name in ("hefei", "nanchang", "wuhan")}
        for name in ("nanchang", "wuhan"):
            self.floors[name].figures |= {"load": 0.5, "waiting": 0.0}

    def sites(self) -> tuple[str, ...]:
        return tuple(self.floors)

    def unknown(self, site: str) -> bool:
        return site not in self.floors or self.floors[site].dark

    def categories(self, site: str) -> tuple[str, ...]:
        return ("apparel", "beauty")

    def queues(self, site: str, category: str | None = None) -> tuple[str, ...]:
        return tuple(queue for queue, (own, _) in QUEUES.items() if category in (None, own))

    def phase(self, site: str, queue: str) -> str:
        return QUEUES[queue][1]

    def can(self, site: str, verb: str) -> bool:
        return verb not in self.floors[site].lacks

    def value(self, site: str, row: str | None, metric: str) -> float:
        floor = self.floors[site]
        if floor.dark:
            return math.nan
        if row is None:
            return floor.figures.get(metric, math.nan)
        if metric in ("waiting", "agents_available", "agents_online"):
            return floor.figures[metric] / len(QUEUES)
        return floor.settings.get((row, metric), USUAL.get(metric, 0.0))

    def network(self, metric: str) -> float:
        return 0.8 if metric == "load" else math.nan


def obey(network: Network, command: Command) -> tuple[Any, ...] | None:
    """The items of the result; None where the site does not know the verb."""
    floor, args, verb = network.floors[command.site], dict(command.args), command.verb
    if not network.can(command.site, verb):
        return None
    if verb in SWITCHES:
        value, plural, metric = SWITCHES[verb]
        named = list(QUEUES) if args.get("queues") == "*" else args.get("queues", [])
        return _put(floor, args.get(plural) or dict.fromkeys(named, args.get(value)), metric)
    if verb == "set_routing_weights":
        return tuple(
            item
            for site, w in args["weights"].items()
            for item in _weigh(network.floors[site], site, args["category"], w)
        )
    if verb in PEOPLE:
        metric, count = PEOPLE[verb][0], float(args["count"])
        floor.moves[args["transfer"]] = (metric, count)
        before, floor.figures[metric] = floor.figures[metric], floor.figures[metric] + count
        sign = -1.0 if verb in ("lend_agents", "send_home", "assign_agents") else 1.0
        return ({"target": "g1", "before": before, "after": before + sign * count},)
    if verb in ("return_agents", "release_agents", "recall_agents"):
        for other in network.floors.values():
            metric, count = other.moves.pop(args["transfer"], ("", 0.0))
            if metric:
                other.figures[metric] -= count
        return ()
    return _on_floor(floor, verb, args)


def _on_floor(floor: Floor, verb: str, args: dict[str, Any]) -> tuple[Any, ...] | None:
    if verb == "set_rest_allowance":
        names = [f"g1/{reason}" for reason in args.get("reasons", ())]
        items = _put(floor, args.get("allowances") or dict.fromkeys(names, args.get("allowance")), "allowance")
        for reason in ("training", "meeting", "coaching", "ordinary", "meal"):
            share = floor.settings.get((f"g1/{reason}", "allowance"), 1.0)
            floor.figures[f"rest_{reason}"] = FIGURES[f"rest_{reason}"] * share
        return items
    if verb == "set_concurrency_cap":
        before = floor.figures["concurrency_cap"]
        floor.figures["concurrency_cap"] = float(args["cap"] if "cap" in args else next(iter(args["caps"].values())))
        return ({"target": "g1", "before": before, "after": floor.figures["concurrency_cap"]},)
    if verb == "set_supervisors":
        before = floor.figures["agents_supervisors"]
        floor.figures["agents_supervisors"] = float(args.get("count", 0) or sum(args.get("counts", {}).values()))
        return ({"target": "g1", "before": before, "after": floor.figures["agents_supervisors"]},)
    if verb in ("set_topic_answer", "stop_topic"):
        metric = "topics_answered" if verb == "set_topic_answer" else "topics_stopped"
        wanted = args.get("states") or {"coupon": args["on"]}
        before, floor.figures[metric] = floor.figures[metric], float(sum(wanted.values()))
        return tuple({"target": topic, "before": before, "after": on} for topic, on in wanted.items())
    return None


def _put(floor: Floor, wanted: Mapping[str, float], metric: str) -> tuple[Any, ...]:
    items = []
    for target, value in wanted.items():
        before = floor.settings.get((target, metric), USUAL.get(metric, 0.0))
        floor.settings[target, metric] = float(value)
        items.append({"target": target, "before": before, "after": value})
    return tuple(items)


def _weigh(floor: Floor, site: str, category: str, weight: float) -> tuple[Any, ...]:
    queues = [queue for queue, (own, _) in QUEUES.items() if own == category]
    before = floor.settings.get((queues[0], "routing_weight"), 1.0)
    for queue in queues:
        floor.settings[queue, "routing_weight"] = float(weight)
    return ({"target": site, "before": before, "after": weight},)


@dataclass
class Duty:
    """A runner at this network, and people who do what they are asked."""

    network: Network = field(default_factory=Network)
    books: Mapping[str, Playbook] = field(default_factory=lambda: LIBRARY)
    now: float = START
    effects: list[Effect] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What is answered to `ask` and to tasks, by a word of the question; else the first choice."""
    silent: bool = False
    ids: Counter = field(default_factory=Counter)
    runner: PlaybookRunner = field(init=False)

    def __post_init__(self) -> None:
        self.runner = PlaybookRunner(self.books.values(), self.ids)

    def start(self, playbook: str, **params: object) -> str:
        preview = self.runner.preview(playbook, params, self.network, self.now)
        self.do(self.runner.start(preview, "lin", self.now))
        run = self.runner.runs()[-1]
        for n in range(1, preview.approvals):
            self.do(self.runner.approve(run.id, f"second-{n}", self.network, self.now))
        return run.id

    def pass_time(self, seconds: float, step: float = 10.0) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now += step
            self.do(self.runner.expire(self.now))
            self.do(self.runner.on_facts(self.network, self.now))
            for run in self.runner.runs():
                if run.task and not self.silent:
                    self.do(self.runner.answer(run.id, self._answer(run), "wang", self.now))

    def until(self, *states: RunState, within: float = 90_000.0) -> RunView:
        end = self.now + within
        while self.run.state not in states and self.run.state not in FINAL and self.now < end:
            self.pass_time(10.0)
        return self.run

    def do(self, effects: list[Effect]) -> None:
        self.effects += effects
        for effect in effects:
            if isinstance(effect, Send):
                items = obey(self.network, effect.command)
                site, id_ = effect.command.site, effect.command.id
                told = (
                    [Nack(site, id_, "UNKNOWN_VERB")]
                    if items is None
                    else [Ack(site, id_), Result(site, id_, "done", items)]
                )
                for frame in told:
                    self.do(self.runner.on_reply(site, cast("Any", frame), self.now))
            assert not isinstance(effect, Query), "nothing was lost"

    def _answer(self, run: RunView) -> str:
        assert run.question is not None
        return next((answer for word, answer in self.answers.items() if word in run.question.en), run.choices[0])

    @property
    def run(self) -> RunView:
        return self.runner.runs()[-1]

    @property
    def sent(self) -> list[Command]:
        return [effect.command for effect in self.effects if isinstance(effect, Send)]

    def records(self, *kinds: str) -> list[Mapping[str, Any]]:
        return [effect.body for effect in self.effects if isinstance(effect, Record) and effect.kind in kinds]


def place_of(book: Playbook) -> dict[str, object]:
    """The parameters that an alert on hefei would fill in."""
    places = {"site": "hefei", "queue": "hefei/pre-1"}
    return {spec.name: places[spec.kind] for spec in book.parameters.values() if spec.source and spec.kind in places}


VERBS = frozenset(verb for action in ACTIONS.values() for verb in action.verbs + action.undo_verbs)
