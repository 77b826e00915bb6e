"""One stream of random numbers for each purpose, so that what is decided does not disturb what arrives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of one run. Two runs with the same seed and different orders see the same customers arrive.

    A new purpose is added at the end: the children of a seed are numbered, and older ones keep their numbers.
    """

    busyness: Generator
    """How busy the day is, per site and queue; drawn once."""
    drift: Generator
    """The slow wandering of each site's rate."""
    arrivals: Generator
    """How many contacts arrive in each second."""
    traits: Generator
    """Patience, work and dealings with the bot of each first contact."""
    comebacks: Generator
    """Who comes back, when, and the traits of those contacts."""
    outcomes: Generator
    """What a conversation leads to: orders, ratings, turns, transfers."""
    trade: Generator
    """Trades, refunds and shipping of the shops."""
    shifts: Generator
    """Attendance of the day, per group with a roster; drawn once."""
    levers: Generator
    """What customers do because of something ordered; nothing is drawn while nothing is."""


def streams(seed: int) -> Streams:
    """The streams that belong to a seed (0 or more)."""
    names = Streams.__slots__
    children = SeedSequence(seed).spawn(len(names))
    return Streams(*(np.random.Generator(PCG64(child)) for child in children))
