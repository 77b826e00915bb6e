# ruff: noqa: E501 - one case, one line
"""What goes over the wire to each kind of receiver, and what its answers mean."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from alerts.notices import alertmanager, dingtalk, feishu, wecom
from alerts.notices.exchange import Answer, Delivered, Refused, Request, Retry, Verdict
from alerts.notices.formats import FORMATS
from alerts.notices.grouping import Envelope
from alerts.notices.receivers import Endpoint, Receiver
from tests.alerts.notices.made import AT, notice, receiver

DESK = Envelope("双11 指挥台", "Double 11 desk")


def made(to: Receiver, *notices: Any, where: Endpoint | None = None, envelope: Envelope = DESK) -> Request:
    where = where or Endpoint("https://example.test/x")
    return FORMATS[to.kind].request(notices or (notice(),), (), to, where, envelope, "a1.1", AT)


def body(request: Request) -> Any:
    return json.loads(request.body)


# Signatures. The values come from `openssl dgst -sha256 -hmac … -binary | base64` over what the documents say.


def test_dingtalk_signs_in_the_query() -> None:
    stamp, signature = dingtalk.sign("this is secret", 1_577_262_236.757)
    assert (stamp, signature) == ("1577262236757", "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=")
    where = Endpoint("https://oapi.dingtalk.com/robot/send?access_token=T", "this is secret")
    query = parse_qs(urlsplit(made(receiver(kind="dingtalk"), where=where).url).query)
    assert query["access_token"] == ["T"]
    assert query["timestamp"] == ["1794312271000"]
    assert query["sign"] == [dingtalk.sign("this is secret", AT)[1]]


def test_feishu_signs_in_the_body() -> None:
    assert feishu.sign("demo", 100.0) == ("100", "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg=")
    where = Endpoint("https://open.feishu.cn/open-apis/bot/v2/hook/T", "demo")
    sent = body(made(receiver(kind="feishu"), where=where))
    assert sent["timestamp"] == "1794312271"
    assert sent["sign"] == feishu.sign("demo", AT)[1]
    assert sent["msg_type"] == "text"


def test_without_a_secret_nothing_is_signed() -> None:
    assert made(receiver(kind="dingtalk")).url == "https://example.test/x"
    assert set(body(made(receiver(kind="feishu")))) == {"msg_type", "content"}


# Texts.


@pytest.mark.parametrize(("kind", "path"), [("dingtalk", "text"), ("feishu", "content"), ("wecom", "text")])
def test_a_robot_gets_one_plain_text(kind: str, path: str) -> None:
    sent = body(made(receiver(kind=kind), notice(), notice(2, "resolved", at=AT + 60)))
    text = sent[path]["text" if kind == "feishu" else "content"]
    assert text.splitlines() == [
        "双11 指挥台 · 2 条",
        "▲ 严重 触发 合肥 服饰01 最长等待 3m14s，超过 3m [20:04:31]",
        "✓ 恢复 合肥 服饰02 最长等待超3分钟 持续 3m10s [20:05:31]",
    ]
    assert sent.get("msgtype", sent.get("msg_type")) == "text"


def test_in_english_and_in_both() -> None:
    for language, lines in (("en", 2), ("both", 5)):
        text = body(made(receiver(kind="wecom", language=language)))["text"]["content"]
        assert "▲ critical firing Hefei Apparel 01: oldest wait 3m14s, over 3m [20:04:31]" in text
        assert len(text.splitlines()) == lines


def test_a_repeat_and_a_drill_say_so() -> None:
    envelope = replace(DESK, drill=True, repeat=True)
    text = body(made(receiver(kind="wecom", language="both"), envelope=envelope))["text"]["content"]
    assert text.startswith("【演练】双11 指挥台 (可能重复)")
    assert "[DRILL] Double 11 desk (may be a repeat)" in text


def test_a_name_cannot_call_everybody_in_feishu() -> None:
    nasty = notice(message_zh='<at user_id="all">所有人</at>')
    text = body(made(receiver(kind="feishu"), nasty))["content"]["text"]
    assert "<" not in text


def test_all_kinds_of_news_have_words() -> None:
    texts = []
    for kind in ("refired", "reminder", "acknowledged", "unacknowledged", "flapping", "settled"):
        one = notice(kind=kind, who="duty-2" if "ack" in kind else "", note="看一下" if kind == "acknowledged" else "")
        texts.append(body(made(receiver(kind="wecom"), replace(one, times=2)))["text"]["content"].splitlines()[1])
    assert [text.split(" 合肥")[0] for text in texts] == [
        "▲ 严重 再次触发",
        "▲ 严重 未认领 第2次提醒",
        "▲ 严重 已认领",
        "▲ 严重 认领到期",
        "▲ 严重 反复波动",
        "▲ 严重 已稳定，仍在触发",
    ]
    assert texts[2].endswith("自 20:02:21 (duty-2：看一下) [20:04:31]")


# The webhook.


def test_a_webhook_gets_json_with_ids_and_its_key_in_a_header() -> None:
    request = made(
        receiver(), notice(), notice(2), where=Endpoint("http://h/x", "s3"), envelope=replace(DESK, repeat=True)
    )
    sent = body(request)
    headers = dict(request.headers)
    assert (headers["Idempotency-Key"], sent["id"], sent["repeat"], sent["drill"]) == ("a1.1", "a1.1", True, False)
    assert headers["Authorization"] == "Bearer s3"
    assert [one["id"] for one in sent["notices"]] == ["a1.1", "a2.1"]
    first = sent["notices"][0]
    assert (first["kind"], first["state"], first["at"]) == ("firing", "firing", "2026-11-10T12:04:31.000Z")
    assert first["message"]["zh"] == notice().message_zh
    assert "s3" not in repr(request)
    assert "http://h/x" not in repr(request)


def test_a_template_writes_the_body_in_ones_own_words() -> None:
    template = '{"key": "${id}", "text": "${text_zh}", "cost": "$$5", "value": ${value}, "again": ${repeat}}'
    hook = receiver(template=template)
    hostile = notice(message_zh='他说 "\n${id}\\')
    request = made(hook, hostile)
    assert body(request) == {
        "key": "a1.1",
        "text": '▲ 严重 触发 他说 "\n${id}\\ [20:04:31]',
        "cost": "$5",
        "value": 194,
        "again": False,
    }
    assert FORMATS["webhook"].fits(hook, [notice(), notice(2)]) == 1
    plain = made(receiver(template="${severity} ${site}", content_type="text/plain"))
    assert plain.body == b"critical hefei"
    assert dict(plain.headers)["Content-Type"] == "text/plain"


# Alertmanager.


def test_alertmanager_gets_states_with_stable_labels() -> None:
    am = receiver(kind="alertmanager")
    request = made(am, notice(), where=Endpoint("http://am:9093/"))
    assert request.url == "http://am:9093/api/v2/alerts"
    (alert,) = body(request)
    assert alert["labels"] == {
        "alertname": "oldest-wait-critical",
        "key": "hefei/q01",
        "site": "hefei",
        "severity": "critical",
        "shop": "s-1",
        "platform": "taobao",
        "category": "apparel",
        "desk": "Double 11 desk",
    }
    assert alert["startsAt"] == "2026-11-10T12:02:21.000Z"
    assert alert["endsAt"] == "2026-11-10T12:09:31.000Z"
    assert alert["annotations"]["summary_zh"] == "最长等待超3分钟"
    (over,) = body(made(am, notice(kind="resolved", at=AT + 5)))
    assert over["labels"] == alert["labels"]
    assert over["endsAt"] == "2026-11-10T12:04:36.000Z"
    assert alertmanager.refresh_s(am) == 60.0
    assert alertmanager.refresh_s(receiver(kind="alertmanager", resolve_timeout="60s")) == 15.0


# Answers.


def answer(status: int, text: str = "", after: str = "") -> Answer:
    return Answer(status, text.encode(), after)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("dingtalk", answer(200, '{"errcode":0,"errmsg":"ok"}'), Delivered()),
        ("feishu", answer(200, '{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}'), Delivered()),
        ("feishu", answer(200, '{"StatusCode":0,"StatusMessage":"success"}'), Delivered()),
        ("wecom", answer(200, '{"errcode":0,"errmsg":"ok"}'), Delivered()),
        ("webhook", answer(204), Delivered()),
        ("alertmanager", answer(200), Delivered()),
    ],
)  # fmt: skip
def test_what_is_good(kind: str, given: Answer, expected: Verdict) -> None:
    assert FORMATS[kind].verdict(given) == expected  # type: ignore[index]


@pytest.mark.parametrize(
    ("kind", "given", "after", "uncertain"),
    [
        ("dingtalk", answer(200, '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}'), 60.0, False),
        ("dingtalk", answer(200, '{"errcode":300001,"errmsg":"发送速度太快而限流"}'), 60.0, False),
        ("dingtalk", answer(200, '{"errcode":-1,"errmsg":"系统繁忙"}'), None, False),
        ("feishu", answer(200, '{"code":11232,"msg":"frequency limited"}'), 60.0, False),
        ("feishu", answer(400, '{"code":9499,"msg":"too many request"}'), 60.0, False),
        ("wecom", answer(200, '{"errcode":45009,"errmsg":"api freq out of limit"}'), 60.0, False),
        ("wecom", answer(200, "<html>log in first</html>"), None, True),
        ("wecom", answer(200, '["errcode"]'), None, True),
        ("wecom", answer(200, '{"errcode":"0"}'), None, True),
        ("wecom", answer(200), None, True),
        ("webhook", answer(500, "oops\x1b[2J"), None, True),
        ("webhook", answer(429, "", "7"), 7.0, False),
        ("webhook", answer(429, "", "999999999999"), 900.0, False),
        ("webhook", answer(503, "", "Wed, 21 Oct 2026 07:28:00 GMT"), None, False),
        ("webhook", answer(408), None, True),
        ("dingtalk", answer(502, "bad gateway"), None, True),
    ],
)  # fmt: skip
def test_what_is_to_be_tried_again(kind: str, given: Answer, after: float | None, uncertain: bool) -> None:
    verdict = FORMATS[kind].verdict(given)  # type: ignore[index]
    assert isinstance(verdict, Retry)
    assert (verdict.after, verdict.uncertain) == (after, uncertain)
    assert verdict.why.isprintable()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("dingtalk", answer(200, '{"errcode":310000,"errmsg":"sign not match"}')),
        ("dingtalk", answer(200, '{"errcode":300005,"errmsg":"token is not exist"}')),
        ("feishu", answer(200, '{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}')),
        ("feishu", answer(200, '{"code":19024,"msg":"Key Words Not Found"}')),
        ("wecom", answer(200, '{"errcode":93000,"errmsg":"invalid webhook url"}')),
        ("webhook", answer(404, "no such hook")),
        ("webhook", answer(302)),
        ("alertmanager", answer(400, '{"code":601,"message":"labels in body is required"}')),
    ],
)
def test_what_is_refused_for_good(kind: str, given: Answer) -> None:
    assert isinstance(FORMATS[kind].verdict(given), Refused)  # type: ignore[index]


def test_paces_keep_under_the_limits_of_the_robots() -> None:
    for pace, limits in (
        (dingtalk.PACE, ((20, 60.0),)),
        (wecom.PACE, ((20, 60.0),)),
        (feishu.PACE, ((100, 60.0), (5, 1.0))),
    ):
        at, spent, times = 0.0, float("-inf"), []
        while at < 200.0:
            at = max(at, pace.free_at(spent))
            spent = pace.spent(spent, at)
            times.append(at)
        for most, within in limits:
            assert max(sum(t <= o < t + within for o in times) for t in times) < most
