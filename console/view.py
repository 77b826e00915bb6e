"""What the desk hands to a screen: one immutable value per tick.

The screen keeps no state of its own about sites, alerts or runs: it draws the newest view, and sends intents back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from alerts.alert import Alert
from alerts.clocks_view import ClocksView, no_clocks
from alerts.degrade import DegradeWindow
from alerts.forecast.outlook import Outlook
from alerts.notices.outbox import ReceiverView
from alerts.rule_facts import RuleFacts
from alerts.silence import Silence
from console.alert_histories import AlertHistories
from console.behind import Behind
from console.day_courses import DayCourses
from console.people import PersonHere, Reach, SiteLead, SiteWord
from console.projecting import NOTHING, Projected
from console.shift import ShiftView
from feeds.board_view import BoardView
from playbooks.ahead.worth import Worth
from playbooks.automatic import Announced, Panic
from playbooks.conservation import Balance
from playbooks.limits.locks import PersonLock
from playbooks.playbook import About
from playbooks.run import RunView
from playbooks.suggesting import Suggestion
from playbooks.transfers import Transfer

Mode = Literal["live", "drill", "replay"]


@dataclass(frozen=True, slots=True)
class DeskTitle:
    """What the screen's first line says of this desk."""

    zh: str
    en: str
    next_at: float = float("nan")
    next_zh: str = ""
    next_en: str = ""
    ends_at: float = float("nan")
    peak_at: float = float("nan")
    """When the peak begins that the desk gets ready for, or has behind it."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """How the connection to one site stands, and what came over it that could not be used.

    `faults` counts by kind (`feeds.contract.FAULTS`); `state` is connecting, up, down or refused; ages in seconds,
    NaN before the first frame. `skew_s` is the site's clock against the desk's.
    """

    site: str
    state: str
    link_age_s: float
    data_age_s: float
    beat_s: float
    data_s: float
    skew_s: float
    conflated: int
    faults: Mapping[str, int]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class JournalView:
    """Whether what happens is being written down. `error` is empty while it is."""

    path: str
    entries: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class RuleLock:
    """Nobody may change the rules until `until` (epoch seconds): who said so, when, and why."""

    until: float
    who: str
    note: str
    at: float


@dataclass(frozen=True, slots=True)
class RulesView:
    """The rules in force: their hash, how many, their lock, and whether their files say something else by now."""

    hash: str = ""
    count: int = 0
    lock: RuleLock | None = None
    files_differ: bool = False


@dataclass(frozen=True, slots=True)
class PlaybookView:
    """One playbook that can be run, as the screen lists it."""

    id: str
    zh: str
    en: str
    tier: int
    parameters: tuple[str, ...]
    alert: str = ""
    about: About = field(default_factory=About)
    """What the catalogue says of it: rung, owner, lead time, effect, cost."""
    steps: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    check: str = ""
    """What is expected by its check, and when that is."""
    ends_when: str = ""
    lasts: float = 0.0
    on_expiry: str = "revert"
    approve: int = 1
    next: str = ""


@dataclass(frozen=True, slots=True)
class AutomaticView:
    """What the desk may start by itself, what it is about to, and whether all of that is stopped."""

    armed: tuple[str, ...] = ()
    announced: tuple[Announced, ...] = ()
    panic: Panic | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the timeline of the day: a run that began or ended, a phase that starts. `at` in epoch seconds."""

    at: float
    kind: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything a screen needs, as it was at `at` (epoch seconds, the desk's clock)."""

    at: float
    mode: Mode
    zh: str
    en: str
    board: BoardView
    links: Mapping[str, LinkView]
    alerts: tuple[Alert, ...]
    runs: tuple[RunView, ...]
    journal: JournalView
    playbooks: tuple[PlaybookView, ...] = ()
    marks: tuple[Mark, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    """The loans of people between sites that may still have somebody away, as sites have told them."""
    balances: tuple[Balance, ...] = ()
    """What those loans say of each site against what its board shows, and the difference that nothing explains."""
    highest_tier: Mapping[str, int] = field(default_factory=dict)
    """The highest tier of playbooks that each role may stand for; a role that is not in it: any."""
    locks: tuple[PersonLock, ...] = ()
    """What people hold against playbooks, the next to end first."""
    speed: float = 1.0
    ends_at: float = float("nan")
    next_at: float = float("nan")
    """The next thing of the plan (00:00, a phase), for the countdown of the header."""
    next_zh: str = ""
    next_en: str = ""
    peak_at: float = float("nan")
    """When the desk's own peak begins or began, as configured."""
    operator: str = ""
    number: int = 0
    """Rises with every view: a screen that sees the same number twice need not draw."""
    receivers: tuple[ReceiverView, ...] = ()
    """Who is told of alerts, and how telling them goes."""
    notices: tuple[Mark, ...] = field(default=())
    """Newest last: what sites and the desk told people."""
    clocks: ClocksView = field(default_factory=no_clocks)
    """The clocks as they stood at most a second ago; a screen has what it needs of them worked out."""
    rules: RulesView = RulesView()
    silences: tuple[Silence, ...] = ()
    """Those that are not over, in the order in which they were made."""
    rule_facts: Mapping[str, RuleFacts] = field(default_factory=dict)
    """What there is to say of each rule, by its id."""
    projected: Projected = NOTHING
    """Where the queues were heading when they were projected last."""
    outlook: Outlook = field(default_factory=Outlook)
    """The plan held against the day, as of the last minute; without sites where there is no forecast."""
    automatic: AutomaticView = AutomaticView()
    """What happens by itself."""
    suggestions: Mapping[str, tuple[Suggestion, ...]] = field(default_factory=dict)
    """The playbooks that fit each alert that needs somebody, by its id, the best first; worked out now and then."""
    histories: AlertHistories = field(default_factory=AlertHistories)
    """What happened to each alert; goes on while this view stands still."""
    shift: ShiftView = field(default_factory=ShiftView)
    """Notes, and where the handover stands."""
    people: tuple[PersonHere, ...] = ()
    """Who sits at the desk from elsewhere, longest first."""
    site_words: tuple[SiteWord, ...] = ()
    """What people said of sites that still counts."""
    directory: tuple[SiteLead, ...] = ()
    """Whom to call at the sites."""
    behind: Mapping[str, Behind] = field(default_factory=dict)
    """The lists behind figures that somebody asked for, by `console.behind.list_key`."""
    day_courses: DayCourses = field(default_factory=DayCourses)
    """Waits by percentile, people by state and clock budgets over the day."""
    worth: Worth = field(default_factory=Worth)
    """What a customer counts, by tier and by shop: a contract with a penalty makes it more."""
    degrade: tuple[DegradeWindow, ...] = ()
    """The degrade windows that the platforms have announced, those of other days among them, in order of time."""
    reach: Reach | None = None
    """How a console that sits elsewhere stands with its desk; None at the desk itself."""
