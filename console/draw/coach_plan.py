"""Where the panels of the coach's screen stand, at any size."""

from __future__ import annotations

from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, WIDE_WIDTH, Place, Plan


def plan_coach(width: int, height: int) -> Plan:
    """The time on top; below it course and judgement side by side, with much room what is ready as a third column."""
    if width < SMALL_WIDTH or height < SMALL_HEIGHT - 2:
        time = min(3, height)
        half = width // 2
        below = height - time
        places = {"time": Place(0, 0, width, time)}
        if below > 0:
            places |= {"course": Place(0, time, half, below), "judged": Place(half, time, width - half, below)}
        return Plan(places, framed=False)
    time = 5
    below = height - time
    places = {"time": Place(0, 0, width, time)}
    if width < WIDE_WIDTH:
        left, ready = width // 2, 12
        places |= {
            "course": Place(0, time, left, below - ready),
            "ready": Place(0, height - ready, left, ready),
            "judged": Place(left, time, width - left, below),
        }
        return Plan(places, framed=True)
    left, right = width * 35 // 100, width * 30 // 100
    places |= {
        "course": Place(0, time, left, below),
        "judged": Place(left, time, width - left - right, below),
        "ready": Place(width - right, time, right, below),
    }
    return Plan(places, framed=True)
