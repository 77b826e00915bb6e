"""A desk of one rule test: the engine over the case's figures, with what may happen to a desk on the day."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from alerts.alert import Alert, Transition
from alerts.engine import RuleEngine
from alerts.logic import Value
from alerts.rule_checks import PSEUDO_METRICS
from alerts.rule_test_file import RuleTest, meant
from alerts.rule_test_schema import CaseAcknowledge, CaseSilence
from alerts.rules import NO_PROFILE
from alerts.silence import Matcher, Silence

Cell = tuple[str, str]
"""(rule, series)."""

Told = Sequence[Transition]


class CaseDesk:
    """Goes through a case instant by instant; the caller says when."""

    def __init__(self, test: RuleTest) -> None:
        self._test = test
        self._numbers = count(1)
        self._sites = list(dict.fromkeys(row.site for row in test.rows))
        self._dark: dict[str, float] = {}
        self._down_until = 0.0
        self._profile = NO_PROFILE
        self._engine = self._opened()
        self.over: dict[Cell, float] = {}
        """When each alert that was there was last over, or was pending for nothing."""
        self._announce()

    def down(self, now: float) -> bool:
        """Whether nobody works anything out at `now`."""
        return now < self._down_until

    def reach(self, now: float) -> None:
        """Meet the deadlines before `now`."""
        self._note(self._engine.expire(now, before=True))

    def restart(self, now: float, down_s: float) -> None:
        """The process ends and another one goes on from what was kept, `down_s` later."""
        kept = json.loads(json.dumps(self._engine.dump(), allow_nan=False))
        self._engine = self._opened()
        self._note(self._engine.set_profile(self._profile, now))
        self._note(self._engine.restore(kept))
        self._announce()
        self._down_until = round(now + down_s, 6)

    def profile(self, name: str, now: float) -> None:
        """Another profile holds from `now` on; `none` for the usual thresholds."""
        self._profile = NO_PROFILE if name == "none" else name
        self._note(self._engine.set_profile(self._profile, now))

    def darken(self, names: Iterable[str], now: float) -> None:
        """Nothing more comes from these sites."""
        for name in names:
            for key in meant(name, (row.key for row in self._test.rows)):
                self._dark.setdefault(key, now)

    def lighten(self, names: Iterable[str]) -> None:
        """These sites are heard of again."""
        for name in names:
            for key in meant(name, (row.key for row in self._test.rows)):
                self._dark.pop(key, None)

    def evaluate(self, now: float) -> None:
        """Apply the figures as they are at `now`."""
        index = bisect_right(self._test.instants, now) - 1
        for site in self._sites:
            here = [number for number, row in enumerate(self._test.rows) if row.site == site]
            self._note(self._engine.evaluate(site, self._columns(index, here, now), now))

    def fall_due(self, now: float) -> None:
        """Meet the deadlines at `now`."""
        self._note(self._engine.expire(now))

    def acknowledge(self, asked: CaseAcknowledge, now: float) -> int:
        """Take alerts on; how many there were."""
        wanted = [
            alert
            for alert in self._engine.alerts()
            if (not asked.series or alert.key in asked.series) and asked.rule in (None, alert.rule)
        ]
        for alert in wanted:
            self._note([self._engine.acknowledge(alert.id, asked.by, asked.note, now, until=asked.until)])
        return len(wanted)

    def silence(self, asked: CaseSilence, now: float) -> None:
        """Keep alerts from people for a while."""
        matcher = Matcher(rules=asked.rules, keys=asked.series, sites=asked.sites)
        self._engine.silence(Silence(f"s{next(self._numbers)}", matcher, asked.by, "", now, asked.until))

    def alerts(self) -> dict[Cell, Alert]:
        """What is there now."""
        return {(alert.rule, alert.key): alert for alert in self._engine.alerts()}

    def _opened(self) -> RuleEngine:
        return RuleEngine(self._test.rules, lambda: f"a{next(self._numbers)}")

    def _announce(self) -> None:
        for site in self._sites:
            self._note(self._engine.set_rows(site, [row for row in self._test.rows if row.site == site]))

    def _note(self, transitions: Told) -> None:
        for one in transitions:
            if one.to_state in ("inactive", "resolved"):
                self.over[one.rule, one.key] = one.at

    def _columns(self, index: int, here: Sequence[int], now: float) -> dict[str, Value]:
        keys = [self._test.rows[number].key for number in here]
        dark = np.array([key in self._dark for key in keys])
        silent = np.array([now - self._dark.get(key, now) for key in keys])
        columns: dict[str, Value] = {name: dark.astype(np.float64) for name in PSEUDO_METRICS}
        columns |= {"link_age_s": silent, "data_age_s": silent}
        for name, figures in self._test.figures.items():
            given: NDArray[np.float64] = figures[index, here]
            if name in PSEUDO_METRICS:
                columns[name] = np.where(np.isnan(given), columns[name], given)
            else:
                columns[name] = np.where(dark, np.nan, given)
        return columns
