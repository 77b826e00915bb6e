"""The shipped burn-rate rules on the engine: both windows, the minimum sample, and the end of the assessed hours."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alerts.clock_names import CLOCK_FIGURES
from alerts.engine import RuleEngine
from alerts.rows import site_row
from alerts.rules import load_rules

CLOCKS = {"taobao-burn": "taobao_3min", "merchant-burn": "merchant_first_response"}


class Desk:
    """The shipped rules over one site of which only the figures of one clock are known."""

    def __init__(self, rules: str) -> None:
        self.rules, self.clock = rules, CLOCKS[rules]
        self._ids = iter(range(10_000))
        self.engine = RuleEngine(load_rules(), lambda: str(next(self._ids)))
        self.engine.set_rows("hefei", (site_row("hefei"),))

    def at(self, now: float, **figures: float) -> dict[str, str]:
        """The states of the pair after figures at `now`; what is not named is unknown."""
        known = dict.fromkeys(CLOCK_FIGURES, math.nan) | {"assessed": 1.0, "counted": 500.0} | figures
        columns = {f"{self.clock}.{name}": np.array([value]) for name, value in known.items()}
        self.engine.evaluate("hefei", columns, now)
        alerts = [alert for alert in self.engine.alerts() if alert.rule.startswith(self.rules)]
        return {alert.rule.rpartition("-")[2]: alert.state + (" muted" if alert.inhibited else "") for alert in alerts}


@pytest.mark.parametrize("rules", CLOCKS)
def test_both_windows_must_be_over(rules: str) -> None:
    desk = Desk(rules)
    assert desk.at(0, burn=20, burn_5m=2, burn_1h=1) == {}
    assert desk.at(10, burn=2, burn_5m=20, burn_1h=1) == {}
    assert desk.at(20, burn=7, burn_5m=7, burn_1h=1) == {"fast": "pending"}
    assert desk.at(60, burn=7, burn_5m=7, burn_1h=2) == {"fast": "firing", "slow": "pending muted"}
    assert desk.at(200, burn=7, burn_5m=4, burn_1h=2) == {"fast": "firing", "slow": "firing muted"}
    assert desk.at(210, burn=7, burn_5m=2, burn_1h=2) == {"slow": "firing"}
    assert desk.at(230, burn=0.5, burn_5m=0, burn_1h=2) == {}


@pytest.mark.parametrize("rules", CLOCKS)
def test_a_small_sample_wakes_nobody(rules: str) -> None:
    desk = Desk(rules)
    assert desk.at(0, burn=99, burn_5m=99, burn_1h=99, counted=99) == {}
    assert set(desk.at(1, burn=99, burn_5m=99, burn_1h=99, counted=100)) == {"fast", "slow"}


@pytest.mark.parametrize("rules", CLOCKS)
def test_an_alert_ends_with_the_hours_and_not_with_the_data(rules: str) -> None:
    desk = Desk(rules)
    desk.at(0, burn=9, burn_5m=9, burn_1h=9)
    assert desk.at(130, burn=9, burn_5m=9, burn_1h=9) == {"fast": "firing", "slow": "firing muted"}
    assert desk.at(140) == {"fast": "firing", "slow": "firing muted"}
    assert desk.at(150, assessed=0.0) == {}
