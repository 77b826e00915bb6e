"""Lines of styled text as plain tuples, measured and cut in terminal cells.

A line is a tuple of spans, a span a text and the names of its styles (`console.theme`). Nothing here parses markup:
what a feed calls itself is text and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.cells import cell_len

Span = tuple[str, str]
Line = tuple[Span, ...]
Align = Literal["left", "right"]

ELLIPSIS = "…"


def cells(text: str) -> int:
    """Terminal cells of `text`."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int, align: Align = "left") -> str:
    """`text` in exactly `width` cells: padded on the other side, or cut with `…`; a wide character is never halved."""
    used = cells(text)
    if used > width:
        text = _cut(text, width)
        used = cells(text)
    blank = " " * (width - used)
    return text + blank if align == "left" else blank + text


def _cut(text: str, width: int) -> str:
    if width <= 0:
        return ""
    room, kept = width - 1, []
    for char in text:
        room -= cells(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept) + ELLIPSIS


def line(*parts: Span | str) -> Line:
    """A line from spans and unstyled strings; empty ones are left out."""
    spans = ((part, "") if isinstance(part, str) else part for part in parts)
    return tuple(span for span in spans if span[0])


def plain(spans: Iterable[Span]) -> str:
    """The text of a line alone."""
    return "".join(text for text, _style in spans)


def width_of(spans: Iterable[Span]) -> int:
    """Terminal cells of a line."""
    return sum(cells(text) for text, _style in spans)


def crop(spans: Iterable[Span], width: int) -> Line:
    """The line cut to at most `width` cells, with `…` where something is missing."""
    kept: list[Span] = []
    room = width
    rest = list(spans)
    for i, (text, style) in enumerate(rest):
        used = cells(text)
        more = any(cells(t) for t, _s in rest[i + 1 :])  # what has no cells is no more
        if used > room or (used == room and more):
            cut = _cut(text, room) if used > room else _cut(text + " ", room)
            return (*kept, (cut, style)) if cut else tuple(kept)
        kept.append((text, style))
        room -= used
    return tuple(kept)


def fill(spans: Iterable[Span], width: int, style: str = "") -> Line:
    """The line in exactly `width` cells, blanks at its end in `style`."""
    cropped = crop(spans, width)
    missing = width - width_of(cropped)
    return (*cropped, (" " * missing, style)) if missing > 0 else cropped


def sides(left: Iterable[Span], right: Iterable[Span], width: int, style: str = "") -> Line:
    """One line of `width` cells with `right` at its right edge; where both do not fit, `left` gives way."""
    tail = crop(right, width)
    room = width - width_of(tail)
    head = crop(left, max(0, room - 1)) if tail else crop(left, room)
    gap = room - width_of(head)
    return (*head, (" " * gap, style), *tail) if gap > 0 else (*head, *tail)


def restyle(spans: Iterable[Span], style: str) -> Line:
    """The line with `style` added to each span."""
    return tuple((text, f"{own} {style}".strip()) for text, own in spans)


def join(parts: Iterable[Line], between: Span = ("  ", "")) -> Line:
    """Lines after one another in one line, `between` them; empty ones are left out."""
    out: list[Span] = []
    for part in parts:
        if part:
            out.extend((*((between,) if out else ()), *part))
    return tuple(out)


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """`text` broken into strings of at most `width` cells: Chinese anywhere, Latin words whole if they can be.

    Lines after the first begin with `indent`.
    """
    out: list[str] = []
    current = ""
    for piece in _pieces(text, max(1, width - cells(indent))):
        if cells(current) + cells(piece.rstrip()) > width:
            if current.strip():
                out.append(current.rstrip())
            current, piece = indent if out else "", piece.lstrip()
        current += piece
    return [*out, current.rstrip()]


def _pieces(text: str, most: int) -> list[str]:
    """Where a line may break: after each space and wide character, and in a word of more than `most` cells."""
    out: list[str] = [""]
    for char in text:
        if cells(out[-1] + char) > most and char != " ":
            out.append("")
        out[-1] += char
        if char == " " or cells(char) == 2:
            out.append("")
    return [piece for piece in out if piece]


def merge(spans: Iterable[Span]) -> Line:
    """The same line with neighbours of one style in one span: each span costs bytes on a slow link."""
    out: list[Span] = []
    for text, style in spans:
        if out and out[-1][1] == style:
            out[-1] = (out[-1][0] + text, style)
        elif text:
            out.append((text, style))
    return tuple(out)
