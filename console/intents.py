"""What a person or a script asks of the desk, as values; the desk answers each with an `Outcome`."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from alerts.rule_diff import RuleDiff
from alerts.rules import Rule
from alerts.silence import Matcher, Recurrence
from alerts.why import Why
from console.leaders.table import LeaderTable
from console.people import Role
from console.view import DeskView
from playbooks.preview import Preview

if TYPE_CHECKING:
    from console.coach_view import CoachView  # with the whole simulator behind it, which a live desk does not need
    from console.past.day_events import DayNews
    from console.past.frames import PastFrames


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Take an alert on: it stays, and everybody sees who has it."""

    alert: str
    note: str = ""
    until: float | None = None
    """When it ends by itself, on the desk's clock; None: when the alert is over."""


@dataclass(frozen=True, slots=True)
class Unacknowledge:
    """Give an alert back: nobody has it any more."""

    alert: str


@dataclass(frozen=True, slots=True)
class AssignAlert:
    """Say who answers for an alert from now on, until it is over."""

    alert: str
    owner: str


@dataclass(frozen=True, slots=True)
class SilenceAlerts:
    """Keep alerts from people until a time on the desk's clock; with `windows`, only inside them."""

    matcher: Matcher
    until: float
    note: str = ""
    windows: tuple[Recurrence, ...] = ()


@dataclass(frozen=True, slots=True)
class EndSilence:
    """End a silence before its time."""

    silence: str


@dataclass(frozen=True, slots=True)
class AskPreview:
    """What a playbook would do now, with these parameters. Nothing is sent."""

    playbook: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    alert: str = ""
    """The alert it answers, from which `from: alert.queue` parameters are taken; empty for none."""


@dataclass(frozen=True, slots=True)
class StartPlaybook:
    """Confirm a preview: exactly this plan is carried out, once."""

    preview: Preview


@dataclass(frozen=True, slots=True)
class RevertRun:
    """Undo what a run changed, now."""

    run: str


@dataclass(frozen=True, slots=True)
class RenewRun:
    """Keep a run in force for `seconds` longer than its stated time, or than now where that has passed."""

    run: str
    seconds: float


@dataclass(frozen=True, slots=True)
class AnswerRun:
    """Answer what a run asked, with one of the choices that it offers (`RunView.choices`)."""

    run: str
    choice: str


@dataclass(frozen=True, slots=True)
class ApproveRun:
    """One more person stands for a proposed run; with as many as its playbook asks for it begins."""

    run: str


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Begin a proposed run on one person's word, because there is no time to find another: recorded and announced."""

    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakeLock:
    """Hold something that playbooks change, such as `agents:hefei:apparel`, for so many seconds."""

    key: str
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseLock:
    """Give back what one holds."""

    key: str


@dataclass(frozen=True, slots=True)
class ReportSite:
    """Somebody was on the phone with a site: its floor is up, or is not. Counts for `seconds`."""

    site: str
    up: bool
    note: str = ""
    seconds: float = 1800.0


@dataclass(frozen=True, slots=True)
class JoinDesk:
    """Somebody sits down at the desk from elsewhere. Made by what serves consoles, never asked for over a wire."""

    console: str
    role: Role
    sites: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class LeaveDesk:
    """The console that somebody sat at is gone, and why."""

    console: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Write a sentence into the log of the desk: what was seen, said or decided."""

    text: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Offer the desk to whoever comes in; it is theirs when they accept it. A second offer takes the first's place."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class AcceptHandover:
    """Take the desk over, as it stands. With `offered_at`, only the offer of that time: what was shown is accepted."""

    offered_at: float | None = None


@dataclass(frozen=True, slots=True)
class MakePromise:
    """Write down what was promised to a merchant or a site, to be kept within so many seconds."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class KeepPromise:
    """Say that an open promise has been kept."""

    promise: str


@dataclass(frozen=True, slots=True)
class RenewPromise:
    """Put a promise off by so many seconds more: whoever it was given to knows."""

    promise: str
    seconds: float


ShiftIntent = WriteNote | HandOver | AcceptHandover | MakePromise | KeepPromise | RenewPromise
"""What passes from one shift to the next."""


@dataclass(frozen=True, slots=True)
class SetPace:
    """Drill or replay only: how many seconds pass in one; 0 pauses."""

    speed: float


@dataclass(frozen=True, slots=True)
class StopAutomatic:
    """Stop what is about to start by itself: the one announced under this id, or with none everything announced."""

    announced: str = ""


@dataclass(frozen=True, slots=True)
class Panic:
    """Stop everything that happens by itself, at once and until it is switched off again."""

    on: bool = True
    note: str = ""


AutomaticIntent = StopAutomatic | Panic
"""What people do about what the desk does by itself."""

AlertIntent = Acknowledge | Unacknowledge | AssignAlert | SilenceAlerts | EndSilence
"""What people do about alerts."""


@dataclass(frozen=True, slots=True)
class AskWhy:
    """Why a rule fires on a row, or does not. Answered at once; not an input of the desk, and not recorded."""

    rule: str
    key: str


