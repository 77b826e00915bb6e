"""What a person does about what the desk does by itself: stop what is announced, stop everything, let it go on."""

from __future__ import annotations

from console.i18n import _
from console.intents import Panic, StopAutomatic
from console.run_actions import RunActions


class AutomaticActions(RunActions):
    """The part of the app that stops automatic actions: at once, without asking."""

    def action_stop_automatic(self) -> None:
        """Stop what is about to start by itself."""
        if not self.newest.view.automatic.announced:
            self.say(_("nothing is about to start by itself"))
            return
        self.send(StopAutomatic(), _("stopped: it does not start by itself"))

    def action_panic(self, argument: str = "") -> None:
        """Stop everything automatic, saying why where somebody does; `off` lets it go on, after a yes."""
        if argument.strip() == "off":
            self.ask_first(_("let automatic actions go on?"), Panic(on=False), _("automatic actions go on"))
            return
        self.send(Panic(note=argument.strip()), _("ALL AUTOMATIC ACTIONS ARE STOPPED; :panic off lets them go on"))
