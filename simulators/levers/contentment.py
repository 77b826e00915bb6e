"""What orders to the sites leave of the buyers' satisfaction: the side effects that no clock shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulators.world import World

Floats = NDArray[np.float64]

BOT_FROM, BOT_COST = 0.4, 0.3
"""Beyond a bot share of 40 % satisfaction falls by 0.3 points a point (ratings are known to fall from 30 to 40 % on;
the slope is assumed)."""
CAP_STEP = 0.985
"""Each contact more that an agent may hold (assumed)."""
SUPERVISORS = 0.97
"""Nobody walks the floor (assumed)."""
CALLED_IN = 0.15
"""People called in please so much less often (assumed)."""
NO_WRAP_UP = 0.99
"""With no wrap-up the next agent finds no notes (assumed)."""


def contentment(world: World) -> Floats:
    """The factor by queue; 1 with everything as the scenario has it."""
    layout, levers, staff = world.layout, world.levers, world.staff
    group = layout.queue_group
    bot = _by_bot(world.bot.share) / _by_bot(world.bot.usual_share)
    more = np.maximum(staff.cap - staff.usual_cap, 0)
    called = levers.called_in.working() / np.maximum(staff.on_duty, 1)
    of_group = CAP_STEP**more * np.where(levers.supervisors.heads > 0, SUPERVISORS, 1.0) * (1 - CALLED_IN * called)
    factor: Floats = bot * of_group[group] * (1 - (1 - NO_WRAP_UP) * (1 - levers.wrap_up.value))
    return factor


def _by_bot(share: Floats) -> Floats:
    left: Floats = 1 - BOT_COST * np.maximum(share - BOT_FROM, 0.0)
    return left
