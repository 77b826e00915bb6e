"""The figures of a preview: what each is, how it is worked out, from what, and how old that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from console.draw.facts import title_of
from console.figures.listed import Listed
from console.figures.place import place_of
from console.figures.sums import Item
from console.format import UNKNOWN, clock, count, duration
from console.i18n import N_, _, name_of
from console.picture import Picture
from playbooks.ahead.heading import Band, Heading
from playbooks.ahead.with_plan import PlaceAhead
from playbooks.preview import Preview

PREVIEW = "preview/"
"""What the ids of these figures begin with; then the place's number and the figure's name."""

_TITLES: Mapping[str, str] = {
    "mean_level": N_("in time"),
    "level": N_("in time at the end"),
    "wait_s": N_("wait at the end"),
    "waiting": N_("waiting at the end"),
}
_WHAT: Mapping[str, str] = {
    "mean_level": N_("share of all who come in these minutes that is answered within the limit"),
    "level": N_("share of those who come in the last of these minutes that is answered within the limit"),
    "wait_s": N_("mean wait of a queue of as many as wait at the end"),
    "waiting": N_("how many wait at the end"),
}
_INPUTS = ("arrivals_per_s", "waiting", "slots", "agents_online", "mean_handle_s_15m", "abandon_rate_15m")


def preview_figures(preview: Preview, picture: Picture) -> list[Listed]:
    """The figures of every place that a preview touches, without the plan and with it."""
    places = preview.outlook.places if preview.outlook is not None else ()
    found = []
    for number, place in enumerate(places):
        for name, title in _TITLES.items():
            text = f"{_written(name, place.without)} → {_written(name, place.planned)}"
            found.append(Listed(f"{PREVIEW}{number}/{name}", f"{_called(place, picture)} {_(title)}", text))
    return found


def preview_items(figure: str, preview: Preview, picture: Picture) -> list[Item]:
    """All there is to say of one of them."""
    number, _slash, name = figure.removeprefix(PREVIEW).partition("/")
    outlook = preview.outlook
    if outlook is None or not number.isdigit() or int(number) >= len(outlook.places):
        return []
    place = outlook.places[int(number)]
    minutes = round(outlook.times[-1] / 60)
    items: list[Item] = [(_("what"), _(_WHAT[name]), "")]
    for label, heading in ((_("without it"), place.without), (_("with it"), place.planned)):
        items.append((label, _written(name, heading) + _band(name, heading), "bright"))
        if name == "mean_level":
            sums = f"{count(heading.answered)} ÷ {count(heading.offered)} = {_written(name, heading)}"
            items.append((_("formula"), sums, ""))
    here = place_of(picture, place.site)
    inputs = [(_("input"), f"{title} {here.written(metric)}", "dim") for metric, title in _named()] if here else []
    age = duration(max(0.0, picture.view.at - preview.at))
    source = _("the desk's projection of {n} minutes, made for this preview at {clock}, {age} ago").format(
        n=minutes, clock=clock(preview.at, picture.zone), age=age
    )
    return [
        *items,
        (
            _("formula"),
            _("many-server queue with abandonment, stepped through the next {n} minutes").format(n=minutes),
            "",
        ),
        (_("band"), _("10 % to 90 %: chance in the queue, and arrivals counted for a few minutes only"), "dim"),
        *inputs,
        (_("source"), source, ""),
    ]


def _named() -> list[tuple[str, str]]:
    return [(metric, title_of(metric)) for metric in _INPUTS]


def _called(place: PlaceAhead, picture: Picture) -> str:
    site = picture.site(place.site)
    return name_of(site) if site is not None else place.site


def _share(value: float) -> str:
    return f"{value * 100:.0f}%"


_WRITE: Mapping[str, Callable[[float], str]] = {
    "mean_level": _share, "level": _share, "wait_s": duration, "waiting": count,
}  # fmt: skip


def _written(name: str, heading: Heading) -> str:
    value = heading.mean_level if name == "mean_level" else _bands(name, heading).middle[-1]
    return _WRITE[name](value) if math.isfinite(value) else UNKNOWN


def _band(name: str, heading: Heading) -> str:
    if name == "mean_level":
        return ""
    low, high = _bands(name, heading).low[-1], _bands(name, heading).high[-1]
    return f" ({_WRITE[name](low)}–{_WRITE[name](high)})" if math.isfinite(low + high) else ""


def _bands(name: str, heading: Heading) -> Band:
    found: Band = getattr(heading, name)
    return found
