"""Injections in words, for the coach and the report: what, where, how much."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.durations import format_duration
from simulators.injection import Injection
from simulators.scenario import Scenario

_KINDS: Mapping[str, tuple[str, str]] = {
    "surge": ("进线激增", "surge"),
    "topic_spike": ("话题带来进线", "topic spike"),
    "oscillation": ("进线忽高忽低", "arrivals swing"),
    "bot_fault": ("机器人答错", "bot fault"),
    "handle_time": ("处理变慢", "longer handle times"),
    "order_rush": ("下单潮", "order rush"),
    "platform_degrade": ("平台数据降级", "platform degrades"),
    "agents_leave": ("坐席离岗", "agents leave"),
    "agents_rest": ("坐席小休偏多", "agents rest"),
    "site_power": ("基地断电", "power lost"),
    "loan": ("他人借走坐席", "another manager borrows"),
    "site_dark": ("基地断数", "feed dead"),
    "site_freeze": ("数据停住", "figures stand still"),
    "clock_skew": ("时钟偏差", "clock wrong"),
    "feed_delay": ("数据延迟", "figures late"),
    "feed_repeat": ("帧重复", "frames repeated"),
    "feed_unit": ("单位错误", "wrong unit"),
    "counter_reset": ("计数清零", "counters reset"),
    "agents_doubled": ("坐席重复计数", "agents counted twice"),
}
_PLACES = ("site", "to", "category", "platform", "phase", "shop")
_TIMES = frozenset({"by", "period", "half_life"})
_SHARES = frozenset({"share", "containment", "false_containment", "amplitude"})


def injection_words(one: Injection, scenario: Scenario) -> tuple[str, str]:
    """中文 and English: the kind, the place, its figures, how long."""
    fields = one.model_dump(exclude_defaults=True)
    names = {site.id: (site.zh, site.en) for site in scenario.sites}
    places = [names.get(str(fields[key]), (str(fields[key]),) * 2) for key in _PLACES if fields.get(key)]
    figures = [_figure(key, value) for key, value in fields.items() if key not in (*_PLACES, "kind", "at", "for_")]
    zh, en = _KINDS.get(one.kind, (one.kind, one.kind))
    lasts = fields.get("for_")
    tail = [*figures, *([format_duration(lasts)] if lasts is not None else [])]
    return (
        " ".join([zh, "→".join(place[0] for place in places), *tail]).replace("  ", " ").strip(),
        " ".join([en, ", ".join(place[1] for place in places), *tail]).replace("  ", " ").strip(),
    )


def _figure(key: str, value: object) -> str:
    if key == "factor" and isinstance(value, float):
        return f"×{value:g}"
    if key in _SHARES and isinstance(value, float):
        return f"{value:.0%}" if key == "share" else f"{key} {value:.0%}"
    if key in _TIMES and isinstance(value, float):
        return f"{key} {format_duration(value)}"
    return f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}" if key != "topic" else str(value)
