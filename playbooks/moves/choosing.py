"""The move that a playbook's `auto` comes to: whom to send where, so that most customers are answered in time.

Donors are those of `playbooks.spare`: known, of the category, not held by another run, below their load, less a
reserve. Of these the projection takes out whoever would not stay above its line. The best single move is found by
looking at all of them; the best plan of several moves is an integer program, and told as advice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from playbooks.action import Candidate, World
from playbooks.ahead.lanes import Foresight, LanesAhead, Place
from playbooks.facts import Facts, is_known
from playbooks.moves.curves import WARN_LEVEL, Terms, levels, move_problem
from playbooks.moves.levers import NO_GAIN, SATURATED, USE_LEVERS
from playbooks.moves.one import best_move
from playbooks.moves.problem import Ints, Move, MovePlan, MoveProblem
from playbooks.moves.solving import best_plan
from playbooks.spare import FIRST_EFFICIENCY, candidates
from playbooks.words import Words

MOST_AT_ONCE = 60
FEW = 10
"""Up to so many every number of people is tried at once, beyond it as many again in rising steps."""

LEAD_S = (600.0, 1_200.0)
"""How long people are on their way where the playbook does not say."""

LEAST_GAIN = 1.0
"""A move that is worth less than one customer is none."""

PLAN_SECONDS = 0.5
"""So long the plan of several moves may take; beyond it the best one found so far is told."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best move, or None with the reason; what every donor could do; and what else there is to know."""

    move: Move | None
    reason: Words | None
    candidates: tuple[Candidate, ...]
    advice: tuple[Words, ...] = ()


def foresight(facts: Facts) -> LanesAhead | None:
    """The half hour ahead of every lane, where these facts know it."""
    return facts.ahead() if isinstance(facts, Foresight) else None


def choose_move(
    world: World, receiver: str | None, category: str | None, donor: str | None = None, *, advise: bool = False
) -> Chosen | None:
    """The best move to a receiver (None: to any), of a category (None: any), from a donor (None: any).

    `advise` asks besides what several moves would bring.

    None where the projection knows nothing of who would receive: then it has no say.
    """
    lanes = foresight(world.facts)
    if lanes is None:
        return None
    receivers = [place for place in _receivers(lanes, world.facts, receiver) if category in (None, place[1])]
    if not receivers:
        return None if receiver is not None else Chosen(None, NO_GAIN, (), (USE_LEVERS,))
    offers = {name: candidates(receiver or "", name, world) for name in dict.fromkeys(name for _, name in receivers)}
    donors = {(one.site, name): one.spare for name, found in offers.items() for one in found if one.why_not is None}
    donors = {place: spare for place, spare in donors.items() if donor in (None, place[0]) and place[0] != receiver}
    listed = offers[receivers[0][1]] if len(offers) == 1 else ()
    if world.facts.network("load") >= 1.0:
        return Chosen(None, SATURATED, listed, (USE_LEVERS,))
    most = max((spare for spare in donors.values() if not math.isnan(spare)), default=0.0)
    problem = move_problem(lanes, receivers, donors, _sizes(world, most, fine=donor is not None), _terms(world))
    if np.isnan(problem.gain).all():
        return None
    listed = tuple(_offer(one, problem, receivers) for one in listed)
    best = best_move(problem)
    if best.value < LEAST_GAIN:
        return Chosen(None, NO_GAIN, listed, (USE_LEVERS,))
    return Chosen(best.moves[0], None, _in_order(listed), _advice(problem, best) if advise else ())


def _receivers(lanes: LanesAhead, facts: Facts, receiver: str | None) -> list[Place]:
    """Places that may be given people: those of the receiver, or every known one below the line."""
    known = [place for place in lanes.of_category if place[1] and is_known(facts, place[0])]
    if receiver is not None:
        return [place for place in known if place[0] == receiver]
    low = levels(lanes, known) < WARN_LEVEL
    return [place for place, below in zip(known, low.tolist(), strict=True) if below]


def _sizes(world: World, most: float, *, fine: bool) -> Ints:
    """The numbers that are offered: what was asked for, else up to what donors and parameter leave room for.

    Between several donors larger numbers are tried in steps; once one is chosen, every number is.
    """
    if world.count is not None:
        return np.array([max(1, int(world.count))], np.intp)
    least = max(1, math.ceil(world.least))
    found = np.arange(least, max(least, int(min(most, world.most, MOST_AT_ONCE))) + 1, dtype=np.intp)
    if fine or len(found) <= FEW:
        return found
    steps = np.unique(np.round(np.geomspace(FEW, found[-1], FEW)).astype(np.intp))
    return np.union1d(found[found <= FEW], steps[steps >= least]).astype(np.intp)


def _terms(world: World) -> Terms:
    return Terms(world.times or LEAD_S, world.efficiency if world.efficiency is not None else FIRST_EFFICIENCY)


def _offer(one: Candidate, problem: MoveProblem, receivers: Sequence[Place]) -> Candidate:
    """A donor with the number it is best asked for and what that is worth, or why it cannot give after all."""
    place = (one.site, receivers[0][1])
    if one.why_not is not None or place not in problem.places:
        return one
    row, to = problem.places.index(place), problem.places.index(receivers[0])
    safe = np.isfinite(problem.loss[row])
    if not safe.any():
        return replace(
            one,
            why_not=Words("调出后按时率将低于预警线", "its share answered in time would fall below its line"),
        )
    worth = np.where(safe, problem.gain[to] - problem.loss[row], -np.inf)
    at = int(np.argmax(worth))
    return replace(one, spare=float(problem.sizes[safe].max()), count=float(problem.sizes[at]), gain=float(worth[at]))


def _in_order(found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The best donor first; those that cannot give last."""
    return tuple(sorted(found, key=lambda c: (c.why_not is not None, -c.gain if c.gain == c.gain else 0.0, c.site)))


def _advice(problem: MoveProblem, best: MovePlan) -> tuple[Words, ...]:
    """That several moves would do more, where that is so."""
    plan = best_plan(problem, most_seconds=PLAN_SECONDS)
    if len(plan.moves) < 2 or plan.value < best.value + LEAST_GAIN:
        return ()
    moves = "; ".join(f"{move.donor} → {move.receiver} {move.count}" for move in plan.moves[:4])
    return (
        Words(
            f"多次调拨最多可多答复 {plan.value:.0f}（单次 {best.value:.0f}）：{moves}",
            f"several moves would bring {plan.value:.0f} (one: {best.value:.0f}): {moves}",
        ),
    )
