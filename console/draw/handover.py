"""The handover's page as lines of a screen."""

from __future__ import annotations

from collections.abc import Sequence

from console.draw.lines import Line, line
from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, WIDE_WIDTH, Place, Plan
from console.draw.run_story import folded
from console.handover.gathered import gathered_from
from console.handover.page import Page, Section
from console.handover.sections import page_of
from console.i18n import _, local
from console.picture import Picture

_STYLES = {"critical": "critical", "warning": "warning", "info": "info", "good": "good", "dim": "dim"}
_NEEDS_SOMEBODY = ("overdue", "asking", "alerts", "unknown")
"""The sections at the left where there are two columns."""


def handover_page(picture: Picture) -> Page:
    """The handover of this picture."""
    return picture.once("handover", lambda: page_of(gathered_from(picture.view), picture.zone))


def standing_line(page: Page) -> Line:
    """Who has the desk, and what is offered."""
    words = page.standing.words
    return line((local(words.zh, words.en), _STYLES.get(page.standing.tone, "")))


def handover_lines(page: Page, width: int, part: str) -> list[Line]:
    """The sections of a part in a width: `all` of them, what needs somebody (`open`), or the rest (`kept`)."""
    chosen = [one for one in page.sections if part == "all" or (one.id in _NEEDS_SOMEBODY) == (part == "open")]
    lines: list[Line] = []
    for section in chosen:
        lines += [*([()] if lines else []), *_section(section, width)]
    return lines


def _section(section: Section, width: int) -> list[Line]:
    title = f"{local(section.title.zh, section.title.en)} · {len(section.items)}"
    items: Sequence[Line] = [
        line(("  ", ""), ("· ", "dim"), (local(item.words.zh, item.words.en), _STYLES.get(item.tone, "")))
        for item in section.items
    ]
    nothing = line(("  ", ""), (local(section.nothing.zh, section.nothing.en), "dim"))
    return [line((title, "heading")), *folded(items or [nothing], width)]


def handover_hint(page: Page) -> str:
    """What can be done here now."""
    if page.standing.data.get("offered_by"):
        return _("x: I take it over, as it stands here")
    return _("O: offer it to whoever comes in · x: I take it over")


def plan_handover(width: int, height: int) -> Plan:
    """Who has it over the page; with much room what needs somebody at the left, and what is kept at the right."""
    small = width < SMALL_WIDTH or height < SMALL_HEIGHT - 2
    head = 1 if small else 3
    places = {"standing": Place(0, 0, width, head)}
    if width < WIDE_WIDTH:
        places["all"] = Place(0, head, width, height - head)
    else:
        left = width // 2
        places["open"] = Place(0, head, left, height - head)
        places["kept"] = Place(left, head, width - left, height - head)
    return Plan(places, framed=not small)
