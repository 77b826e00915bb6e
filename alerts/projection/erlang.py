"""Erlang B, C and A: the steady state of M/M/s/s, M/M/s and M/M/s+M, many rows at once.

Time is counted in mean handle times here: `load` a = arrivals × handle time, `spare` = agents - load (may be handed in
where it is known more exactly than the difference of the two), `impatience` r = handle time / patience, `within` =
limit / handle time. Shares are right to 1e-12, waits relatively so, up to 10,000 agents and beyond.

Of an M/M/s+M queue the offered wait has the density π(s-1)·a·k(v), k(v) = exp(a(1 - e^{-rv})/r - s·v) (Mandelbaum and
Zeltyn, "The Palm/Erlang-A queue"), hence with ε = 1 / B(s - 1, a), J = ∫k:
P(wait) = aJ/(ε + aJ), E[wait] = a∫k(1 - e^{-rv})/r / (ε + aJ), P(abandon) = r·E[wait],
P(answered within T) = (ε + a∫₀ᵀ k·e^{-rv}) / (ε + aJ). With r = 0 this is Erlang C. No term is negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.projection.decay import Decay, Floats, expm1_gap, log1p_gap, one

_AT_ONCE = 4096
"""Rows in one pass: some hundred nodes a row are held at a time."""


@dataclass(frozen=True, slots=True)
class Steady:
    """The steady state, one value a row. Waits are in handle times, over all who arrive, those who give up included."""

    p_wait: Floats
    p_abandon: Floats
    mean_wait: Floats
    service_level: Floats
    stable: NDArray[np.bool_]
    """False where nobody gives up and the load is not below the agents: p_wait 1, service_level 0, mean_wait NaN."""


def log_inverse_loss(agents: Floats, load: Floats) -> Floats:
    """log(1 / B(agents, load)), Erlang's loss formula; agents ≥ 0 (whole or not), load > 0.

    1/B = ∫ a·e^{-at} (1 + t)^s dt over t > 0 (Jagerman 1974), taken around its largest value.
    """
    agents, load = (np.asarray(x, np.float64) for x in np.broadcast_arrays(agents, load))
    peaked = agents > load
    ratio = np.where(peaked, load / np.where(peaked, agents, 1.0), 1.0)
    # Beyond its peak, at 1 + t = agents / load, time is counted in multiples of 1 + t; else from 0 in units of t.
    decay = Decay(
        slope=np.where(peaked, 0.0, load - agents),
        weight=agents.copy(),
        scale=np.ones_like(load),
        left=1.0 - ratio,
        shape=log1p_gap,
    )
    left, right = decay.span()
    nothing = np.zeros_like(load)
    total = decay.integrals(-left, nothing, one)[0] + decay.integrals(nothing, right, one)[0]
    # At the peak the integrand is exp(s·(ρ - 1 - log ρ)) with ρ = a/s, and dt = dy / ρ.
    height = np.where(peaked, agents * log1p_gap(ratio - 1.0), 0.0)
    return np.asarray(height + np.log(np.where(peaked, agents, load) * total), np.float64)


def erlang_b(agents: Floats, load: Floats) -> Floats:
    """Share of contacts lost where nobody can wait (M/M/s/s)."""
    return np.exp(-log_inverse_loss(agents, load))


def erlang_c(agents: Floats, load: Floats, within: Floats, spare: Floats | None = None) -> Steady:
    """M/M/s: nobody gives up. P(wait) = 1 / (1 + (1 - ρ)·ε), wait beyond t with e^{-(s - a)t}."""
    return erlang_a(agents, load, np.zeros(1), within, spare)


def erlang_a(agents: Floats, load: Floats, impatience: Floats, within: Floats, spare: Floats | None = None) -> Steady:
    """M/M/s+M: contacts give up after an exponential time. Rows with impatience 0 are Erlang C's."""
    agents, load, impatience, within = _rows(agents, load, impatience, within)
    spare = np.broadcast_to(agents - load if spare is None else np.asarray(spare, np.float64), load.shape)
    parts = [slice(begin, begin + _AT_ONCE) for begin in range(0, max(len(load), 1), _AT_ONCE)]
    idle = np.concatenate([log_inverse_loss(agents[part] - 1, load[part]) for part in parts])
    done = [waiting_room(*(x[part] for x in (agents, load, impatience, within, spare, idle))) for part in parts]
    return Steady(
        np.concatenate([part.p_wait for part in done]),
        np.concatenate([part.p_abandon for part in done]),
        np.concatenate([part.mean_wait for part in done]),
        np.concatenate([part.service_level for part in done]),
        np.concatenate([part.stable for part in done]),
    )


