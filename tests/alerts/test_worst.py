"""An alert's worst figure since it began, and which way is worse."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.expression import parse
from alerts.worst import limit_of
from feeds.errors import RefusedError
from tests.alerts.made_engine import NAN, columns, engine, rule

HIGH = rule("high", "waiting > 10", clear="waiting < 5")
LOW = rule("low", "service_level_30s_15m < 72%", **{"for": "20s"}, clear="service_level_30s_15m > 75%")


@pytest.mark.parametrize(
    ("show", "when", "limit", "worse"),
    [
        ("waiting", "waiting > 10", 10.0, "up"),
        ("waiting", "10 <= waiting", 10.0, "up"),
        ("service_level_30s_15m", "waiting > 3 and service_level_30s_15m < 72%", 0.72, "down"),
        ("service_level_30s_15m", "not service_level_30s_15m > 72%", 0.72, "down"),
        ("waiting", "not (not waiting > 4)", 4.0, "up"),
        ("waiting", "waiting > 50% * slots", NAN, "up"),
        ("waiting", "slots * 2 < waiting", NAN, "up"),
        ("oldest_wait_s", "waiting > 10", NAN, "up"),
        ("service_level_30s_15m", "waiting > 10", NAN, "down"),
        ("unknown", "unknown == 1", NAN, None),
        ("avg(waiting, 5m)", "avg(waiting, 5m) > 10", 10.0, "up"),
    ],
)
def test_the_limit_and_the_worse_direction_are_those_of_the_figures_own_comparison(
    show: str, when: str, limit: float, worse: str | None
) -> None:
    found, pick = limit_of(parse(show).root, parse(when).root)
    assert found == limit or (math.isnan(found) and math.isnan(limit))
    assert pick is {"up": np.fmax, "down": np.fmin, None: None}[worse]


@given(st.lists(st.one_of(st.just(NAN), st.floats(0, 100)), min_size=1, max_size=30))
def test_the_worst_is_that_of_all_known_figures_since_the_alert_began(figures: list[float]) -> None:
    made = engine(HIGH)
    seen: list[float] = []
    number = ""
    for second, figure in enumerate(figures):
        made.evaluate("hf", columns(waiting=[figure, 0.0, 0.0]), float(second))
        alert = next(iter(made.alerts()), None)
        if alert is None or alert.id != number:
            seen = []
        if alert is not None:
            number = alert.id
            seen += [figure] if not math.isnan(figure) else []
            assert alert.worst == max(seen)


def test_worst_of_a_share_is_the_lowest_and_counts_from_pending_on() -> None:
    made = engine(LOW)
    for second, level in enumerate((0.7, 0.4, NAN, 0.6)):
        made.evaluate("hf", columns(service_level_30s_15m=[level, 0.9, 0.9]), 10.0 * second)
    (alert,) = made.alerts()
    assert (alert.state, alert.value, alert.worst) == ("firing", 0.6, 0.4)
    made.set_rows("hf", [alert.row], 41.0)
    made.evaluate("hf", columns(service_level_30s_15m=[0.65]), 42.0)
    assert made.alerts()[0].worst == 0.4, "new rows forget nothing"


def test_the_worst_outlives_a_restart() -> None:
    before, after = engine(HIGH), engine(HIGH, sites={})
    before.evaluate("hf", columns(waiting=[90.0, 0, 0]), 1.0)
    before.evaluate("hf", columns(waiting=[20.0, 0, 0]), 2.0)
    after.restore(json.loads(json.dumps(before.dump(), allow_nan=False)), 3.0)
    assert after.alerts()[0].worst == 90.0
    after.set_rows("hf", [alert.row for alert in before.alerts()], 3.0)
    after.evaluate("hf", columns(waiting=[30.0]), 4.0)
    assert (after.alerts()[0].value, after.alerts()[0].worst) == (30.0, 90.0)


def test_facts_of_a_rule_are_what_a_screen_writes() -> None:
    facts = engine(LOW, HIGH).facts()
    assert (facts["low"].figure, facts["low"].limit, facts["low"].limit_text) == ("service_level_30s_15m", 0.72, "72%")
    assert (facts["low"].written(0.4), facts["low"].for_s, facts["high"].clear) == ("40%", 20.0, "waiting < 5")


def test_an_alert_is_given_back_by_a_person() -> None:
    made = engine(HIGH)
    made.evaluate("hf", columns(waiting=[20.0, 0, 0]), 1.0)
    (alert,) = made.alerts()
    with pytest.raises(RefusedError, match="nobody has taken"):
        made.unacknowledge(alert.id, "duty-1", 2.0)
    made.acknowledge(alert.id, "duty-1", "on it", 2.0, until=60.0)
    back = made.unacknowledge(alert.id, "duty-2", 3.0)
    assert (back.to_state, back.reason, made.alerts()[0].acknowledged) == ("unacknowledged", "duty-2", None)
    assert made.expire(100.0) == [], "its end is no event any more"
    for until in (NAN, math.inf, 2.0):
        with pytest.raises(RefusedError, match="ends after it begins"):
            made.acknowledge(alert.id, "duty-1", "", 100.0, until=until)
