"""What the runner wants done: values that a shell carries out in their order, stopping at the first that fails.

`Record` is written to the journal, `Send` and `Query` go over the link of their site, `Ask` is shown to people. The
intent of a command is recorded before it is sent: a shell that cannot write the record must drop the effects behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from feeds.contract import Command, Query
from playbooks.words import Words

__all__ = ["RECORD_KINDS", "Ask", "Effect", "Query", "Record", "Send"]

RECORD_KINDS: tuple[str, ...] = (
    "proposed",  # a run waits for more people to approve it
    "approved",  # one more person did
    "broke_glass",  # one person began what needs more, and says why
    "lapsed",  # not enough people stood for it in time
    "started",  # a person confirmed it: parameters, figures seen, plan hash
    "intent",  # a command is about to be sent
    "reply",  # a site answered a command
    "contradicted",  # a site that had refused says that it did it after all
    "queried",  # no answer in time: the site is asked what became of it
    "seen",  # the board shows what a step was to bring about
    "unseen",  # the board did not show it in time
    "verified",  # every step is done and seen: in force
    "checked",  # whether it helped
    "stepped",  # the next step begins
    "skipped",  # a step whose condition did not hold is left out
    "task",  # a person is asked to do something, or to decide
    "overdue",  # that person has not said in time that it is done
    "note",  # what a playbook writes into the log
    "notice",  # what is to be told to merchants or sites
    "failed",  # a step failed, or the run ended in failure
    "unknown",  # nobody can say whether a command was carried out
    "asked",  # a person has to decide
    "answered",  # what a person decided
    "renewed",  # in force for longer
    "reverting",  # the way back begins: by whom and why
    "reverted",  # nothing of the run is in force any more
    "closed",  # a person declared it settled outside the desk
)
"""The kinds of journal entries that the runner makes, each prefixed `playbook.` in the journal by its writer."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send a command to its site. Never repeated by the runner under the same or another id.

    With `unjournalled`, a person decided that it goes out although its intent cannot be written.
    """

    command: Command
    unjournalled: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Write an entry to the journal: plain data, numbers finite or None."""

    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """A person has to decide about a run: the question, and the answers that `PlaybookRunner.answer` takes."""

    run: str
    question: Words
    choices: tuple[str, ...]


Effect = Send | Query | Record | Ask
