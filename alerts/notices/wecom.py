"""WeCom's group robot (developer.work.weixin.qq.com/document/path/91770).

20 messages a minute; a text of at most 2,048 bytes. Nothing is signed: the address is the secret. Errors come with
status 200 and `errcode`: 93000 for an address that is not (any more) good, 45009 too often, -1 busy.
"""

from __future__ import annotations

from collections.abc import Sequence

from alerts.notices.exchange import Answer, Request, Verdict
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.pace import Pace
from alerts.notices.receivers import Endpoint, Receiver
from alerts.notices.robot import post_json, text_of, verdict_by_code

PACE = Pace(4, 4.0)
"""At most 19 in any minute."""
LIMIT = 2_048

_PACED = frozenset({45009, 45033})
_PASSING = frozenset({-1, 50001})


def request(
    notices: Sequence[Notice],
    more: Sequence[Notice],
    receiver: Receiver,
    where: Endpoint,
    envelope: Envelope,
    key: str,  # noqa: ARG001 - a robot keeps no keys
    now: float,  # noqa: ARG001 - nothing is signed
) -> Request:
    """One text message."""
    text = text_of(notices, more, receiver, envelope, LIMIT)
    return post_json(where.url, {"msgtype": "text", "text": {"content": text}})


def verdict(answer: Answer) -> Verdict:
    """What WeCom's answer means."""
    return verdict_by_code(answer, ("errcode",), _PACED, _PASSING)
