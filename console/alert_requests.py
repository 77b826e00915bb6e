"""What a person types about an alert: `30m on it`, `rule 2h moved to Wuhan`, `site 7d 02:00-04:00 mon-fri backup`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from alerts.alert import Alert
from alerts.silence import Matcher, Recurrence
from console.i18n import _
from feeds.durations import parse_duration
from feeds.errors import InputError

SilenceScope = Literal["alert", "rule", "site"]

SCOPES: tuple[SilenceScope, ...] = ("alert", "rule", "site")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_LIKE_A_DURATION = re.compile(r"(\d+(\.\d+)?[a-z]+)+", re.IGNORECASE | re.ASCII)
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)


class RequestError(ValueError):
    """What was typed is no such request; the message is for the person who typed it."""


@dataclass(frozen=True, slots=True)
class AckRequest:
    """For how long (None: until the alert is over) and why."""

    seconds: float | None
    note: str


@dataclass(frozen=True, slots=True)
class SilenceRequest:
    """What is to be silenced, for how long, within which hours, and why."""

    scope: SilenceScope
    seconds: float
    note: str
    windows: tuple[Recurrence, ...] = ()


def read_ack(text: str) -> AckRequest:
    """`[DURATION] [note]`. A first word that looks like a duration and is none is refused."""
    first, _blank, rest = text.strip().partition(" ")
    if _LIKE_A_DURATION.fullmatch(first):
        return AckRequest(_seconds(first), rest.strip())
    return AckRequest(None, text.strip())


def read_silence(text: str, zone: str = "Asia/Shanghai") -> SilenceRequest:
    """`[alert|rule|site] DURATION [HH:MM-HH:MM [days]] [note]`; the hours are those of `zone`."""
    words = text.split()
    scope: SilenceScope = "alert"
    if words and words[0].lower() in SCOPES:
        scope = cast("SilenceScope", words.pop(0).lower())
    if not words or not _LIKE_A_DURATION.fullmatch(words[0]):
        raise RequestError(_("say how long: 30m, 2h, 1d; then why"))
    seconds = _seconds(words.pop(0))
    windows: tuple[Recurrence, ...] = ()
    if words and (hours := _HOURS.fullmatch(words[0])):
        begins, ends = _of_day(hours[1], hours[2]), _of_day(hours[3], hours[4])
        days = _days(words[1]) if len(words) > 1 else None
        windows = (Recurrence(begins, ends, days or (), zone),)
        words = words[1 if days is None else 2 :]
    return SilenceRequest(scope, seconds, " ".join(words), windows)


def matcher_of(scope: SilenceScope, alerts: Sequence[Alert]) -> Matcher:
    """Which alerts are meant: these alone, all of their rules anywhere, or everything at their sites."""
    if scope == "site":
        return Matcher(sites=tuple(sorted({alert.site for alert in alerts})))
    rules = tuple(sorted({alert.rule for alert in alerts}))
    if scope == "rule":
        return Matcher(rules=rules)
    return Matcher(rules=rules, keys=tuple(sorted({alert.key for alert in alerts})))


def _seconds(word: str) -> float:
    try:
        seconds = parse_duration(word)
    except InputError:
        seconds = 0.0
    if seconds <= 0.0:
        raise RequestError(_("{word} is not a duration; write 30m, 2h, 1d").format(word=word[:20]))
    return seconds


def _of_day(hour: str, minute: str) -> float:
    if int(hour) > 24 or int(minute) > 59 or (int(hour) == 24 and int(minute)):
        raise RequestError(_("no such time of day: {time}").format(time=f"{hour}:{minute}"))
    return int(hour) * 3600.0 + int(minute) * 60.0


def _days(word: str) -> tuple[int, ...] | None:
    """`mon-fri`, `sat,sun`; None where the word speaks of no days."""
    found: set[int] = set()
    for part in word.lower().split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            return None
        begin, end = DAYS.index(first), DAYS.index(last if dash else first)
        found.update(range(begin, end + 1) if begin <= end else (*range(begin, 7), *range(end + 1)))
    return tuple(sorted(found))
