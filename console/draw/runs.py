"""Runs of playbooks as lines: the panel of the overview, and the log of one run."""

from __future__ import annotations

import math
from collections.abc import Sequence

from console.actions import key_of
from console.draw.lines import Line, Span, line, sides
from console.draw.marks import Sign
from console.draw.news_line import fresh_name
from console.draw.run_story import outcome_lines, story_lines
from console.draw.transfers import place_name, transfer_lines
from console.format import clock, duration
from console.i18n import N_, _, local
from console.picture import Picture
from playbooks.answers import CHOICES
from playbooks.run import FINAL, RunState, RunView, StepState, StepView

_STATES: dict[RunState, Sign] = {
    RunState.ASKING: Sign("?", N_("asks"), "warning", 0),
    RunState.UNKNOWN: Sign("?", N_("unknown"), "warning", 1),
    RunState.PROPOSED: Sign("·", N_("proposed"), "info", 2),
    RunState.RUNNING: Sign("▶", N_("running"), "info", 3),
    RunState.VERIFYING: Sign("▶", N_("checking"), "info", 3),
    RunState.REVERTING: Sign("◀", N_("undoing"), "info", 3),
    RunState.ACTIVE: Sign("●", N_("in force"), "good", 4),
    RunState.FAILED: Sign("▲", N_("failed"), "critical", 5),
    RunState.REVERTED: Sign("·", N_("undone"), "dim", 6),
}

_STEPS: dict[StepState, tuple[str, str, str]] = {
    StepState.WAITING: ("·", N_("waits"), "dim"),
    StepState.INTENDED: ("▶", N_("begins"), "info"),
    StepState.SENT: ("▶", N_("sent"), "info"),
    StepState.ACKNOWLEDGED: ("▶", N_("received by the site"), "info"),
    StepState.DONE: ("●", N_("done, says the site"), "info"),
    StepState.PARTIAL: ("◆", N_("done in part"), "warning"),
    StepState.SEEN: ("✓", N_("seen on the board"), "good"),
    StepState.UNVERIFIED: ("◆", N_("not seen on the board"), "warning"),
    StepState.FAILED: ("▲", N_("failed"), "critical"),
    StepState.UNKNOWN: ("?", N_("nobody can say"), "warning"),
    StepState.SKIPPED: ("·", N_("left out"), "dim"),
}


def run_sign(run: RunView) -> Sign:
    """How a run stands."""
    return _STATES[run.state]


def sorted_runs(runs: Sequence[RunView]) -> list[RunView]:
    """What needs a person first, then what is in force, then what is over, the newest first in each."""
    return sorted(
        runs,
        key=lambda run: (
            run.state in FINAL,
            run.state not in (RunState.ASKING, RunState.UNKNOWN),
            -run.proposed,
            run.id,
        ),
    )


def run_name(run: RunView, picture: Picture) -> str:
    """The playbook's title and where it works."""
    title = local(run.title.zh, run.title.en) or run.playbook
    sites = "·".join(place_name(site, picture) for site in run.sites)
    return f"{title} {sites}".strip()


def _time_left(run: RunView, now: float) -> Span:
    if run.ended is not None:
        return _("{time} ago").format(time=duration(now - run.ended)), "dim"
    if run.until is None:
        return "", ""
    left = run.until - now
    if left < 0:
        return _("overdue {time}").format(time=duration(-left)), "warning"
    return _("{time} left").format(time=duration(left)), "bright"


def _worked(run: RunView) -> Span:
    if run.worked is None:
        return "", ""
    if math.isnan(run.worked):
        return _("? helped or not: unknown"), "unknown"
    return (_("✓ helps"), "good") if run.worked >= 1.0 else (_("✗ does not help"), "warning")


def run_lines(run: RunView, picture: Picture, width: int) -> tuple[Line, Line]:
    """One run in two lines: what, where and until when; then its question, its step or how it came out."""
    sign = run_sign(run)
    quiet = "dim" if run.state in FINAL else ""
    head = line(
        (f"{sign.mark} ", sign.style),
        (f"{_(sign.word)} ", sign.style),
        (fresh_name(run_name(run, picture), picture, run.id), quiet or "strong"),
    )
    head = (*head, *line(" ", (_(" BREAK-GLASS "), "alarm"))) if run.glass and run.state not in FINAL else head
    return sides(head, line(" ", _time_left(run, picture.view.at)), width), sides(
        (("    ", ""), *_now(run)), line(" ", _worked(run)), width
    )


def run_line(run: RunView, picture: Picture, width: int) -> Line:
    """One run in one line; a question replaces the rest."""
    first, second = run_lines(run, picture, width)
    if run.question is None:
        return first
    sign = run_sign(run)
    return (
        sides(
            line((f"{sign.mark} {_(sign.word)} ", sign.style), (run_name(run, picture), "strong"), " "),
            _now(run),
            width,
        )
        or second
    )


