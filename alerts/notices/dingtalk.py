r"""DingTalk's custom robot (自定义机器人接入; open.dingtalk.com/document/orgapp/custom-robot-access).

20 messages a minute, else the robot is shut for ten; at most 20,000 bytes. Signed: timestamp in ms and
base64(HMAC-SHA256(secret, "timestamp\nsecret")) in the query. Errors come with status 200 and `errcode`: 310000 when
keyword, signature or address do not fit, 300001, 300005, 400101 and others for a token that is not (any more) good.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from urllib.parse import quote_plus

from alerts.notices.exchange import Answer, Request, Verdict
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.pace import Pace
from alerts.notices.receivers import Endpoint, Receiver
from alerts.notices.robot import post_json, text_of, verdict_by_code

PACE = Pace(4, 4.0)
"""At most 19 in any minute."""
LIMIT = 18_000
"""Bytes of text: the rest is for the JSON around it, and for what it escapes."""

_PACED = frozenset({130101, 410100, 90030})
_PASSING = frozenset({-1})


def sign(secret: str, at: float) -> tuple[str, str]:
    """Timestamp (ms) and signature for this moment of the wall clock."""
    stamp = str(round(at * 1000))
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
    return stamp, base64.b64encode(digest).decode()


def signed_url(where: Endpoint, at: float) -> str:
    """The address for one message."""
    if not where.secret:
        return where.url
    stamp, signature = sign(where.secret, at)
    return f"{where.url}{'&' if '?' in where.url else '?'}timestamp={stamp}&sign={quote_plus(signature)}"


def request(
    notices: Sequence[Notice],
    more: Sequence[Notice],
    receiver: Receiver,
    where: Endpoint,
    envelope: Envelope,
    key: str,  # noqa: ARG001 - a robot keeps no keys
    now: float,
) -> Request:
    """One text message. Plain, because markdown from a site's names could link and call people."""
    text = text_of(notices, more, receiver, envelope, LIMIT)
    return post_json(signed_url(where, now), {"msgtype": "text", "text": {"content": text}, "at": {"isAtAll": False}})


def verdict(answer: Answer) -> Verdict:
    """What DingTalk's answer means."""
    return verdict_by_code(answer, ("errcode",), _PACED, _PASSING)
