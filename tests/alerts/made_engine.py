"""An engine over made rows, and its transitions as text."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.rows import RowAttributes
from alerts.rules import Rule

NAN = math.nan
HEFEI = (
    RowAttributes("hf/q1", "queue", "hf", platform="jd", zh="服饰", en="Apparel", site_zh="合肥", site_en="Hefei"),
    RowAttributes("hf/q2", "queue", "hf", platform="taobao"),
    RowAttributes("hf/*", "site", "hf", site_zh="合肥"),
)


def rule(name: str, when: str, **more: object) -> Rule:
    words = {"zh": f"{name} {{value}}", "en": f"{name} {{value}}"}
    fixed = {"rule": name, "title": words, "when": when, "severity": "warning", "message": words, "why": "x"}
    return Rule.model_validate({**fixed, **more})


def engine(*rules: Rule, sites: Mapping[str, Sequence[RowAttributes]] | None = None) -> RuleEngine:
    ids = (f"a{number}" for number in itertools.count(1))
    made = RuleEngine(rules, lambda: next(ids))
    for site, rows in ({"hf": HEFEI} if sites is None else sites).items():
        made.set_rows(site, rows, 0.0)
    return made


def columns(unknown: float = 0.0, **given: Sequence[float]) -> dict[str, NDArray[np.float64]]:
    made = {name: np.asarray(values, dtype=np.float64) for name, values in given.items()}
    rows = len(next(iter(made.values()))) if made else 3
    pseudo = ("link_age_s", "data_age_s", "link_late", "data_late")
    return {**made, **{name: np.zeros(rows) for name in pseudo}, "unknown": np.full(rows, unknown)}


def told(transitions: Sequence[Transition]) -> list[str]:
    return [f"{one.at:g} {one.rule} {one.key} {one.from_state}-{one.to_state}" for one in transitions]


WAITING = rule("waiting", "waiting > 10", **{"for": "40s"}, clear="waiting < 5")
