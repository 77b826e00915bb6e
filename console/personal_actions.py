"""What has to do with the operator alone: settings, keys, the palette, bell and flash, the wall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from console import i18n
from console.actions import ACTIONS, unbound, use_actions
from console.appearance import Appearance
from console.attention import Attention
from console.commanding import act, open_command_line, write_anew
from console.draw.settings import Value
from console.i18n import Language
from console.keymap import with_keys
from console.screens.deck_screen import DeckScreen
from console.screens.palette import PaletteScreen
from console.screens.settings import SettingsScreen
from console.screens.wall import WallScreen
from console.settings import ConsoleSettings, is_quiet, write_settings
from console.toolkit_private import use_mouse
from console.widgets.header_bar import HeaderBar
from feeds.errors import InputError

if TYPE_CHECKING:
    from console.action import Action
    from console.app import DutyDeckApp

IN_A_WALL = frozenset({"quit", "wall", "step_back", "help_quit"})
"""All that a key does on a wall: it is looked at by people who have no desk."""


class PersonalActions(Appearance):
    """The part of the app that is the operator's own."""

    started_in: Language
    """The language without a setting of one's own."""
    local_time: Callable[[], datetime]
    monotonic: Callable[[], float]

    def __init__(self) -> None:
        super().__init__()
        self._attention = Attention()
        self.wall_only = False

    def use_keys(self) -> None:
        """Take the user's keys: in bindings, footer, help and palette."""
        keys = self.personal.keys
        use_actions(with_keys(ACTIONS, keys))
        none = {action.id: unbound(action) for action in ACTIONS}
        self.set_keymap({action: ",".join(names) or none[action] for action, names in keys.items()})

    def change_setting(self, key: str, value: Value) -> None:
        """Take another value, show it at once and keep it. What it cannot be is said."""
        changed = {**self.personal.settings.model_dump(), key: value}
        try:
            settings = ConsoleSettings.model_validate(changed)
        except ValidationError as wrong:
            self.say(str(wrong.errors()[0]["msg"]).removeprefix("Value error, "), "bad")
            return
        before, path = self.personal.settings, self.personal.path
        self.look_as(replace(self.personal, settings=settings))
        if settings.mouse != before.mouse:
            use_mouse(self, on=settings.mouse)
        if settings.low_bandwidth != before.low_bandwidth:
            self._deck.action_slow_link(settings.low_bandwidth)
        if settings.language != before.language:
            self._speak(settings)
        self.draw()
        try:
            if path is not None:
                write_settings(path, settings)
        except InputError as error:
            self.say(str(error), "bad")

    def _speak(self, settings: ConsoleSettings) -> None:
        i18n.use(self.started_in if settings.language == "auto" else settings.language)
        write_anew(self._deck)
        self.push_screen(SettingsScreen("language"))

    @property
    def _deck(self) -> DutyDeckApp:
        from console.app import DutyDeckApp

        assert isinstance(self, DutyDeckApp)  # noqa: S101 - for the types: there is one app, made of its parts
        return self

    def draw(self) -> None:
        """Draw the screen in front."""
        raise NotImplementedError

    def attend(self, now: float) -> None:
        """Ring and flash for alerts that are new, as the operator wishes. `now` is monotonic."""
        settings = self.personal.settings
        local = self.local_time()
        quiet = is_quiet(settings.quiet_hours, local.hour * 60 + local.minute)
        heard = self._attention.look(self.newest.firing, settings, now, quiet=quiet)
        if heard.ring:
            self.bell()
        for header in self.screen.query(HeaderBar):
            header.flash(on=heard.lit)

    def do(self, action: Action, screen: DeckScreen) -> None:
        """Do an action of the table on a screen; one that is a command alone is begun to be typed."""
        if action.argument and not action.keys:
            open_command_line(screen, f"{action.command} ")
        else:
            screen.run_worker(act(screen, action, ""))

    def action_type_command(self, word: str) -> None:
        """Begin to type a command."""
        if isinstance(self.screen, DeckScreen):
            open_command_line(self.screen, f"{word} ")

    def action_settings(self) -> None:
        """Open what the operator can set."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, SettingsScreen):
            self.push_screen(SettingsScreen())

    def action_palette(self) -> None:
        """Find an action by a few letters."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, PaletteScreen):
            self.push_screen(PaletteScreen(self.screen))

    def action_wall(self) -> None:
        """To the wall, or back from it."""
        if isinstance(self.screen, WallScreen):
            self.pop_screen()
        elif isinstance(self.screen, DeckScreen):
            self.push_screen(WallScreen())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action may be done now: on a wall, next to none."""
        if isinstance(self.screen_stack[-1] if self.screen_stack else None, WallScreen):
            return action in (IN_A_WALL - {"wall", "step_back"} if self.wall_only else IN_A_WALL)
        return super().check_action(action, parameters)

    def open_start_view(self) -> bool:
        """What this operator begins with; False for the overview. Alerts that stand now are read, and call nobody."""
        self.attend(self.monotonic())
        if self.personal.settings.low_bandwidth != "auto":
            self._deck.action_slow_link(self.personal.settings.low_bandwidth)
        if self.personal.problem:
            self.say(self.personal.problem, "bad")
        if self.wall_only:
            self.push_screen(WallScreen())
            return True
        screen, view = self.screen, self.personal.settings.start_view
        if view != "overview" and isinstance(screen, DeckScreen):
            screen.call_after_refresh(self.do, next(a for a in ACTIONS if a.id == view), screen)
        return view != "overview"
