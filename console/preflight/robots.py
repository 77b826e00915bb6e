"""Tries the receivers of notices with a real message each, all at once, and says what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from alerts.notices.exchange import Delivered, Verdict
from alerts.notices.receivers import Receiver
from console.preflight.facts import ReceiverFacts
from console.preflight.words import both
from feeds.errors import DutyDeckError
from feeds.text import clean
from playbooks.words import Words

PATIENCE_S = 10.0
"""A receiver that has not answered by then will not be of use at midnight."""

Attempt = Callable[[Receiver, Mapping[str, str], float], Awaitable[Verdict]]


def asked(receivers: Sequence[Receiver], *, live: bool) -> tuple[Receiver, ...]:
    """The receivers that are told of such a desk: on a drill those with `drills: true` alone."""
    return tuple(receiver for receiver in receivers if live or receiver.drills)


def untried(receivers: Sequence[Receiver]) -> tuple[ReceiverFacts, ...]:
    """The receivers, none of them tried."""
    return tuple(ReceiverFacts(one.id, None, Words("未测试", "not tested")) for one in receivers)


async def try_receivers(
    receivers: Sequence[Receiver], environment: Mapping[str, str], now: float, attempt: Attempt | None = None
) -> tuple[ReceiverFacts, ...]:
    """A message to each. `now` is the wall clock's time. Never raises for what a receiver does."""
    if attempt is None:
        from console.notifier import try_receiver  # needs aiohttp, which a console that tries nobody does not

        attempt = try_receiver
    return tuple(await asyncio.gather(*(_try(one, environment, now, attempt) for one in receivers)))


async def _try(receiver: Receiver, environment: Mapping[str, str], now: float, attempt: Attempt) -> ReceiverFacts:
    try:
        async with asyncio.timeout(PATIENCE_S):
            verdict = await attempt(receiver, environment, now)
    except TimeoutError:
        said = Words(f"{PATIENCE_S:g} 秒内没有答复", f"no answer within {PATIENCE_S:g} s")
        return ReceiverFacts(receiver.id, passed=False, said=said)
    except DutyDeckError as error:
        return ReceiverFacts(receiver.id, passed=False, said=both(str(error)))
    except Exception as error:  # noqa: BLE001 - whatever the way to a receiver breaks on, the other checks go on
        return ReceiverFacts(receiver.id, passed=False, said=both(type(error).__name__))
    if isinstance(verdict, Delivered):
        return ReceiverFacts(receiver.id, passed=True, said=Words("送达", "delivered"))
    return ReceiverFacts(receiver.id, passed=False, said=both(clean(verdict.why, 160)))
