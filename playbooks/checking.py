"""Checks what a playbook file says against the actions, its own parameters and the metrics of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import msgpack

from alerts.clock_names import SHIPPED_CLOCK_NAMES
from alerts.projected import PROJECTED
from feeds.catalog import METRICS
from feeds.errors import InputError
from feeds.text import clean
from feeds.yaml_tree import Places
from playbooks.action import ACCEPTS, Action, Argument, ArgumentKind, Kind
from playbooks.actions import ACTIONS
from playbooks.automatic import unfit
from playbooks.conditions import Condition, condition
from playbooks.facts import CONFIRMED_UP
from playbooks.literals import LITERAL, fields_of, literal
from playbooks.nearest import nearest_of
from playbooks.parameters import may_choose, value_of
from playbooks.plan import AUTO, Parameter, PlaybookFile, Step
from playbooks.playbook import NOTHING, About, ParameterSpec, PlannedStep, Playbook
from playbooks.roles import ROLES
from playbooks.run import Value
from playbooks.scope import UNKNOWN, heads
from playbooks.words import Words

NUMBERS: tuple[Kind, ...] = ("count", "share", "duration", "number")
"""The kinds of parameters that an expression may use."""


HELD: Mapping[ArgumentKind, Kind] = {
    "site": "site",
    "category": "category",
    "count": "count",
    "share": "share",
    "number": "number",
    "seconds": "duration",
    "name": "name",
}
"""How the value of an argument is written where it is no parameter."""

FIGURES: frozenset[str] = frozenset(METRICS) | frozenset(PROJECTED) | SHIPPED_CLOCK_NAMES | {UNKNOWN, CONFIRMED_UP}
"""What may be asked of a place in an expression: the catalogue's metrics, projected figures, the figures of clocks.

