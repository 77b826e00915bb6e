"""Who may what at a desk. What stands nowhere here, nobody may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from console import intents
from console.intents import Intent, Outcome
from console.people import Role
from console.view import DeskView


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a token stands for. A lead speaks for `sites` and for no others."""

    name: str
    role: Role
    sites: tuple[str, ...] = ()


_READ: frozenset[type[Intent]] = frozenset(
    {intents.AskWhy, intents.AskBehind, intents.AskLeaders, intents.AskPast, intents.AskDay}
)
_LEAD = _READ | {
    intents.AskPreview,
    intents.Acknowledge,
    intents.Unacknowledge,
    intents.AssignAlert,
    intents.AnswerRun,
    intents.ApproveRun,
    intents.TakeLock,
    intents.ReleaseLock,
    intents.ReportSite,
    intents.WriteNote,
}
_OF_NO_SITE = (*_READ, intents.AskPreview, intents.WriteNote)
_APPROVER = _READ | {intents.AskPreview, intents.ApproveRun}
_DUTY = (
    _LEAD
    | _APPROVER
    | {
        intents.SilenceAlerts,
        intents.EndSilence,
        intents.StartPlaybook,
        intents.BreakGlass,
        intents.RevertRun,
        intents.RenewRun,
        intents.SetPace,
        intents.StopAutomatic,
        intents.Panic,
        intents.AskReload,
        intents.LockRules,
        intents.MakePromise,
        intents.KeepPromise,
        intents.RenewPromise,
        intents.HandOver,
        intents.AcceptHandover,
    }
)
MAY: Mapping[Role, frozenset[type[Intent]]] = {
    "viewer": _READ,
    "lead": _LEAD,
    "approver": _APPROVER,
    "duty": _DUTY,
    "admin": _DUTY | {intents.ReloadRules, intents.UnlockRules},
}
"""The intents of each role."""

ROLES: tuple[Role, ...] = tuple(MAY)


def refusal(person: Person, intent: Intent, view: DeskView) -> Outcome | None:
    """Why a person may not do this, by their role and, for a lead, their sites; None where they may."""
    if type(intent) not in MAY[person.role]:
        name = type(intent).__name__
        return Outcome(
            "DENIED", f"{person.role} 角色无权执行 {name}", f"the role {person.role} may not do this: {name}"
        )
    if person.role == "lead" and not isinstance(intent, _OF_NO_SITE):
        touched = _sites_of(intent, view)
        if not touched or not set(touched) <= set(person.sites):
            own = ", ".join(person.sites)
            return Outcome("NOT_YOUR_SITE", f"您只负责 {own}", f"a lead of {own} answers for {own} alone")
    return _by_tier(person, intent, view)


def _by_tier(person: Person, intent: Intent, view: DeskView) -> Outcome | None:
    """Why a person's role may not stand for a playbook of this tier; None where it may, or nothing is asked of it."""
    tier, highest = _tier_of(intent, view), view.highest_tier.get(person.role)
    if tier is None or highest is None or tier <= highest:
        return None
    if highest < 0:
        return Outcome("DENIED", f"{person.role} 角色不可批准预案", f"the role {person.role} may stand for no playbook")
    return Outcome(
        "DENIED",
        f"{person.role} 角色最高可批准 T{highest} 级预案,此为 T{tier}",
        f"the role {person.role} may stand for tier {highest} at most, and this is tier {tier}",
    )


def _tier_of(intent: Intent, view: DeskView) -> int | None:
    match intent:
        case intents.StartPlaybook(preview):
            return next((one.tier for one in view.playbooks if one.id == preview.playbook), None)
        case intents.ApproveRun(run) | intents.BreakGlass(run):
            return next((one.tier for one in view.runs if one.id == run), None)
    return None


def _sites_of(intent: Intent, view: DeskView) -> Collection[str]:
    """The sites that an intent is about; none where nobody knows."""
    match intent:
        case intents.Acknowledge(alert) | intents.Unacknowledge(alert) | intents.AssignAlert(alert):
            return [one.site for one in view.alerts if one.id == alert]
        case intents.AnswerRun(run) | intents.ApproveRun(run):
            return next((one.sites for one in view.runs if one.id == run), ())
        case intents.ReportSite(site):
            return [site]
        case intents.TakeLock(key) | intents.ReleaseLock(key):
            return [part for part in key.split(":")[1:3] if part in view.board.by_id]
    return ()
