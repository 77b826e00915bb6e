"""What goes to a receiver and what its answer means, as values: the I/O stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from feeds.text import clean

MOST_WAIT_S = 900.0
"""However long a receiver says one should wait, it is tried again after this."""

_TOLD_CELLS = 160


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Its address and headers may hold secrets, so they are not in its repr."""

    url: str = field(repr=False)
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the first bytes of the body, and the header Retry-After ("" without one)."""

    status: int
    body: bytes = b""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it."""


@dataclass(frozen=True, slots=True)
class Retry:
    """It has it perhaps (`uncertain`), or not: to be sent again, in `after` seconds at the earliest."""

    why: str
    after: float | None = None
    uncertain: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not have it, also next time, until a person changes something."""

    why: str


Verdict = Delivered | Retry | Refused


def why_not(verdict: Verdict) -> str:
    """Why it was not delivered; empty where it was."""
    return "" if isinstance(verdict, Delivered) else verdict.why


def by_status(answer: Answer) -> Verdict:
    """The verdict of an answer whose body does not matter: 2xx, or why not.

    429 and 503 say that nothing was taken; of another 5xx and of 408 nobody knows. Every other status is for good: a
    redirect is not followed, because it would carry the secret to somewhere else.
    """
    status = answer.status
    if 200 <= status < 300:
        return Delivered()
    why = f"HTTP {status}{_said(answer.body)}"
    if status in (429, 503):
        return Retry(why, wait_s(answer.retry_after), uncertain=False)
    if status == 408 or status >= 500:
        return Retry(why, wait_s(answer.retry_after))
    return Refused(why)


def wait_s(header: str) -> float | None:
    """The seconds of a Retry-After header, at most MOST_WAIT_S; None for a date or anything else."""
    text = header.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    return min(float(text[:9]), MOST_WAIT_S)


def told(text: object) -> str:
    """Words of a receiver, fit for a screen and a journal."""
    return clean(text, _TOLD_CELLS)


def _said(body: bytes) -> str:
    said = told(body[:400])
    return f": {said}" if said else ""
