"""The kinds of receivers, in one table: how often, how much at once, how it is put, what an answer means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from alerts.notices import alertmanager, dingtalk, feishu, webhook, wecom
from alerts.notices.exchange import Answer, Request, Verdict, by_status
from alerts.notices.grouping import Envelope, fits
from alerts.notices.notice import Notice
from alerts.notices.pace import Pace
from alerts.notices.receivers import Endpoint, Kind, Receiver


class MakeRequest(Protocol):
    """Puts notices into a request; `now` is the wall clock's time, which signatures go by."""

    def __call__(
        self,
        notices: Sequence[Notice],
        more: Sequence[Notice],
        receiver: Receiver,
        where: Endpoint,
        envelope: Envelope,
        key: str,
        now: float,
    ) -> Request:
        """The request."""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind.

    `fits` says how many notices one request can hold; with `refresh` (seconds between) what people know as firing is
    said again and again, at most `most` at a time; `one_per_alert` allows no two of one alert at once.
    """

    request: MakeRequest
    fits: Callable[[Receiver, Sequence[Notice]], int]
    verdict: Callable[[Answer], Verdict] = by_status
    pace: Pace | None = None
    one_per_alert: bool = False
    refresh: Callable[[Receiver], float] | None = None
    most: int = 0


def _text(limit: int) -> Callable[[Receiver, Sequence[Notice]], int]:
    return lambda receiver, notices: fits(notices, receiver.language, limit)


FORMATS: Mapping[Kind, Format] = MappingProxyType(
    {
        "dingtalk": Format(dingtalk.request, _text(dingtalk.LIMIT), dingtalk.verdict, dingtalk.PACE),
        "feishu": Format(feishu.request, _text(feishu.LIMIT), feishu.verdict, feishu.PACE),
        "wecom": Format(wecom.request, _text(wecom.LIMIT), wecom.verdict, wecom.PACE),
        "webhook": Format(webhook.request, webhook.fits),
        "alertmanager": Format(
            alertmanager.request,
            alertmanager.fits,
            one_per_alert=True,
            refresh=alertmanager.refresh_s,
            most=alertmanager.MOST,
        ),
    }
)
