"""What people call the figures that expressions name: metrics, what the desk knows of sites and platforms, clocks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.projected import PROJECTED
from feeds.catalog import METRICS

_OF_SITES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "link_age_s": ("距上次消息", "Last heard of"),
        "data_age_s": ("数据时龄", "Age of the data"),
        "link_late": ("连接已迟", "Link late"),
        "data_late": ("数据已迟", "Data late"),
        "unknown": ("基地不可信", "Site not believed"),
    }
)
_OF_CLOCKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "rate_15m": ("达标率(15分钟)", "rate (15 min)"),
        "rate_day": ("达标率(当日)", "rate (today)"),
        "budget_left": ("预算剩余", "budget left"),
        "burn": ("预算消耗(15分钟)", "burn (15 min)"),
        "burn_5m": ("预算消耗(5分钟)", "burn (5 min)"),
        "burn_1h": ("预算消耗(1小时)", "burn (1 h)"),
        "overdue": ("超时仍在等", "overdue"),
        "counted": ("已考核(当日)", "assessed (today)"),
        "assessed": ("考核中", "being assessed"),
    }
)
_OF_PLATFORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "shops": ("有数据的店铺", "Shops that are known"),
        "usual_contacts": ("平时每分钟进线", "Usual contacts a minute"),
        "usual_answers": ("平时每分钟接起", "Usual answers a minute"),
        "silent_share": ("无进线店铺占比", "Share of silent shops"),
        "silent_sites": ("无进线的基地", "Silent sites"),
        "stalled_share": ("无人被接起店铺占比", "Share of stalled shops"),
        "stalled_sites": ("无人被接起的基地", "Stalled sites"),
        "degraded": ("平台降级中", "Platform degraded"),
    }
)
_FLAGS = frozenset({"link_late", "data_late", "unknown", "assessed", "degraded"})


def figure_name(text: str) -> tuple[str, str]:
    """The name of a figure in 中文 and English; the text itself where it is no single figure."""
    metric = METRICS.get(text)
    if metric is not None:
        return metric.zh, metric.en
    projected = PROJECTED.get(text)
    if projected is not None:
        return projected.zh, projected.en
    clock, dot, figure = text.partition(".")
    if dot and figure in _OF_CLOCKS:
        zh, en = _OF_CLOCKS[figure]
        return f"{clock} {zh}", f"{clock} {en}"
    return _OF_SITES.get(text) or _OF_PLATFORMS.get(text) or (text, text)


def is_flag(text: str) -> bool:
    """Whether a figure is 1 for yes and 0 for no."""
    return text.rpartition(".")[2] in _FLAGS
