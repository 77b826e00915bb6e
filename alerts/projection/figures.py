"""What a law over states means for a contact that arrives: each figure is the law times a weight for every state."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from alerts.projection import waits
from alerts.projection.chain import States
from alerts.projection.course import Course
from alerts.projection.decay import Floats


@dataclass(frozen=True, slots=True)
class Projection:
    """Where queues are heading. Every figure is (times, queues) or (times, queues, limits); NaN where not known.

    Waits and shares are of a contact that arrives at that time; those who give up count, with the time they waited.
    """

    times: Floats
    """Seconds from now, the start included."""
    present: Floats
    """Mean contacts waiting or served."""
    waiting: Floats
    """Mean contacts waiting."""
    p_wait: Floats
    mean_wait_s: Floats
    offered_wait_s: Floats
    """Mean wait of one who would never give up."""
    p_abandon: Floats
    abandon_rate: Floats
    """Contacts that give up, a second."""
    answered_within: Floats
    """Share answered within each limit."""
    late: Floats
    """Share still waiting at each limit: P(wait > limit)."""
    waiting_band: Floats
    """Quantiles of the contacts waiting, (times, queues, quantiles)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """For each state, what it adds to a figure; for the staffing of one step."""

    agents: Floats
    serving: Floats
    waits: Floats
    waiting: Floats
    mean_wait: Floats
    offered_wait: Floats
    impatience: Floats
    hopeless: Floats
    """0, or inf where nobody serves and nobody will: what is added to waits, (queues,)."""
    capacity: Floats
    """Contacts that are held at once if there are enough, (queues,)."""
    answered: Floats
    """(limits, states)."""
    late: Floats


def weights(course: Course, step: int, states: States, limits: Floats, before: Weights | None) -> Weights:
    """The weights of a step; those `before` again where the staffing is the same."""
    agents, serving = course.agents[step], course.serving_at[step]
    if before is not None and np.array_equal(agents, before.agents) and np.array_equal(serving, before.serving):
        return before
    room, capacity = agents * course.slots, serving * course.slots
    # While people who leave finish, more are served than are replaced: the queue moves faster than its size says.
    leavers = (capacity - room) * course.impatience
    base = np.maximum(serving * course.full_pace - leavers, agents * course.full_pace)
    full = states.present >= room[states.queue]
    which = states.queue[full]
    ahead = np.ceil(states.present[full] - room[which])
    rate, r = base[which], course.impatience[which]

    def of_all(values: Floats, otherwise: float) -> Floats:
        out = np.full(len(full), otherwise)
        out[full] = values
        return out

    return Weights(
        agents=agents,
        serving=serving,
        waits=full.astype(np.float64),
        waiting=np.maximum(states.present - capacity[states.queue], 0.0),
        mean_wait=_finite(of_all(waits.mean_wait(ahead, rate, r), 0.0)),
        offered_wait=_finite(of_all(waits.offered_wait(ahead, rate, r), 0.0)),
        impatience=course.impatience,
        hopeless=np.where(base > 0, 0.0, np.inf),
        capacity=capacity,
        answered=np.stack([of_all(waits.answered_within(ahead, rate, r, limit[which]), 1.0) for limit in limits]),
        late=np.stack([of_all(waits.waits_beyond(ahead, rate, r, limit[which]), 0.0) for limit in limits]),
    )


def figures_of(laws: Floats, times: Floats, states: States, weigh: Weights, quantiles: tuple[float, ...]) -> Projection:
    """The figures of `laws`, (times, states), under one step's weights."""

    def mean(weight: Floats) -> Floats:
        return np.maximum(states.sums(laws * weight), 0.0)  # rounding may leave -1e-17

    def share(weight: Floats) -> Floats:
        return np.minimum(mean(weight), 1.0)

    waiting, wait = mean(weigh.waiting), mean(weigh.mean_wait)
    return Projection(
        times=times,
        present=mean(states.present),
        waiting=waiting,
        p_wait=share(weigh.waits),
        mean_wait_s=np.where(weigh.impatience > 0, wait, wait + weigh.hopeless),
        offered_wait_s=mean(weigh.offered_wait) + weigh.hopeless,
        p_abandon=wait * weigh.impatience,
        abandon_rate=waiting * weigh.impatience,
        answered_within=np.stack([share(weight) for weight in weigh.answered], axis=-1),
        late=np.stack([share(weight) for weight in weigh.late], axis=-1),
        waiting_band=_band(laws, states, weigh.capacity, quantiles),
    )


def _finite(values: Floats) -> Floats:
    """Waits without an end as 0: they are added for the whole queue, so that no law of 0 meets an inf."""
    return np.where(np.isfinite(values), values, 0.0)


def _band(laws: Floats, states: States, capacity: Floats, quantiles: tuple[float, ...]) -> Floats:
    """Quantiles of the contacts waiting, (times, queues, quantiles)."""
    summed = np.cumsum(laws, axis=1)
    below = summed[:, states.first] - laws[:, states.first]
    summed -= below[:, states.queue]
    counts = [states.low + states.sums((summed < q).astype(np.int64)) for q in quantiles]
    return np.stack([np.maximum(count - capacity, 0.0) for count in counts], axis=-1)


def fields_of(projection: Projection) -> list[str]:
    """The names of a projection's figures, the times left out."""
    return [field.name for field in fields(projection) if field.name != "times"]
