"""Other people than there were: `--staff site/category=+20`, or a roster as a CSV file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alerts.forecast.reading import read_roster
from feeds.errors import InputError
from feeds.text import clean
from simulators.recorded.groups import SiteNames
from simulators.recorded.load import Floats

_CHANGE = re.compile(r"([^=/]+)/([^=/]+)=([+-]?)(\d{1,6}(?:\.\d{1,3})?)(%?)", re.ASCII)
_EXPECTED = "site/category=+20, =-5, =+10% or =120; * for every site or category"


@dataclass(frozen=True, slots=True)
class StaffChange:
    """So many people more or fewer in a category of a site, in per cent where `share`, or just so many (`sign` empty).

    `*` stands for every site or category.
    """

    site: str
    category: str
    sign: str
    count: float
    share: bool


def read_change(text: str) -> StaffChange:
    """One `--staff`. Raises InputError."""
    found = _CHANGE.fullmatch(text.strip())
    if found is None or (found[5] and not found[3]):
        raise InputError("--staff", f"{clean(text, 60)!r} says no change of staff", _EXPECTED)
    return StaffChange(found[1].strip(), found[2].strip(), found[3], float(found[4]), bool(found[5]))


def changed(people: Sequence[Floats], names: Sequence[SiteNames], changes: Iterable[StaffChange]) -> list[Floats]:
    """People per site, (intervals, groups), after the changes in their order. Raises InputError for an unknown name."""
    out = [one.copy() for one in people]
    for change in changes:
        places = [
            (number, place)
            for number, one in enumerate(names)
            for place, group in enumerate(one.groups)
            if change.site in ("*", one.site) and change.category in ("*", group.category, group.id)
        ]
        if not places:
            raise _unknown("--staff", change.site, change.category, names)
        for number, place in places:
            out[number][:, place] = _applied(out[number][:, place], change)
    return out


def rostered(
    people: Sequence[Floats], names: Sequence[SiteNames], path: Path, times: Floats
) -> tuple[list[Floats], list[str]]:
    """The same with the roster of a file (the columns of `dutydeck forecast`) where it has one, and which it has not.

    `times` are the middles of the intervals. Raises InputError.
    """
    table = read_roster(path).table
    known = {(one.site, group.category): (n, g) for n, one in enumerate(names) for g, group in enumerate(one.groups)}
    for site, category in table.series:
        if (site, category) not in known:
            raise _unknown(str(path), site, category, names)
    out, kept = [one.copy() for one in people], []
    for (site, category), (number, place) in known.items():
        agents = table.during(site, category, times)
        told = np.isfinite(agents)
        out[number][told, place] = np.round(agents[told])
        if not told.all():
            kept.append(f"{site}/{category}")
    if len(kept) == len(known) and not any(np.isfinite(table.during(*key, times)).any() for key in known):
        raise InputError(str(path), "no interval of it falls into the recording", "the day of the recording")
    return out, kept


def _applied(agents: Floats, change: StaffChange) -> Floats:
    there = agents > 0  # nobody is added where a group is closed
    amount = agents * change.count / 100 if change.share else np.full_like(agents, change.count)
    more = {"+": agents + amount, "-": agents - amount, "": amount}[change.sign]
    return np.where(there | (change.sign == ""), np.maximum(np.round(more), 0.0), agents)


def _unknown(where: str, site: str, category: str, names: Sequence[SiteNames]) -> InputError:
    known = ", ".join(f"{one.site}/{group.category}" for one in names for group in one.groups)
    what = f"{clean(site, 48)}/{clean(category, 48)} is not in this recording"
    return InputError(where, what, f"one of {known if len(known) < 400 else known[:400] + ' …'}")
