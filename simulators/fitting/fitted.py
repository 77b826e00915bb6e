"""Everything that a log says, put together: the figures of which a scenario is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from feeds.errors import InputError
from simulators.fitting.arrivals import ArrivalFit, fit_arrivals
from simulators.fitting.contact_log import ContactLog, Floats
from simulators.fitting.day_types import counts_by_day
from simulators.fitting.handle_time import FEWEST as FEWEST_HANDLED
from simulators.fitting.handle_time import HandleFit, fit_handle
from simulators.fitting.patience import FEWEST as FEWEST_ABANDONED
from simulators.fitting.patience import PatienceFit, fit_patience
from simulators.fitting.people import Load, agents_by_interval, attendance_spread

FEWEST_DAYS = 2


@dataclass(frozen=True, slots=True)
class QueueFit:
    """One queue: its share of the contacts, and its own laws where it has enough of its own, else None."""

    name: str
    share: float
    handle: HandleFit | None
    patience: PatienceFit | None


@dataclass(frozen=True, slots=True)
class Fitted:
    """A kind of day at one place where the same people serve all queues."""

    days: tuple[date, ...]
    arrivals: ArrivalFit
    handle: HandleFit
    patience: PatienceFit
    queues: tuple[QueueFit, ...]
    agents: Floats
    """Mean people on shift, by interval of the day."""
    attendance_spread: float


def fit(log: ContactLog, days: Sequence[int], every_s: float, where: str, shortest_handle_s: float = 0.0) -> Fitted:
    """What these days of the log say.

    Handle times below `shortest_handle_s` count in the mean and not in the shape of the law: some systems log a call
    that was cut off as a service of a second or two. Raises InputError (named `where`) where there is too little.
    """
    if len(days) < FEWEST_DAYS:
        raise InputError(where, f"{len(days)} whole days of this kind", f"{FEWEST_DAYS} or more; --days chooses")
    part = log.of_days(days)
    counts = counts_by_day(part, every_s)[list(days)]
    arrivals = fit_arrivals(counts, every_s)
    handle = _handle(part, shortest_handle_s)
    patience = fit_patience(part.wait, part.abandoned)
    if handle is None:
        raise InputError(where, "hardly any handle times", "service_s of answered contacts, ten or more")
    if patience is None:
        raise InputError(where, "hardly anybody gave up", "five abandoned contacts or more: patience is not known else")
    load = _load(part, arrivals, handle, patience)
    agents = agents_by_interval(load)
    gone = counts_by_day(part.only(part.abandoned), every_s)[list(days)].sum(axis=1)
    return Fitted(
        days=tuple(log.days[day] for day in days),
        arrivals=arrivals,
        handle=handle,
        patience=patience,
        queues=tuple(
            _queue(part, number, shortest_handle_s) for number in range(len(log.queues)) if _any(part, number)
        ),
        agents=agents,
        attendance_spread=attendance_spread(counts, gone, agents, load),
    )


def _any(log: ContactLog, queue: int) -> bool:
    return bool((log.queue == queue).any())


def _queue(log: ContactLog, number: int, shortest_s: float) -> QueueFit:
    part = log.only(log.queue == number)
    handle, patience = _handle(part, shortest_s), fit_patience(part.wait, part.abandoned)
    return QueueFit(
        name=log.queues[number],
        share=len(part) / len(log),
        handle=handle if handle and handle.count >= FEWEST_HANDLED else None,
        patience=patience if patience and patience.abandoned >= FEWEST_ABANDONED else None,
    )


def _handle(log: ContactLog, shortest_s: float) -> HandleFit | None:
    return fit_handle(log.handle[log.answered], shortest_s)


def _load(log: ContactLog, arrivals: ArrivalFit, handle: HandleFit, patience: PatienceFit) -> Load:
    intervals = len(arrivals.contacts)
    cell = (log.second // arrivals.every_s).astype(np.int64)
    return Load(
        offered=np.bincount(cell, minlength=intervals).astype(np.float64),
        abandoned=np.bincount(cell[log.abandoned], minlength=intervals).astype(np.float64),
        rate=arrivals.rate(),
        handle_s=handle.mean_s,
        patience_s=patience.exponential_mean_s,
        variance=arrivals.day_variance + arrivals.drift**2 / 2,
    )
