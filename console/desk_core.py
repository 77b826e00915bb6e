"""The desk without I/O: bytes, link changes, intents and the time go in; views, journal entries and bytes come out.

Whatever drives it (real sockets, a virtual clock, a recording) hands every input over with its time. Before an input
at time t is taken, every deadline before t has been met in order, each at its own time, so that the outcome depends
on the inputs and their times alone and never on when a timer happened to wake up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from alerts.alert import Alert, Transition
from alerts.clock_book import ClockBook
from alerts.clock_files import load_clocks
from alerts.clocks_view import ClocksView
from alerts.engine import RuleEngine
from alerts.flapping import FlapPolicy
from alerts.forecast.table import NO_PLAN, DayPlan
from alerts.notices.receivers import Receiver
from alerts.profiles import ProfileCalendar
from alerts.rows import ALL_SITES, attributes_of, site_row
from alerts.rules import Rule
from alerts.why import Why
from console.alert_deeds import do_about_alerts
from console.alert_histories import AlertHistories
from console.desk_state import DESK, FORMAT, DeskState
from console.facts import BoardFacts
from console.identity import Ids
from console.intents import (
    AlertIntent,
    AskReload,
    Intent,
    Outcome,
    PeopleIntent,
    Question,
    Request,
    RuleIntent,
    SetPace,
)
from console.journal_keeper import JournalKeeper
from console.notice_desk import NoticeDesk
from console.people_desk import PeopleDesk
from console.platform_watching import PlatformDesk
from console.playbook_desk import PlaybookDesk
from console.projecting import ProjectionDesk
from console.recorder import Recorder
from console.rule_desk import NO_RULE_FILES, RuleDesk
from console.standing import StandingColumns, link_view, standing_columns
from console.view import DeskView, Mark, Mode
from feeds.board import Board
from feeds.codec import encode
from feeds.contract import Ack, Event, Frame, Nack, Progress, Query, Result
from feeds.courses import MAX_FULL_ROWS
from feeds.errors import RefusedError
from feeds.session import SiteSession
from playbooks.effects import Effect, Record, Send
from playbooks.playbook import Playbook

BEAT_EVERY_S = 5
"""How often the desk itself shows its sites that it lives."""

FULL_PACE = 5.0
"""Up to this pace a drill's sites are judged by the intervals they announced."""

MOST_BEHIND_S = 2.0

NEVER_GRACE_S = 5.0
"""How long a desk waits for a site's first words before it counts as unknown."""


@dataclass(frozen=True, slots=True)
class DeskTitle:
    """What the screen's first line says of this desk."""

    zh: str
    en: str
    next_at: float = float("nan")
    next_zh: str = ""
    next_en: str = ""
    ends_at: float = float("nan")


