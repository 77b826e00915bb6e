"""Where the panels of the site, queue, alerts and playbooks screens stand, at any size."""

from __future__ import annotations

from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, WIDE_WIDTH, Place, Plan


def _small(width: int, height: int) -> bool:
    return width < SMALL_WIDTH or height < SMALL_HEIGHT - 2


def _rows(width: int, parts: tuple[tuple[str, int], ...], x: int = 0, y: int = 0) -> dict[str, Place]:
    out: dict[str, Place] = {}
    for name, height in parts:
        if height > 0 and width > 0:
            out[name] = Place(x, y, width, height)
            y += height
    return out


def plan_site(width: int, height: int) -> Plan:
    """Queues, clocks and alerts at the left, the facts at the right; in a small terminal all above one another.

    With the room for it the clocks stand over the facts, and the course of the last 15 minutes under the queues.
    """
    if _small(width, height):
        alerts = 0 if height < 10 else 2
        clocks = 0 if height < 14 else 5
        facts = 0 if height < 8 else (height - alerts - clocks) * 4 // 10
        board = height - alerts - clocks - facts
        parts = (("alerts", alerts), ("board", board), ("clocks", clocks), ("facts", facts))
        return Plan(_rows(width, parts), framed=False)
    alerts = max(6, height * 30 // 100)
    if width < WIDE_WIDTH:
        right = max(42, width * 35 // 100)
        clocks = min(14, max(7, height * 28 // 100))
        left = _rows(width - right, (("board", height - alerts - clocks), ("clocks", clocks), ("alerts", alerts)))
        return Plan({**left, "facts": Place(width - right, 0, right, height)}, framed=True)
    right, clocks = 84, min(15, height // 3)
    chart = 14 if height >= 44 else 0
    left = _rows(width - right, (("board", height - alerts - chart), ("chart", chart), ("alerts", alerts)))
    return Plan({**left, **_rows(right, (("clocks", clocks), ("facts", height - clocks)), width - right)}, framed=True)


def plan_clocks(width: int, height: int) -> Plan:
    """All clocks over the sites and the shops with the least left of one, and how that one comes about."""
    if _small(width, height):
        formula = 0 if height < 12 else height * 30 // 100
        ranks = 0 if height < 6 else (height - formula) * 45 // 100
        places = _rows(width, (("clocks", height - formula - ranks),))
        top, half = height - formula - ranks, width // 2
        if ranks and half:
            places |= {"sites": Place(0, top, half, ranks), "shops": Place(half, top, width - half, ranks)}
        return Plan({**places, **_rows(width, (("formula", formula),), y=top + ranks)}, framed=False)
    clocks = min(16, height * 45 // 100)
    below, third = height - clocks, width // 3
    return Plan(
        {
            "clocks": Place(0, 0, width, clocks),
            "sites": Place(0, clocks, third, below),
            "shops": Place(third, clocks, third, below),
            "formula": Place(2 * third, clocks, width - 2 * third, below),
        },
        framed=True,
    )


def plan_queue(width: int, height: int) -> Plan:
    """Four courses at the left, clocks and figures at the right; in a small terminal trends over both."""
    names = ("waiting", "flow", "oldest", "level")
    if _small(width, height):
        trend = 0 if height < 6 else 1
        parts = tuple((name, trend) for name in names)
        used = sum(h for _n, h in parts)
        clocks = 0 if height < 14 else 4
        below = (("clocks", clocks), ("facts", height - used - clocks))
        return Plan(_rows(width, (*parts, *below)), framed=False)
    right = min(96, max(44, width * 42 // 100))
    each, rest = divmod(height, len(names))
    parts = tuple((name, each + (1 if i < rest else 0)) for i, name in enumerate(names))
    clocks = min(9, height // 4)
    facts = _rows(right, (("clocks", clocks), ("facts", height - clocks)), width - right)
    return Plan({**_rows(width - right, parts), **facts}, framed=True)


def plan_alerts(width: int, height: int) -> Plan:
    """The list, and what is to be said about the one under the cursor."""
    framed = not _small(width, height)
    details = 0 if height < 10 else 8 if framed else 5
    return Plan(_rows(width, (("alerts", height - details), ("details", details))), framed=framed)


def plan_silences(width: int, height: int) -> Plan:
    """One list."""
    return Plan(_rows(width, (("silences", height),)), framed=not _small(width, height))


def plan_alert(width: int, height: int) -> Plan:
    """What, the course and the history at the left, why and who at the right.

    In a small terminal all stand above one another, and the history at the end of the text; with much room the figures
    of the row stand below the text.
    """
    if _small(width, height):
        head = min(5, height)
        course = 0 if height < 12 else 6 if height < 20 else 7
        return Plan(_rows(width, (("head", head), ("course", course), ("text", height - head - course))), framed=False)
    left = width * 55 // 100
    head, course = 7, max(9, (height - 7) * 45 // 100)
    parts = (("head", head), ("course", course), ("history", height - head - course))
    figures = height // 2 if width >= WIDE_WIDTH and height >= 44 else 0
    right = _rows(width - left, (("text", height - figures), ("figures", figures)), x=left)
    return Plan({**_rows(left, parts), **right}, framed=True)


def plan_playbooks(width: int, height: int) -> Plan:
    """The catalogue over the runs at the left, the log of the run under the cursor at the right or below."""
    if _small(width, height):
        log = 0 if height < 12 else height * 35 // 100
        runs = 0 if height < 8 else height * 30 // 100
        return Plan(_rows(width, (("catalogue", height - log - runs), ("runs", runs), ("log", log))), framed=False)
    left = width * 55 // 100
    runs = height // 2
    return Plan(
        {**_rows(left, (("catalogue", height - runs), ("runs", runs))), "log": Place(left, 0, width - left, height)},
        framed=True,
    )