def waiting_room(
    full: Floats, load: Floats, impatience: Floats, within: Floats, spare: Floats, log_idle: Floats
) -> Steady:
    """The steady state of contacts that are served at the rate `full` while any wait, in the units of the module.

    `log_idle` is the logarithm of ε: how likely it is that a contact more could be served at once, over how likely that
    it would take the last place. For agents who hold one contact each ε is 1 / B(s - 1, a) and `full` their number.
    """
    out = _patient(load, within, spare, log_idle)
    some = np.flatnonzero(impatience > 0)
    if len(some):
        given = (x[some] for x in (full, load, impatience, within, spare, log_idle))
        columns = (out.p_wait, out.p_abandon, out.mean_wait, out.service_level)
        for column, value in zip(columns, _impatient(*given), strict=True):
            column[some] = value
        out.stable[some] = True
    return out


def _rows(*given: Floats) -> tuple[Floats, ...]:
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, np.float64)) for x in given))
    return tuple(np.array(x) for x in arrays)


def _patient(load: Floats, within: Floats, spare: Floats, log_idle: Floats) -> Steady:
    stable = spare > 0
    room = np.where(stable, spare, 1.0)
    with np.errstate(over="ignore"):
        p_wait = 1.0 / (1.0 + room / load * np.exp(log_idle))
    return Steady(
        np.where(stable, p_wait, 1.0),
        np.zeros_like(load),
        np.where(stable, p_wait / room, np.nan),
        np.where(stable, 1.0 - p_wait * np.exp(-room * within), 0.0),
        stable,
    )


def _impatient(
    full: Floats, load: Floats, r: Floats, within: Floats, spare: Floats, log_idle: Floats
) -> tuple[Floats, ...]:
    """(P(wait), P(abandon), mean wait, service level) of rows in which contacts give up."""
    over = np.maximum(-spare, 0.0)
    # k is largest where a·e^{-rv} = s; around there it falls as exp(-least·expm1_gap(r·u)/r - slope·u).
    peak = np.log1p(over / full) / r
    decay = Decay(np.maximum(spare, 0.0), np.minimum(load, full) / r, r, peak, expm1_gap)
    left, right = decay.span()
    nothing = np.zeros_like(load)

    def given_up(u: Floats) -> Floats:
        return -np.expm1(-r[:, None] * (u + peak[:, None])) / r[:, None]

    def stayed(u: Floats) -> Floats:
        return np.exp(-r[:, None] * (u + peak[:, None]))

    before, after = (decay.integrals(a, b, one, given_up) for a, b in ((-left, nothing), (nothing, right)))
    end = within - peak
    answered = decay.integrals(-left, np.minimum(end, 0.0), stayed)[0]
    answered = answered + decay.integrals(nothing, np.minimum(end, right), stayed)[0]
    # ε against the integrals, both over the greater of ε and k's peak.
    height = full / r * log1p_gap(over / full)
    greater = np.maximum(log_idle, height)
    idle, scale = np.exp(log_idle - greater), load * np.exp(height - greater)
    waited, lost = scale * (before[0] + after[0]), scale * (before[1] + after[1])
    whole = idle + waited
    return waited / whole, r * lost / whole, lost / whole, (idle + scale * answered) / whole
