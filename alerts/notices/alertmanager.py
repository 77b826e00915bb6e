"""Alertmanager's API v2 (POST /api/v2/alerts; prometheus/alertmanager api/v2/openapi.yaml).

It keeps states, not messages: an alert is its labels, ends at its endsAt, and is forgotten when nobody sends it again.
So the labels never change while an alert lives, every post says until when it holds (`resolve_timeout` from now on),
and what fires is posted again several times before that. Of one alert there is only one state in a post.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from alerts.notices.exchange import Request
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.receivers import Endpoint, Receiver
from alerts.notices.webhook import authorization, moment

MOST = 500
PATH = "/api/v2/alerts"
MOST_BETWEEN_S = 60.0


def refresh_s(receiver: Receiver) -> float:
    """How often what fires is posted again."""
    return min(MOST_BETWEEN_S, receiver.resolve_timeout / 4.0)


def fits(_receiver: Receiver, notices: Sequence[Notice]) -> int:
    """How many go into one post."""
    return min(len(notices), MOST)


def request(
    notices: Sequence[Notice],
    more: Sequence[Notice],  # noqa: ARG001 - states only
    receiver: Receiver,
    where: Endpoint,
    envelope: Envelope,
    key: str,
    now: float,
) -> Request:
    """One post of all their alerts. `receiver.url` is Alertmanager's root or the API's own address."""
    url = where.url.rstrip("/")
    url = url if url.endswith(PATH) else url + PATH
    body = json.dumps([_alert(notice, receiver, envelope, now) for notice in notices], ensure_ascii=False)
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", key))
    return Request(url, body.encode(), (*headers, *authorization(where)))


def _alert(notice: Notice, receiver: Receiver, envelope: Envelope, now: float) -> dict[str, Any]:
    labels = {
        "alertname": notice.rule,
        "key": notice.key,
        "site": notice.site,
        "severity": notice.severity,
        "shop": notice.shop,
        "platform": notice.platform,
        "category": notice.category,
        "desk": envelope.desk_en,
    }
    annotations = {
        "summary": notice.title_en,
        "summary_zh": notice.title_zh,
        "description": notice.message_en,
        "description_zh": notice.message_zh,
        "alert_id": notice.alert,
        "playbook": notice.playbook,
        "runbook_url": notice.runbook,
    }
    starts = min(notice.fired_at, notice.at)
    return {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {name: value for name, value in annotations.items() if value},
        "startsAt": moment(starts),
        "endsAt": moment(
            max(notice.at, starts + 0.001) if notice.state == "resolved" else now + receiver.resolve_timeout
        ),
    }
