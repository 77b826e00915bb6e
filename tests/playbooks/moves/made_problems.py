"""Move problems drawn at random: curves that bend either way, holes, sites that may let few go."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from playbooks.moves.problem import MoveProblem, allowed, value_of


def drawn(seed: int, sites: int, categories: int, sizes: tuple[int, ...], *, limited: bool = True) -> MoveProblem:
    """Some places in trouble, some with people to spare, some neither; made from the seed alone."""
    rng = np.random.default_rng(seed)
    places = tuple((f"s{site}", f"c{category}") for site in range(sites) for category in range(categories))
    grid = np.array(sizes, np.intp)
    need, width = rng.uniform(0.5, 1.5 * max(sizes), len(places)), rng.uniform(0.3, 6.0, len(places))
    worth = rng.uniform(5.0, 80.0, len(places))

    def reached(count: float) -> np.ndarray:
        return worth[:, None] / (1.0 + np.exp((need[:, None] - count) / width[:, None]))

    gain = reached(grid[None, :].astype(float)) - reached(0.0)
    loss = rng.uniform(0.05, 3.0, (len(places), 1)) * grid[None, :] ** rng.uniform(0.7, 1.8, (len(places), 1))
    gain[rng.random(len(places)) < 0.5] = np.nan
    loss[grid[None, :] > rng.integers(0, max(sizes) + 1, len(places))[:, None]] = np.nan
    limits = [site for site in range(sites) if limited and rng.random() < 0.6]
    room = {f"s{site}": float(rng.integers(0, max(sizes) * 2)) for site in limits}
    return MoveProblem(places, grid, gain, loss, room)


def brute_force(problem: MoveProblem) -> float:
    """The worth of the best plan, by trying every one."""
    sizes = problem.sizes.tolist()
    offered = [
        [0]
        + [s for k, s in enumerate(sizes) if np.isfinite(problem.gain[p, k])]
        + [-s for k, s in enumerate(sizes) if np.isfinite(problem.loss[p, k])]
        for p in range(len(problem.places))
    ]
    plans = (np.array(changes, np.intp) for changes in product(*offered))
    return max(value_of(problem, changes) for changes in plans if allowed(problem, changes))


small = st.builds(
    drawn,
    st.integers(0, 2**32),
    st.integers(2, 5),
    st.just(1),
    st.sampled_from([(1, 2, 3), (1, 3), (2, 4, 6), (1, 2, 4)]),
)
two_categories = st.builds(drawn, st.integers(0, 2**32), st.just(3), st.just(2), st.just((1, 2)))
larger = st.builds(drawn, st.integers(0, 2**32), st.integers(2, 12), st.integers(1, 6), st.just((1, 2, 3, 5, 8)))
