r"""Feishu's (Lark's) custom bot (open.larksuite.com/document/client-docs/bot-v3/use-custom-bots-in-a-group).

100 messages a minute and 5 a second; a body of at most 20 KB. Signed: timestamp in s and base64(HMAC-SHA256 of nothing
under the key "timestamp\nsecret") in the body. Errors come with status 200 and `code`: 19021 signature, 19022 address,
19024 keyword, 11232 too often; older ones have `StatusCode`.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence

from alerts.notices.exchange import Answer, Request, Verdict
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.pace import Pace
from alerts.notices.receivers import Endpoint, Receiver
from alerts.notices.robot import post_json, text_of, verdict_by_code

PACE = Pace(3, 0.7)
"""At most 4 in any second and 88 in any minute."""
LIMIT = 17_000

_PACED = frozenset({11232, 99991400})
_PASSING = frozenset({-1})


def sign(secret: str, at: float) -> tuple[str, str]:
    """Timestamp (s) and signature for this moment of the wall clock."""
    stamp = str(int(at))
    return stamp, base64.b64encode(hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")).decode()


def request(
    notices: Sequence[Notice],
    more: Sequence[Notice],
    receiver: Receiver,
    where: Endpoint,
    envelope: Envelope,
    key: str,  # noqa: ARG001 - a robot keeps no keys
    now: float,
) -> Request:
    """One text message. A text may hold tags (`<at user_id="all">`), so what looks like one is made harmless."""
    text = text_of(notices, more, receiver, envelope, LIMIT).replace("<", "＜")
    body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
    if where.secret:
        body["timestamp"], body["sign"] = sign(where.secret, now)
    return post_json(where.url, body)


def verdict(answer: Answer) -> Verdict:
    """What Feishu's answer means."""
    return verdict_by_code(answer, ("code", "StatusCode"), _PACED, _PASSING)
