"""What a run would do, worked out before anything is sent: parameters, guards, commands, and why it may not start."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Literal

import msgpack

from playbooks.action import Candidate
from playbooks.ahead.with_plan import PlanAhead
from playbooks.by_hand import carried_by, lacking
from playbooks.conditions import Condition, Sight
from playbooks.facts import Facts, is_known, known_sites
from playbooks.outlook import advice_on, outlook_of
from playbooks.parameters import Resolved, resolve
from playbooks.playbook import About, Playbook
from playbooks.run import Order, Resource, Value
from playbooks.scope import Scope, figure, scopes
from playbooks.words import Words, unknown_site

Verdict = Literal["holds", "fails", "unknown"]

_SAID: Mapping[Verdict, Words] = {
    "holds": Words("条件成立", "guard holds"),
    "fails": Words("条件不成立", "guard fails"),
    "unknown": Words("条件无法判断", "guard is unknown"),
}


@dataclass(frozen=True, slots=True)
class GuardView:
    """One guard: its text, the figures in it as they stood, and what it came to. Unknown refuses like a failure."""

    text: str
    verdict: Verdict
    figures: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step as it would be carried out: arguments, commands without ids, and what the board must show then."""

    action: str
    words: Words
    args: Mapping[str, Value]
    orders: tuple[Order, ...]
    observed: Mapping[str, float]
    verify: str
    within: float
    when: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan and the world that it was made for. `refusals` is empty where it may be started; `at` in epoch seconds.

    `plan_hash` covers the playbook, the parameters and the commands: what a person approves.
    """

    playbook: str
    digest: str
    title: Words
    at: float
    params: Mapping[str, Value]
    steps: tuple[StepPlan, ...]
    guards: tuple[GuardView, ...]
    candidates: tuple[Candidate, ...]
    resources: tuple[Resource, ...]
    sites: tuple[str, ...]
    """The sites that it touches."""
    before: Mapping[str, float]
    """The figures that its conditions depend on, by name."""
    known: frozenset[str]
    """The sites that could be believed."""
    lasts: float
    """Seconds until it ends by itself."""
    approvals: int
    refusals: tuple[Words, ...]
    plan_hash: str
    alert: str = ""
    """The id of the alert that it answers."""
    about: About = field(default_factory=About)
    """What the catalogue says of the playbook."""
    by_hand: frozenset[str] = frozenset()
    """`site verb` of every command, there and back, that its site cannot carry out by itself: a task for people."""
    ages: Mapping[str, float] = field(default_factory=dict)
    """How old the data of the sites was that it looked at, in seconds, as far as the desk says."""
    second: tuple[Words, ...] = ()
    """Why a second person stands for it although its playbook does not ask for one."""

    advice: tuple[Words, ...] = ()
    """What else would help, or would help more."""
    outlook: PlanAhead | None = None
    """The next half hour with it and without it; None where nothing of it is modelled or known."""

    @property
    def ok(self) -> bool:
        """Whether it may be started."""
        return not self.refusals


def make_preview(
    playbook: Playbook, given: Mapping[str, object], facts: Facts, now: float, held: Iterable[Resource] = ()
) -> Preview:
    """The plan of a playbook with these parameters, now. `held` is what other runs hold. Raises InputError."""
    found = resolve(playbook, given, facts, frozenset(resource.key for resource in held))
    places = scopes(playbook.kinds, found.params)
    steps = () if found.problems else _steps(playbook, found, facts)
    guards = () if found.problems else tuple(guard_view(g, places, found.params, facts) for g in playbook.guards)
    pairs = zip(playbook.steps, steps, strict=False)
    by_hand = frozenset().union(*(lacking(plan.orders, step.action.undo_verbs, facts) for step, plan in pairs))
    steps = tuple(
        replace(plan, orders=tuple(carried_by(order, by_hand, plan.words) for order in plan.orders)) for plan in steps
    )
    touched = tuple(dict.fromkeys(order.site for step in steps for order in step.orders if order.site))
    refusals = (*found.problems, *_dark(touched, facts), *_unobserved(steps), *_failing(guards))
    return Preview(
        playbook=playbook.id,
        digest=playbook.digest,
        title=playbook.title,
        at=now,
        params=found.params,
        steps=steps,
        guards=guards,
        candidates=found.candidates,
        resources=_resources(playbook, found),
        sites=touched,
        before=figures(playbook.names, places, facts),
        known=known_sites(facts),
        lasts=playbook.revert_after,
        approvals=playbook.approve,
        refusals=refusals,
        plan_hash=_plan_hash(playbook, found.params, steps),
        by_hand=by_hand,
        about=playbook.about,
        advice=advice_on(playbook, found, facts),
        outlook=outlook_of(playbook, found, facts),
    )


def numbers(params: Mapping[str, Value]) -> dict[str, float]:
    """The parameters that an expression may use."""
    return {name: float(value) for name, value in params.items() if isinstance(value, float | int)}


def figures(names: Iterable[str], places: Mapping[str, Scope], facts: Facts) -> dict[str, float]:
    """The figures behind names, now."""
    return {name: figure(name, places, facts) for name in names}


def guard_view(guard: Condition, places: Mapping[str, Scope], params: Mapping[str, Value], facts: Facts) -> GuardView:
    """A guard with its figures and its verdict now."""
    value = guard.value(Sight(lambda name: figure(name, places, facts), numbers(params)))
    verdict: Verdict = "unknown" if math.isnan(value) else "holds" if value == 1.0 else "fails"
    return GuardView(guard.text, verdict, tuple(figures(guard.names, places, facts).items()))


def _steps(playbook: Playbook, found: Resolved, facts: Facts) -> tuple[StepPlan, ...]:
    return tuple(
        StepPlan(
            action=step.action.name,
            words=step.action.words(args),
            args=args,
            orders=step.action.orders(args, ""),
            observed=step.action.observe(args, facts),
            verify=step.verify.text if step.verify else "",
            within=step.within,
            when=step.when.text if step.when else "",
        )
        for step, args in zip(playbook.steps, found.steps, strict=True)
    )


def _resources(playbook: Playbook, found: Resolved) -> tuple[Resource, ...]:
    if found.problems:
        return ()
    pairs = zip(playbook.steps, found.steps, strict=True)
    return tuple(dict.fromkeys(resource for step, args in pairs for resource in step.action.resources(args)))


def _dark(touched: tuple[str, ...], facts: Facts) -> list[Words]:
    return [unknown_site(site) for site in touched if not is_known(facts, site)]


def _unobserved(steps: tuple[StepPlan, ...]) -> list[Words]:
    """What cannot be seen before cannot be put back after."""
    return [
        Words(f"{name} 的现值未知,无法还原", f"what {name} has now is unknown, so it could not be put back")
        for step in steps
        for name, value in step.observed.items()
        if math.isnan(value)
    ]


def _failing(guards: tuple[GuardView, ...]) -> list[Words]:
    refusals = []
    for guard in guards:
        if guard.verdict != "holds":
            shown = ", ".join(f"{name} = {'–' if math.isnan(value) else f'{value:g}'}" for name, value in guard.figures)
            said = _SAID[guard.verdict]
            tail = f" ({shown})" if shown else ""
            refusals.append(Words(f"{said.zh}: {guard.text}{tail}", f"{said.en}: {guard.text}{tail}"))
    return refusals


def _plan_hash(playbook: Playbook, params: Mapping[str, Value], steps: tuple[StepPlan, ...]) -> str:
    orders = [[order.by, order.site, order.verb, sorted(order.args.items())] for step in steps for order in step.orders]
    return sha256(msgpack.packb([playbook.digest, sorted(params.items()), orders])).hexdigest()[:16]
