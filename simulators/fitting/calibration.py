"""From a log's events to a scenario, and the scenario against the days that were held out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.contacts import ContactEvent
from feeds.errors import InputError
from feeds.text import clean
from feeds.yamlfile import parse_yaml
from simulators.fitting.contact_log import ContactLog, contact_log
from simulators.fitting.coverage import Coverage, coverage, real_days, simulated_days
from simulators.fitting.day_types import choose_days, weekdays
from simulators.fitting.fitted import FEWEST_DAYS, Fitted, fit
from simulators.fitting.writing import Naming, id_from, scenario_text
from simulators.scenario import Scenario

CHECKED_EVERY_S = 1800.0
"""Simulated and real days are compared by half hours, or by the fit's intervals where those are longer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to fit: the file is for messages, `days` as in `day_types.weekdays`."""

    file: Path
    site: str
    tz: ZoneInfo
    days: str
    every_s: float
    shortest_handle_s: float = 0.0
    hold_out: int = 0
    begins_s: float | None = None
    minutes: int | None = None
    """The part of the day that the scenario is of: seconds after midnight, and its length; the whole day where None."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fit, its scenario as text and as a value, and what was left out of the log in words."""

    asked: Asked
    log: ContactLog
    held_out: tuple[int, ...]
    fitted: Fitted
    text: str
    scenario: Scenario
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """How simulated days cover the days that were held out."""

    held_out: int
    simulated: int
    interval_s: float
    rows: tuple[Coverage, ...]


def calibrate(events: Iterable[ContactEvent], asked: Asked) -> Calibration:
    """Fit the days of the kind that was asked for, but for the last `hold_out` of them. Raises InputError."""
    wanted = weekdays(asked.days)
    log = contact_log(events, asked.tz)
    chosen = choose_days(log, wanted, asked.tz)
    split = len(chosen.days) - asked.hold_out
    if asked.hold_out and split < FEWEST_DAYS:
        what = f"{asked.hold_out} of {len(chosen.days)} days"
        raise InputError("--hold-out", what, f"at least {FEWEST_DAYS} days left to fit")
    fitted = fit(log, chosen.days[:split], asked.every_s, str(asked.file), asked.shortest_handle_s)
    left_out = chosen.left_out
    if log.repeats:
        left_out += (f"{log.repeats} rows that repeat another",)
    if asked.hold_out:
        left_out += (f"the last {asked.hold_out} days, held out",)
    naming = Naming(
        id=id_from(asked.site, fallback="site"),
        source=clean(asked.file.name, 200),
        site=asked.site,
        tz=asked.tz,
        days=asked.days,
        dropped=left_out,
        begins_s=asked.begins_s,
        minutes=asked.minutes,
    )
    text = scenario_text(fitted, naming)
    scenario = parse_yaml(text, Scenario, "the fitted scenario")
    return Calibration(asked, log, chosen.days[split:], fitted, text, scenario, left_out)


def check_days(done: Calibration, days: int, seed: int) -> Checked:
    """Simulate so many days and compare the days held out with them."""
    scenario = done.scenario
    every_s = max(CHECKED_EVERY_S, done.asked.every_s)
    simulated = simulated_days(scenario, days, every_s, seed)
    starts = scenario.starts
    begins_s = starts.hour * 3600.0 + starts.minute * 60
    real = real_days(done.log, done.held_out, begins_s, every_s, simulated.shape[1])
    return Checked(len(done.held_out), days, every_s, tuple(coverage(real, simulated)))
