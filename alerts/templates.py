"""The sentences of alerts: fixed text with a few plain fields in braces, and figures as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from alerts.clock_names import CLOCK_FIGURES
from alerts.duties import DUTY_METRICS
from alerts.platforms import PLATFORM_METRICS
from alerts.projected import PROJECTED
from feeds.catalog import METRICS
from feeds.durations import format_duration
from feeds.metric import Unit

FIELDS: tuple[str, ...] = ("value", "threshold", "site", "queue", "shop", "platform", "category", "for", "key")
"""What a message may name in braces; everything else in braces is refused when the rule is read."""

UNKNOWN = "–"

_FIELD = re.compile(r"\{([^{}]*)\}")
_PSEUDO_UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "link_age_s": Unit.SECONDS,
        "data_age_s": Unit.SECONDS,
        **{name: unit for name, (unit, _) in CLOCK_FIGURES.items()},
        **{name: unit for name, (unit, _) in PLATFORM_METRICS.items()},
        **{name: unit for name, (unit, _) in DUTY_METRICS.items()},
        **{name: figure.unit for name, figure in PROJECTED.items()},
    }
)


def fill(template: str, fields: Mapping[str, str]) -> str:
    """The template with each `{field}` replaced; text is never interpreted twice, unlike with `str.format`."""
    return _FIELD.sub(lambda match: fields.get(match[1], match[0]), template)


def unknown_fields(template: str) -> tuple[tuple[int, str], ...]:
    """Place and name of every field in braces that is not one of FIELDS, and of braces that do not pair."""
    wrong = [(match.start(), match[1]) for match in _FIELD.finditer(template) if match[1] not in FIELDS]
    left = _FIELD.sub(lambda match: " " * len(match[0]), template)
    wrong += [(at, character) for at, character in enumerate(left) if character in "{}"]
    return tuple(sorted(wrong))


def unit_of(name: str) -> Unit:
    """The unit of a metric, of a pseudo-metric, of a clock's figure, or of a dotted name that ends in one."""
    last = name.rpartition(".")[2]
    metric = METRICS.get(last)
    return metric.unit if metric is not None else _PSEUDO_UNITS.get(last, Unit.COUNT)


def format_figure(value: float, unit: Unit) -> str:
    """A figure as people write it: `93.2%`, `2m10s`, `1.31`, `¥268`; `–` where it is unknown."""
    if not math.isfinite(value):
        return UNKNOWN
    if unit is Unit.SHARE:
        return f"{_short(value * 100)}%"
    if unit is Unit.SECONDS:
        return format_duration(value, parts=2)
    if unit is Unit.HOURS:
        return f"{_short(value)} h"
    if unit is Unit.CNY:
        return f"¥{value:,.0f}"
    if unit is Unit.PER_SECOND:
        return f"{value:.1f}/s"
    if unit is Unit.RATIO:
        return f"{value:.2f}" if abs(value) < 10 else f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0")