@dataclass(frozen=True, slots=True)
class AskBehind:
    """Ask the sites for a list behind a figure (`feeds.contract.LISTS`): of `site/queue`, or `site/*` for all of one.

    What they tell comes with a later view. No input of the desk: nothing it decides goes by it.
    """

    what: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskReload:
    """What the rule files say now, and what that would change. Nothing is changed."""


@dataclass(frozen=True, slots=True)
class ReloadRules:
    """These rules from now on, as read and checked. `before` is the hash of those that they were compared with.

    With another set in force by now it is refused; an empty hash stands for any.
    """

    rules: tuple[Rule, ...]
    before: str = ""


@dataclass(frozen=True, slots=True)
class LockRules:
    """Nobody may change the rules for so many seconds, by files or otherwise."""

    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnlockRules:
    """The rules may be changed again."""


LockIntent = TakeLock | ReleaseLock
"""What people do about locks."""

RuleIntent = ReloadRules | LockRules | UnlockRules
RunIntent = StartPlaybook | ApproveRun | BreakGlass | RevertRun | RenewRun | AnswerRun
PeopleIntent = ReportSite | JoinDesk | LeaveDesk
Request = (
    AlertIntent
    | AskPreview
    | RunIntent
    | ShiftIntent
    | SetPace
    | RuleIntent
    | LockIntent
    | PeopleIntent
    | AutomaticIntent
)
"""What is an input of the desk, and recorded as such."""


@dataclass(frozen=True, slots=True)
class Inject:
    """Drill only: let something happen that the scenario does not have, as `simulators.injecting` reads it."""

    text: str


@dataclass(frozen=True, slots=True)
class Seek:
    """Drill only: go back to `-5m`, `20:10`, a named moment, or `start`."""

    to: str


@dataclass(frozen=True, slots=True)
class MarkMoment:
    """Drill only: give this moment a name, to go back to."""

    name: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """Drill only: say what really happens."""


@dataclass(frozen=True, slots=True)
class AskCoach:
    """Drill only: what the coach's panel shows. With `opened` somebody has just opened it, which is written down."""

    opened: bool = False


@dataclass(frozen=True, slots=True)
class AskPast:
    """The view of then: the last one kept that is not after `at`; with `since` the first one that is not before it.

    `beside` is the time of the view that the asker has: another one than that, on the side on which `at` lies. Of the
    stretch of frames that is called `stretch` the asker `have`s so many.
    """

    at: float
    beside: float | None = None
    since: bool = False
    stretch: str = ""
    have: int = 0


@dataclass(frozen=True, slots=True)
class AskDay:
    """What happened in the day, as marks on its time line: those that came after the number `after`."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class AskLeaders:
    """How the counters of sites and teams grew from `begin` to `end`, or with None to now (epoch seconds)."""

    begin: float
    end: float | None = None


CoachIntent = Inject | Seek | MarkMoment | Reveal | AskCoach
"""What a coach asks of a drill. A desk that meets one refuses it."""

PastQuestion = AskPast | AskDay
"""What a screen asks of the past. A desk that keeps none says so."""

Question = AskWhy | AskBehind | AskLeaders | AskReload | CoachIntent | PastQuestion
"""What is no input of the desk: it is answered, and changes nothing at the desk."""

Intent = Request | Question


@dataclass(frozen=True, slots=True)
class RuleProposal:
    """What the rule files say: the rules, and what differs from those in force, whose hash is `before`."""

    rules: tuple[Rule, ...]
    before: str
    diff: RuleDiff


@dataclass(frozen=True, slots=True)
class Outcome:
    """The desk's answer. `code` is "ok" or a stable reason; the sentences are for people."""

    code: str = "ok"
    zh: str = ""
    en: str = ""
    preview: Preview | None = None
    why: Why | None = None
    proposal: RuleProposal | None = None
    coach: CoachView | None = None
    past: PastFrames | None = None
    day: DayNews | None = None
    leaders: LeaderTable | None = None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.code == "ok"


NO_RULE_FILES = Outcome(
    "no_rule_files",
    "演练和回放用开始时的规则，没有规则文件可读",
    "a drill or replay goes by the rules that it began with: there are no files to read",
)

NO_LEADERS = Outcome(
    "no_leader_board",
    "本值班台已关闭龙虎榜（dutydeck.yaml: leader_board: false）",
    "the leader board is off at this desk (dutydeck.yaml: leader_board: false)",
)

NO_DRILL = Outcome(
    "no_drill",
    "只有演练才有教练台；这里不是演练",
    "only a drill has a coach's panel; this is none",
)


NO_PAST = Outcome("no_past", "这个值班台不留存过去的画面", "this desk keeps no past views")


def not_here(question: AskReload | CoachIntent | PastQuestion) -> Outcome:
    """What a desk answers that has neither files nor a drill in hand, and keeps no past."""
    if isinstance(question, PastQuestion):
        return NO_PAST
    return NO_RULE_FILES if isinstance(question, AskReload) else NO_DRILL


class Desk(Protocol):
    """The desk as a screen sees it, wherever it runs."""

    @property
    def view(self) -> DeskView:
        """The newest view; cheap, never blocks."""
        ...

    def submit(self, intent: Intent, who: str) -> Future[Outcome]:
        """Hand an intent over from any thread."""
        ...
