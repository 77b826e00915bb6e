"""What is typed about alerts: durations, scopes, hours, notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.silence import Matcher, Recurrence
from console.alert_requests import AckRequest, RequestError, SilenceRequest, matcher_of, read_ack, read_silence
from tests.console.fake_desk import SITES, alert

NIGHTS = Recurrence(79_200.0, 21_600.0, (0, 2, 5, 6))


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", AckRequest(None, "")),
        ("on it", AckRequest(None, "on it")),
        ("30m", AckRequest(1800.0, "")),
        ("1h30m  on it", AckRequest(5400.0, "on it")),
        ("2 人已到岗", AckRequest(None, "2 人已到岗")),
        ("30 on it", AckRequest(None, "30 on it")),
        ("叫了 30m", AckRequest(None, "叫了 30m")),
    ],
)
def test_an_acknowledgement_is_a_duration_or_none_and_a_note(text: str, request_: AckRequest) -> None:
    assert read_ack(text) == request_


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("30m", SilenceRequest("alert", 1800.0, "")),
        ("alert 30m known", SilenceRequest("alert", 1800.0, "known")),
        ("RULE 2h moved to Wuhan", SilenceRequest("rule", 7200.0, "moved to Wuhan")),
        ("site 1d", SilenceRequest("site", 86_400.0, "")),
        ("site 7d 02:00-04:30 backup", SilenceRequest("site", 604_800.0, "backup", (Recurrence(7200.0, 16_200.0),))),
        ("7d 22:00-06:00 sat-mon,wed x y", SilenceRequest("alert", 604_800.0, "x y", (NIGHTS,))),
        ("7d 00:00-24:00 monday", SilenceRequest("alert", 604_800.0, "monday", (Recurrence(0.0, 86_400.0),))),
    ],
)  # fmt: skip
def test_a_silence_is_scope_duration_hours_and_why(text: str, request_: SilenceRequest) -> None:
    assert read_silence(text) == request_


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "say how long"),
        ("known", "say how long"),
        ("rule", "say how long"),
        ("30", "say how long"),
        ("0m", "0m is not a duration"),
        ("30min x", "30min is not a duration"),
        ("9999d", "9999d is not a duration"),
        ("1d 25:00-26:00", "no such time of day: 25:00"),
        ("1d 02:00-24:01", "no such time of day: 24:01"),
    ],
)
def test_what_is_no_silence_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        read_silence(text)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (read_ack, read_silence):
        try:
            seconds = read(text).seconds
        except RequestError as refused:
            assert "\n" not in str(refused)
        else:
            assert seconds is None or seconds > 0


def test_a_scope_means_these_alerts_their_rules_or_their_sites() -> None:
    two = (alert("hefei/q01"), alert("hefei/q00"))
    assert matcher_of("alert", two) == Matcher(rules=("oldest-wait-critical",), keys=("hefei/q00", "hefei/q01"))
    assert matcher_of("rule", two) == Matcher(rules=("oldest-wait-critical",))
    assert matcher_of("site", two) == Matcher(sites=("hefei",))
    other = alert("wuhan/q00", site=SITES[2])
    matcher = matcher_of("alert", two)
    assert [matcher.matches(a.rule, a.severity, a.row) for a in (*two, other)] == [True, True, False]
