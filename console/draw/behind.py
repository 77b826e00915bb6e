"""The list behind a figure as a table, with what it does not hold said above it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from console.draw.facts import RESTS, title_of
from console.draw.lines import Line, Span, line, wrap
from console.draw.plan import BORDERS, SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.draw.table import Column
from console.figures.place import place_of
from console.format import clock, count, duration
from console.i18n import N_, _, name_of
from console.listing import Gathered, OnList, agents_counted
from console.picture import Picture

TITLES: Mapping[str, str] = {
    "waiting": N_("Who waits, the longest first"),
    "abandoned": N_("Who gave up, the latest first"),
    "resting": N_("Agents over their rest"),
    "idle": N_("Agents online with no chat"),
}
"""What each list is called."""

_SECONDS = {"waiting": N_("waits"), "abandoned": N_("waited"), "resting": N_("rests"), "idle": N_("idle for")}
HEAD = 3
"""Lines above the list."""


def columns_of(what: str) -> tuple[Column, ...]:
    """The columns of a list."""
    middle = {
        "waiting": Column("left", _("to its limit"), 12, 0),
        "abandoned": Column("ago", _("ago"), 7, 0),
    }.get(what, Column("note", _("why"), 14, 2, "left"))
    return (
        Column("place", _("queue"), 14, 0, "left", grow=2, most=40),
        Column("seconds", _(_SECONDS[what]), 8, 0),
        middle,
        Column("id", _("id"), 10, 1, "left", grow=1, most=24),
    )


class ListRows:
    """What a table asks for."""

    def __init__(self, rows: Sequence[OnList], picture: Picture) -> None:
        self.rows, self._picture = rows, picture
        seen: dict[str, int] = {}
        self.ids: list[str] = []
        for row in rows:
            name = f"{row.place} {row.item.id}"
            seen[name] = seen.get(name, 0) + 1
            self.ids.append(name if seen[name] == 1 else f"{name} {seen[name]}")

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """One cell."""
        one = self.rows[row]
        match key:
            case "place":
                return self._picture.place(one.place), ""
            case "seconds":
                return duration(one.item.seconds), "bright"
            case "left":
                return _left(one.left_s)
            case "ago":
                return duration(one.item.ago_s), "dim"
            case "note":
                return one.item.note, "dim"
        return one.item.id, "dim"


def _left(left_s: float) -> Span:
    """How long until the limit; past it for how long, which nothing can mend."""
    if math.isnan(left_s):
        return "–", "dim"
    if left_s < 0:
        return _("late {time}").format(time=duration(-left_s)), "critical"
    return duration(left_s), "warning"


def head_lines(what: str, key: str, found: Gathered, picture: Picture, width: int) -> list[Line]:
    """How many there are, as of when, how many are not shown, and which sites told nothing and why."""
    place = place_of(picture, key)
    parts = [_("not told yet")] if math.isnan(found.total) else [_("{n} in all").format(n=count(found.total))]
    if found.more:
        parts.append(_("+{n} more than shown").format(n=count(found.more)))
    if what == "waiting" and place is not None:
        parts.append(_("the board says {n}").format(n=count(place.figure("waiting"))))
    if math.isfinite(found.at):
        age = duration(max(0.0, picture.view.at - found.at))
        parts.append(_("as of {clock}, {age} ago").format(clock=clock(found.at, picture.zone), age=age))
    texts = [(" · ".join(parts), "bright")]
    for sites, words in (
        (found.silent, N_("not told by this site: {sites}")),
        (found.away, N_("not reached: {sites}")),
        (found.waiting_for, N_("asked, no answer yet: {sites}")),
    ):
        if sites:
            names = " · ".join(_name(site, picture) for site in sites[:4])
            more = f" +{len(sites) - 4}" if len(sites) > 4 else ""
            texts.append((_(words).format(sites=names + more), "unknown"))
    if what in ("resting", "idle") and place is not None and not found.rows:
        texts.append((_counted(what, agents_counted(place, _COUNTED[what])), "dim"))
    return [line((part, style)) for text, style in texts for part in wrap(text, width)]


_COUNTED = {
    "resting": RESTS,
    "idle": ("agents_online", "agents_available", "agents_busy", "agents_acw"),
}


def _counted(what: str, found: Sequence[tuple[str, float]]) -> str:
    if not found:
        return _("nothing is counted of them either")
    head = _("counted, not named") if what == "resting" else _("counted by state, not named")
    return head + ": " + " · ".join(f"{title_of(name)} {count(value)}" for name, value in found)


def _name(site: str, picture: Picture) -> str:
    found = picture.site(site)
    return name_of(found) if found is not None else site


def plan_behind(width: int, height: int) -> Plan:
    """What is to be said of the list over the list."""
    framed = not (width < SMALL_WIDTH or height < SMALL_HEIGHT - 2)
    head = min(HEAD + (BORDERS if framed else 0), max(0, height - 2))
    places = {"said": Place(0, 0, width, head), "list": Place(0, head, width, height - head)}
    return Plan({name: one for name, one in places.items() if one.height > 0 and one.width > 0}, framed=framed)
