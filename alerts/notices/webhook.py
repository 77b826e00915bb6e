"""A web address of one's own: notices as JSON, several in a body; or one at a time in the words of a template.

Each request has the header `Idempotency-Key`, which is the same when the same is sent again, and says `repeat` when it
may have arrived before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from alerts.notices.exchange import Request
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.receivers import Endpoint, Receiver
from alerts.notices.template import fill_template
from alerts.notices.words import sentence

MOST = 100
VERSION = 1


def moment(at: float) -> str:
    """RFC 3339, in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fits(receiver: Receiver, notices: Sequence[Notice]) -> int:
    """How many go into one body."""
    return 1 if receiver.template else min(len(notices), MOST)


def request(
    notices: Sequence[Notice],
    more: Sequence[Notice],
    receiver: Receiver,
    where: Endpoint,
    envelope: Envelope,
    key: str,
    now: float,  # noqa: ARG001 - nothing is signed
) -> Request:
    """One body for all of them, or for the one that there is in the words of the template."""
    if receiver.template:
        body = fill_template(receiver.template, _fields(notices[0], envelope), receiver.content_type)
        kind = receiver.content_type
    else:
        kind, body = "application/json", json.dumps(_body(notices, len(more), envelope, key), ensure_ascii=False)
    headers = (("Content-Type", kind), ("Idempotency-Key", key))
    return Request(where.url, body.encode(), (*headers, *authorization(where)))


def authorization(where: Endpoint) -> tuple[tuple[str, str], ...]:
    """The header that shows who one is, where there is a secret."""
    return (("Authorization", f"Bearer {where.secret}"),) if where.secret else ()


def _body(notices: Sequence[Notice], waiting: int, envelope: Envelope, key: str) -> dict[str, Any]:
    return {
        "version": VERSION,
        "id": key,
        "repeat": envelope.repeat,
        "drill": envelope.drill,
        "desk": {"zh": envelope.desk_zh, "en": envelope.desk_en},
        "waiting": waiting,
        "notices": [_plain(notice) for notice in notices],
    }


def _plain(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "state": notice.state,
        "alert": notice.alert,
        "sequence": notice.sequence,
        "rule": notice.rule,
        "key": notice.key,
        "site": notice.site,
        "severity": notice.severity,
        "at": moment(notice.at),
        "fired_at": moment(notice.fired_at),
        "value": notice.value,
        "title": {"zh": notice.title_zh, "en": notice.title_en},
        "message": {"zh": notice.message_zh, "en": notice.message_en},
        "text": {"zh": sentence(notice, "zh"), "en": sentence(notice, "en")},
        "names": {
            "site": {"zh": notice.site_zh, "en": notice.site_en},
            "queue": {"zh": notice.queue_zh, "en": notice.queue_en},
        },
        "shop": notice.shop,
        "platform": notice.platform,
        "category": notice.category,
        "playbook": notice.playbook or None,
        "runbook": notice.runbook or None,
        "reminder": notice.times,
        "who": notice.who,
        "note": notice.note,
    }


def _fields(notice: Notice, envelope: Envelope) -> dict[str, str]:
    plain = {name: str(value) for name, value in notice.dump().items()}
    return plain | {
        "id": notice.id,
        "repeat": "true" if envelope.repeat else "false",
        "drill": "true" if envelope.drill else "false",
        "at": moment(notice.at),
        "fired_at": moment(notice.fired_at),
        "value": "" if notice.value is None else f"{notice.value:.10g}",
        "text_zh": ("【演练】" if envelope.drill else "") + sentence(notice, "zh"),
        "text_en": ("[DRILL] " if envelope.drill else "") + sentence(notice, "en"),
        "desk_zh": envelope.desk_zh,
        "desk_en": envelope.desk_en,
    }