`unknown` is 1 where the site cannot be believed, else 0.
"""


def check_playbook(model: PlaybookFile, places: Places | None = None, more: Collection[str] = ()) -> Playbook:
    """A checked playbook from the file's values. Raises InputError, with line and column where `places` are given.

    `more` may be asked of a place beside `FIGURES`: the figures of clocks that are not shipped.
    """
    return _Checking(model, places or Places(model.playbook, "", {}), more).playbook()


class _Checking:
    """One pass over a file's values."""

    def __init__(self, model: PlaybookFile, places: Places, more: Collection[str]) -> None:
        self.model, self.places = model, places
        self.actions = [self._action(index, step) for index, step in enumerate(model.steps)]
        self.kinds = {name: self._kind(name, spec) for name, spec in model.parameters.items()}
        self.names = frozenset(f"{head}.{metric}" for head in heads(self.kinds) for metric in FIGURES.union(more))
        self.numbers = frozenset(name for name, kind in self.kinds.items() if kind in NUMBERS)

    def playbook(self) -> Playbook:
        model = self.model
        if model.owner:
            self._role(model.owner, ("owner",))
        steps = tuple(self._step(index, step) for index, step in enumerate(model.steps))
        parameters = {name: self._parameter(name, spec) for name, spec in model.parameters.items()}
        source = _readable(model.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        suggest = model.suggest
        book = Playbook(
            id=model.playbook,
            title=Words(clean(model.title.zh), clean(model.title.en)),
            tier=model.tier,
            suggested_by=suggest.alert if suggest and suggest.mode != "manual" else None,
            suggested_after=suggest.after if suggest else 0.0,
            parameters=parameters,
            guards=tuple(self._condition(text, ("guards", i)) for i, text in enumerate(model.guards)),
            approve=model.approve,
            on_expiry=model.on_expiry,
            steps=steps,
            check=self._optional(model.check.expect if model.check else None, ("check", "expect"), "before"),
            check_after=model.check.after if model.check else 0.0,
            revert_when=self._optional(model.revert.when, ("revert", "when"), "before", "held"),
            revert_after=model.revert.after,
            source=source,
            digest=digest_of(source),
            about=about_of(model),
            cooldown=model.cooldown,
            next=model.next,
            mode=suggest.mode if suggest else "suggest",
            announce=suggest.announce if suggest else 0.0,
            per_hour=suggest.per_hour if suggest else 0,
        )
        why = unfit(book) if book.mode == "auto" else ""
        if why:
            raise self.places.error(("suggest", "mode"), f"it cannot start by itself: {why}", "suggest")
        return book

    def _action(self, index: int, step: Step) -> Action:
        path = ("steps", index, step.action)
        action = ACTIONS.get(step.action)
        if action is None:
            line, column = self.places.key(path)
            what = f"unknown action {clean(step.action)!r}"
            raise InputError(
                self.places.where, what, nearest_of(step.action, ACTIONS, "an action"), line=line, column=column
            )
        if not isinstance(step.args, dict):
            raise self.places.error(
                path, f"{step.action} has no arguments", ", ".join(a.name for a in action.arguments)
            )
        known = [argument.name for argument in action.arguments]
        for name in step.args:
            if name not in known:
                line, column = self.places.key((*path, name))
                what = f"unknown argument {clean(name)!r} of {step.action}"
                raise InputError(
                    self.places.where, what, nearest_of(str(name), known, "an argument"), line=line, column=column
                )
        return action

    def _kind(self, name: str, spec: Parameter) -> Kind:
        """What a parameter holds: as said, by its source, or by the first argument that uses it."""
        if spec.kind is not None:
            return spec.kind
        if spec.source is not None:
            return "queue" if spec.source == "alert.queue" else "site"
        for step, action in zip(self.model.steps, self.actions, strict=True):
            for argument in action.arguments:
                if step.args.get(argument.name) == f"${name}" and ACCEPTS[argument.kind]:
                    return ACCEPTS[argument.kind][0]
        raise self.places.error(
            ("parameters", name), f"parameter {name!r} has no kind and no action uses it", "kind: …"
        )

    def _parameter(self, name: str, spec: Parameter) -> ParameterSpec:
        path = ("parameters", name)
        if not name.isidentifier():
            raise self.places.error(path, f"{clean(name)!r} is not a name", "letters, digits and underscores")
        low = -float("inf") if spec.min is None else spec.min
        high = float("inf") if spec.max is None else spec.max
        if low > high:
            raise self.places.error((*path, "min"), f"min {low:g} is above max {high:g}", "min at most max")
        title = Words(clean(spec.title.zh), clean(spec.title.en)) if spec.title else None
        found = ParameterSpec(name, self.kinds[name], spec.source, spec.default, low, high, title)
        if spec.default is not None and spec.default != AUTO:
            try:
                value_of(found, spec.default, self.model.playbook)
            except InputError as wrong:
                raise self.places.error((*path, "default"), wrong.what, wrong.expected) from None
        if spec.default == AUTO and not self._can_choose(name):
            raise self.places.error(
                (*path, "default"), f"nothing can choose {name!r}", "a value, or an argument with a choice"
            )
        return found

    def _can_choose(self, name: str) -> bool:
        """Whether the first step that uses a parameter chooses it: later ones have its choice."""
        for step, action in zip(self.model.steps, self.actions, strict=True):
            uses = [argument for argument in action.arguments if step.args.get(argument.name) == f"${name}"]
            if uses:
                return any(may_choose(argument, self.kinds[name]) for argument in uses)
        return False

    def _step(self, index: int, step: Step) -> PlannedStep:
        action, path = self.actions[index], ("steps", index)
        args: dict[str, Value] = {}
        for argument in action.arguments:
            if argument.name in step.args:
                place = (*path, step.action, argument.name)
                args[argument.name] = self._argument(step.args[argument.name], argument, place)
            elif not argument.auto and argument.default is None:
                raise self.places.error(
                    (*path, step.action), f"{step.action} needs {argument.name!r}", f"{argument.name}: …"
                )
        when = self._optional(step.when, (*path, "when"))
        if "to" in args and "say" in args:
            self._role(str(args["to"]), (*path, step.action, "to"))
        if action.name == "ask" and args.get("answer"):
            self._answer(str(args["answer"]), (*path, step.action, "answer"))
        if action.name == "wait":
            place = (*path, step.action, "until")
            return PlannedStep(
                action, args, self._condition(str(args["until"]), place, "before", "held"), _seconds(args), when
            )
        verify = self._optional(step.verify.that if step.verify else None, (*path, "verify", "that"), "before")
        return PlannedStep(action, args, verify, step.verify.within if step.verify else 0.0, when)

    def _argument(self, raw: object, argument: Argument, path: tuple[str | int, ...]) -> Value:
        if isinstance(raw, str) and raw.startswith("$"):
            kind = self.kinds.get(raw[1:])
            if kind is None:
                what = f"unknown parameter {clean(raw)}"
                raise self.places.error(path, what, nearest_of(raw[1:], self.kinds, "a parameter"))
            if kind not in ACCEPTS[argument.kind]:
                raise self.places.error(path, f"{raw} is a {kind}", " or ".join(ACCEPTS[argument.kind]))
            return raw
        try:
            if argument.kind in LITERAL:
                return self._named(literal(argument.kind, raw, self.model.playbook), argument)
            return value_of(ParameterSpec(argument.name, HELD[argument.kind]), raw, self.model.playbook)
        except InputError as wrong:
            raise self.places.error(path, wrong.what, wrong.expected) from None

    def _role(self, role: str, path: tuple[str | int, ...]) -> None:
        if role not in ROLES:
            raise self.places.error(path, f"unknown role {clean(role)!r}", nearest_of(role, ROLES, "a role"))

    def _answer(self, name: str, path: tuple[str | int, ...]) -> None:
        """Later steps may ask for the answer by its name."""
        if not name.isidentifier() or name in self.kinds:
            raise self.places.error(path, f"{clean(name)!r} cannot be the name of an answer", "a word of its own")
        self.numbers |= {name}

    def _named(self, value: Value, argument: Argument) -> Value:
        """A sentence may name parameters only."""
        if argument.kind in ("words", "undo") and isinstance(value, tuple):
            for name in (name for text in value for name in fields_of(text)):
                if name not in self.kinds:
                    expected = nearest_of(name, self.kinds, "a parameter")
                    raise InputError(self.model.playbook, f"unknown parameter {{{clean(name)}}}", expected)
        return value

    def _optional(self, text: str | None, path: tuple[str | int, ...], *also: str) -> Condition | None:
        return None if text is None else self._condition(text, path, *also)

    def _condition(self, text: str, path: tuple[str | int, ...], *also: str) -> Condition:
        def place(at: int) -> tuple[int, int]:
            return self.places.inside(path, at)

        return condition(text, self.places.where, place, self.names, self.numbers, also=also)


def about_of(model: PlaybookFile) -> About:
    """What a catalogue says of a playbook."""
    figures = model.effect.model_dump(exclude={"zh", "en"}, exclude_none=True) if model.effect else {}
    return About(
        rung=model.rung,
        phase=model.phase,
        owner=clean(model.owner),
        lead_time=model.lead_time,
        effect=Words(clean(model.effect.zh, 200), clean(model.effect.en, 200)) if model.effect else NOTHING,
        figures=figures,
        cost=Words(clean(model.cost.zh, 200), clean(model.cost.en, 200)) if model.cost else NOTHING,
        rank=model.cost.rank if model.cost else 5,
    )


def _seconds(args: Mapping[str, Value]) -> float:
    within = args["within"]
    return float(within) if isinstance(within, float | int) else 0.0


def digest_of(source: Mapping[str, Any]) -> str:
    """A short hash of a playbook's plain data, the same for the same content in any process."""
    return sha256(msgpack.packb(source)).hexdigest()[:16]


def _readable(source: dict[str, Any]) -> dict[str, Any]:
    """Durations back in the form that the file has, which a bare number is not."""
    return {key: _with_units(value, key) for key, value in source.items()}


def _with_units(value: Any, key: str) -> Any:  # noqa: ANN401 - plain data of any shape
    if isinstance(value, dict):
        return {name: _with_units(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_units(inner, key) for inner in value]
    return f"{value:.3f}s" if key in _DURATIONS and isinstance(value, float) else value


_DURATIONS = ("for", "within", "after", "lead_time", "cooldown", "announce")
