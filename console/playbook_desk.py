"""Playbooks at the desk: previews that were asked for, runs that go on, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from alerts.alert import Alert
from alerts.clock_names import clock_names
from console.evidence import sites_named
from console.facts import BoardFacts
from console.identity import Ids
from console.intents import (
    AnswerRun,
    ApproveRun,
    AskPreview,
    BreakGlass,
    Intent,
    Outcome,
    RenewRun,
    RevertRun,
    StartPlaybook,
)
from console.journal_keeper import JournalKeeper
from console.run_stories import RunStories
from console.view import Mark, PlaybookView
from feeds.contract import Ack, Nack, Progress, Result
from feeds.durations import format_duration
from feeds.errors import InputError, RefusedError
from playbooks.effects import Effect
from playbooks.facts import Facts
from playbooks.library import load_library, shipped
from playbooks.limits.bounds import Bounds
from playbooks.limits.limits_file import Limits, load_limits
from playbooks.playbook import PlannedStep, Playbook
from playbooks.preview import Preview
from playbooks.run import RunView
from playbooks.runner import PlaybookRunner

_PREVIEWS_KEPT = 32


def shipped_playbooks() -> tuple[Playbook, ...]:
    """The playbooks that come with DutyDeck."""
    return load_library([shipped()])


class PlaybookDesk:
    """The runner with what the desk adds: the alert that a preview answers, and the journal's say in what may start."""

    def __init__(
        self,
        playbooks: Sequence[Playbook],
        ids: Ids,
        journal: JournalKeeper,
        clocks: Collection[str] = (),
        limits: Limits | None = None,
    ) -> None:
        bounds = Bounds(load_limits() if limits is None else limits)
        self.runner = PlaybookRunner(playbooks, ids.next, names=clock_names(clocks), bounds=bounds)
        self.catalogue = tuple(listed(playbook) for playbook in playbooks)
        self._journal = journal
        self._stories = RunStories(journal)
        self._previews: dict[str, Preview] = {}

    @property
    def highest_tier(self) -> dict[str, int]:
        """The highest tier that each role may stand for."""
        return {str(role): tier for role, tier in self.runner.bounds.limits.approval.highest_tier.items()}

    @property
    def watching(self) -> bool:
        """Whether a run waits for something to be seen on the board."""
        return self.runner.has_open

    def runs(self) -> tuple[RunView, ...]:
        """Every run, the oldest first, with its story."""
        runs = self.runner.runs(self._stories.of)
        self._stories.keep(run.id for run in runs)
        return runs

    def told(self, effects: Sequence[Effect]) -> Sequence[Effect]:
        """The same effects, their records taken into the stories of their runs."""
        self._stories.take(effects)
        return effects

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Where runs began, for the day's chart."""
        return tuple(
            Mark(r.since, "playbook", r.title.zh, r.title.en) for r in self.runner.runs() if r.since is not None
        )

    def preview_of(self, plan_hash: str) -> Preview | None:
        """A preview that was made lately, by the hash of its plan."""
        return self._previews.get(plan_hash)

    def next_deadline(self) -> float | None:
        """When `expire` is next due."""
        return self.runner.next_deadline()

    def reply(self, site: str, frame: Ack | Nack | Progress | Result, now: float) -> list[Effect]:
        """A site answers a command."""
        self._allow()
        return self.runner.on_reply(site, frame, now)

    def facts(self, facts: Facts, now: float) -> list[Effect]:
        """The board was evaluated."""
        self._allow()
        return self.runner.on_facts(facts, now)

    def expire(self, now: float) -> list[Effect]:
        """Meet every deadline up to now."""
        self._allow()
        return self.runner.expire(now)

    def carry_out(
        self, intent: Intent, who: str, facts: Facts, alert_of: Callable[[str], Alert | None], now: float
    ) -> tuple[Outcome, list[Effect]]:
        """What a person asked for. Raises RefusedError with the reason where it cannot be done."""
        self._allow()
        match intent:
            case AskPreview():
                return Outcome(preview=self._preview(intent, who, facts, alert_of, now)), []
            case StartPlaybook(preview):
                return Outcome(), self.runner.start(preview, who, now, facts)
            case RevertRun(run):
                return Outcome(), self.runner.revert(run, who, now)
            case RenewRun(run, seconds):
                return Outcome(), self.runner.renew(run, self._end_of(run, now) + seconds, who, now)
            case AnswerRun(run, choice):
                return Outcome(), self.runner.answer(run, choice, who, now)
            case ApproveRun(run):
                return Outcome(), self.runner.approve(run, who, facts, now)
            case BreakGlass(run, reason):
                return Outcome(), self.runner.break_glass(run, who, reason, facts, now)
            case _:
                raise RefusedError("UNKNOWN_INTENT", f"the desk does not know how to {type(intent).__name__}")

    def _preview(
        self, intent: AskPreview, who: str, facts: Facts, alert_of: Callable[[str], Alert | None], now: float
    ) -> Preview:
        playbook = self.runner.playbooks.get(intent.playbook)
        alert = alert_of(intent.alert) if intent.alert else None
        filled = filled_from(playbook, alert) if playbook is not None and alert is not None else {}
        given = {**filled, **intent.parameters}
        try:
            preview = self.runner.preview(intent.playbook, given, facts, now, alert=intent.alert, who=who)
        except InputError as error:
            raise RefusedError("BAD_PARAMETER", str(error)) from error
        if isinstance(facts, BoardFacts):
            looked_at = (*preview.sites, *sites_named(preview.params), *(one.site for one in preview.candidates))
            preview = replace(preview, ages=facts.ages(dict.fromkeys(looked_at)))
        self._previews[preview.plan_hash] = preview
        while len(self._previews) > _PREVIEWS_KEPT:
            del self._previews[next(iter(self._previews))]
        return preview

    def suggested(self, playbook: Playbook, alert: Alert, facts: Facts, now: float) -> Preview:
        """What a playbook would do about an alert, for a suggestion; nobody is shown this plan."""
        return self.runner.preview(playbook.id, filled_from(playbook, alert), facts, now, alert=alert.id)

    def _end_of(self, run_id: str, now: float) -> float:
        """When a run ends by itself; now, where that has passed or is not stated."""
        until = next((run.until for run in self.runner.runs() if run.id == run_id), None)
        return max(now, until or now)

    def _allow(self) -> None:
        self.runner.allow_new = self._journal.writable

    def report(self, started: float) -> list[dict[str, Any]]:
        """Every run as plain data, times in seconds after `started`; None where there is none."""

        def after(at: float | None) -> float | None:
            return None if at is None else round(at - started, 6)

        return [
            {
                "id": run.id,
                "playbook": run.playbook,
                "state": str(run.state),
                "who": run.who,
                "proposed_s": after(run.proposed),
                "since_s": after(run.since),
                "until_s": after(run.until),
                "ended_s": after(run.ended),
                "sites": list(run.sites),
                "parameters": {k: _plain(v) for k, v in run.params},
                "steps": [{"step": step.words.en, "state": str(step.state)} for step in run.steps],
            }
            for run in self.runner.runs()
        ]


