"""What the robots of DingTalk, Feishu and WeCom have in common: one text, and an error code in a 200."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from alerts.notices.exchange import Answer, Delivered, Refused, Request, Retry, Verdict, by_status, told
from alerts.notices.grouping import Envelope, message
from alerts.notices.notice import Notice
from alerts.notices.receivers import Receiver

JSON = (("Content-Type", "application/json; charset=utf-8"),)
_PACED = ("too fast", "too many", "freq", "limit", "exceed", "限流", "太快", "频率")


def text_of(
    notices: Sequence[Notice], more: Sequence[Notice], receiver: Receiver, envelope: Envelope, limit: int
) -> str:
    """What the message says."""
    return message(notices, more, receiver.language, envelope, limit)


def post_json(url: str, body: object) -> Request:
    """A request with this body."""
    return Request(url, json.dumps(body, ensure_ascii=False).encode(), JSON)


def verdict_by_code(answer: Answer, keys: Sequence[str], paced: Collection[int], passing: Collection[int]) -> Verdict:
    """The verdict of a robot's answer: its code stands under the first of `keys` that is there, and only 0 is good.

    `paced` are the codes of one that was sent to too often, `passing` those of trouble that passes. Anything that is no
    such answer (a proxy's login page with status 200) may or may not have been delivered.
    """
    by_http = by_status(answer)
    code, words = _code(answer.body, keys)
    if code is None:
        return Retry("no answer of a robot: " + told(answer.body[:200])) if isinstance(by_http, Delivered) else by_http
    if code == 0:
        return by_http
    why = f"{code} {told(words)}".strip()
    lower = words.lower()
    if code in paced or any(hint in lower for hint in _PACED):
        return Retry(why, 60.0, uncertain=False)
    if code in passing:
        return Retry(why, uncertain=False)
    return Refused(why) if isinstance(by_http, Delivered | Refused) else by_http


def _code(body: bytes, keys: Sequence[str]) -> tuple[int | None, str]:
    try:
        answer = json.loads(body)
    except ValueError:
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    code = next((answer[key] for key in keys if key in answer), None)
    words = next((str(answer[key]) for key in ("errmsg", "msg", "StatusMessage") if key in answer), "")
    return (code, words) if isinstance(code, int) and not isinstance(code, bool) else (None, "")
