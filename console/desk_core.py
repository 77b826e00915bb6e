"""The desk without I/O: bytes, link changes, intents and the time go in; views, journal entries and bytes come out.

Whatever drives it (real sockets, a virtual clock, a recording) hands every input over with its time. Before an input
at time t is taken, every deadline before t has been met in order, each at its own time, so that the outcome depends
on the inputs and their times alone and never on when a timer happened to wake up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import floor
from typing import Any

from alerts.alert import Transition
from alerts.clock_book import ClockBook
from alerts.clock_files import load_clocks
from alerts.engine import RuleEngine
from alerts.flapping import FlapPolicy
from alerts.forecast.table import NO_PLAN, DayPlan
from alerts.notices.receivers import Receiver
from alerts.profiles import ProfileCalendar
from alerts.rows import ALL_SITES, DESK_SITE, attributes_of, site_row
from alerts.rules import Rule
from alerts.unknown import Seen
from alerts.why import Why
from console.alert_deeds import do_about_alerts
from console.alert_histories import AlertHistories
from console.alert_news import AlertNews
from console.automatic_desk import AutomaticDesk, armed
from console.behind import BehindDesk
from console.day_courses import DayCourseDesk
from console.desk_state import DESK, FORMAT, DeskState
from console.duty_desk import DutyDesk
from console.evaluation import NEVER_GRACE_S, Evaluation
from console.evidence import Evidence
from console.facts import BoardFacts
from console.identity import Ids
from console.intents import (
    NO_LEADERS,
    AlertIntent,
    AskBehind,
    AskLeaders,
    AskWhy,
    AutomaticIntent,
    Intent,
    LockIntent,
    Outcome,
    PeopleIntent,
    Question,
    Request,
    RuleIntent,
    SetPace,
    ShiftIntent,
    not_here,
)
from console.journal_keeper import JournalKeeper
from console.landing import Landed
from console.leaders.counting import LeaderDesk
from console.lock_desk import LockDesk
from console.notice_desk import NoticeDesk
from console.open_ends import open_at_desk
from console.outlook_desk import OutlookDesk
from console.people_desk import PeopleDesk
from console.platform_watching import PlatformDesk
from console.playbook_desk import PlaybookDesk
from console.projecting import ProjectionDesk
from console.recorder import Recorder
from console.rule_desk import RuleDesk
from console.shift_desk import ShiftDesk
from console.suggesting import SuggestionDesk
from console.view import DeskTitle, DeskView, Mode
from console.viewing import Viewing
from feeds.board import Board
from feeds.codec import encode
from feeds.contract import Ack, Event, Frame, ListReply, Nack, Progress, Query, Result
from feeds.courses import MAX_FULL_ROWS
from feeds.errors import RefusedError
from feeds.session import Arrival, Message, SiteSession
from playbooks.effects import Effect, Record, Send
from playbooks.limits.limits_file import Limits
from playbooks.playbook import Playbook

BEAT_EVERY_S = 5
"""How often the desk itself shows its sites that it lives."""

MOST_BEHIND_S = 2.0


class DeskCore:
    """One desk over `sites`. Everything it decides follows from its inputs, their times, the rules and `ids`.

    `for_report` keeps every change of an alert, which a desk that runs for weeks cannot. `seen` is off where no screen
    looks at it: what only charts show is not kept then.
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
        automatic: Collection[str] = (),
        limits: Limits | None = None,
        for_report: bool = True,
        seen: bool = True,
    ) -> None:
        self.mode, self.title, self.journal, self.ids = mode, title, journal, ids
        self.board = Board(sites, mode=mode, expected_rows=expected_rows, keeps_courses=seen)
        self.clocks = clocks or ClockBook(load_clocks(), coarse=expected_rows > MAX_FULL_ROWS)
        self.engine = RuleEngine(rules, lambda: ids.next("a"), flapping=FlapPolicy())
        self.profiles, self._profile_edge = profiles or ProfileCalendar(), float("inf")
        self._platforms = PlatformDesk(self.engine, self.board, self.clocks)
        self.outlook = OutlookDesk(self.board, self.clocks, playbooks, plan)
        self.leaders = LeaderDesk(self.board, on=seen)
        self.projecting = ProjectionDesk(self.board, self.clocks.clocks.values(), playbooks, plan, self.outlook.columns)
        self.playbooks = PlaybookDesk(playbooks, ids, journal, self.clocks.clocks, limits)
        self.suggesting = SuggestionDesk(self.playbooks.runner.playbooks, self.playbooks.suggested, seen=seen)
        self.locks = LockDesk(self.playbooks.runner, journal)
        self.rules = RuleDesk(self.engine, journal)
        self.shift = ShiftDesk(journal, self._open_ends)
        self._duties = DutyDesk(self.engine, self.playbooks.runner.overdue, lambda: self.shift.view)
        self.people = PeopleDesk(sites, journal)
        self.behind = BehindDesk()
        self.day_courses = DayCourseDesk(self.board, self.clocks, seen=seen)
        self._evidence = Evidence(self.board.sessions, journal)
        self._state = DeskState(self.engine, self.playbooks.runner, journal)
        self.notifying = NoticeDesk(receivers, self.engine, journal, mode, (title.zh, title.en), ids.desk)
        self.histories = AlertHistories()
        self._news = AlertNews(self._state, self.notifying, self._evidence, self.histories, for_report=for_report)
        may = armed(playbooks, automatic, "desk") if mode != "replay" else ()
        self.automatic = AutomaticDesk(may, self.playbooks, self.engine, journal, ids, self.notifying.announce)
        self.speed = 1.0
        self.recorder = recorder or Recorder()
        self._outbox: list[tuple[str, bytes]] = []
        self._evaluation = Evaluation(self.board, self.engine, self.clocks, self.projecting)
        self._sampled, self._now = 0, 0.0
        self._due = float("inf")
        self._viewing = Viewing(self)

    # Inputs -----------------------------------------------------------------------------------------------------

    def connected(self, site: str, now: float) -> bytes:
        """A connection to a site stands; returns what to send over it first."""
        self._until(now)
        self.recorder.link(now, site, "up", "")
        return encode(self.board.sessions[site].connected(now))

    def disconnected(self, site: str, now: float, why: str, *, refused: bool = False) -> None:
        """A connection is gone, or was refused."""
        self._until(now)
        self.recorder.link(now, site, "refused" if refused else "down", why)
        self.board.sessions[site].disconnected(now, why, refused=refused)

    def receive(self, site: str, data: Message, now: float) -> None:
        """A message from a site."""
        self.receive_all(((site, data),), now)

    def receive_all(self, messages: Iterable[tuple[str, Message]], now: float) -> None:
        """Messages of several sites that came at one moment: the same as one after the other, at less cost."""
        self._until(now)
        landed, sessions = Landed(self.board, self.clocks, self.people.confirmed_up), self.board.sessions
        for site, data in messages:
            if site in landed.sites or (landed.sites and not landed.can_wait(site)):
                self._evaluate_all(landed, now)
            self.recorder.frame(now, site, data)
            if self.playbooks.watching:
                landed.keep(site, now)
            arrival = sessions[site].receive(data, now)
            self._send(arrival.replies)
            self._sooner(sessions[site].next_change(now))
            if arrival.landed and not arrival.announced:
                landed.sites.append(site)
                continue
            landed.forget(site)
            if arrival.announced or isinstance(arrival.frame, Ack | Nack | Progress | Result):
                self._evaluate_all(landed, now)
                self._take(site, sessions[site], arrival, now)
            elif isinstance(arrival.frame, Event):
                self._viewing.say(arrival.frame)
            elif isinstance(arrival.frame, ListReply):
                self.behind.take(arrival.frame, now)
        self._evaluate_all(landed, now)

    def _take(self, site: str, session: SiteSession, arrival: Arrival, now: float) -> None:
        """What is not figures: rows that are announced, answers to commands."""
        if arrival.announced and session.board.hello is not None:
            self._evidence.announced(session.board.hello, now)
            self._note(self.engine.set_rows(site, attributes_of(session.board.hello)))
            self._evaluate(site, now)
            self._sooner(session.next_change(now))
        if isinstance(arrival.frame, Ack | Nack | Progress | Result):
            self._apply(self.playbooks.reply(site, arrival.frame, now), now)

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
        self.recorder.operator(now, intent, who)
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
        """Why a rule fires on a row or does not, by what was seen last. Raises RefusedError for what does not exist."""
        return self.engine.why(rule, key, now, self.seen)

    @property
    def seen(self) -> Mapping[str, Seen]:
        """What the rules saw of each site last, and of the platforms."""
        return self._evaluation.seen | self._platforms.seen | self._duties.seen

    @property
    def transitions(self) -> Sequence[Transition]:
        """Every change of an alert since the start, oldest first; none are kept where nobody reports on them."""
        return self._news.transitions

    def view(self, now: float, operator: str = "") -> DeskView:
        """The desk as it stands, immutable."""
        return self._viewing.view(now, operator)

    def warn(self, problem: str, now: float) -> None:
        """Whatever drives the desk has something to say to people."""
        self._viewing.warn((problem,), now)

    # Time -------------------------------------------------------------------------------------------------------

    def begin(self, now: float) -> None:
        """Start the desk at `now`, where it was killed if the journal knows that.

        Every site has its own row from the first moment, heard of or not, and those that have an alert.
        """
        self._evaluation.started = self._now = now
        self._sampled = floor(now)
        self.engine.set_profile(self.profiles.at(now), now)
        self._profile_edge = self.profiles.next_edge(now)
        locked = self.rules.begin(now)
        unlocked = self.locks.begin(now)
        self.people.begin(now)
        restored = self._state.restore(now, (*self.board.sessions, ALL_SITES, DESK_SITE))
        unread = self.automatic.begin(DESK)
        ended = list(restored.ended)
        for site in self.board.sessions:
            rows = {row.key: row for row in (site_row(site, site, site), *self.engine.rows_with_alerts(site))}
            ended += self.engine.set_rows(site, tuple(rows.values()))
        ended += [*self._platforms.begin(), *self._duties.begin()]
        self.shift.begin()
        self._due = self._next_due()
        said: dict[str, Any] = {"mode": self.mode, "sites": list(self.board.sessions), "rules": self.rules.hash}
        if self.journal.keeps_state:
            said |= restored.said()
        self.journal.append(now, "desk.started", "desk", said, state=((DESK, "format", {"version": FORMAT}),))
        self._viewing.warn(filter(None, (locked, unlocked, restored.problem, unread)), now)
        if restored.alerts:
            self.histories.recall(self.journal, {one.id for one in self.engine.alerts()})
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
        for at in times:
            if at is not None and at < self._due:
                self._due = at

    def _next_due(self) -> float:
        change = self.board.next_change(self._now)
        never = self._evaluation.started + NEVER_GRACE_S
        times = (
            self._sampled + 1.0,
            change[0] if change else None,
            self.engine.next_deadline(),
            self.playbooks.next_deadline(),
            self.notifying.next_deadline(),
            self.locks.next_deadline(),
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
            standing = self._evaluation.standing(session, now)
            # Of a site that says nothing the age is all that is known, and it grows: its alert must say it.
            if standing != self._evaluation.states[site] or (second and standing == "unknown"):
                self._evaluate(site, now)
            session.check_silence(now)
        if second:
            self._note([*self._platforms.evaluate(now), *self._duties.evaluate(now)])
        self._note(self.engine.expire(now))
        self._apply(self.playbooks.expire(now), now)
        self.notifying.expire(now)
        self.locks.expire(now)
        self.people.expire(now)
        if second:
            self._sampled = floor(now)
            self.board.sample(now)
            self.outlook.second(now, self.engine.rules)
            self.day_courses.second(now)
            self.leaders.second(now)
            self.projecting.second(now, self.engine.rules)
            if self._evaluation.all_spoke:
                self._apply(self.automatic.second(now, self.facts), now)
            self.suggesting.second(self.engine.alerts, self.facts, now, self.speed)
            if self._sampled % BEAT_EVERY_S == 0:
                self.journal.advance(round(now * 1e9))
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

    # Decisions --------------------------------------------------------------------------------------------------

    def _evaluate(self, site: str, now: float) -> None:
        self._judged(self._evaluation.of(site, now), self.facts, now)
        self._sooner(self.engine.next_deadline())

    def _evaluate_all(self, landed: Landed, now: float) -> None:
        """Let the rules look at the sites whose figures landed; playbooks see them land one after the other."""
        for site, transitions in self._evaluation.of_all(landed.sites, now):
            landed.forget(site)
            self._judged(transitions, lambda at: landed.facts(at, self.projecting.projected), now)
        if landed.sites:
            landed.sites.clear()
            self._sooner(self.engine.next_deadline())

    def _judged(self, transitions: Sequence[Transition], facts: Callable[[float], BoardFacts], now: float) -> None:
        """The rules have looked at a site."""
        self._note(transitions)
        if self.playbooks.watching and self._evaluation.all_spoke:
            # Runs that were taken up wait until all sites had the time to speak: none is dark only because it is next.
            self._apply(self.playbooks.facts(facts(now), now), now)

    def facts(self, now: float) -> BoardFacts:
        """The board as playbooks ask about it."""
        landed = Landed(self.board, self.clocks, self.people.confirmed_up)
        return landed.facts(now, self.projecting.projected, self.projecting.basis)

    def _open_ends(self) -> dict[str, Any]:
        return open_at_desk(self.engine.alerts(), self.playbooks.runs(), self._evaluation.states)

    def _note(self, transitions: Sequence[Transition], actor: str = "") -> None:
        """Write down what alerts did: each by its rule, or by the person who had a hand in it."""
        if transitions:
            self._news.take(transitions, actor)
            self._sooner(self.notifying.next_deadline())

    def _apply(self, effects: Sequence[Effect], now: float) -> None:
        """Write the records of effects, and where the runs stand; then carry the others out, in order.

        When that could not be written nothing is sent, but for what a person asked for knowing so.
        """
        records = [effect for effect in self.playbooks.told(effects) if isinstance(effect, Record)]
        news = [self._evidence.entry(record, now) for record in records]
        state = self._state.of_runs()
        written = not (news or state) or self.journal.append_all(news, synced=bool(news), state=state)
        if written:
            self.notifying.of_runs(records, self.playbooks.runs, now)
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
            if isinstance(intent, ShiftIntent):
                self.shift.carry_out(intent, who, now)
                return Outcome()
            if isinstance(intent, LockIntent):
                self.locks.carry_out(intent, who, self.facts(now), now)
                self._sooner(self.locks.next_deadline())
                return Outcome()
            if isinstance(intent, SetPace):
                self.set_pace(intent.speed)
                return Outcome()
            if isinstance(intent, AutomaticIntent):
                self.automatic.carry_out(intent, who, now, DESK)
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
            outcome, effects = self.playbooks.carry_out(intent, who, self.facts(now), self.engine.alert, now)
            self._apply(effects, now)
            return outcome
        except RefusedError as error:
            return Outcome(error.code, error.zh, str(error))

    def _answered(self, question: Question, now: float) -> Outcome:
        if isinstance(question, AskBehind):
            self._send(self.behind.ask(question.what, question.places, self.board.sessions, now))
            return Outcome()
        if isinstance(question, AskLeaders):
            found = self.leaders.table(question.begin, question.end, now) if self.leaders.on else None
            return Outcome(leaders=found) if found is not None else NO_LEADERS
        if not isinstance(question, AskWhy):  # whoever has files, or a drill in hand, answers it before it comes here
            return not_here(question)
        try:
            return Outcome(why=self.why(question.rule, question.key, now))
        except RefusedError as error:
            return Outcome(error.code, error.zh, str(error))

    def _judge_anew(self, transitions: Sequence[Transition], who: str, now: float) -> None:
        """Other rules are in force: judge every site that has a standing by them at once."""
        self._note(transitions, who)
        for site, standing in self._evaluation.states.items():
            if standing != "never":
                self._evaluate(site, now)
        self._note(self.engine.expire(now))
        self._sooner(self.engine.next_deadline())

    def set_pace(self, speed: float) -> None:
        """The clock of a drill or replay runs `speed` times as fast as life; sites get the slack that this needs."""
        self.speed = speed
        self.board.at_pace(speed)
