"""The same text in ASCII, cell for cell, for terminals whose font or encoding has nothing else.

A sign keeps a shape of its own, a trend its rise and fall. What no ASCII can say is `?`, as wide as it was.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from console.draw.lines import ELLIPSIS, cells, fit

_SAME = str.maketrans(
    {
        "▲": "^", "▼": "v", "◆": "*", "●": "o", "○": "O", "■": "#", "□": "[", "·": ".", "▶": ">", "▸": ">",
        "◀": "<", "◂": "<", "◇": "%", "☎": "T", "☺": "@", "◷": "@", "✓": "+", "✔": "+", "✗": "x", "✘": "x", "✖": "x",
        "↵": "<", "→": ">", "←": "<", "↑": "^", "↓": "v", "↶": "<", "↻": "@", "…": "~", "–": "-", "—": "-", "−": "-",
        "×": "x", "÷": "/", "≥": ">", "≤": "<", "≠": "!", "≈": "~", "±": "+", "“": '"', "”": '"', "‘": "'", "’": "'",
        "»": ">", "«": "<", "›": ">", "‹": "<", "⌫": "<",
        "¥": "Y", "▌": "|", "▐": "|", "▞": "/", "▚": "\\", "░": ".", "▒": ":", "▓": "%", "\u00a0": " ", "°": "o",
        "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "%", "█": "#", "▀": '"',
        "，": ", ", "：": ": ", "（": " (", "）": ") ", "；": "; ", "、": ", ", "。": ". ", "「": ' "', "」": '" ',
    }
)  # fmt: skip

_ACROSS = frozenset("─━┄┅┈┉╌╍═╴╶╸╺╼╾▔")
_DOWN = frozenset("│┃┆┇┊┋╎╏║╵╷╹╻╽╿▏▎▍▋▊▉▕")


@lru_cache(4096)
def ascii_text(text: str) -> str:
    """`text` in ASCII, in as many terminal cells."""
    if text.isascii():
        return text
    plain = "".join(char if char.isascii() else _ascii(char) for char in text.translate(_SAME))
    width = cells(text)
    return plain if len(plain) == width else fit(plain, width).replace(ELLIPSIS, "~")  # characters that join into one


@lru_cache(4096)
def _ascii(char: str) -> str:
    code = ord(char)
    if 0x2800 <= code <= 0x28FF:
        return _dots(code - 0x2800)
    if 0x2500 <= code <= 0x259F:
        return "-" if char in _ACROSS else "|" if char in _DOWN else "+" if code < 0x2580 else "#"
    base = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    width = cells(char)
    return base if len(base) == width else "?" * width


_UPPER, _LOWER = 0x01 | 0x08 | 0x02 | 0x10, 0x04 | 0x20 | 0x40 | 0x80


def _dots(bits: int) -> str:
    """A braille cell by where its dots are: above, below, both, or most of it."""
    if bits.bit_count() >= 5:
        return "#"
    return ":" if bits & _UPPER and bits & _LOWER else "'" if bits & _UPPER else "." if bits else " "
