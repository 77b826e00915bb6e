"""Mean handle time from counters, where the mean of the ended contacts would be wrong by half."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulators.recorded.work import Ended, mean_handle

_CV = 0.9


@pytest.mark.parametrize("mean", [60.0, 300.0, 900.0])
def test_the_mean_of_a_wave_of_which_most_is_still_open(mean: float) -> None:
    rng = np.random.default_rng(5)
    sigma = math.sqrt(math.log1p(_CV * _CV))
    answered = np.array([200] * 10 + [600] * 50, np.float64)
    begun = np.repeat(np.arange(60) * 10.0 + 5, answered.astype(int))
    work = rng.lognormal(math.log(mean) - sigma * sigma / 2, sigma, len(begun))
    gone = begun + work <= 600.0
    left = np.asarray(600.0 - (np.arange(60) * 10.0 + 5), np.float64)
    found = mean_handle([Ended(answered, left, 600.0, 0.0, float(gone.sum()))], _CV)
    assert found == pytest.approx(mean, rel=0.05)
    if mean > 100:
        assert work[gone].mean() < 0.75 * mean


def test_contacts_found_open_count_with_what_is_left_of_them() -> None:
    rng = np.random.default_rng(6)
    sigma = math.sqrt(math.log1p(_CV * _CV))
    work = rng.lognormal(math.log(240.0) - sigma * sigma / 2, sigma, 400_000)
    found = rng.choice(work, 20_000, p=work / work.sum()) * rng.random(20_000)  # found open: longer ones, part done
    ended = float((found <= 300.0).sum())
    assert mean_handle([Ended(np.zeros(1), np.ones(1), 300.0, 20_000.0, ended)], _CV) == pytest.approx(240.0, rel=0.05)
