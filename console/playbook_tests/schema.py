"""What a file of playbook tests may say (docs/playbooks.md, "Playbook tests")."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from console.decisions import Decision
from feeds.durations import Duration
from feeds.yamlfile import FileModel

SHIPPED = "shipped"
"""Among the `playbooks` of a test file: those that come with DutyDeck."""

Kill = Literal["all", "none"]


class ExpectedCommand(FileModel):
    """One command that a site has to carry out: of `args` only those named count."""

    site: str
    verb: str
    args: dict[str, Any] = Field(default_factory=dict)
    answer: Literal["done", "partial", "failed", "refused"] = "done"
    after: Duration | None = None
    """At the earliest, since the start of the drill."""
    by: Duration | None = None
    """At the latest."""


class Left(FileModel):
    """What is left at the sites themselves, by the model's own account; what is not named does not count."""

    lent: int | None = None
    """People away from home."""
    bot: int | None = None
    """Queues whose bot does not have its usual share."""
    cap: int | None = None
    """Groups whose people do not hold their usual number of chats."""


class Expected(FileModel):
    """What must have come of it at the end; what is not named does not count."""

    refused: tuple[str, ...] | None = None
    """A part of the reason of each decision that the desk refuses, in their order."""
    commands: tuple[ExpectedCommand, ...] | None = None
    """Every command that the sites were sent, in order: no more and no fewer."""
    runs: dict[str, str] = Field(default_factory=dict)
    """The state of the newest run of each of these playbooks; `none` where none may have been started."""
    steps: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The states of the steps of the newest run of a playbook."""
    asks: tuple[str, ...] | None = None
    """A part of every question and task that a person was given, in order."""
    ledger: tuple[str, ...] | None = None
    """The playbooks that are in force."""
    left: Left = Left()


class PlaybookCase(FileModel):
    """One test."""

    name: str = Field(min_length=1, max_length=300)
    scenario: str | dict[str, Any] | None = None
    change: dict[str, Any] = Field(default_factory=dict)
    """Keys of the scenario that are other in this test."""
    seed: int = Field(default=7, ge=0)
    minutes: float | None = Field(default=None, gt=0, le=24 * 60)
    decisions: tuple[Decision, ...] = ()
    answers: Literal["first", "none"] = "none"
    """`first`: somebody gives every task and question its first answer, ten seconds after it comes up."""
    automatic: tuple[str, ...] = ()
    """Playbooks that this desk may start by itself."""
    kill: Kill = "all"
    expect: Expected


class PlaybookTestFile(FileModel):
    """The file."""

    playbooks: tuple[str, ...] = (SHIPPED,)
    """`shipped`, and playbook files or folders of them, from this file's folder; a later one's id goes first."""
    scenario: str | dict[str, Any] | None = None
    """A shipped scenario's id, a file from this file's folder, or the scenario itself."""
    tests: tuple[PlaybookCase, ...] = Field(min_length=1)
