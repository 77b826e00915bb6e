"""What a minute of attention saves at a place, who is past the limit, and who may wait: the figures and their sums."""

from __future__ import annotations

import math
from collections.abc import Mapping

from console.board_columns import CHANCES
from console.draw.lines import Span
from console.figures.place import FigurePlace
from console.figures.sums import Item, whole
from console.format import UNKNOWN, count, duration, percent, rate
from console.i18n import N_, _
from console.picture import Picture
from console.triage import LEAST, LOST, limit_of

TRIAGE_FIGURES: Mapping[str, str] = {
    "saves": N_("a minute saves"),
    "in_limit": N_("still in time"),
    "past_limit": N_("past the limit"),
    "chance": N_("chance"),
}
"""Figure → what it is called."""

_WHAT: Mapping[str, str] = {
    "saves": N_("worth of the contacts that a minute of attention keeps in time"),
    "in_limit": N_("contacts that wait and can still be answered within their limit"),
    "past_limit": N_("contacts that wait past their limit already: late, whatever is done"),
    "chance": N_("save it: the day of its worst clocks is at risk, not lost; kept: it is not at risk, so it can wait; "
                 "day lost: more are late already than the whole day may have, so it can wait too"),
}  # fmt: skip


def triage_value(name: str, place: FigurePlace, picture: Picture) -> Span:
    """The text of a figure and its style; an empty text where nothing is known."""
    found = picture.triage(place.by)
    if name == "chance":
        word, style = CHANCES[found.verdict(place.clock_key)]
        return _(word), style
    value = found.figure(place.clock_key, name)
    if math.isnan(value):
        return "", ""
    return (rate(value) if name == "saves" else count(value)), ""


def triage_items(name: str, place: FigurePlace, picture: Picture) -> list[Item]:
    """All there is to say of one of these figures."""
    found, key = picture.triage(place.by), place.clock_key
    saves, in_limit, past = (found.figure(key, one) for one in ("saves", "in_limit", "past_limit"))
    text, style = triage_value(name, place, picture)
    items: list[Item] = [(_("what"), _(_WHAT[name]), ""), (_("now"), text or UNKNOWN, style or "bright")]
    if name in ("saves", "chance"):
        items += _sum(place, picture, in_limit)
    if math.isfinite(in_limit):
        waiting = place.figure("waiting")
        total = _("{waiting} wait = {in_limit} in time yet + {past} past the limit").format(
            waiting=whole(waiting), in_limit=whole(in_limit), past=whole(past)
        )
        difference = waiting - in_limit - past
        rest = "" if abs(difference) < 0.5 else _("; {n} in no queue").format(n=whole(difference))
        items.append((_("adds up"), total + rest, ""))
    items.append((_("limits"), _("where no clock is judged: can wait below {n} a minute").format(n=rate(LEAST)), "dim"))
    return [*items, (_("in filter"), "saves>5", "dim")] if math.isfinite(saves) else items


def _sum(place: FigurePlace, picture: Picture, in_limit: float) -> list[Item]:
    """The product behind it for a queue; for others that it is the sum of their queues."""
    if place.row is None:
        return [
            (_("formula"), _("the sum of its queues; each: worth × (in time yet + next minute) × late of late"), "")
        ]
    row = place.row
    limit = limit_of(picture.view.clocks, row, picture.view.at)
    lost = picture.triage("queue").verdict(place.key) == "lost"
    worth = picture.view.worth.of(row)
    come = place.figure("arrivals_per_s") * 60.0
    edge = picture.triage("queue").edge(place.key)
    level = place.figure(f"service_level_{edge:.0f}s_15m") if math.isfinite(edge) else math.nan
    product = _("{worth} × ({in_limit} + {come} in the next minute) × {late}% late of late").format(
        worth=f"{worth:g}" + (f" × {LOST:g}" if lost else ""),
        in_limit=count(in_limit),
        come=rate(come),
        late=percent(1.0 - level) if math.isfinite(level) else 100,
    )
    contract = row.shop in picture.view.worth.shops
    tier = _("tier {n}").format(n=row.tier or UNKNOWN) + (_(", a contract of its own") if contract else "")
    return [
        (_("formula"), product, ""),
        (_("worth"), f"{worth:g} · {tier} · worth.yaml", ""),
        (_("limit"), _("{time}, the tightest of its clocks now; counted at {edge}").format(
            time=duration(limit), edge=duration(edge)), ""),
    ]  # fmt: skip
