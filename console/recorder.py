"""Writes the desk's inputs into a recording, where one is kept: all that a replay needs to come out the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from console.intents import (
    Acknowledge,
    AnswerRun,
    AskPreview,
    RenewRun,
    Request,
    RevertRun,
    SetPace,
    StartPlaybook,
)
from feeds.recording import RecordingWriter

_KINDS: dict[str, type[Acknowledge | AskPreview | RevertRun | RenewRun | AnswerRun | SetPace]] = {
    "acknowledge": Acknowledge,
    "preview": AskPreview,
    "revert": RevertRun,
    "renew": RenewRun,
    "answer": AnswerRun,
    "pace": SetPace,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class Recorder:
    """Where the desk's inputs go. Without a writer they go nowhere; `error` says why a recording stopped."""

    def __init__(self, writer: RecordingWriter | None = None) -> None:
        self._writer = writer
        self.error = ""

    def frame(self, now: float, site: str, data: bytes) -> None:
        """A message from a site, as it came."""
        if self._writer is not None:
            self._keep(lambda writer: writer.frame(now, site, data))

    def link(self, now: float, site: str, state: str, why: str) -> None:
        """A connection that came, went or was refused."""
        if self._writer is not None:
            self._keep(lambda writer: writer.link(now, site, {"state": state, "why": why}))

    def operator(self, now: float, intent: Request, who: str) -> None:
        """What a person asked for. A start is kept by the hash of the plan, whose preview was asked for before."""
        if self._writer is not None:
            self._keep(lambda writer: writer.operator(now, {**intent_as_map(intent), "who": who}))

    def _keep(self, write: Callable[[RecordingWriter], None]) -> None:
        try:
            if self._writer is not None:
                write(self._writer)
        except OSError as error:
            self.error = f"the recording stopped: {error.strerror or error}"
            self._writer = None

    def close(self) -> None:
        """Complete the recording."""
        if self._writer is not None:
            self._keep(lambda writer: writer.close())


def intent_as_map(intent: Request) -> dict[str, Any]:
    """An intent as plain data."""
    if isinstance(intent, StartPlaybook):
        return {"kind": "start", "plan": intent.preview.plan_hash}
    return {"kind": _NAMES[type(intent)], **asdict(intent)}


def intent_of_map(fields: dict[str, Any]) -> Request | str:
    """The intent of such data; for a start, the hash of the plan. KeyError or TypeError where it is none."""
    rest = {name: value for name, value in fields.items() if name not in ("kind", "who")}
    return str(fields["plan"]) if fields["kind"] == "start" else _KINDS[fields["kind"]](**rest)
