"""What the contacts of intervals ask for: the fewest agents who keep a target, and what agents can take on.

`dutydeck forecast`, the forecast on the screen and the figures of rules all count by this.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alerts.forecast.table import Key, PlanSeries, PlanTable
from alerts.projection.decay import Floats
from alerts.projection.staffing import modified_load, required_agents


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a forecast does not say itself, and the target. NaN as handle time: every row must name its own."""

    handle_s: float = math.nan
    patience_s: float = math.inf
    within_s: float = 30.0
    target: float = 0.8
    concurrency: float = 1.0
    to_people: float = 1.0
    """The share of the contacts that ask for a person: the rest are a bot's."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Contacts of intervals one after the other that ask for people, with what each takes; arrays over them."""

    contacts: Floats
    step_s: float
    handle_s: Floats
    patience_s: Floats
    at_once: Floats
    """Contacts that an agent holds at once."""
    within_s: float
    target: float
    to_people: float

    def capacity(self, agents: Floats) -> Floats:
        """Contacts, a bot's included, that so many agents can bring to an end in an interval, all of them busy."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(agents * self.at_once / self.handle_s * self.step_s / self.to_people, np.float64)


def traits_at(traits: Mapping[str, PlanTable], key: Key, series: PlanSeries) -> dict[str, Floats]:
    """The traits that a plan names of a series, over its intervals; NaN where it names none."""
    found = {name: table.series.get(key) for name, table in traits.items()}
    return {name: one.values for name, one in found.items() if one is not None and one.start == series.start}


def demand_of(contacts: Floats, step_s: float, traits: Mapping[str, Floats], assumed: Assumed) -> Demand:
    """The demand of one series; a trait that is not named is as assumed."""

    def trait(name: str, usual: float) -> Floats:
        named = traits.get(name)
        return np.full(len(contacts), usual) if named is None else np.where(np.isnan(named), usual, named)

    return Demand(
        contacts * assumed.to_people,
        step_s,
        trait("mean_handle_s", assumed.handle_s),
        trait("mean_patience_s", assumed.patience_s),
        np.maximum(trait("concurrency", assumed.concurrency), 1.0),
        assumed.within_s,
        assumed.target,
        assumed.to_people,
    )


def required_of(demands: Sequence[Demand], parts: Sequence[slice] | None = None) -> list[Floats]:
    """The agents that the intervals of each series require, or a part of each, work carried over from those before.

    One inversion of the closed forms for all of them, which costs a third of one for each.
    """
    if not demands:
        return []
    of = list(zip(demands, parts if parts is not None else [slice(None)] * len(demands), strict=True))
    loads = [_load(one)[part] for one, part in of]
    sizes = np.cumsum([len(load) for load in loads])[:-1]
    handle = np.concatenate([one.handle_s[part] for one, part in of])
    patience = np.concatenate([one.patience_s[part] for one, part in of])
    at_once = np.concatenate([one.at_once[part] for one, part in of])
    within = np.concatenate([np.full(len(load), one.within_s) for one, load in zip(demands, loads, strict=True)])
    target = np.concatenate([np.full(len(load), one.target) for one, load in zip(demands, loads, strict=True)])
    places = required_agents(np.concatenate(loads), handle / patience, within / handle, target)
    return np.split(np.asarray(np.ceil(places / at_once), np.float64), sizes)


def _load(demand: Demand) -> Floats:
    contacts, handle = demand.contacts, demand.handle_s
    known = np.isfinite(contacts) & np.isfinite(handle)
    weights = np.where(known, np.maximum(contacts, 1e-9), 0.0)
    if not weights.any():
        return np.full(len(contacts), np.nan)
    usual = float((np.where(known, handle, 0.0) * weights).sum() / weights.sum())
    # What is not known brings nothing with it, and is itself unknown.
    rates = np.where(known, contacts, 0.0)[:, None] / demand.step_s
    load = modified_load(rates, np.array([usual]), demand.step_s)[:, 0] * handle / usual
    return np.asarray(np.where(known, load, np.nan), np.float64)
