"""Figures five lines high, or ten, to be read from across the room."""

from __future__ import annotations

_SHAPES: dict[str, tuple[str, ...]] = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "-": ("   ", "   ", "###", "   ", "   "),
    "?": ("###", "  #", " ##", "   ", " # "),
    "%": ("# #", "  #", " # ", "#  ", "# #"),
    "m": ("     ", "## ##", "# # #", "# # #", "# # #"),
    "s": ("   ", "###", "#  ", "  #", "###"),
    "h": ("#  ", "#  ", "###", "# #", "# #"),
    "d": ("  #", "  #", "###", "# #", "###"),
    "k": ("#  ", "# #", "## ", "## ", "# #"),
    ".": (" ", " ", " ", " ", "#"),
    ":": (" ", "#", " ", "#", " "),
    " ": (" ", " ", " ", " ", " "),
}
"""Five rows a character, a `#` for each square."""

_SAME = str.maketrans({"–": "-", "−": "-", ",": "."})
HEIGHT = 5


def big_width(text: str, across: int) -> int:
    """Cells that `big_lines` needs."""
    shapes = [_SHAPES.get(char, _SHAPES["?"]) for char in text.translate(_SAME)]
    return sum(len(shape[0]) * across + _gap(across) for shape in shapes) - _gap(across) if shapes else 0


def big_lines(text: str, across: int = 1, down: int = 1) -> list[str]:
    """`text` in large figures: each square `across` cells wide and `down` lines high. What has no shape is `?`."""
    shapes = [_SHAPES.get(char, _SHAPES["?"]) for char in text.translate(_SAME)]
    between = " " * _gap(across)
    rows = (between.join("".join(_square(c) * across for c in shape[y]) for shape in shapes) for y in range(HEIGHT))
    return [row for row in rows for _ in range(down)]


def _gap(across: int) -> int:
    """Cells between two characters."""
    return (across + 1) // 2


def _square(pixel: str) -> str:
    return "█" if pixel == "#" else " "


def scales(height: int) -> list[tuple[int, int]]:
    """Cells across and lines down a square, the largest that `height` lines bear first; 1 × 1 the last."""
    most = max(1, height // HEIGHT)
    return [(across, down) for down in range(most, 0, -1) for across in (2 * down, down)]


def big_fit(text: str, width: int, height: int) -> list[str]:
    """As large as fits into `width` × `height`; as it is where nothing does."""
    for across, down in scales(height):
        if big_width(text, across) <= width and HEIGHT * down <= height:
            return big_lines(text, across, down)
    return [text]
