"""Estimators against samples of known laws; what must not be done is shown to be wrong."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.projection.erlang import erlang_a
from simulators.fitting.arrivals import busyness_shape, fit_arrivals
from simulators.fitting.handle_time import fit_handle
from simulators.fitting.patience import fit_patience, kaplan_meier
from simulators.fitting.people import Load, agents_by_interval, attendance_spread
from simulators.laws import Law, LawTable


def censored(patience: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Waits and who gave up, where a queue would have answered after an exponential time."""
    answer = rng.exponential(60.0, len(patience))
    return np.minimum(patience, answer), patience < answer


def test_censored_patience_is_recovered_and_the_mean_wait_of_those_who_left_is_not_patience() -> None:
    rng = np.random.default_rng(2)
    waits, gave_up = censored(rng.exponential(300.0, 20_000), rng)
    fitted = fit_patience(waits, gave_up)
    assert fitted is not None
    error = 300.0 / np.sqrt(gave_up.sum())
    assert abs(fitted.exponential_mean_s - 300.0) < 3 * error
    assert fitted.naive_mean_s < 60.0
    assert fitted.balk == 0.0
    assert fitted.aic["exponential"] < min(fitted.aic["hyperexponential"], fitted.aic["lognormal"])


@pytest.mark.parametrize(("law", "cv"), [("weibull", 1.8), ("lognormal", 1.5), ("hyperexponential", 1.2446)])
def test_the_law_of_patience_is_told_from_the_others(law: str, cv: float) -> None:
    rng = np.random.default_rng(3)
    count = 30_000
    table = LawTable([Law.model_validate({"law": law, "mean": 200.0, "cv": cv})], tick_s=0.0)
    draws = (rng.standard_exponential(count), rng.random(count), rng.standard_normal(count))
    fitted = fit_patience(*censored(table.draw(np.zeros(count, dtype=np.int64), *draws), rng))
    assert fitted is not None
    assert fitted.law == law
    assert fitted.mean_s == pytest.approx(200.0, rel=0.12)
    assert fitted.cv == pytest.approx(cv, rel=0.12)


def test_who_leaves_at_once_is_counted_apart() -> None:
    rng = np.random.default_rng(4)
    patience = np.where(rng.random(20_000) < 0.08, rng.uniform(0.5, 1.5, 20_000), rng.exponential(300.0, 20_000))
    fitted = fit_patience(*censored(patience, rng))
    assert fitted is not None
    assert fitted.balk == pytest.approx(0.08, abs=0.008)
    assert fitted.mean_s == pytest.approx(300.0, rel=0.08)
    assert fitted.exponential_mean_s < 250.0


def test_kaplan_meier_follows_the_true_curve_and_handles_ties() -> None:
    rng = np.random.default_rng(5)
    waits, gave_up = censored(rng.exponential(200.0, 20_000), rng)
    curve = kaplan_meier(waits, gave_up)
    for seconds in (5.0, 30.0, 60.0, 120.0):
        place = np.searchsorted(curve.times, seconds) - 1
        assert abs(curve.at(seconds) - np.exp(-seconds / 200)) < 3.5 * curve.error[place]
    tied = kaplan_meier(np.array([1.0, 1.0, 2.0, 2.0, 3.0]), np.array([True, False, True, True, False]))
    assert tied.share.tolist() == pytest.approx([0.8, 0.8 / 3])
    assert tied.median() == 2.0


def test_too_little_is_not_a_law() -> None:
    assert fit_patience(np.array([0.0, 3.0]), np.array([False, True])) is None
    assert fit_handle(np.full(50, 60.0)) is None
    assert fit_handle(np.array([np.nan, 0.0, 5.0])) is None


@pytest.mark.parametrize("law", ["lognormal", "weibull", "exponential"])
def test_the_law_of_handle_time(law: str) -> None:
    rng = np.random.default_rng(6)
    cv = {"lognormal": 1.2, "weibull": 0.6, "exponential": 1.0}[law]
    table = LawTable([Law.model_validate({"law": law, "mean": 180.0, "cv": cv})], tick_s=0.0)
    count = 8_000
    draws = (rng.standard_exponential(count), rng.random(count), rng.standard_normal(count))
    fitted = fit_handle(table.draw(np.zeros(count, dtype=np.int64), *draws))
    assert fitted is not None
    assert fitted.law == law or (law == "exponential" and fitted.cv == pytest.approx(1, abs=0.03))
    assert (fitted.mean_s, fitted.cv) == pytest.approx((180.0, cv), rel=0.05)
    assert fitted.distance[fitted.law] < 1.63 / np.sqrt(count)


def test_gamma_handle_times_are_recognised() -> None:
    rng = np.random.default_rng(7)
    fitted = fit_handle(rng.gamma(3.0, 60.0, 5_000))
    assert fitted is not None
    assert min(fitted.aic, key=fitted.aic.__getitem__) == "gamma"


