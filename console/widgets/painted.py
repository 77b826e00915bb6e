"""The base of everything that changes each second: lines drawn by hand, and only those that differ sent again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.actions import bindings
from console.draw.lines import Line, cells, fill, restyle, width_of
from console.theme import style


def strip_of(spans: Line, width: int) -> Strip:
    """A line as the toolkit wants it, in exactly `width` cells. No markup is read on the way."""
    return Strip([Segment(text, style(names)) for text, names in fill(spans, width)], width)


def changed_up_to(old: Line | None, new: Line, width: int) -> int:
    """How many cells of a line have to be sent: up to the last that is another. The toolkit begins at the left."""
    if old is None or width_of(old) != width_of(new):
        return width
    same = 0
    for (before, was), (now, style_now) in zip(reversed(old), reversed(new), strict=False):
        if before == now and was == style_now:
            same += cells(now)
            continue
        if was == style_now:
            pairs = zip(reversed(before), reversed(now), strict=False)
            same += sum(cells(char) for char, _other in takewhile(lambda pair: pair[0] == pair[1], pairs))
        break
    return max(1, min(width, width_of(new) - same))


class Painted(ScrollView, can_focus=False):
    """A widget made of lines. The toolkit repaints what it is told to, whether or not it changed, so this compares.

    A subclass gives `line_at` (what visible line `y` shows) and `lines_total`, and calls `repaint` when its content
    may have changed.
    """

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    Painted { background: $background; overflow-x: hidden; scrollbar-size-vertical: 1; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id, classes=classes)
        self._painted: dict[int, Line] = {}
        self._painted_for: tuple[int, Size] | None = None
        self.lines_sent = 0
        """Lines that were found changed so far: what the tests and benchmarks look at."""

    def line_at(self, y: int, size: Size) -> Line:
        """What line `y` of the visible content shows."""
        raise NotImplementedError

    def lines_total(self) -> int:
        """How many lines there are, with those out of sight."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Ask for the lines that changed to be drawn again, and for no others."""
        if not self.is_attached:
            return
        self._measure()
        size = self.scrollable_content_region.size
        key = (self.scroll_offset.y, size)
        if key != self._painted_for:
            self._painted, self._painted_for = {}, key
            self.refresh()
            return
        changed = []
        for y in range(size.height):
            old, new = self._painted.get(y), self.line_at(y, size)
            if new != old:
                self._painted.pop(y, None)
                changed.append(Region(0, y, changed_up_to(old, new, size.width), 1))
        self.lines_sent += len(changed)
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible content."""
        size = self.scrollable_content_region.size
        key = (self.scroll_offset.y, size)
        if key != self._painted_for:
            self._painted, self._painted_for = {}, key
        spans = self._painted[y] = self.line_at(y, size)
        return strip_of(spans, size.width)

    def _measure(self) -> None:
        total = Size(self.scrollable_content_region.width, self.lines_total())
        if total != self.virtual_size:
            self.virtual_size = total

    def on_resize(self) -> None:
        """There may be more or fewer lines at another width; the toolkit draws all of them again by itself."""
        self._measure()


class LinePanel(Painted):
    """A panel that shows the lines it was given last."""

    DEFAULT_CSS = "LinePanel { height: auto; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = ()

    @property
    def lines(self) -> Sequence[Line]:
        """The lines shown."""
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines instead."""
        self._lines = lines
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:  # noqa: ARG002 - lines come ready for their width
        """What line `y` of the visible content shows."""
        at = self.scroll_offset.y + y
        return self._lines[at] if at < len(self._lines) else ()

    def lines_total(self) -> int:
        """How many lines there are."""
        return len(self._lines)


class ReadPanel(Painted, can_focus=True):
    """A text to read, written for the width there is, scrolled by the keys of a list."""

    DEFAULT_CSS = "ReadPanel { height: 1fr; scrollbar-gutter: stable; }"
    BINDINGS = bindings("list")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id, classes=classes)
        self._write: Callable[[int], list[Line]] = lambda _width: []
        self._written: tuple[int, list[Line]] | None = None

    def show_text(self, write: Callable[[int], list[Line]]) -> None:
        """Show what `write` gives for the width of the panel."""
        self._write, self._written = write, None
        self.repaint()

    def _lines_for(self, width: int) -> list[Line]:
        if self._written is None or self._written[0] != width:
            self._written = (width, self._write(width) if width > 0 else [])
        return self._written[1]

    def line_at(self, y: int, size: Size) -> Line:
        """What line `y` of the visible content shows."""
        lines, at = self._lines_for(size.width), self.scroll_offset.y + y
        return lines[at] if at < len(lines) else ()

    def lines_total(self) -> int:
        """How many lines there are for the width there is."""
        return len(self._lines_for(self.scrollable_content_region.width))

    def action_move(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)

    def action_move_to(self, at: int) -> None:
        """Scroll to the first (0) or the last (-1) line."""
        self.scroll_to(y=0 if at == 0 else self.max_scroll_y, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        self.scroll_to(y=self.scroll_offset.y + by * max(1, self.scrollable_content_region.height - 1), animate=False)

    @property
    def end_seen(self) -> bool:
        """Whether the last line is in sight."""
        return self.scroll_offset.y + self.scrollable_content_region.height >= self.lines_total()


class FocusTint:
    """How the row under the cursor looks: clear where the keys go, faint where they do not."""

    @staticmethod
    def apply(spans: Line, width: int, *, focused: bool) -> Line:
        """The row, tinted over its whole width."""
        return restyle(fill(spans, width), "cursor" if focused else "here")
