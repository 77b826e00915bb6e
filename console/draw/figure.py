"""A figure that explains itself, as lines; and where the panels of its screen stand."""

from __future__ import annotations

from console.draw.clock_formula import formula_lines, items_lines
from console.draw.lines import Line, crop, line
from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.figures.listed import CLOCK, Listed, explained
from console.figures.place import FigurePlace
from console.format import duration
from console.i18n import _
from console.picture import Picture


def figure_lines(figure: Listed, place: FigurePlace, picture: Picture, width: int) -> list[Line]:
    """Everything there is to say of a figure at a place."""
    head = [line((figure.title, "strong"), (f"  {figure.value}", figure.style or "bright"), (f"  {place.name}", "dim"))]
    if not place.believed:
        age = duration(picture.view.at - place.sites[0].at) if place.sites else ""
        head.append(line((_("NOT KNOWN NOW. What was known last, {age} ago:").format(age=age), "unknown")))
    elif place.known < len(place.sites):
        coverage = _("{known} of {total} sites known").format(known=place.known, total=len(place.sites))
        head.append(line((coverage, "unknown")))
    if figure.id.startswith(CLOCK):
        at = picture.view.clocks.clock_at(figure.id.removeprefix(CLOCK), place.by, place.clock_key)
        said = formula_lines(at, picture.view.clocks, picture.zone, width) if at is not None else []
        return [crop(one, width) for one in (*head, *said)]
    said = items_lines(explained(figure.id, place, picture), width)
    return [crop(one, width) for one in (*head, *said)]


def plan_figure(width: int, height: int) -> Plan:
    """The figures at the left, how the one under the cursor comes about at the right; in a narrow terminal below."""
    framed = not (width < SMALL_WIDTH or height < SMALL_HEIGHT - 2)
    if width < 64:
        top = max(1, height * 35 // 100)
        return Plan(
            _kept({"figures": Place(0, 0, width, top), "how": Place(0, top, width, height - top)}), framed=False
        )
    left = min(44, max(28, width * 32 // 100))
    places = {"figures": Place(0, 0, left, height), "how": Place(left, 0, width - left, height)}
    return Plan(_kept(places), framed=framed)


def _kept(places: dict[str, Place]) -> dict[str, Place]:
    return {name: place for name, place in places.items() if place.width > 0 and place.height > 0}
