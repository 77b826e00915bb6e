"""What docs/validation.md says of the desk's projections, in small."""

from __future__ import annotations

import numpy as np

from simulators.scenario import load_scenario
from tests.simulators.validation.projections import AHEAD_S, FIGURES, SITES, few_sites, measure


def test_a_calm_evening_is_projected_calm() -> None:
    found = {(one.ahead_s, one.figure): one for one in measure(1, (("evening-calm", (3,)),))}
    assert set(found) == {(ahead, figure) for ahead in AHEAD_S for figure in FIGURES}
    for ahead in AHEAD_S:
        level, waiting = found[ahead, "level"], found[ahead, "waiting"]
        assert np.isfinite(level.projected).all()
        assert np.isfinite(level.happened).all()
        assert len(level.projected)
        assert abs(level.bias) < 0.05
        assert abs(waiting.bias) < 3.0
        assert waiting.inside >= 0.5


def test_the_sites_that_something_happens_to_are_measured() -> None:
    scenario = few_sites(load_scenario("d08-no-show"))
    assert len(scenario.sites) == SITES
    assert {"guiyang", "wuhan"} == {site.id for site in scenario.sites}
    assert scenario.injections
