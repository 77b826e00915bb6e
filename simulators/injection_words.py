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
_FIGURES: Mapping[str, tuple[str, str]] = {
    "by": ("偏差", "by"),
    "period": ("周期", "each"),
    "half_life": ("半衰期", "half-life"),
    "share": ("", ""),
    "amplitude": ("幅度", "±"),
    "containment": ("拦截率", "containment"),
    "false_containment": ("误拦截率", "false containment"),
    "conversion": ("转化 ×", "conversion ×"),
    "order_value": ("客单价 ×", "order value ×"),
    "refunds": ("退款 ×", "refunds ×"),
    "count": ("", ""),
    "topic": ("", ""),
    "metric": ("", ""),
    "reason": ("", ""),
    "counters": ("", ""),
    "factor": ("×", "×"),
    "behind": ("偏慢", "behind"),
}
_TIMES = frozenset({"by", "period", "half_life"})
_SHARES = frozenset({"share", "containment", "false_containment", "amplitude"})


def injection_words(one: Injection, scenario: Scenario) -> tuple[str, str]:
    """中文 and English: the kind, the place, its figures, how long."""
    fields = one.model_dump(exclude_defaults=True)
    places = [_place(key, str(fields[key]), scenario) for key in _PLACES if fields.get(key)]
    figures = [_figure(key, value) for key, value in fields.items() if key not in (*_PLACES, "kind", "at", "for_")]
    lasts = fields.get("for_")
    tail = [(format_duration(lasts),) * 2] if lasts is not None else []
    between = "→" if one.kind == "loan" else "·"
    parts = [_KINDS.get(one.kind, (one.kind, one.kind)), *figures, *tail]
    where = between.join(place[0] for place in places), between.join(place[1] for place in places)
    said = [parts[0], where, *parts[1:]]
    return " ".join(zh for zh, _ in said if zh), " ".join(en for _, en in said if en)


def _place(key: str, value: str, scenario: Scenario) -> tuple[str, str]:
    vocabulary = scenario.vocabulary
    kinds = {"category": vocabulary.categories, "platform": vocabulary.platforms, "phase": vocabulary.phases}
    if key in ("site", "to"):
        named = {site.id: (site.zh, site.en) for site in scenario.sites}
    elif key == "shop":
        named = {shop.id: (shop.zh, shop.en) for site in scenario.sites for shop in site.shops}
    else:
        named = {name: (kind.zh, kind.en) for name, kind in kinds[key].items()}
    return named.get(value, (value, value))


def _figure(key: str, value: object) -> tuple[str, str]:
    zh, en = _FIGURES.get(key, (key, key))
    if isinstance(value, bool):
        return (zh, en) if value else ("", "")
    if isinstance(value, float):
        text = format_duration(value) if key in _TIMES else f"{value:.0%}" if key in _SHARES else f"{value:g}"
    else:
        text = str(value)
    return f"{zh} {text}".strip().replace("× ", "×"), f"{en} {text}".strip().replace("× ", "×").replace("± ", "±")