class DeskCore:
    """One desk over `sites`. Everything it decides follows from its inputs, their times, the rules and `ids`.

    `for_report` keeps every change of an alert, which a desk that runs for weeks cannot.
    """

    def __init__(
        self,
        sites: Sequence[str],
        rules: Sequence[Rule],
        playbooks: Sequence[Playbook],
        *,
        mode: Mode,
        title: DeskTitle,
        ids: Ids,
        journal: JournalKeeper,
        recorder: Recorder | None = None,
        expected_rows: int = 0,
        clocks: ClockBook | None = None,
        receivers: Sequence[Receiver] = (),
        profiles: ProfileCalendar | None = None,
        plan: DayPlan = NO_PLAN,
        for_report: bool = True,
    ) -> None:
        self.mode, self.title, self.journal, self.ids = mode, title, journal, ids
        self.board = Board(sites, mode=mode, expected_rows=expected_rows)
        self.clocks = clocks or ClockBook(load_clocks(), coarse=expected_rows > MAX_FULL_ROWS)
        self.engine = RuleEngine(rules, lambda: ids.next("a"), flapping=FlapPolicy())
        self.profiles, self._profile_edge = profiles or ProfileCalendar(), float("inf")
        self._platforms = PlatformDesk(self.engine, self.board, self.clocks)
        self.projecting = ProjectionDesk(self.board, self.clocks.clocks.values(), playbooks, plan)
        self.playbooks = PlaybookDesk(playbooks, ids, journal, self.clocks.clocks)
        self.rules = RuleDesk(self.engine, journal)
        self.people = PeopleDesk(sites, journal)
        self._state = DeskState(self.engine, self.playbooks.runner, journal)
        self.notifying = NoticeDesk(receivers, self.engine, journal, mode, (title.zh, title.en), ids.desk)
        self.transitions: list[Transition] = []
        """Every change of an alert since the start, oldest first; none are kept where nobody reports on them."""
        self.histories = AlertHistories()
        self._for_report = for_report
        self.speed = 1.0
        self._recorder = recorder or Recorder()
        self._outbox: list[tuple[str, bytes]] = []
        self._notices: list[Event] = []
        self._seen: dict[str, StandingColumns] = {}
        """What the rules saw of each site last, for whoever asks why."""
        self._states: dict[str, str] = dict.fromkeys(sites, "never")
        self._sampled = 0
        self._now = self._started = 0.0
        self._due = float("inf")
        self._number = 0
        self._clocks_seen: tuple[int, ClocksView] | None = None

    # Inputs -----------------------------------------------------------------------------------------------------

    def connected(self, site: str, now: float) -> bytes:
        """A connection to a site stands; returns what to send over it first."""
        self._until(now)
        self._recorder.link(now, site, "up", "")
        return encode(self.board.sessions[site].connected(now))

    def disconnected(self, site: str, now: float, why: str, *, refused: bool = False) -> None:
        """A connection is gone, or was refused."""
        self._until(now)
        self._recorder.link(now, site, "refused" if refused else "down", why)
        self.board.sessions[site].disconnected(now, why, refused=refused)

    def receive(self, site: str, data: bytes, now: float) -> None:
        """A message from a site."""
        self._until(now)
        self._recorder.frame(now, site, data)
        session = self.board.sessions[site]
        arrival = session.receive(data, now)
        self._send(arrival.replies)
        if arrival.announced and session.board.hello is not None:
            self._note(self.engine.set_rows(site, attributes_of(session.board.hello)))
        if arrival.landed or arrival.announced:
            self._evaluate(site, now)
        self._sooner(session.next_change(now))
        if isinstance(arrival.frame, Ack | Nack | Progress | Result):
            self._apply(self.playbooks.reply(site, arrival.frame, now), now)
        elif isinstance(arrival.frame, Event):
            self._notices = [*self._notices[-49:], arrival.frame]

    def advance(self, now: float) -> None:
        """Nothing came: meet every deadline up to and at `now`."""
        self._until(now)
        self._deadlines_at(now)

    def submit(self, intent: Intent, who: str, now: float) -> Outcome:
        """A person or a script asks for something. A question is no input: it is neither recorded nor moves time."""
        if isinstance(intent, Question):
            return self._answered(intent, now)
        self._until(now)
        self._note(self.engine.expire(now))  # a person who asks at an instant has seen what fell due at it
        self._recorder.operator(now, intent, who)
        return self._carry_out(intent, who, now)

    # Output -----------------------------------------------------------------------------------------------------

    def outgoing(self) -> list[tuple[str, bytes]]:
        """What is to be sent since the last call: (site, message), in order."""
        taken, self._outbox = self._outbox, []
        return taken

    def next_deadline(self) -> float:
        """When `advance` should next be called at the latest: the next deadline, or the next second's sample."""
        return self._due

    def why(self, rule: str, key: str, now: float) -> Why:
        """Why a rule fires on a row or does not, by what the rules saw last; changes nothing.

        Raises RefusedError for a rule or row that does not exist.
        """
        seen = {site: columns.seen for site, columns in self._seen.items()} | self._platforms.seen
        return self.engine.why(rule, key, now, seen)

    @property
    def recording_error(self) -> str:
        """Why the recording stopped; empty while it goes on, or where none is kept."""
        return self._recorder.error

    def view(self, now: float, operator: str = "") -> DeskView:
        """The desk as it stands, immutable."""
        self._number += 1
        title = self.title
        return DeskView(
            at=now,
            mode=self.mode,
            zh=title.zh,
            en=title.en,
            board=self.board.view(now),
            links={site: link_view(session, now) for site, session in self.board.sessions.items()},
            alerts=self.engine.alerts(),
            runs=self.playbooks.runs(),
            journal=self.journal.view(),
            playbooks=self.playbooks.catalogue,
            marks=self.playbooks.marks,
            speed=self.speed,
            ends_at=title.ends_at,
            next_at=title.next_at,
            next_zh=title.next_zh,
            next_en=title.next_en,
            operator=operator,
            number=self._number,
            rules=self.rules.view(now),
            receivers=self.notifying.receivers(),
            notices=tuple(Mark(e.at_ns / 1e9, e.kind, e.text, e.text) for e in self._notices),
            clocks=self._clocks(now),
            silences=self.engine.silences(),
            rule_facts=self.engine.facts(),
            histories=self.histories,
            projected=self.projecting.projected,
            people=self.people.here,
            site_words=self.people.words,
            directory=self.people.directory,
        )

    def _clocks(self, now: float) -> ClocksView:
        """The clocks as of the first view of this second: what a screen works out of them holds for all its views."""
        if self._clocks_seen is None or self._clocks_seen[0] != floor(now):
            self._clocks_seen = floor(now), self.clocks.view(now)
        return self._clocks_seen[1]

    # Time -------------------------------------------------------------------------------------------------------

    def begin(self, now: float) -> None:
        """Start the desk at `now`, where it was killed if the journal knows that.

        Every site has its own row from the first moment, heard of or not, and those that have an alert.
        """
        self._started = self._now = now
        self._sampled = floor(now)
        self.engine.set_profile(self.profiles.at(now), now)
        self._profile_edge = self.profiles.next_edge(now)
        locked = self.rules.begin(now)
        self.people.begin(now)
        restored = self._state.restore(now, (*self.board.sessions, ALL_SITES))
        ended = list(restored.ended)
        for site in self.board.sessions:
            rows = {row.key: row for row in (site_row(site, site, site), *self.engine.rows_with_alerts(site))}
            ended += self.engine.set_rows(site, tuple(rows.values()))
        ended += self._platforms.begin()
        self._due = self._next_due()
        said: dict[str, Any] = {"mode": self.mode, "sites": list(self.board.sessions), "rules": self.rules.hash}
        if self.journal.keeps_state:
            said |= {"alerts": restored.alerts, "silences": restored.silences, "runs": restored.runs}
            said |= {"problem": restored.problem} if restored.problem else {}
        self.journal.append(now, "desk.started", "desk", said, state=((DESK, "format", {"version": FORMAT}),))
        for problem in filter(None, (locked, restored.problem)):
            self._notices.append(Event("desk", "state", "desk.state", round(now * 1e9), text=problem))
        if restored.alerts:
            self.histories.recall(self.journal.journal, {one.id for one in self.engine.alerts()})
        self._note(ended)
        self.notifying.begin(now)
        self._sooner(self.notifying.next_deadline())

    def _until(self, now: float) -> None:
        """Meet every deadline before `now`, in order, each at its own time."""
        if now - self._sampled > MOST_BEHIND_S:
            # Behind its clock, the desk keeps no course of the seconds it never saw: that would put it further behind.
            self._sampled = floor(now) - 1
            self._due = self._next_due()
        while self._due < now:
            self._deadlines_at(max(self._due, self._now))
        self._now = max(self._now, now)

    def _sooner(self, *times: float | None) -> None:
        """Something new may fall due: keep the earliest. What moved later is found when the old time comes."""
        self._due = min(self._due, *(at for at in times if at is not None), float("inf"))

    def _next_due(self) -> float:
        change = self.board.next_change(self._now)
        never = self._started + NEVER_GRACE_S
        times = (
            self._sampled + 1.0,
            change[0] if change else None,
            self.engine.next_deadline(),
            self.playbooks.next_deadline(),
            self.notifying.next_deadline(),
            self.people.next_deadline(),
            self._profile_edge,
            never if never > self._now else None,
        )
        return min(at for at in times if at is not None)

    def _deadlines_at(self, now: float) -> None:
        """Everything that falls due at `now`: standing of the sites, alerts, playbooks, the second's sample."""
        second = floor(now) > self._sampled
        if now >= self._profile_edge:
            self._turn_profile(now)
        for site, session in self.board.sessions.items():
            standing = self._standing(session, now)
            # Of a site that says nothing the age is all that is known, and it grows: its alert must say it.
            if standing != self._states[site] or (second and standing == "unknown"):
                self._evaluate(site, now)
            session.check_silence(now)
        if second:
            self._note(self._platforms.evaluate(now))
        self._note(self.engine.expire(now))
        self._apply(self.playbooks.expire(now), now)
        self.notifying.expire(now)
        self.people.expire(now)
        if second:
            self._sampled = floor(now)
            self.board.sample(now)
            self.projecting.second(now, self.engine.rules)
            if self._sampled % BEAT_EVERY_S == 0:
                links = self.board.sessions.values()
                self._send([session.beat(now) for session in links if session.link.state == "up"])
        self._now = max(self._now, now)
        self._due = self._next_due()

    def _turn_profile(self, now: float) -> None:
        """Another profile holds from now on: everything that is known is judged by its thresholds at once."""
        profile, self._profile_edge = self.profiles.at(now), self.profiles.next_edge(now)
        self.journal.append(now, "profile", "desk", {"profile": profile or None})
        self._note(self.engine.set_profile(profile, now))
        for site in self.board.sessions:
            self._evaluate(site, now)

    def _standing(self, session: SiteSession, now: float) -> str:
        """The site's state; one that never said a word counts as unknown once its grace is over."""
        state = session.state(now)
        return "unknown" if state == "never" and now - self._started >= NEVER_GRACE_S else state

    # Decisions --------------------------------------------------------------------------------------------------

    def _evaluate(self, site: str, now: float) -> None:
        session = self.board.sessions[site]
        self._states[site] = self._standing(session, now)
        unknown = self._states[site] == "unknown"
        columns = standing_columns(
            session, now, self._started, unknown=unknown, clocks=self.clocks, projected=self.projecting.projected
        )
        self._seen[site] = columns
        self._note(self.engine.evaluate(site, columns, now))
        if self.playbooks.watching and "never" not in self._states.values():
            # Runs that were taken up wait until all sites had the time to speak: none is dark only because it is next.
            self._apply(self.playbooks.facts(self._facts(now), now), now)
        self._sooner(self.engine.next_deadline())

    def _facts(self, now: float) -> BoardFacts:
        view, clocks = self.board.view(now), self.clocks.view(now)
        return BoardFacts(view, clocks, self.projecting.projected, self.people.confirmed_up)

    def _note(self, transitions: Sequence[Transition], actor: str = "") -> None:
        """Journal what alerts did: each by its rule, or by the person who had a hand in it."""
        if transitions:
            if self._for_report:
                self.transitions.extend(transitions)
            self.histories.take(transitions, actor)
            news = [(t.at, "alert", actor or t.rule, t.as_dict()) for t in transitions]
            # Not synced: in a storm the disk would be what an alert waits for. What a person did always is, and
            # whatever leads to a command.
            state = [*self._state.of_alerts(transitions), *self.notifying.of_alerts(transitions)]
            self.journal.append_all(news, synced=bool(actor), state=state)
            self._sooner(self.notifying.next_deadline())

    def _apply(self, effects: Sequence[Effect], now: float) -> None:
        """Write the records of effects, and where the runs stand; then carry the others out, in order.

        When that could not be written nothing is sent, but for what a person asked for knowing so.
        """
        records = [effect for effect in effects if isinstance(effect, Record)]
        news = [(now, f"playbook.{e.kind}", str(e.body.get("by") or "desk"), e.body) for e in records]
        state = self._state.of_runs()
        written = not (news or state) or self.journal.append_all(news, synced=bool(news), state=state)
        for effect in effects:
            if isinstance(effect, Send) and (written or effect.unjournalled):
                self._send((effect.command,))
            elif isinstance(effect, Query):
                self._send((effect,))
        self._sooner(self.playbooks.next_deadline())

    def _send(self, frames: Sequence[Frame]) -> None:
        self._outbox.extend((frame.site, encode(frame)) for frame in frames)

    def _carry_out(self, intent: Request, who: str, now: float) -> Outcome:
        try:
            if isinstance(intent, AlertIntent):
                deed = do_about_alerts(self.engine, intent, who, now, self.ids)
                self._note(deed.transitions, who)
                if deed.entry:
                    self.journal.append(now, deed.entry, who, deed.body, self._state.of_silences())
                self._sooner(self.engine.next_deadline())
                return Outcome()
            if isinstance(intent, SetPace):
                self.set_pace(intent.speed)
                return Outcome()
            if isinstance(intent, PeopleIntent):
                self.people.carry_out(intent, who, now)
                self._sooner(self.people.next_deadline())
                return Outcome()
            if isinstance(intent, RuleIntent):
                outcome, transitions = self.rules.carry_out(intent, who, now)
                if transitions is not None:
                    self._judge_anew(transitions, who, now)
                return outcome
            outcome, effects = self.playbooks.carry_out(intent, who, self._facts(now), self.alert_of, now)
            self._apply(effects, now)
            return outcome
        except RefusedError as error:
            return Outcome(error.code, str(error), str(error))

    def _answered(self, question: Question, now: float) -> Outcome:
        if isinstance(question, AskReload):  # whoever has files answers it before it comes here
            return NO_RULE_FILES
        try:
            return Outcome(why=self.why(question.rule, question.key, now))
        except RefusedError as error:
            return Outcome(error.code, str(error), str(error))

    def _judge_anew(self, transitions: Sequence[Transition], who: str, now: float) -> None:
        """Other rules are in force: judge every site that has a standing by them at once."""
        self._note(transitions, who)
        for site, standing in self._states.items():
            if standing != "never":
                self._evaluate(site, now)
        self._note(self.engine.expire(now))
        self._sooner(self.engine.next_deadline())

    def set_pace(self, speed: float) -> None:
        """The clock of a drill or replay runs `speed` times as fast as life; sites get the slack that this needs."""
        self.speed = speed
        for session in self.board.sessions.values():
            session.slack = max(1.0, speed / FULL_PACE)

    def alert_of(self, alert_id: str) -> Alert | None:
        """The alert with this id, while it is pending or firing."""
        return next((alert for alert in self.engine.alerts() if alert.id == alert_id), None)