def filled_from(playbook: Playbook, alert: Alert) -> dict[str, object]:
    """The parameters that an alert fills in; one about a whole site names the site, not the row of it."""
    place = alert.site if alert.row.level == "site" else alert.key
    sources = {spec.name: spec.source for spec in playbook.parameters.values() if spec.source is not None}
    return {name: place if source == "alert.queue" else alert.site for name, source in sources.items()}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def listed(playbook: Playbook) -> PlaybookView:
    """A playbook as the screen lists it."""
    return PlaybookView(
        playbook.id,
        playbook.title.zh,
        playbook.title.en,
        playbook.tier,
        tuple(playbook.parameters),
        playbook.suggested_by or "",
        playbook.about,
        tuple(_step_text(step) for step in playbook.steps),
        tuple(guard.text for guard in playbook.guards),
        f"{playbook.check.text} ({format_duration(playbook.check_after)})" if playbook.check is not None else "",
        playbook.revert_when.text if playbook.revert_when is not None else "",
        playbook.revert_after,
        playbook.on_expiry,
        playbook.approve,
        playbook.next or "",
    )


def _step_text(step: PlannedStep) -> str:
    """A step as its file has it: the action and what it is given."""
    given = (f"{name}={_plain(value)}" for name, value in step.args.items() if not isinstance(value, tuple))
    return " ".join((step.action.name, *given))
