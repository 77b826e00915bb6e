"""How the desk stands in plain sentences, for screen readers and scripts: no signs, no columns, no cursor.

`facts` says all of it; `News` says what is worth saying again: another state, or a figure that moved by much.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alerts.alert import Alert
from console.board_rows import BoardRow, board_rows
from console.draw.alerts import sorted_alerts
from console.draw.marks import Sign
from console.draw.runs import run_name, run_sign, sorted_runs
from console.i18n import N_, _, local
from console.picture import NETWORK, Picture
from console.status_words import spoken_share, spoken_time
from playbooks.run import FINAL

MOVED_SHARE = 0.25
"""A figure is said again when it moved by this share of what was said last …"""
MOVED_LEAST: Mapping[str, float] = {"waiting": 5.0, "oldest_wait_s": 30.0, "service_level_30s_15m": 0.05, "load": 0.1}
"""… and by so much at least."""

_STATES = {
    "▲": N_("critical"),
    "◆": N_("attention"),
    "?": N_("not known"),
    "■": N_("dark"),
}
_CALM = {
    "late": N_("late"),
    "note": N_("note"),
    "ok": N_("in order"),
    "soon": N_("soon"),
    "recovering": N_("recovering"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be said: what it is about, its state, its sentence, and the figures in it."""

    key: str
    state: str
    says: str
    figures: Mapping[str, float] = field(default_factory=dict)
    over: str = ""
    """What is said when it is no more; empty for nothing."""

    def plain(self) -> dict[str, Any]:
        """The same for a program: a figure that is not known is null."""
        kind, _colon, name = self.key.partition(":")
        figures = {name: value if math.isfinite(value) else None for name, value in self.figures.items()}
        return {"kind": kind, "id": name, "state": self.state, "says": self.says, **figures}


def facts(picture: Picture) -> list[Fact]:
    """All that there is to say: the desk, each site, each alert that stands, each run that is not over."""
    return [replace(fact, says=_spoken(fact.says), over=_spoken(fact.over)) for fact in _facts(picture)]


def _spoken(text: str) -> str:
    """Without the dots that stand between the parts of a name."""
    return " ".join(text.replace("·", " ").split())


def _facts(picture: Picture) -> list[Fact]:
    view = picture.view
    return [
        _desk(picture),
        *(_row(row) for row in board_rows(picture, "site")),
        *(_alert(alert, picture) for alert in sorted_alerts(picture.firing)),
        *(
            Fact(
                f"run:{run.id}",
                run.state.value,
                _("playbook {name}: {state}").format(name=run_name(run, picture), state=_(run_sign(run).word)),
                over=_("playbook {name}: over").format(name=run_name(run, picture)),
            )
            for run in sorted_runs(view.runs)
            if run.state not in FINAL
        ),
    ]


def _desk(picture: Picture) -> Fact:
    view, states, severities = picture.view, picture.states, picture.severities
    mode = {"live": N_("live"), "drill": N_("DRILL, simulated"), "replay": N_("REPLAY")}[view.mode]
    unknown = states["unknown"] + states["never"]
    says = _(
        "{desk}, {mode}: {n} of {all} sites live, {unknown} not known; {critical} critical alerts, {warning} others"
    )
    text = says.format(
        desk=local(view.zh, view.en),
        mode=_(mode),
        n=states["live"] + states["late"],
        all=sum(states.values()),
        unknown=unknown,
        critical=severities["critical"],
        warning=severities.total() - severities["critical"],
    )
    if view.reach is not None and not view.reach.up:
        return Fact("desk:desk", "away", _("the desk is not reached: nothing below is of now"))
    if view.journal.error:
        text += _("; NOTHING IS WRITTEN DOWN: {error}").format(error=view.journal.error)
    return Fact("desk:desk", text, text)


def _row(row: BoardRow) -> Fact:
    figures = {name: row.figure(name) for name in MOVED_LEAST}
    state = _state(row.sign)
    if row.sign.mark == "?":
        says = _("{name}: {state}").format(name=row.name, state=state)
    else:
        says = _(
            "{name}: {state}; {waiting} waiting, the longest {oldest}; answered in 30 s {level}; load {load}"
        ).format(
            name=row.name,
            state=state,
            waiting=_number(figures["waiting"], "{:.0f}"),
            oldest=spoken_time(figures["oldest_wait_s"]),
            level=spoken_share(figures["service_level_30s_15m"]),
            load=_number(figures["load"], "{:.2f}"),
        )
    return Fact(f"{'network' if row.id == NETWORK else 'site'}:{row.id}", row.sign.word, says, figures)


def _alert(alert: Alert, picture: Picture) -> Fact:
    place, since = picture.place(alert.key), spoken_time(picture.view.at - (alert.fired_at or alert.since))
    taken = alert.acknowledged.who if alert.acknowledged is not None else ""
    title = local(alert.title_zh, alert.title_en)
    says = _("alert, {state}: {place}, {title}, for {time}").format(
        state=_("critical") if alert.severity == "critical" else _("attention"), place=place, title=title, time=since
    )
    if taken:
        says += _("; {who} has it").format(who=taken)
    over = _("over: {place}, {title}").format(place=place, title=title)
    return Fact(f"alert:{alert.id}", f"{alert.severity} {taken}".strip(), says, over=over)


def _state(sign: Sign) -> str:
    return _(_STATES.get(sign.mark) or _CALM.get(sign.word, sign.word))


def _number(value: float, form: str) -> str:
    return form.format(value) if math.isfinite(value) else _("not known")


class News:
    """What of the facts is new to somebody who heard all that was said before."""

    def __init__(self) -> None:
        self._said: dict[str, Fact] = {}

    def of(self, now: list[Fact]) -> list[Fact]:
        """The facts to say now; of one that is no more its end. The first time all of them."""
        there = {fact.key for fact in now}
        ended = [fact for key, fact in self._said.items() if key not in there]
        for fact in ended:
            del self._said[fact.key]
        new = [fact for fact in now if self._worth_saying(fact)]
        self._said |= {fact.key: fact for fact in new}
        return [*(Fact(fact.key, "over", fact.over) for fact in ended if fact.over), *new]

    def _worth_saying(self, fact: Fact) -> bool:
        before = self._said.get(fact.key)
        if before is None or before.state != fact.state:
            return True
        return any(_moved(name, before.figures[name], value) for name, value in fact.figures.items())


def _moved(name: str, before: float, now: float) -> bool:
    if math.isnan(before) or math.isnan(now):
        return math.isnan(before) is not math.isnan(now)
    return abs(now - before) >= max(MOVED_LEAST[name], abs(before) * MOVED_SHARE)
