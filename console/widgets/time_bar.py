"""The time line under every screen, while it is open."""

from __future__ import annotations

from console.draw.time_bar import time_bar_lines
from console.past.looking import Looking
from console.picture import Picture
from console.widgets.painted import LinePanel

LINES = 5


class TimeBar(LinePanel):
    """Takes no room while it is closed."""

    DEFAULT_CSS = "TimeBar { height: 0; display: none; overflow: hidden hidden; }"

    def show(self, looking: Looking, newest: Picture) -> None:
        """Draw it for where somebody looks; or be gone."""
        if looking.open != bool(self.display):
            self.display = looking.open
            self.styles.height = LINES if looking.open else 0
        width = self.scrollable_content_region.width or self.app.size.width
        if looking.open:
            cursor = looking.cursor(newest.view.at)
            self.show_lines(time_bar_lines(newest, looking.then, looking.kept, looking.events, cursor, width))
