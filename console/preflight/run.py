"""The whole preflight: facts in, checks out, in the order in which a person goes through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.preflight.check import Check
from console.preflight.facts import PreflightFacts
from console.preflight.feeds import check_feeds, check_skew, check_tokens
from console.preflight.people import check_attendance, check_standby
from console.preflight.promises import check_clocks, check_degrade, check_files, check_peak
from console.preflight.surroundings import (
    check_alerts,
    check_journal,
    check_machine,
    check_receivers,
    check_runs,
    check_terminal,
)
from playbooks.words import Words

CHECKS: dict[str, Callable[[PreflightFacts], Check]] = {
    "peak": check_peak,
    "feeds": check_feeds,
    "skew": check_skew,
    "tokens": check_tokens,
    "attendance": check_attendance,
    "standby": check_standby,
    "receivers": check_receivers,
    "degrade": check_degrade,
    "clocks": check_clocks,
    "files": check_files,
    "alerts": check_alerts,
    "runs": check_runs,
    "journal": check_journal,
    "machine": check_machine,
    "terminal": check_terminal,
}
"""Every check by its id."""


def run_checks(facts: PreflightFacts) -> tuple[Check, ...]:
    """All checks. What a person accepted is a warning where it would be unknown, and nothing else changes by it."""
    checks = (judge(facts) for judge in CHECKS.values())
    return tuple(_accepted(check) if check.id in facts.accepted else check for check in checks)


def _accepted(check: Check) -> Check:
    if check.verdict != "unknown":
        return check
    found = Words(f"{check.found.zh}（已接受）", f"{check.found.en} (accepted)")
    return replace(check, verdict="warn", found=found)
