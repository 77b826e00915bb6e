"""The desk's answers over the wire."""

from __future__ import annotations

from typing import Any

from alerts.rule_diff import RuleChange, RuleDiff, plain_rule
from alerts.rules import Rule
from alerts.why import Why
from console.intents import Outcome, RuleProposal
from console.leaders.table import LeaderTable
from console.past.day_events import DayNews
from console.past.frames import PastFrames
from console.remote.plain import Typed
from playbooks.preview import Preview

_PREVIEW: Typed[Preview] = Typed(Preview)
_LEADERS: Typed[LeaderTable] = Typed(LeaderTable)
_WHY: Typed[Why] = Typed(Why)
_PAST: Typed[PastFrames] = Typed(PastFrames)
_DAY: Typed[DayNews] = Typed(DayNews)
_CHANGES: Typed[tuple[RuleChange, ...]] = Typed(tuple[RuleChange, ...])


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain data."""
    plain: dict[str, Any] = {"code": outcome.code, "zh": outcome.zh, "en": outcome.en}
    if outcome.preview is not None:
        plain["preview"] = _PREVIEW.plain(outcome.preview)
    if outcome.why is not None:
        plain["why"] = _WHY.plain(outcome.why)
    if outcome.past is not None:
        plain["past"] = _PAST.plain(outcome.past)
    if outcome.day is not None:
        plain["day"] = _DAY.plain(outcome.day)
    if outcome.leaders is not None:
        plain["leaders"] = _LEADERS.plain(outcome.leaders)
    if (proposal := outcome.proposal) is not None:
        plain["proposal"] = {
            "before": proposal.before,
            "rules": [plain_rule(rule) for rule in proposal.rules],
            "added": [rule.rule for rule in proposal.diff.added],
            "removed": [plain_rule(rule) for rule in proposal.diff.removed],
            "changed": _CHANGES.plain(proposal.diff.changed),
        }
    return plain


def outcome_of(plain: dict[str, Any]) -> Outcome:
    """The outcome of such data. ValueError, KeyError or TypeError where it is none."""
    preview, why, proposal = (plain.get(name) for name in ("preview", "why", "proposal"))
    past, day, leaders = (plain.get(name) for name in ("past", "day", "leaders"))
    return Outcome(
        str(plain["code"]),
        str(plain["zh"]),
        str(plain["en"]),
        preview=_PREVIEW.value(preview) if preview is not None else None,
        why=_WHY.value(why) if why is not None else None,
        proposal=_proposal(proposal) if proposal is not None else None,
        past=_PAST.value(past) if past is not None else None,
        day=_DAY.value(day) if day is not None else None,
        leaders=_LEADERS.value(leaders) if leaders is not None else None,
    )


def _proposal(plain: dict[str, Any]) -> RuleProposal:
    rules = tuple(Rule.model_validate(rule) for rule in plain["rules"])
    added = frozenset(plain["added"])
    diff = RuleDiff(
        tuple(rule for rule in rules if rule.rule in added),
        tuple(Rule.model_validate(rule) for rule in plain["removed"]),
        _CHANGES.value(plain["changed"]),
    )
    return RuleProposal(rules, plain["before"], diff)
