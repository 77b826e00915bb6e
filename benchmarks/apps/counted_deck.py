"""The console whose terminal's title counts the keys that have been taken and painted."""

from __future__ import annotations

import inspect
from pathlib import Path

from textual import events

from console.app import DutyDeckApp


class CountedDeck(DutyDeckApp):
    """`#k00000#` is the first paint; then a title for each key once it is painted."""

    CSS_PATH = str(Path(inspect.getfile(DutyDeckApp)).with_name("app.tcss"))
    taken = 0
    first_keys = ""
    """Pressed by the console itself before all else, and not counted."""
    before = 0

    async def on_event(self, event: events.Event) -> None:
        """Tell the terminal of a key once it is painted."""
        came = isinstance(event, events.Key) and not event.is_forwarded  # it comes again when nobody wanted it
        await super().on_event(event)
        if came and self.before:
            self.before -= 1
        elif came:
            self.taken += 1
            self.call_after_refresh(self._mark, self.taken)

    def _mark(self, taken: int) -> None:
        if self._driver is not None:
            self._driver.write(f"\x1b]2;#k{taken:05}#\x07")

    def on_ready(self) -> None:
        """The first paint is done."""
        self.before = len(self.first_keys)
        for key in self.first_keys:
            self.simulate_key(key)
        self._mark(0)
