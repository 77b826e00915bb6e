"""The preflight as lines of text, and how a verdict is written: a mark and a word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from console.i18n import N_, _, local
from console.preflight.check import Check, Verdict, is_go

MARKS: dict[Verdict, str] = {"go": "✔", "warn": "!", "no_go": "✖", "unknown": "?", "not_applicable": "–"}

WORDS: dict[Verdict, str] = {
    "go": N_("go"),
    "warn": N_("warning"),
    "no_go": N_("no-go"),
    "unknown": N_("unknown"),
    "not_applicable": N_("n/a"),
}

MOST_DETAILS = 8


def report_lines(checks: Sequence[Check]) -> Iterator[str]:
    """A line a check; under it what to do, and of what is not in order whose. The verdict of all is the last line."""
    names = max((_cells(local(*check.title)) for check in checks), default=0)
    words = max(_cells(_(word)) for word in WORDS.values())
    for check in checks:
        verdict = _pad(_(WORDS[check.verdict]), words)
        yield f"{MARKS[check.verdict]} {verdict}  {_pad(local(*check.title), names)}  {local(*check.found)}"
        indent = " " * (words + 4)
        if check.verdict not in ("go", "not_applicable"):
            yield f"{indent}→ {local(*check.todo)}"
            wrong = [detail for detail in check.details if detail.verdict not in ("go", "not_applicable")]
            for detail in wrong[:MOST_DETAILS]:
                yield f"{indent}{MARKS[detail.verdict]} {local(*detail.who)}  {local(*detail.found)}"
            if len(wrong) > MOST_DETAILS:
                yield indent + _("  … {n} more").format(n=len(wrong) - MOST_DETAILS).strip()
    yield overall(checks)


def overall(checks: Sequence[Check]) -> str:
    """GO or NO-GO, and how many checks say what."""
    numbers = {verdict: sum(check.verdict == verdict for check in checks) for verdict in MARKS}
    said = [f"{numbers[verdict]} {_(WORDS[verdict])}" for verdict in MARKS if numbers[verdict]]
    return f"{_('GO') if is_go(checks) else _('NO-GO')} · {' · '.join(said)}"


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))
