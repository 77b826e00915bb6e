from __future__ import annotations

import pytest

from simulators.curves import BURST_PEAK, DAY_S, EIGHT_PM, HOUR_S, MIDNIGHT, NAMED, NORMAL, Curve, level

SHARES = {"normal": NORMAL, "midnight": MIDNIGHT, "eight-pm": EIGHT_PM}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_each_hour_keeps_its_share(name: str) -> None:
    curve, shares = NAMED[name], SHARES[name]
    for hour, share in enumerate(shares):
        levels = [level(curve, hour * HOUR_S + second + 0.5) for second in range(3600)]
        assert sum(levels) / 3600 / 24 * sum(shares) == pytest.approx(share, rel=1e-4)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_rate_jumps_nowhere_but_at_the_start_of_the_burst(name: str) -> None:
    curve = NAMED[name]
    for second in range(0, int(DAY_S), 7):
        if curve.burst_hour is not None and (second + 7 - curve.burst_hour * HOUR_S) % DAY_S < 3600:
            continue
        assert abs(level(curve, second + 7.0) - level(curve, second)) < 0.02


@pytest.mark.parametrize("hour", range(1, 24))
def test_the_rate_is_continuous_at_the_hour(hour: int) -> None:
    curve = NAMED["midnight"]
    assert level(curve, hour * HOUR_S - 1e-6) == pytest.approx(level(curve, hour * HOUR_S), abs=1e-6)


def test_the_burst_starts_at_four_times_its_hour_and_halves_in_eight_minutes() -> None:
    curve = NAMED["midnight"]
    mean = MIDNIGHT[0] / sum(MIDNIGHT) * 24
    first = sum(level(curve, second + 0.5) for second in range(120)) / 120
    assert first / mean == pytest.approx(BURST_PEAK, rel=1e-3)
    assert level(curve, 8 * 60) == pytest.approx(level(curve, 0) / 2, rel=0.15)
    assert level(curve, DAY_S - 1) < 0.1 * level(curve, 0)


def test_levels_are_never_negative() -> None:
    spiky = Curve(tuple([0.0] * 12 + [50.0] + [1.0] * 11), burst_hour=12)
    assert min(level(spiky, float(second)) for second in range(0, int(DAY_S), 13)) >= 0


def test_points_are_joined_by_straight_lines_and_hold_outside() -> None:
    curve = Curve(points=((0.0, 1.0), (600.0, 3.0)))
    assert [level(curve, 0.0, at) for at in (-5.0, 0.0, 300.0, 600.0, 9e9)] == [1.0, 1.0, 2.0, 3.0, 3.0]
