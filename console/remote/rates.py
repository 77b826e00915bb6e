"""How much one console, or one address that does not know a token, may ask for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable


class Bucket:
    """`most` at once, then `per_s` a second. Time is handed in, in seconds that only rise."""

    def __init__(self, most: float, per_s: float) -> None:
        self._most, self._per_s = most, per_s
        self._left, self._at = most, 0.0

    def take(self, now: float) -> bool:
        """Whether one more may be had now."""
        self._left = min(self._most, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True

    def empty(self, now: float) -> bool:
        """Whether nothing may be had now."""
        return self._left + (now - self._at) * self._per_s < 1.0


class Strangers:
    """Addresses that showed no good token: after `most` tries they wait."""

    def __init__(self, clock: Callable[[], float], most: float = 10.0, per_s: float = 0.2, kept: int = 4_096) -> None:
        self._clock, self._most, self._per_s, self._kept = clock, most, per_s, kept
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def may_try(self, address: str) -> bool:
        """Whether an address may show a token now."""
        bucket = self._buckets.get(address)
        return bucket is None or not bucket.empty(self._clock())

    def failed(self, address: str) -> None:
        """An address showed none, or a wrong one."""
        bucket = self._buckets.setdefault(address, Bucket(self._most, self._per_s))
        self._buckets.move_to_end(address)
        bucket.take(self._clock())
        while len(self._buckets) > self._kept:
            self._buckets.popitem(last=False)
