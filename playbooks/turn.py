"""One turn of the runner: the moment, what it may do then, and the effects that it collects in their order."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from playbooks.effects import Ask, Effect, Record
from playbooks.run import Question, Run, RunState
from playbooks.words import Words, unknown_site

AUTOMATIC = "desk"
"""Who acts when nobody pressed a key: a time that came, a condition that held, a step that failed half-way."""


@dataclass
class Turn:
    """What a transition works with.

    `now` in epoch seconds; `known` are the sites that can be believed, None before the board was looked at.
    """

    now: float
    next_id: Callable[[str], str]
    journalled: bool
    known: frozenset[str] | None
    dwell: float = 0.0
    """For so many seconds nothing is taken back by its own condition."""
    effects: list[Effect] = field(default_factory=list)
    halted: bool = False
    """In a panic: what nobody asked for at this moment is not sent without a person's word."""

    def record(self, kind: str, run: Run, **body: Any) -> None:  # noqa: ANN401 - plain data of any shape
        """Add a journal entry about a run."""
        self.effects.append(Record(kind, finite({"run": run.id, "playbook": run.playbook, "at": self.now, **body})))

    def ask(self, run: Run, words: Words, *choices: str, state: RunState = RunState.ASKING) -> Run:
        """The run, waiting for an answer. The first choice is what the question proposes, the last leaves it be."""
        asked = replace(run, state=state, question=Question(words, choices))
        self.record("asked", asked, zh=words.zh, en=words.en, choices=list(choices))
        self.effects.append(Ask(run.id, words, choices))
        return asked

    def barred(self, site: str, *, automatic: bool = False) -> Words | None:
        """Why nothing may be sent to a site without a person's word, or None. `automatic`: the desk acts by itself."""
        if not self.journalled:
            return Words("日志无法写入", "the journal cannot be written")
        if self.halted and automatic:
            return Words("自动动作已全部停止", "automatic actions are stopped")
        return self.dark(site)

    def dark(self, site: str) -> Words | None:
        """That a site may not hear or may not be what the desk believes, or None."""
        if self.known is None or site not in self.known:
            return unknown_site(site)
        return None

    def end(self, run: Run, state: RunState, note: Words, who: str, kind: str = "") -> Run:
        """The run, over."""
        kind = kind or ("reverted" if state is RunState.REVERTED else "failed")
        ended = replace(
            run, state=state, ended=self.now, note=note, question=None, until=None, check_due=None, revert=None
        )
        self.record(kind, ended, by=who, zh=note.zh, en=note.en)
        return ended


def finite(value: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """Plain data without NaN and infinities: None stands for the unknown; tuples become lists, words text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [finite(inner) for inner in (sorted(value) if isinstance(value, frozenset) else value)]
    return value
