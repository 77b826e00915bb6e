"""The columns of the board's tables, in the order in which they are drawn."""

from __future__ import annotations

from collections.abc import Mapping

from console.draw.lines import cells
from console.draw.table import Column
from console.i18n import N_, _

_METRICS: tuple[tuple[str, str, str, int, int], ...] = (
    # key, heading, metric, width, priority (the highest is dropped first)
    ("in", N_("in/s"), "arrivals_per_s", 5, 4),
    ("wait", N_("wait"), "waiting", 5, 1),
    ("oldest", N_("oldest"), "oldest_wait_s", 6, 2),
    ("p90", N_("p90"), "wait_p90_s", 5, 6),
    ("frt", N_("reply"), "first_response_s_15m", 5, 12),
    ("sl30", N_("SL30%"), "service_level_30s_15m", 5, 3),
    ("left", N_("left%"), "abandon_rate_15m", 5, 13),
    ("agents", N_("agents"), "agents_online", 9, 5),
    ("free", N_("free"), "agents_available", 5, 15),
    ("occ", N_("busy%"), "occupancy", 5, 16),
    ("load", N_("load"), "load", 5, 3),
    ("bot", N_("bot%"), "bot_entry_rate_15m", 5, 10),
    ("kept", N_("kept%"), "bot_containment_15m", 5, 17),
    ("open", N_("chats"), "chats_open", 6, 18),
)

_CLOCKS: tuple[tuple[str, str, str, int, int], ...] = (
    ("clock", N_("clock%"), "rate_day", 6, 7),
    ("budget", N_("budget"), "budget_left", 7, 7),
    ("burn", N_("burn"), "burn", 5, 11),
)
"""Figures (of `alerts.clock_names.CLOCK_FIGURES`) of the clock that stands worst in a row."""

_TRIAGE: tuple[tuple[str, str, str, int, int], ...] = (("saves", N_("saves"), "saves", 5, 7),)
"""Figures of `console.triage`: what a minute saves."""

TRIAGE_FIGURE_OF: Mapping[str, str] = {key: figure for key, _title, figure, _width, _priority in _TRIAGE}
"""The figure of attention behind a column's key."""

CLOCK_FIGURE_OF: Mapping[str, str] = {key: figure for key, _title, figure, _width, _priority in _CLOCKS}
"""The figure of the worst clock behind a column's key."""

METRIC_OF: Mapping[str, str] = {key: metric for key, _title, metric, _width, _priority in _METRICS}
"""The metric behind a column's key: what a filter compares and the help explains."""


FILTER_COLUMNS: Mapping[str, str] = {**METRIC_OF, **CLOCK_FIGURE_OF, **TRIAGE_FIGURE_OF}
"""What a filter compares by the short names of columns: metrics, and figures of the worst clock."""


def board_columns(*, sites: bool, of: str = "") -> tuple[Column, ...]:
    """The columns of a table of sites (with ages and faults), or of anything else; `of` names whose rows they are."""
    name_width = 16 if sites else 20 if of else 28
    return (
        Column("mark", "", 1, 0, "left"),
        Column("state", "", _state_width(), 2, "left"),
        Column(
            "name", _("site") if sites else of or _("name"), name_width, 0, "left", grow=1, most=24 if sites else 40
        ),
        *(Column(key, _(title), width, priority, metric=metric) for key, title, metric, width, priority in _METRICS),
        *(Column(key, _(title), width, priority) for key, title, _figure, width, priority in _TRIAGE),
        Column("chance", _("chance"), _chance_width(), 7, "left"),
        *(Column(key, _(title), width, priority) for key, title, _figure, width, priority in _CLOCKS),
        Column("which", _("worst clock"), 9, 11 if sites else 8, "left", grow=1, most=24),
        *(
            (Column("age", _("age"), 5, 3), Column("faults", _("faults"), 9, 9, "left", grow=1, most=26))
            if sites
            else ()
        ),
        Column("course", _("15 min"), 10, 8, "left", grow=1, most=30),
    )


CHANCES: Mapping[str, tuple[str, str]] = {
    "open": (N_("save it"), "warning"),
    "kept": (N_("kept"), "dim"),
    "waits": (N_("can wait"), "dim"),
    "lost": (N_("day lost"), "critical"),
    "unknown": ("?", "unknown"),
}
"""What a verdict of `console.triage` is called, and how it looks."""


def _chance_width() -> int:
    return max(cells(_(word)) for word, _style in CHANCES.values())


def _state_width() -> int:
    return max(cells(_(word)) for word in (N_("CRIT"), N_("WARN"), N_("unknown"), N_("no data"), N_("late"), N_("ok")))
