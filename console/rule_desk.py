"""The rules at the desk: taken anew while it runs, locked against changes, and all of it in the journal first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.plan import make_plans
from alerts.rule_diff import plain_rule, rule_diff, rules_hash
from alerts.rules import Rule
from console.intents import LockRules, Outcome, ReloadRules, RuleIntent, UnlockRules
from console.journal_keeper import JournalKeeper
from console.view import RuleLock, RulesView
from feeds.durations import MAX_DURATION_S, format_duration
from feeds.errors import InputError
from feeds.text import clean

RULES, LOCK = "rules", "lock"
"""Part and key of the lock in the journal's state. The rules that are locked stand there with it."""

MOST_NOTE_CELLS = 120

_UNWRITTEN = Outcome(
    "unjournalled", "日志写不进去，规则不变", "the journal cannot be written, so the rules stay as they are"
)


class RuleDesk:
    """What people ask of the rules. Costs nothing while nobody asks."""

    def __init__(self, engine: RuleEngine, journal: JournalKeeper) -> None:
        self._engine, self._journal = engine, journal
        self.hash = rules_hash(engine.rules)
        """Of the rules in force."""
        self._lock: RuleLock | None = None

    def begin(self, now: float) -> str:
        """Take up a lock that the journal knows, with the rules that it locked; returns what people must know of it.

        Comes before any alert is taken up: those are of the locked rules, and changed files must not end them.
        """
        kept = self._journal.state(RULES).get(LOCK)
        if kept is None or not kept["until"] > now:
            return ""
        self._lock = RuleLock(kept["until"], kept["who"], kept["note"], kept["at"])
        try:
            rules = tuple(Rule.model_validate(rule) for rule in kept["rules"])
            if rules_hash(rules) == self.hash:
                return ""
            self._engine.reload(rules, now)
        except (InputError, ValueError) as error:
            return f"the locked rules in the journal cannot be read, those of the files are in force: {error}"
        self.hash = rules_hash(rules)
        return "the rule files differ from the locked rules: the locked ones are in force"

    def view(self, now: float) -> RulesView:
        """How the rules stand."""
        return RulesView(self.hash, len(self._engine.rules), self._locked(now))

    def carry_out(self, intent: RuleIntent, who: str, now: float) -> tuple[Outcome, Sequence[Transition] | None]:
        """What a person asked for, and what it ended; None where the rules stay, else judge every site anew."""
        match intent:
            case ReloadRules():
                return self._reload(intent, who, now)
            case LockRules():
                return self._lock_for(intent, who, now), None
            case UnlockRules():
                return self._unlock(who, now), None

    def _reload(self, intent: ReloadRules, who: str, now: float) -> tuple[Outcome, Sequence[Transition] | None]:
        refusal = self._refusal(intent, now)
        if refusal is not None:
            return refusal, None
        diff = rule_diff(self._engine.rules, intent.rules)
        zh, en = diff.words()
        if not diff:
            return Outcome(zh=f"规则{zh}", en=f"{en} in the rules"), None
        after = rules_hash(intent.rules)
        body = {"before": self.hash, "after": after, **diff.as_dict()}
        if not self._journal.append(now, "rules.reloaded", who, body):
            return _UNWRITTEN, None
        self.hash = after
        return Outcome(zh=f"新规则已生效：{zh}", en=f"new rules in force: {en}"), self._engine.reload(intent.rules, now)

    def _refusal(self, intent: ReloadRules, now: float) -> Outcome | None:
        lock = self._locked(now)
        if lock is not None:
            left, note = format_duration(math.ceil(lock.until - now), parts=2), f" ({lock.note})" if lock.note else ""
            zh = f"规则已由 {lock.who} 锁定，还有 {left}{note}；:unlockrules 解锁"
            return Outcome(
                "rules_locked", zh, f"the rules are locked by {lock.who} for {left} more{note}; :unlockrules"
            )
        if intent.before and intent.before != self.hash:
            return Outcome("rules_changed", "规则刚被改过，请重看差异", "the rules have just been changed; look again")
        try:
            make_plans(intent.rules)
        except (InputError, ValueError) as error:
            return Outcome("bad_rules", f"规则不变：{error}", f"the rules stay as they are: {error}")
        return None

    def _lock_for(self, intent: LockRules, who: str, now: float) -> Outcome:
        if not 0.0 < intent.seconds <= MAX_DURATION_S:
            return Outcome("bad_until", "锁定要有期限，至多一年", "a lock has an end, within a year")
        lock = RuleLock(now + intent.seconds, who, clean(intent.note, MOST_NOTE_CELLS), now)
        kept: dict[str, Any] = {**asdict(lock), "rules": [plain_rule(rule) for rule in self._engine.rules]}
        said = {"until": lock.until, "note": lock.note, "hash": self.hash}
        if not self._journal.append(now, "rules.locked", who, said, state=((RULES, LOCK, kept),)):
            return _UNWRITTEN
        self._lock = lock
        time = format_duration(intent.seconds)
        return Outcome(zh=f"规则锁定 {time}", en=f"the rules are locked for {time}")

    def _unlock(self, who: str, now: float) -> Outcome:
        if self._locked(now) is None:
            return Outcome("not_locked", "规则没有锁定", "the rules are not locked")
        if not self._journal.append(now, "rules.unlocked", who, {"hash": self.hash}, state=((RULES, LOCK, None),)):
            return _UNWRITTEN
        self._lock = None
        return Outcome(zh="规则已解锁", en="the rules may be changed again")

    def _locked(self, now: float) -> RuleLock | None:
        return self._lock if self._lock is not None and self._lock.until > now else None
