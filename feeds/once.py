"""Values that several readers want of one thing, each made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class MakesOnce:
    """For what does not change: keeps what was made of it, in `_made`, for as long as it lives."""

    _made: dict[str, Any]

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What `make` gives, made when `key` is first asked for. Two threads may both make it, and get the same."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made
