"""What the checks judge: the desk's newest view and what a shell found on this machine, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from alerts.degrade import DegradeWindow
from console.peak import Peak
from console.view import DeskView
from feeds.clocks import ClockDefinition
from playbooks.words import Words


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A site's token: whether one is shown at all, until when it is good (None: nobody says), and who says so."""

    shown: bool
    expires: float | None = None
    source: Literal["", "configured", "jwt"] = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One set of files as read just now: what it is, what was counted in it, or the one line that is wrong."""

    id: str
    who: Words
    counted: Words
    error: str = ""


@dataclass(frozen=True, slots=True)
class ReceiverFacts:
    """A receiver of notices: None in `passed` means that no message was tried on it; `said` is what came back."""

    name: str
    passed: bool | None
    said: Words


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """The journal on disk: `error` says why it cannot be written, `free_bytes` the room beside it.

    `at_work` says whether a desk holds it (None: this is that desk), `problem` why the state in it cannot be read.
    """

    path: str
    error: str = ""
    free_bytes: float = float("nan")
    at_work: bool | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """Time zones that this machine does not know, and its terminal: `columns` 0 where there is none."""

    zones_missing: tuple[str, ...] = ()
    encoding: str = "utf-8"
    columns: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class PreflightFacts:
    """Everything a preflight looks at. `configured` is off on the built-in drill, which has no folder."""

    view: DeskView
    peak: Peak
    configured: bool = False
    unmoved: frozenset[str] = frozenset()
    """Sites whose data were not seen to move: a frozen one sends its last state to whoever connects."""
    tokens: Mapping[str, TokenFacts] = field(default_factory=dict)
    standby: Mapping[str, int] = field(default_factory=dict)
    """Site id → agents that are to be on call, where somebody planned any."""
    clocks: tuple[ClockDefinition, ...] = ()
    calendar: bool = False
    """Whether there is a calendar of degrade windows at all."""
    degrade: tuple[DegradeWindow, ...] = ()
    files: tuple[FileFacts, ...] = ()
    receivers: tuple[ReceiverFacts, ...] = ()
    journal: JournalFacts | None = None
    machine: MachineFacts = MachineFacts()
    read_at: float = float("nan")
    """When files, disk and machine were looked at, by the desk's clock; the view may be newer."""
    accepted: frozenset[str] = frozenset()
    """Ids of checks of which a person has said that what is unknown there may stay so."""

    @property
    def now(self) -> float:
        """When it was looked, by the desk's clock."""
        return self.view.at

    @property
    def live(self) -> bool:
        """Whether real sites are behind the desk."""
        return self.view.mode == "live"
