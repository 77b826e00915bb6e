"""The settings as rows: what each is, what it is now, what it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.draw.lines import Span
from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.draw.table import Column
from console.i18n import N_, _
from console.settings import ConsoleSettings

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Without `choices` it is typed. `title`, `says` and words of choices are translated when drawn."""

    key: str
    title: str
    says: str
    choices: tuple[tuple[Value, str], ...] = ()


_SWITCH: tuple[tuple[Value, str], ...] = ((True, N_("on")), (False, N_("off")))
_LOUD: tuple[tuple[Value, str], ...] = (
    ("off", N_("never")),
    ("critical", N_("at critical alerts")),
    ("warning", N_("at warnings too")),
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "theme",
        N_("theme"),
        N_("NO_COLOR goes before it; with 16 colours there is one, and the monochrome"),
        (
            ("night", N_("night")),
            ("okabe-ito", N_("for every colour vision")),
            ("contrast", N_("high contrast")),
            ("mono", N_("monochrome")),
        ),
    ),
    Setting(
        "characters",
        N_("characters"),
        N_("by itself: ASCII where terminal or encoding has nothing else"),
        (("auto", N_("by itself")), ("full", N_("all")), ("ascii", N_("ASCII alone"))),
    ),
    Setting(
        "language",
        N_("language"),
        N_("by itself: as the locale says; --lang goes before"),
        (("auto", N_("by itself")), ("zh", "中文"), ("en", "English")),
    ),
    Setting("bell", N_("bell"), N_("at most once in 10 s; never for what is acknowledged or silenced"), _LOUD),
    Setting("flash", N_("flash"), N_("the first line, three times, once a second"), _LOUD),
    Setting("quiet_hours", N_("quiet hours"), N_("no bell: 23:00-07:00, as the clock of this screen; empty for none")),
    Setting("reduced_motion", N_("reduced motion"), N_("nothing flashes, blinks or moves"), _SWITCH),
    Setting(
        "low_bandwidth",
        N_("low bandwidth"),
        N_("drawn less often; by itself where the terminal falls behind"),
        (("auto", N_("by itself")), ("on", N_("on")), ("off", N_("off"))),
    ),
    Setting("mouse", N_("mouse"), N_("off leaves it to the terminal, to mark and copy"), _SWITCH),
    Setting("leader_board", N_("leader board"), N_("off hides it from you"), _SWITCH),
    Setting(
        "start_view",
        N_("start view"),
        N_("what the console opens with"),
        (
            ("overview", N_("overview")),
            ("alerts", N_("all alerts")),
            ("clocks", N_("clocks and budgets")),
            ("forecast", N_("staffing and forecast")),
            ("playbooks", N_("playbooks")),
            ("ledger", N_("ledger")),
        ),
    ),
    Setting(
        "wall_every",
        N_("wall turns every"),
        N_("how long a wall shows each page"),
        ((10, "10 s"), (15, "15 s"), (30, "30 s"), (60, "60 s")),
    ),
)


def setting(key: str) -> Setting:
    """A setting by its key."""
    return next(one for one in SETTINGS if one.key == key)


def written(value: Value) -> str:
    """A value as a person writes it."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def word_of(one: Setting, settings: ConsoleSettings) -> str:
    """What a setting is now, in words."""
    value = getattr(settings, one.key)
    found = next((words for known, words in one.choices if known == value), None)
    if found is not None:
        return _(found)
    return f"{value} s" if one.key == "wall_every" else str(value) or _("none")


def next_choice(one: Setting, settings: ConsoleSettings, by: int) -> Value:
    """The choice after the present one, or `by` further, round and round; of a value between choices, the first."""
    values = [value for value, _words in one.choices]
    value: Value = getattr(settings, one.key)
    return values[(values.index(value) + by) % len(values)] if value in values else values[0]


def settings_columns() -> tuple[Column, ...]:
    """The columns of the list."""
    return (
        Column("title", _("setting"), 16, 0, "left", grow=1, most=24),
        Column("value", _("is"), 24, 0, "left", grow=1, most=32),
        Column("says", _("what it does"), 30, 1, "left", grow=4),
    )


class SettingRows:
    """What the list shows."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self.settings = settings
        self.ids: Sequence[str] = [one.key for one in SETTINGS]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - texts are cut by the table
        """One cell."""
        one = SETTINGS[row]
        cells: dict[str, Span] = {
            "title": (_(one.title), ""),
            "value": (word_of(one, self.settings), "strong"),
            "says": (_(one.says), "dim"),
        }
        return cells[key]


def plan_settings(width: int, height: int) -> Plan:
    """The list over the whole of it, all lines of what a setting does below."""
    small = width < SMALL_WIDTH or height < SMALL_HEIGHT - 2
    below = 0 if height < len(SETTINGS) + 4 else 3 if small else 5
    places = {"settings": Place(0, 0, width, height - below)}
    if below:
        places["says"] = Place(0, height - below, width, below)
    return Plan(places, framed=not small)
