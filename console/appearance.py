"""How the screen looks for this operator: theme, characters, language. Changed while it is shown."""

from __future__ import annotations

from console.palette import ThemeName
from console.personal import Personal
from console.run_actions import RunActions
from console.terminal import depth_of
from console.theme import toolkit_name, toolkit_themes, use_theme
from console.widgets.ascii_filter import AsciiFilter

STILL = "still"
"""The app's class while nothing may blink."""


class Appearance(RunActions):
    """The part of the app that draws as the operator's settings say."""

    leaders_hidden: bool

    def __init__(self) -> None:
        super().__init__()
        self.personal = Personal()
        self._ascii = AsciiFilter(enabled=False)
        self._filters.append(self._ascii)
        self._depth = depth_of(self.console.color_system)
        self._fewer = False

    def use_all_colours(self) -> None:
        """Draw with all colours where there is no terminal at all: for pictures and tests."""
        if self.is_headless and self._depth != "full":
            self._depth = "full"
            self.look_as(self.personal)

    @property
    def _theme(self) -> ThemeName:
        return "mono" if self.no_color else self.personal.settings.theme

    def use_fewer_colours(self, *, on: bool) -> None:
        """On a slow link, draw what changes from now on with 256 colours; all anew would be what the link lacks."""
        if on != self._fewer:
            self._fewer = on
            use_theme(self._theme, "256" if on and self._depth == "full" else self._depth)

    def look_as(self, personal: Personal) -> None:
        """Draw as these settings say from now on. NO_COLOR goes before the theme."""
        self.personal = personal
        theme = self._theme
        use_theme(theme, self._depth)
        for known in toolkit_themes(self._depth):
            self.register_theme(known)
        self.leaders_hidden = not personal.settings.leader_board
        self._ascii.enabled = personal.characters == "ascii"
        self.set_class(personal.settings.reduced_motion, STILL)
        self.theme = toolkit_name(theme, self._depth)
        if self.is_running:
            self._draw_anew()

    def _draw_anew(self) -> None:
        """Every widget of every screen: what its lines say is the same, how they are drawn is not."""
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh()
