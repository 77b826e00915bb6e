"""What a preflight finds, as values: checks, what stands behind them site by site, and the one verdict of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from playbooks.words import Words

Verdict = Literal["go", "not_applicable", "warn", "unknown", "no_go"]

_ORDER: tuple[Verdict, ...] = ("not_applicable", "go", "warn", "unknown", "no_go")

NOTHING = Words("无需处理", "nothing")
"""What is to be done where all is well."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What one check found of one thing: a site by its id, a receiver, a clock; `who` names it in both languages."""

    id: str
    who: Words
    verdict: Verdict
    found: Words


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the preflight. `id` is stable for scripts and for `--accept`."""

    id: str
    title: Words
    verdict: Verdict
    found: Words
    todo: Words = NOTHING
    details: tuple[Detail, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The check as plain JSON data."""
        details = [
            {"id": d.id, "name": d.who._asdict(), "verdict": d.verdict, "found": d.found._asdict()}
            for d in self.details
        ]
        said = {"title": self.title._asdict(), "found": self.found._asdict(), "todo": self.todo._asdict()}
        return {"id": self.id, "verdict": self.verdict, **said, "details": details}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; `not_applicable` for none. What is not known is worse than a warning."""
    return max(verdicts, key=_ORDER.index, default="not_applicable")


def is_go(checks: Sequence[Check]) -> bool:
    """Whether the desk may go into the peak: nothing is against it, and nothing that was to be checked is unknown."""
    return bool(checks) and all(check.verdict not in ("unknown", "no_go") for check in checks)


def names(details: Iterable[Detail], most: int = 4) -> Words:
    """Who some details are about, in one phrase: the first few by name, the rest as a number."""
    who = [detail.who for detail in details]
    more = len(who) - most
    zh = "、".join(w.zh for w in who[:most]) + (f" 等 {len(who)} 个" if more > 0 else "")
    en = ", ".join(w.en for w in who[:most]) + (f" and {more} more" if more > 0 else "")
    return Words(zh, en)


def of_verdict(details: Iterable[Detail], verdict: Verdict) -> tuple[Detail, ...]:
    """Those of one verdict, in their order."""
    return tuple(detail for detail in details if detail.verdict == verdict)
