"""Where the panels of the forecast stand, at any size."""

from __future__ import annotations

from console.draw.plan import BORDERS, SMALL_HEIGHT, SMALL_WIDTH, WIDE_WIDTH, Place, Plan

SUMMARY = 2
_LEAST_BELOW = 7


def plan_forecast(width: int, height: int, rows: int) -> Plan:
    """The summary over the matrix over chart and intervals; with the room for it, where it breaks."""
    framed = not (width < SMALL_WIDTH or height < SMALL_HEIGHT - 2)
    frame = BORDERS if framed else 0
    summary = SUMMARY if height >= 8 else 0
    below = max(_LEAST_BELOW + frame, height - summary - max(rows, 3) - 1 - frame) if height >= 16 else 0
    matrix = height - summary - below
    places = {"matrix": Place(0, summary, width, matrix)}
    if summary:
        places["summary"] = Place(0, 0, width, summary)
    if below:
        places |= _below(width, summary + matrix, below, framed=framed)
    return Plan(places, framed=framed)


def _below(width: int, y: int, height: int, *, framed: bool) -> dict[str, Place]:
    if not framed:
        left = width // 2
        return {"chart": Place(0, y, left, height), "intervals": Place(left, y, width - left, height)}
    if width < WIDE_WIDTH:
        left = width * 52 // 100
        breaks = min(8, height * 40 // 100) if height >= 14 else 0
        places = {
            "chart": Place(0, y, left, height - breaks),
            "intervals": Place(left, y, width - left, height),
        }
        return places | ({"breaks": Place(0, y + height - breaks, left, breaks)} if breaks else {})
    third = width * 28 // 100
    left = width - 2 * third
    return {
        "chart": Place(0, y, left, height),
        "intervals": Place(left, y, third, height),
        "breaks": Place(left + third, y, third, height),
    }