def test_short_handle_times_count_in_the_mean_and_not_in_the_law() -> None:
    rng = np.random.default_rng(8)
    good = rng.lognormal(5.0, 0.8, 5_000)
    fitted = fit_handle(np.concatenate([good, np.full(800, 2.0)]), shortest_s=10.0)
    assert fitted is not None
    assert fitted.law == "lognormal"
    assert fitted.cv == pytest.approx(np.sqrt(np.expm1(0.64)), rel=0.06)
    assert fitted.mean_s == pytest.approx((good.sum() + 1600) / 5_800)


def test_arrivals_their_errors_and_the_variance_beyond_poissons() -> None:
    rng = np.random.default_rng(9)
    rate = 20 + 15 * np.sin(np.arange(96) / 96 * np.pi)
    counts = rng.poisson(rate * rng.gamma(50.0, 1 / 50, (400, 1))).astype(float)
    fitted = fit_arrivals(counts, 900.0)
    assert (np.abs(fitted.contacts - rate) < 4 * fitted.standard_error()).all()
    assert fitted.day_variance == pytest.approx(1 / 50, rel=0.2)
    assert fitted.drift < 0.05
    assert abs(fitted.correlation) < 0.03
    plain = fit_arrivals(rng.poisson(rate, (400, 96)).astype(float), 900.0)
    assert plain.day_variance < 3e-4


def test_the_wandering_within_the_day_is_recovered() -> None:
    rng = np.random.default_rng(10)
    days, step, sd = 150, 30.0, 0.2
    keep = np.exp(-step / 560)
    noise = np.zeros((2880, days))
    noise[0] = rng.standard_normal(days) * sd
    for i in range(1, 2880):
        noise[i] = keep * noise[i - 1] + sd * np.sqrt(1 - keep**2) * rng.standard_normal(days)
    factor = np.exp(noise - sd**2 / 2).reshape(96, 30, days).mean(axis=1).T
    fitted = fit_arrivals(rng.poisson(60 * factor).astype(float), 900.0)
    assert fitted.drift == pytest.approx(sd, rel=0.08)
    assert fitted.day_variance < 2e-3


def test_busyness_shape_is_the_sites_and_the_queues_together() -> None:
    assert busyness_shape(0.0, np.ones(3)) is None
    shape = busyness_shape(0.02, np.array([1.0]))
    assert shape is not None
    assert 1 / shape + 1 / (4 * shape) == pytest.approx(0.02)


def load(share: np.ndarray, rate: np.ndarray, variance: float = 0.0) -> Load:
    return Load(np.full(96, 1e6), share * 1e6, rate, handle_s=180.0, patience_s=240.0, variance=variance)


def test_people_are_those_of_erlang_a() -> None:
    rate = np.full(96, 0.05)
    share = erlang_a(np.full(96, 8.0), rate * 180, np.array([180 / 240]), np.zeros(1)).p_abandon
    assert agents_by_interval(load(share, rate)) == pytest.approx(np.full(96, 8.0), abs=0.01)
    # With busy and quiet days in the mean, the same abandonment takes more people.
    assert (agents_by_interval(load(share, rate, 0.04)) > 8.1).all()


def test_attendance_is_what_the_days_abandonments_say() -> None:
    rng = np.random.default_rng(11)
    rate, agents = np.full(96, 0.05), np.full(96, 8.0)
    factors = rng.normal(1.0, 0.12, 60)
    counts = rng.poisson(rate * 900, (60, 96)).astype(float)
    gone = np.array(
        [
            (day * erlang_a(8.0 * factor, rate * 180, np.array([0.75]), np.zeros(1)).p_abandon).sum()
            for day, factor in zip(counts, factors, strict=True)
        ]
    )
    gone += rng.normal(0.0, np.sqrt(7.5 * gone))
    assert attendance_spread(counts, gone, agents, load(rate, rate)) == pytest.approx(0.12, abs=0.035)


def test_likelihoods_are_those_of_another_library() -> None:
    from scipy import stats

    seconds = np.sort(np.random.default_rng(12).gamma(2.0, 80.0, 2_000))
    fitted = fit_handle(seconds)
    assert fitted is not None
    others = {
        "lognormal": (stats.lognorm, stats.lognorm.fit(seconds, floc=0), 2),
        "weibull": (stats.weibull_min, stats.weibull_min.fit(seconds, floc=0), 2),
        "gamma": (stats.gamma, stats.gamma.fit(seconds, floc=0), 2),
        "exponential": (stats.expon, (0, seconds.mean()), 1),
    }
    for name, (law, found, free) in others.items():
        assert fitted.aic[name] == pytest.approx(2 * free - 2 * law.logpdf(seconds, *found).sum(), abs=0.01)
        assert fitted.distance[name] == pytest.approx(stats.kstest(seconds, law(*found).cdf).statistic, abs=1e-3)
