"""The terminal app: a router between screens and the desk. It keeps no state about sites, alerts or runs."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import traceback
from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from threading import Timer
from typing import ClassVar
from zoneinfo import ZoneInfo

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from console import i18n
from console import toolkit_mends as _mends  # noqa: F401 - mends on import
from console.actions import bindings, footer_of_past
from console.actions_timeline import past_bindings
from console.automatic_actions import AutomaticActions
from console.clock import TIME_ZONE
from console.coach_actions import CoachActions
from console.commanding import open_command_line
from console.draw.header import Held, banner_lines
from console.draw.not_now import not_now_line
from console.going import GoingActions
from console.i18n import Language, _, local
from console.intents import Desk, Intent, Outcome
from console.ledger_actions import LedgerActions
from console.link_actions import LinkActions
from console.lock_actions import LockActions
from console.matrix_actions import MatrixActions
from console.noticing_actions import NoticingActions
from console.personal import Personal
from console.personal_actions import PersonalActions
from console.picture import Picture
from console.preflight.gather import Gatherer
from console.resuming.actions import ResumingActions
from console.resuming.session_file import SessionFile
from console.saved.at_start import VARIABLE
from console.screens.deck_screen import DeckScreen
from console.screens.help import HelpScreen
from console.screens.overview import OverviewScreen
from console.screens.silences import SilencesScreen
from console.timeline_actions import TimelineActions
from console.view import DeskView
from console.web.parent import when_parent_is_gone
from console.widgets.banner import Banner
from console.widgets.footer_bar import SAID_FOR_S, FooterBar
from console.widgets.header_bar import HeaderBar

LOOK_EVERY_S = 0.25
"""How often the desk is looked at. Nothing is drawn unless it has something new."""

GONE_AFTER_S = 5.0
"""A console whose terminal is gone or does not read ends so long after it was asked to, whatever it waits for."""


class DutyDeckApp(
    TimelineActions,
    NoticingActions,
    ResumingActions,
    GoingActions,
    CoachActions,
    LedgerActions,
    LockActions,
    AutomaticActions,
    MatrixActions,
    PersonalActions,
    LinkActions,
):
    """Looks at the desk's newest view, hands it to the screen in front, and sends intents back."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    TITLE = "DutyDeck"
    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app"), *past_bindings()]

    def __init__(
        self,
        desk: Desk,
        *,
        lang: Language,
        operator: str,
        zone: tzinfo | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        settle_s: float = 0.5,
        preflight: Gatherer | None = None,
        personal: Personal | None = None,
        wall: bool = False,
    ) -> None:
        super().__init__()
        i18n.use(lang)
        self.started_in, self.wall_only = lang, wall
        self.desk, self.operator, self.monotonic, self.settle_s = desk, operator, monotonic, settle_s
        self.preflight = preflight if preflight is not None else Gatherer(None, {})
        self._zone = zone if zone is not None else ZoneInfo(TIME_ZONE)
        self.local_time = partial(datetime.now, self._zone)
        self.newest = Picture(desk.view, self._zone)
        self._newest_since = monotonic()
        self.notice_from(self.newest)
        self._held: Picture | None = None
        self.last: Timer | None = None
        """Ends the process when ending it in good order takes too long."""
        self._said, self._said_until = ("", "note"), 0.0
        self.typed_before: dict[str, list[str]] = {}
        self.animation_level = "none"
        self.look_as(personal if personal is not None else Personal())
        self.use_keys()

    @property
    def zone_name(self) -> str:
        """The time zone of the hours that a person types."""
        return getattr(self._zone, "key", TIME_ZONE)

    @property
    def zone(self) -> tzinfo:
        """The time zone of the hours that are shown and typed."""
        return self._zone

    @property
    def picture(self) -> Picture:
        """What the screens show: the newest picture, or one of then, or the one that was frozen."""
        return self.looking.then or self._held or self.newest

    def get_default_screen(self) -> Screen[None]:
        """The overview is the root."""
        return OverviewScreen()

    def on_mount(self) -> None:
        """Signals, and the one timer."""
        self.set_interval(LOOK_EVERY_S, self.look)
        self.use_all_colours()
        self._begun = self.open_start_view() and not os.environ.get(VARIABLE)
        self.call_after_refresh(self.begin_view)
        loop = asyncio.get_running_loop()
        try:
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, partial(self._end_for_certain, loop))
            if self.is_web:
                when_parent_is_gone(partial(self._end_for_certain, loop))
        except (ValueError, RuntimeError, NotImplementedError):  # not the main thread: somebody else has the signals
            return

    def _end_for_certain(self, loop: asyncio.AbstractEventLoop, *_signal: object) -> None:
        """Somebody wants it to end, or nobody looks any more: end, and for certain.

        Writing to a terminal that is gone kills the toolkit's writer, one that does not read holds it up, and whoever
        waits for it waits for ever; then neither the loop nor a handler of the loop's runs again. What the desk must
        not forget is in its journal.
        """
        self.last = self.last or Timer(GONE_AFTER_S, os._exit, (0,))
        if not self.last.is_alive():
            self.last.daemon = True
            self.last.start()
        loop.call_soon_threadsafe(self.exit, 0)

    def look(self) -> None:
        """Take the desk's newest view; draw if it is new, or if there is something to say about its age."""
        if not self.screen_stack:  # a last look, on the way out
            return
        now = self.monotonic()
        if not self.keeps_up(now):
            return
        self.use_fewer_colours(on=self.link.slow)
        view = self.desk.view
        if view is not self.newest.view and (view.number != self.newest.view.number or view.at != self.newest.view.at):
            if self.draws_now(view, now):
                self._tell(view)
                self.noticing.take(view, now)
                self.newest = Picture(view, self._zone, plain=self.link.slow)
                self._newest_since = now
                self.begin_again()
                self.begin_view()
                self.draw()
        else:
            self._draw_banner()
        self.attend(now)
        if self._said_until and now >= self._said_until:
            self.say("")

    def _tell(self, view: DeskView) -> None:
        """Say the newest notice of sites or desk that was not there before."""
        if view.notices and view.notices[-1:] != self.newest.view.notices[-1:]:
            last = view.notices[-1]
            self.say(local(last.zh, last.en), "note")

    def draw(self) -> None:
        """Draw the screen in front. Widgets send only the lines that changed."""
        screen = self.screen
        if not isinstance(screen, DeckScreen) or not screen.is_mounted or not screen.query(HeaderBar):
            return
        self.leave_then_for(screen)
        then = self.looking.then
        now = self.newest.view.at if then is not None else None
        screen.query_one(HeaderBar).show(then or self.newest, self.operator, now, self.link)
        screen.set_class(then is not None, "then")
        self._draw_banner()
        self.draw_time_bar()
        self._draw_footer()
        self.mark_fresh(self.picture, screen)
        screen.show_picture(self.picture)

    def _draw_banner(self) -> None:
        banner = next(iter(self.screen.query(Banner)), None)
        if banner is None:
            return
        held = None
        if self._held is not None:
            known = {alert.id for alert in self._held.firing}
            held = Held(self._held.view.at, sum(alert.id not in known for alert in self.newest.firing))
        looking, width = self.looking, self.size.width
        then = None if looking.then is None else not_now_line(self.newest, looking.then, looking.known, width)
        news = self.news_lines(width) if then is None else []
        warnings = banner_lines(self.newest, width, held=held, silent_s=self.silent_s, then=then)
        banner.show_lines([*warnings, *news, *self.crumbs(width)])

    @property
    def silent_s(self) -> float:
        """How long nothing new has come."""
        return self.monotonic() - self._newest_since

    def say(self, text: str, kind: str = "note") -> None:
        """Say something at the foot of the screen for a while; `kind` is ok, bad or note."""
        self._said = (text, kind)
        self._said_until = self.monotonic() + SAID_FOR_S if text else 0.0
        self._draw_footer()

    def _draw_footer(self) -> None:
        for footer in self.screen.query(FooterBar):
            footer.say(*self._said)
            footer.use(footer_of_past() if self.looking.open else None)
            footer.ask(self.question)

    def remark(self, text: str) -> None:
        """Keep something before the keys at the foot of the screen, where a panel has no frame to say it."""
        for footer in self.screen.query(FooterBar):
            footer.remark(text)

    def send(self, intent: Intent, done: str = "", then: Callable[[Outcome], None] | None = None) -> None:
        """Hand an intent to the desk; say its answer, or `done` where it has none, and hand it to `then`."""
        self.run_worker(self._answered(intent, done, then), exit_on_error=True)

    async def answer_to(self, intent: Intent) -> Outcome | None:
        """The desk's answer, with nothing said of it; None, and that said, where the desk failed."""
        if (refused := self.refusal(intent)) is not None:
            return refused
        try:
            return await asyncio.wrap_future(self.desk.submit(intent, self.operator))
        except Exception as problem:  # noqa: BLE001 - whatever the desk failed at is said, and the screen stays
            self.say(_("the desk failed: {problem}").format(problem=type(problem).__name__), "bad")
            return None

    async def _answered(self, intent: Intent, done: str, then: Callable[[Outcome], None] | None) -> None:
        outcome = await self.answer_to(intent)
        if outcome is None:
            return
        said = local(outcome.zh, outcome.en)
        if not outcome.ok:
            self.say(said or outcome.code, "bad")
        elif said or done:
            self.say(said or done, "ok")
        if then is not None:
            then(outcome)
        self.draw_next()
        self.look()

    def exit(self, result: int | None = None, return_code: int = 0, message: object | None = None) -> None:
        """Keep where the operator is, and end."""
        self.keep_session()
        super().exit(result, return_code, message)  # type: ignore[arg-type]

    def _fatal_error(self) -> None:
        """End with the traceback of an error of ours, without the values of all variables.

        Those are whole boards: the toolkit would draw them for minutes, and pour shops' data over the terminal.
        """
        self.bell()
        self._exit_renderables.append(Text(traceback.format_exc()))
        self._close_messages_no_wait()

    def on_key(self, event: events.Key) -> None:
        """What is typed is never taken for a key of the screen, also where it came before the line had the keys."""
        if isinstance(self.focused, Input) and event.is_printable:
            event.prevent_default()
            self.focused.post_message(events.Key(event.key, event.character))

    def action_step_back(self) -> None:
        """Stop asking, show all rows again, or go back to the screen before."""
        screen = self.screen
        if self.stop_asking() or (isinstance(screen, DeckScreen) and screen.clear()):
            return
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.say(_("this is the overview; ctrl+q quits"))

    def action_freeze(self) -> None:
        """Hold the picture, or go on. Header, alerts and desk go on all the while."""
        if self.looking.then is not None:
            self.say(_("what was stands still; → goes on, esc leads back to now"))
            return
        self._held = self.newest if self._held is None else None
        self.draw()

    def action_help(self) -> None:
        """What the keys do here, and what the figures mean; where a cursor stands on a figure, that one."""
        if isinstance(self.screen, DeckScreen) and self.screen.figure_chosen():
            self.screen.action_explain()
        elif isinstance(self.screen, DeckScreen) and not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen.scope))

    def action_silences(self) -> None:
        """What is silenced, by whom, until when."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, SilencesScreen):
            self.push_screen(SilencesScreen())

    def action_command_line(self) -> None:
        """Type a command."""
        if isinstance(self.screen, DeckScreen):
            open_command_line(self.screen)

    def action_help_quit(self) -> None:
        """ctrl+c does not end a shift by accident."""
        self.say(_("ctrl+q quits"))


def run_console(
    desk: Desk,
    lang: Language,
    operator: str,
    *,
    zone: tzinfo | None = None,
    preflight: Gatherer | None = None,
    personal: Personal | None = None,
    wall: bool = False,
    session: SessionFile | None = None,
) -> int:
    """Sit at a desk until the operator quits. The exit status: 0, or 1 where the console itself failed.

    `preflight` knows the desk's configuration; without it, as on the built-in drill, there is none. `personal` is how
    the operator has the screen; a `wall` takes no keys but ctrl+q. `session` is where the operator was, and where it is
    kept; a wall has none.
    """
    app = DutyDeckApp(desk, lang=lang, operator=operator, zone=zone, preflight=preflight, personal=personal, wall=wall)
    app.resume_from(None if wall else session)
    app.run(mouse=app.personal.settings.mouse)
    if app.last is not None:
        app.last.cancel()  # it has ended; what comes now is the desk's
    return app.return_code or 0
