"""The figures of the plan at a place in the present interval: forecast, required, rostered, at work, net."""

from __future__ import annotations

import math
from collections.abc import Mapping

from console.figures.place import FigurePlace
from console.figures.sums import Item
from console.format import UNKNOWN, clock_minutes, count, duration
from console.i18n import N_, _
from console.picture import Picture
from console.staffing import Place, places

PLAN_FIGURES: Mapping[str, str] = {
    "forecast": N_("forecast"),
    "contacts": N_("expected now"),
    "came": N_("came"),
    "required": N_("required"),
    "rostered": N_("rostered"),
    "staffed": N_("expected at work"),
    "net": N_("net staffing"),
    "capacity": N_("capacity"),
}
"""Field of `console.staffing.Place` → what it is called."""

_WHAT: Mapping[str, str] = {
    "forecast": N_("contacts of this interval as the forecast had them"),
    "contacts": N_("contacts of this interval as expected now: the forecast times what the last hour had of its own"),
    "came": N_("contacts that came in this interval so far"),
    "required": N_("agents without whom fewer than 80 % are answered within the limit, breaks included"),
    "rostered": N_("agents whom the roster has at work in this interval"),
    "staffed": N_("agents expected at work: those who are there now, changed as the roster changes"),
    "net": N_("expected at work less required: below 0 it breaks"),
    "capacity": N_("contacts that those who are there can bring to an end in this interval"),
}
_FORMULAS: Mapping[str, tuple[str, str]] = {"net": ("staffed", "required")}


def plan_value(name: str, place: FigurePlace, picture: Picture) -> float:
    """A figure of the plan in the present interval; NaN where the plan does not have the place."""
    found = _row(place, picture)
    return math.nan if found is None else _now(found, name, picture)


def plan_items(name: str, place: FigurePlace, picture: Picture) -> list[Item]:
    """All there is to say of a figure of the plan."""
    found = _row(place, picture)
    if found is None or not len(found.starts):
        return [(_("what"), _(_WHAT[name]), ""), (_("now"), UNKNOWN, "unknown")]
    at = _here(found, picture)
    start = float(found.starts[at])
    zone = picture.zone
    interval = f"{clock_minutes(start, zone)}–{clock_minutes(start + found.step_s, zone)}"
    items: list[Item] = [
        (_("what"), _(_WHAT[name]), ""),
        (_("now"), f"{count(_now(found, name, picture))}  ({interval})", "bright"),
    ]
    if name in _FORMULAS:
        above, below = (_now(found, one, picture) for one in _FORMULAS[name])
        items.append((_("formula"), f"{count(above)} − {count(below)} = {count(above - below)}", ""))
    items += [(_("input"), f"{_(title)} {count(_now(found, one, picture))}", "dim")
              for one, title in PLAN_FIGURES.items() if one != name]  # fmt: skip
    age = duration(max(0.0, picture.view.at - picture.view.outlook.at))
    source = _("plan/ (forecast and roster), held against the day {age} ago; once a minute").format(age=age)
    return [*items, (_("source"), source, "dim")]


def _row(place: FigurePlace, picture: Picture) -> Place | None:
    outlook = picture.view.outlook
    if place.by not in ("all", "site") or not outlook.sites:
        return None
    now = picture.view.at
    site = "" if place.by == "all" else place.key
    rows = picture.once(f"plan now {site}", lambda: places(picture, site, now, now + outlook.step_s))
    found = next((row for row in rows if row.id == place.key), None)
    return found if found is not None and found.planned else None


def _here(found: Place, picture: Picture) -> int:
    starts: list[float] = found.starts.tolist()
    return max(0, sum(at <= picture.view.at for at in starts) - 1)


def _now(found: Place, name: str, picture: Picture) -> float:
    values = getattr(found, name)
    return float(values[_here(found, picture)]) if len(values) else math.nan
