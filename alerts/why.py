"""Why a rule fires on a row, or why it does not: what `dutydeck why` and the screen tell, as plain values.

Nothing here changes anything: the conditions are worked out again for one row, against what the rules last saw.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

import numpy as np

from alerts.alert import Acknowledgement
from alerts.escalation import reached
from alerts.lifecycle import State, deadline
from alerts.open_alert import OpenAlert
from alerts.over_time import RULE_FUNCTIONS
from alerts.plan import Plan
from alerts.rows import RowAttributes
from alerts.rules import Severity, Words
from alerts.silence import Silence
from alerts.site_table import SiteTable
from alerts.templates import format_figure
from alerts.unknown import Missing, Seen
from alerts.why_parts import RowFigures, WhyPart, parts_of
from feeds.errors import RefusedError
from feeds.text import clean

Verdict = Literal[
    "out_of_scope", "quiet", "unknown", "again",
    "pending", "held", "firing", "stale", "recovering", "recovering_stale",
]  # fmt: skip
"""`out_of_scope`: the rule does not look at the row. `quiet`: its condition is false. `unknown`: nobody can tell.
`again`: its alert is just over and the condition is still true, so that it begins again with the next figures. `held`:
pending, and nobody can tell now. `stale`, `recovering_stale`: firing, recovering, and nobody can tell whether it is
over. The others are the alert's state."""

Standing = Literal["never", "live", "late", "unknown"]


@dataclass(frozen=True, slots=True)
class Outside:
    """A part of a rule's scope that keeps a row out: what it allows, and what the row is."""

    part: str
    allowed: tuple[str, ...]
    own: str


@dataclass(frozen=True, slots=True)
class MutedBy:
    """An alert that mutes this one."""

    alert: str
    rule: str
    key: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Why:
    """All that there is to say about one rule on one row `at` a moment. Times in seconds since the epoch, NaN for none.

    `figures_at` is when the rules were last worked out for the site: the figures are those of that moment. `parts` is
    the condition for the beginning (`when`), taken apart; `clear` the one for the end, empty where that is `not when`.
    `since` is when the alert's condition became true, `entered` when it came into its state, `deadline` when time alone
    moves it on. `value` is the rule's figure, of an alert the last one known. `reason` is why the rule is as it is,
    `for_s` and `keep_s` are its durations. `muted_by` and `silenced_by` say what keeps an alert from people, or would
    keep it if there were one.
    """

    rule: str
    row: RowAttributes
    at: float
    figures_at: float
    verdict: Verdict
    state: State
    title_zh: str
    title_en: str
    severity: Severity
    reason: Words
    for_s: float
    keep_s: float
    parts: tuple[WhyPart, ...]
    clear: tuple[WhyPart, ...]
    value: float
    shown: str
    threshold: str
    alert: str = ""
    """The id of the alert; empty where there is none."""
    since: float = math.nan
    fired_at: float = math.nan
    entered: float = math.nan
    deadline: float = math.nan
    outside: tuple[Outside, ...] = ()
    muted_by: tuple[MutedBy, ...] = ()
    silenced_by: Silence | None = None
    profile: str = ""
    """The planned profile by which the rule judges now."""
    escalated_to: str = ""
    acknowledged: Acknowledgement | None = None
    owner: str = ""
    standing: Standing = "never"
    link_age_s: float = math.nan
    data_age_s: float = math.nan

    @property
    def key(self) -> str:
        """The row's key."""
        return self.row.key

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The unknown figures for want of which nobody can tell; empty where the condition that counts is known."""
        counts = self.clear if self.state in ("firing", "recovering") and self.clear else self.parts
        return counts[0].missing if counts else ()


@dataclass(frozen=True, slots=True)
class EngineState:
    """What an engine lends for the asking; only read."""

    plans: Sequence[Plan]
    tables: Mapping[str, SiteTable]
    alerts: Mapping[tuple[int, str], OpenAlert]
    silences: Sequence[Silence]


def explain(state: EngineState, rule_id: str, key: str, now: float, seen: Mapping[str, Seen]) -> Why:
    """Why a rule fires on a row at `now`, or does not. `seen` has what the rules last saw of each site, by site.

    Raises RefusedError (no_such_rule, no_such_row) for what does not exist, with the nearest names.
    """
    plan = next((plan for plan in state.plans if plan.rule.rule == rule_id), None)
    if plan is None:
        raise _refused("rule", rule_id, [plan.rule.rule for plan in state.plans])
    alert = state.alerts.get((plan.index, key))
    row = alert.row if alert is not None else _row(state.tables, key)
    what, table = seen.get(row.site), state.tables.get(row.site)
    why = _unalerted(plan, row, now, what, _figures(table, row, what))
    if why.outside and alert is None:
        return why
    severity = alert.severity if alert is not None else plan.rule.severity
    why = replace(
        why,
        muted_by=_muting(state.alerts.values(), plan, row),
        silenced_by=next((s for s in state.silences if _silences(s, rule_id, severity, row, now)), None),
    )
    return why if alert is None else _alerted(why, alert)


def _row(tables: Mapping[str, SiteTable], key: str) -> RowAttributes:
    for table in tables.values():
        if key in table.row_at:
            return table.rows[table.row_at[key]]
    raise _refused("row", key, [known for table in tables.values() for known in table.row_at])


def _unalerted(plan: Plan, row: RowAttributes, now: float, what: Seen | None, figures: RowFigures) -> Why:
    """The rule on the row as if there were no alert."""
    rule, outside = plan.rule, _outside(plan, row)
    # Outside of its scope a rule has no memory of the row: nothing that looks back could be worked out.
    parts = () if outside else parts_of(plan.when, figures)
    value = math.nan if outside else figures.value(plan.show)
    verdicts: Mapping[str, Verdict] = {"true": "again", "false": "quiet", "unknown": "unknown"}
    return Why(
        rule=rule.rule,
        row=row,
        at=now,
        figures_at=what.at if what is not None else math.nan,
        verdict="out_of_scope" if outside else verdicts[str(parts[0].truth)],
        state="inactive",
        profile=plan.profile,
        title_zh=rule.title.zh,
        title_en=rule.title.en,
        severity=rule.severity,
        reason=rule.why,
        for_s=plan.holds.for_s,
        keep_s=plan.holds.keep_s,
        parts=parts,
        clear=() if outside or plan.clear is None else parts_of(plan.clear, figures),
        value=value,
        shown=format_figure(value, plan.unit),
        threshold=plan.threshold,
        outside=outside,
        owner=rule.owner,
        standing=_standing(what),
        link_age_s=_of_site(what, "link_age_s"),
        data_age_s=_of_site(what, "data_age_s"),
    )


def _alerted(why: Why, alert: OpenAlert) -> Why:
    """The same with what the alert says."""
    course, plan = alert.course, alert.plan
    unsure: Mapping[str, Verdict] = {"pending": "held", "firing": "stale", "recovering": "recovering_stale"}
    due = deadline(course, plan.holds)
    value = alert.value if math.isnan(why.value) else why.value
    return replace(
        why,
        verdict=unsure[course.state] if course.unsure else course.state,
        state=course.state,
        alert=alert.id,
        since=course.since,
        fired_at=math.nan if course.fired_at is None else course.fired_at,
        entered=course.entered,
        deadline=math.nan if due is None else due,
        value=value,
        shown=format_figure(value, plan.unit),
        severity=alert.severity,
        escalated_to=reached(plan.rule, alert.ladder.level),
        acknowledged=alert.acknowledged,
        owner=alert.owner or why.owner,
    )


def _figures(table: SiteTable | None, row: RowAttributes, what: Seen | None) -> RowFigures:
    """The row's figures; nothing is known of a row that its site has not announced, or before it has spoken."""
    place = table.row_at.get(row.key) if table is not None else None
    if table is None or place is None or what is None:
        return RowFigures(None, 0, RULE_FUNCTIONS)
    return RowFigures(what.columns, place, table.functions, what.why_unknown, table.memory.held_since(place))


