"""Fills in the parameters of a run: from the alert, from the operator, by default, and chosen from the board."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from feeds.durations import parse_duration, parse_share
from feeds.errors import InputError
from feeds.text import clean
from playbooks.action import Action, Argument, Candidate, Kind, World
from playbooks.facts import Facts, busiest_queue, category_of, is_known, split_place
from playbooks.literals import filled
from playbooks.nearest import nearest_of
from playbooks.plan import AUTO
from playbooks.playbook import ParameterSpec, PlannedStep, Playbook
from playbooks.run import Value
from playbooks.words import Words, unknown_site

LONGEST_NAME = 64
"""So many characters fit a name."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the parameters and the arguments of each step came to. With `problems`, the steps may be incomplete."""

    params: Mapping[str, Value]
    steps: tuple[Mapping[str, Value], ...]
    problems: tuple[Words, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    advice: tuple[Words, ...] = ()


def given_again(playbook: Playbook, params: Mapping[str, Value]) -> dict[str, object]:
    """Resolved parameters as they would be given, to look at the same plan on other figures."""
    found: dict[str, object] = {name: params[name] for name in playbook.parameters if name in params}
    times = [name for name in found if playbook.parameters[name].kind == "duration"]
    return found | {name: f"{float(str(found[name])):.6f}s" for name in times}


def resolve(playbook: Playbook, given: Mapping[str, object], facts: Facts, held: frozenset[str]) -> Resolved:
    """Every parameter and argument with a value. Raises InputError for a value that cannot be one."""
    for name in given:
        if name not in playbook.parameters:
            what = f"unknown parameter {clean(name)!r}"
            raise InputError(playbook.id, what, nearest_of(str(name), playbook.parameters, "a parameter"))
    params: dict[str, Value] = {}
    for spec in playbook.parameters.values():
        raw = given.get(spec.name, spec.default)
        if raw is not None and raw != AUTO:
            params[spec.name] = value_of(spec, _settled(spec.kind, raw, facts), playbook.id, facts)
    filling = _Filling(playbook, params, facts, held)
    steps: list[dict[str, Value]] = []
    for step in playbook.steps:
        steps.append(filling.arguments(step))
        if filling.problems:
            break
    filling.require_all()
    steps = [filling.sentences(step, args) for step, args in zip(playbook.steps, steps, strict=False)]
    return Resolved(params, tuple(steps), tuple(filling.problems), filling.candidates, filling.advice)


def may_choose(argument: Argument, kind: Kind) -> bool:
    """Whether an argument that is chosen may stand for a parameter: the busiest queue of a site that is chosen, too."""
    return argument.auto and (argument.kind == kind or (argument.kind == "site" and kind == "queue"))


def _settled(kind: Kind, raw: object, facts: Facts) -> object:
    """The key of an alert as a parameter wants it: a site stands for its busiest queue, a queue for its category."""
    if not isinstance(raw, str):
        return raw
    site, queue = split_place(raw)
    if site not in facts.sites():
        return raw
    if kind == "queue" and queue is None:
        busiest = busiest_queue(facts, site)
        return f"{site}/{busiest}" if busiest is not None else raw
    if kind == "category":
        row = queue if queue is not None else busiest_queue(facts, site)
        return category_of(facts, site, row) or raw if row is not None else raw
    return raw


_NOTHING = Words("无可选", "there is nothing to choose from")


class _Filling:
    """Fills arguments one after the other; a choice made for one step is the parameter's value from then on."""

    def __init__(self, playbook: Playbook, params: dict[str, Value], facts: Facts, held: frozenset[str]) -> None:
        self.playbook, self.params, self.facts, self.held = playbook, params, facts, held
        self.problems: list[Words] = []
        self.candidates: tuple[Candidate, ...] = ()
        self.advice: tuple[Words, ...] = ()

    def arguments(self, step: PlannedStep) -> dict[str, Value]:
        args: dict[str, Value] = {}
        for argument in step.action.arguments:
            value = self._argument(step, argument, args)
            if value is None:
                return args
            args[argument.name] = value
        problem = step.action.problem(args, self.facts)
        if problem is not None:
            self.problems.append(problem)
        return args

    def sentences(self, step: PlannedStep, args: dict[str, Value]) -> dict[str, Value]:
        """The arguments with the parameters written into their sentences."""
        values = {name: _written(value) for name, value in self.params.items()}
        texts = (argument.name for argument in step.action.arguments if argument.kind in ("words", "undo"))
        said = {name: args[name] for name in texts if name in args}
        return args | {
            name: tuple(filled(text, values) for text in value)
            for name, value in said.items()
            if isinstance(value, tuple)
        }

    def require_all(self) -> None:
        for name in self.playbook.parameters:
            if name not in self.params and not self.problems:
                self.problems.append(Words(f"参数 {name} 未填", f"parameter {name} has no value"))

    def _argument(self, step: PlannedStep, argument: Argument, args: dict[str, Value]) -> Value | None:
        template = step.args.get(argument.name)
        name = template[1:] if isinstance(template, str) and template.startswith("$") else None
        if name is not None and name in self.params:
            return self._fit(argument, self.playbook.parameters[name].kind, self.params[name], args)
        if name is None and template is not None:
            return template
        if template is None and argument.default is not None:
            return argument.default
        spec = self.playbook.parameters[name] if name is not None else None
        if spec is not None and (spec.default != AUTO or not may_choose(argument, spec.kind)):
            self.problems.append(Words(f"参数 {name} 未填", f"parameter {name} has no value"))
            return None
        return self._choose(step, argument, name, args)

    def _asked(self, step: PlannedStep, name: str) -> float | None:
        """The number that stands for an argument already: in the file, or given for this run."""
        template = step.args.get(name)
        if isinstance(template, str) and template.startswith("$"):
            template = self.params.get(template[1:])
        return float(template) if isinstance(template, float | int) else None

    def _choose(self, step: PlannedStep, argument: Argument, name: str | None, args: dict[str, Value]) -> Value | None:
        action = step.action
        spec = self.playbook.parameters[name] if name is not None else None
        least, most = (spec.least, spec.most) if spec is not None else (-math.inf, math.inf)
        about = self.playbook.about
        world = World(
            self.facts,
            self.held,
            max(least, 1.0),
            most,
            self._asked(step, "count"),
            about.lead_time,
            about.figures.get("efficiency"),
        )
        choice = action.choose(argument.name, args, world)
        self.candidates = choice.candidates or self.candidates
        self.advice = choice.advice or self.advice
        if choice.value is None:
            self.problems.append(self._dark(action, args) or choice.reason or _NOTHING)
        elif name is not None:
            spec_kind = self.playbook.parameters[name].kind
            settled = choice.queue or _settled(spec_kind, choice.value, self.facts)
            self.params[name] = str(settled) if spec_kind == "queue" else choice.value
        return choice.value

    def _dark(self, action: Action, args: Mapping[str, Value]) -> Words | None:
        """That nothing can be chosen because a site is unknown: the reason behind all others."""
        sites = (str(args[a.name]) for a in action.arguments if a.kind == "site" and a.name in args)
        dark = next((site for site in sites if not is_known(self.facts, site)), None)
        return unknown_site(dark) if dark is not None else None

    def _fit(self, argument: Argument, kind: Kind, value: Value, args: Mapping[str, Value]) -> Value | None:
        """A parameter's value as the argument wants it: a queue stands for its site, its category or itself."""
        if kind == "queue":
            site, queue = split_place(str(value))
            if argument.kind == "site":
                return site
            if argument.kind == "queues":
                return (str(queue),)
            category = category_of(self.facts, site, str(queue))
            if category is None:
                self.problems.append(Words(f"{value} 品类未知", f"the category of {value} is unknown"))
            return category
        if argument.kind == "queues":
            queues = self.facts.queues(str(args["site"]), str(value))
            if not queues:
                self.problems.append(
                    Words(f"{args['site']} 无「{value}」队列", f"{args['site']} has no queue of {value}")
                )
            return queues or None
        return value


def _written(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float | int) else ", ".join(value) if isinstance(value, tuple) else value


def value_of(spec: ParameterSpec, raw: object, where: str, facts: Facts | None = None) -> Value:
    """A parameter's value from what a person or a file wrote; with `facts`, a place must exist. Raises InputError."""
    place = f"{where}: {spec.name}"
    if spec.kind == "name":
        if isinstance(raw, str) and raw and len(raw) <= LONGEST_NAME:
            return clean(raw)
        raise InputError(place, f"{clean(repr(raw))} is not a name", f"at most {LONGEST_NAME} characters")
    if spec.kind in ("site", "queue", "category"):
        if not isinstance(raw, str) or not raw:
            raise InputError(place, f"{clean(repr(raw))} is not a name", f"a {spec.kind}")
        if facts is not None:
            _check_place(spec.kind, raw, place, facts)
        return raw
    if not isinstance(raw, str | float | int) or isinstance(raw, bool):
        raise InputError(place, f"{clean(repr(raw))} is not a value", f"a {spec.kind}")
    number = _number(spec.kind, raw, place)
    if not spec.least <= number <= spec.most:
        raise InputError(place, f"{number:g} is out of bounds", f"{spec.least:g} to {spec.most:g}")
    return number


def _number(kind: Kind, raw: str | float, place: str) -> float:
    if kind == "duration":
        return parse_duration(raw, place)
    if kind == "share":
        return parse_share(raw, place)
    try:
        number = float(raw)
    except ValueError:
        number = math.nan
    if kind == "number":
        if math.isfinite(number):
            return number
        raise InputError(place, f"{clean(repr(raw))} is not a number", "a number such as 0.5")
    if not math.isfinite(number) or number != int(number) or number < 0:
        raise InputError(place, f"{clean(repr(raw))} is not a whole number", "a count such as 30")
    return number


def _check_place(kind: Kind, raw: str, place: str, facts: Facts) -> None:
    if kind == "category":
        return
    site, queue = split_place(raw)
    if site not in facts.sites():
        raise InputError(place, f"unknown site {clean(site)!r}", nearest_of(site, facts.sites(), "a site"))
    if kind == "site" and queue is not None:
        raise InputError(place, f"{clean(raw)!r} is a queue", "a site")
    if kind == "queue" and (queue is None or (not facts.unknown(site) and queue not in facts.queues(site))):
        raise InputError(place, f"{clean(raw)!r} is not a queue", "SITE/QUEUE")
