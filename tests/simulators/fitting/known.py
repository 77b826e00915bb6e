"""The laws that a made log follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Known:
    """A centre with exponential laws; `busyness` is the shape of the day's gamma factor, 0 for none."""

    agents: int = 14
    handle_s: float = 240.0
    patience_s: float = 180.0
    busyness: float = 0.0

    @property
    def per_hour(self) -> np.ndarray:
        """Contacts an hour: closed until 8, most at 11, closed from 20 on."""
        hours = np.arange(24)
        return np.where((hours >= 8) & (hours < 20), 150 + 80 * np.cos((hours - 11) / 9 * np.pi), 0.0)