def choice_of(choices: Sequence[str], key: str) -> str | None:
    """The answer behind a key: y the first one offered, n the last one, o the one between."""
    if not choices:
        return None
    if key == "o":
        return choices[1] if len(choices) > 2 else None
    return choices[0] if key == "y" else choices[-1]


def choice_words(choice: str) -> str:
    """What an answer is called."""
    words = CHOICES.get(choice)
    return local(words.zh, words.en) if words is not None else choice


ANSWERS = {"y": "yes", "o": "other", "n": "no"}
"""The action of each answer."""


def _choices(run: RunView) -> Line:
    offered = [(key, choice_of(run.choices, key)) for key in ("y", "o", "n")]
    spans: list[Span] = []
    for key, choice in offered:
        if choice is not None:
            spans += [("  ", ""), (key_of(ANSWERS[key]), "key"), (f" {choice_words(choice)}", "info")]
    return tuple(spans)


def _now(run: RunView) -> Line:
    if run.question is not None:
        return (*_choices(run)[1:], (" · ", "dim"), (local(run.question.zh, run.question.en), "warning"))
    if run.note is not None:
        return line((local(run.note.zh, run.note.en), "dim"))
    if run.state is RunState.PROPOSED:
        return proposal_line(run)
    step = next(
        (s for s in run.steps if s.state not in (StepState.SEEN, StepState.DONE, StepState.SKIPPED)),
        run.steps[-1] if run.steps else None,
    )
    return (*_step(step), *_reason(step)) if step is not None else ()


def proposal_line(run: RunView) -> Line:
    """Who stands for a proposed run, how many more are asked for, and the key for it."""
    said = _("{n} of {wanted}: {who}").format(n=len(run.approvals), wanted=run.wanted, who=", ".join(run.approvals))
    return line((said, "info"), (f"  {key_of('approve')}", "key"), (_(" another person approves"), "dim"))


def _stood_for(run: RunView, now: float) -> list[Line]:
    """Who stands for a proposal and until when it waits; or who began it alone, and why."""
    lines = [line((_(" BREAK-GLASS "), "alarm"), (f" {run.glass}", "warning"))] if run.glass else []
    if run.state is RunState.PROPOSED:
        lines.append(proposal_line(run))
        if run.approve_by is not None:
            left = duration(max(0.0, run.approve_by - now))
            lines.append(line((_("lapses in {time}").format(time=left), "dim")))
    return lines


def _reason(step: StepView) -> Line:
    return line((f" · {local(step.reason.zh, step.reason.en)}", "warning")) if step.reason is not None else ()


def _step(step: StepView) -> Line:
    mark, word, style = _STEPS[step.state]
    out: list[Span] = [(f"{mark} ", style), (local(step.words.zh, step.words.en), ""), (f" · {_(word)}", style)]
    if step.state in (StepState.SENT, StepState.ACKNOWLEDGED) and step.share > 0:
        out.append((f" {step.share:.0%}", style))
    return line(*out)


def run_log(run: RunView, picture: Picture) -> list[Line]:
    """All there is to say about one run."""
    sign, zone = run_sign(run), picture.zone
    lines = [
        line((f"{sign.mark} {_(sign.word)}  ", sign.style), (run_name(run, picture), "strong")),
        line(
            (
                _("run {id} · by {who} · {clock}").format(
                    id=run.id, who=", ".join((run.who, *run.approvals[1:])), clock=clock(run.proposed, zone)
                ),
                "dim",
            )
        ),
    ]
    lines += _stood_for(run, picture.view.at)
    lines += transfer_lines(run, picture)
    if run.params:
        lines.append(line((" ".join(f"{name}={_plain(value)}" for name, value in run.params), "dim")))
    for step in run.steps:
        lines.append(line("  ", *_step(step)))
        if step.reason is not None:
            lines.append(line((f"    {local(step.reason.zh, step.reason.en)}", "warning")))
        if step.verify:
            due = _(" until {clock}").format(clock=clock(step.verify_due, zone)) if step.verify_due is not None else ""
            lines.append(line((_("    must show: {condition}").format(condition=step.verify) + due, "faint")))
    if run.question is not None:
        lines.append(line((f"? {local(run.question.zh, run.question.en)}", "warning")))
        lines.append(_choices(run))
    if run.until is not None and run.ended is None:
        lines.append(
            line(
                (_("ends by itself at {clock}").format(clock=clock(run.until, zone)), "dim"),
                "  ",
                _time_left(run, picture.view.at),
            )
        )
    if run.overdue is not None:
        lines.append(line((_("overdue {time}").format(time=duration(picture.view.at - run.overdue)), "critical")))
    if run.worked is not None:
        lines.append(line(_worked(run)))
    lines += outcome_lines(run, picture)
    if run.note is not None:
        lines.append(line((local(run.note.zh, run.note.en), "dim")))
    return [*lines, *story_lines(run, picture)]


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
