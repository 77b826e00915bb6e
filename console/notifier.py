"""Sends notices: the I/O around `alerts.notices`, in the desk's own loop."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.notices.exchange import Verdict
from alerts.notices.receivers import Receiver


async def try_receiver(receiver: Receiver, environment: Mapping[str, str], now: float) -> Verdict:
    """Send a message that says it is a test, and say what came of it. `now` is the wall clock's time.

    Raises InputError where the environment does not hold the receiver's address or secret.
    """
    raise NotImplementedError
