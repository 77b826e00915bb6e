"""Writes the desk's inputs into a recording, where one is kept: all that a replay needs to come out the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from alerts.rule_diff import plain_rule
from alerts.rules import Rule
from alerts.silence import restored_matcher, restored_window
from console.intents import (
    AcceptHandover,
    Acknowledge,
    AnswerRun,
    ApproveRun,
    AskPreview,
    AssignAlert,
    BreakGlass,
    EndSilence,
    HandOver,
    JoinDesk,
    KeepPromise,
    LeaveDesk,
    LockRules,
    MakePromise,
    Panic,
    ReleaseLock,
    ReloadRules,
    RenewPromise,
    RenewRun,
    ReportSite,
    Request,
    RevertRun,
    SetPace,
    SilenceAlerts,
    StartPlaybook,
    StopAutomatic,
    TakeLock,
    Unacknowledge,
    UnlockRules,
    WriteNote,
)
from feeds.codec import encode
from feeds.recording import RecordingWriter
from feeds.session import Message

_KINDS: dict[str, Callable[..., Request]] = {
    "acknowledge": Acknowledge,
    "preview": AskPreview,
    "revert": RevertRun,
    "renew": RenewRun,
    "answer": AnswerRun,
    "approve": ApproveRun,
    "break_glass": BreakGlass,
    "take_lock": TakeLock,
    "release_lock": ReleaseLock,
    "note": WriteNote,
    "promise": MakePromise,
    "promise kept": KeepPromise,
    "promise put off": RenewPromise,
    "hand over": HandOver,
    "accept handover": AcceptHandover,
    "pace": SetPace,
    "panic": Panic,
    "stop automatic": StopAutomatic,
    "lock_rules": LockRules,
    "unlock_rules": UnlockRules,
    "unacknowledge": Unacknowledge,
    "assign": AssignAlert,
    "silence": SilenceAlerts,
    "end silence": EndSilence,
    "report site": ReportSite,
    "join": JoinDesk,
    "leave": LeaveDesk,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class Recorder:
    """Where the desk's inputs go. Without a writer they go nowhere; `error` says why a recording stopped."""

    def __init__(self, writer: RecordingWriter | None = None) -> None:
        self._writer = writer
        self.error = ""

    @property
    def writes(self) -> bool:
        """Whether a recording is kept."""
        return self._writer is not None

    def frame(self, now: float, site: str, data: Message) -> None:
        """A message from a site, as it came."""
        if self._writer is not None:
            told = data if isinstance(data, bytes) else encode(data)
            self._keep(lambda writer: writer.frame(now, site, told))

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
    if isinstance(intent, ReloadRules):
        return {"kind": "reload", "rules": [plain_rule(rule) for rule in intent.rules], "before": intent.before}
    return {"kind": _NAMES[type(intent)], **asdict(intent)}


def intent_of_map(fields: dict[str, Any]) -> Request | str:
    """The intent of such data; for a start the plan's hash. KeyError, TypeError or ValueError where it is none."""
    rest = {name: value for name, value in fields.items() if name not in ("kind", "who")}
    if fields["kind"] == "start":
        return str(fields["plan"])
    if fields["kind"] == "reload":
        return ReloadRules(tuple(Rule.model_validate(rule) for rule in fields["rules"]), str(fields["before"]))
    if fields["kind"] == "silence":
        rest["matcher"] = restored_matcher(rest["matcher"])
        rest["windows"] = tuple(restored_window(window) for window in rest.get("windows", ()))
    if fields["kind"] == "join":
        rest["sites"] = tuple(rest["sites"])
    return _KINDS[fields["kind"]](**rest)