def _outside(plan: Plan, row: RowAttributes) -> tuple[Outside, ...]:
    """What of the rule's scope keeps the row out; the same parts as `RuleScope.matches`."""
    scope = plan.rule.scope
    wanted = (
        ("level", (scope.level,), row.level),
        ("sites", scope.sites, row.site),
        ("shops", scope.shops, row.shop),
        ("platforms", scope.platforms, row.platform),
        ("categories", scope.categories, row.category),
        ("phases", scope.phases, row.phase),
        ("channels", scope.channels, row.channel),
        ("tiers", scope.tiers, row.tier),
    )
    tagged = not scope.tags or any(tag in scope.tags for tag in row.tags)
    tags = () if tagged else (Outside("tags", scope.tags, ", ".join(row.tags)),)
    return tags + tuple(
        Outside(part, tuple(map(str, allowed)), str(own))
        for part, allowed, own in wanted
        if allowed and own not in allowed
    )


def _muting(alerts: Iterable[OpenAlert], plan: Plan, row: RowAttributes) -> tuple[MutedBy, ...]:
    """The alerts for which `Inhibition` mutes an alert of this rule on this row, the oldest first."""
    found = (one for one in alerts if one.course.state != "pending" and _mutes(one, plan, row))
    return tuple(
        MutedBy(one.id, one.plan.rule.rule, one.row.key, one.plan.rule.title.zh, one.plan.rule.title.en)
        for one in sorted(found, key=lambda one: (one.course.since, one.plan.index))
    )


def _mutes(other: OpenAlert, plan: Plan, row: RowAttributes) -> bool:
    inhibits = other.plan.rule.inhibits
    if inhibits == "queues":
        same = other.row.platform == row.platform if other.row.level == "platform" else other.row.site == row.site
        return row.level == "queue" and same
    return other.row.key == row.key and plan.rule.rule in inhibits


def _silences(silence: Silence, rule: str, severity: Severity, row: RowAttributes, now: float) -> bool:
    return silence.holds(now) and silence.matcher.matches(rule, severity, row)


def _of_site(what: Seen | None, name: str) -> float:
    """A figure that is the same in all rows of a site."""
    column = what.columns.get(name) if what is not None else None
    return math.nan if column is None or not np.size(column) else float(np.ravel(column)[0])


def _standing(what: Seen | None) -> Standing:
    if what is None:
        return "never"
    if _of_site(what, "unknown") == 1.0:
        return "unknown"
    return "late" if 1.0 in (_of_site(what, "link_late"), _of_site(what, "data_late")) else "live"


def _refused(what: Literal["rule", "row"], name: str, known: Sequence[str]) -> RefusedError:
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return RefusedError(f"no_such_{what}", f"there is no {what} {clean(name, 80)!r}{hint}")
