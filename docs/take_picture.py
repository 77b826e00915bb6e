"""A picture of the running deck: the real command in a real pseudo-terminal, its screen as HTML.

    .venv/bin/python docs/take_picture.py 140x42 en 45 docs/deck.html [KEYS …]

starts a drill thirty times as fast as life, waits so many seconds, presses the keys, and writes what the terminal
shows. Any browser turns the page into a PNG (`chromium --headless --screenshot`). Wide characters stand on the grid
of cells as a terminal puts them.
"""

from __future__ import annotations

import fcntl
import html
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
import unicodedata
from pathlib import Path

import pyte
from pyte.screens import Char

CELL_W, CELL_H = 9.6, 20
COLORS = {
    "default": "#c9d1d9",
    "black": "#000000",
    "red": "#ff5f87",
    "green": "#87d787",
    "brown": "#ffaf00",
    "blue": "#5fafff",
    "magenta": "#af87ff",
    "cyan": "#87d7ff",
    "white": "#e4e4e4",
}


def watch(columns: int, lines: int, command: list[str], seconds: float, keys: list[str]) -> pyte.Screen:
    """Run `command` in a terminal of that size; after `seconds`, press `keys` a second apart, and return its screen."""
    screen = pyte.Screen(columns, lines)
    stream = pyte.ByteStream(screen)
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "DUTYDECK_OPERATOR": "duty-1"}
        os.environ.pop("NO_COLOR", None)
        os.execv(command[0], command)  # noqa: S606 - our own command, in our own terminal
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    waiting = [(seconds + 1.5 * number, key) for number, key in enumerate(keys)]
    begun, end = time.monotonic(), seconds + 1.5 * len(keys) + 1.0
    while (passed := time.monotonic() - begun) < end:
        if waiting and passed >= waiting[0][0]:
            os.write(terminal, waiting.pop(0)[1].encode().decode("unicode_escape").encode())
        if select.select([terminal], [], [], 0.05)[0]:
            stream.feed(os.read(terminal, 1 << 16))
    os.kill(child, signal.SIGKILL)
    os.close(terminal)
    os.waitpid(child, 0)
    return screen


def page(screen: pyte.Screen) -> str:
    """The screen as an HTML page, a cell at a time."""
    cells = [cell(screen.buffer[y][x], x, y) for y in range(screen.lines) for x in range(screen.columns)]
    width, height = screen.columns * CELL_W, screen.lines * CELL_H
    style = (
        f"body{{margin:0;background:#0d1117;width:{width}px;height:{height}px;position:relative}}"
        f"i{{position:absolute;font:16px 'DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace;font-style:normal;"
        f"line-height:{CELL_H}px;height:{CELL_H}px;white-space:pre;text-align:center}}"
    )
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(cells)}"


def cell(char: Char, x: int, y: int) -> str:
    """One cell; the second half of a wide character is empty in pyte, and draws nothing."""
    if char.data == "":
        return ""
    front, back = color(char.fg, "default"), color(char.bg, "")
    if char.reverse:
        front, back = back or "#0d1117", front
    wide = 2 if unicodedata.east_asian_width(char.data[0]) in "WF" else 1
    weight = "font-weight:bold;" if char.bold else ""
    ground = f"background:{back};" if back else ""
    if char.data == " " and not back:
        return ""
    place = f"left:{x * CELL_W}px;top:{y * CELL_H}px;width:{wide * CELL_W}px;"
    return f'<i style="{place}color:{front};{ground}{weight}">{html.escape(char.data)}</i>'


def color(name: str, fallback: str) -> str:
    """A CSS colour of pyte's colour name or hex digits."""
    if name == "default":
        return COLORS["default"] if fallback == "default" else ""
    return COLORS.get(name.removeprefix("bright"), f"#{name}" if len(name) == 6 else COLORS["default"])


def main() -> None:
    """Take one picture, as the arguments say."""
    size, lang, seconds, out, *keys = sys.argv[1:]
    columns, lines = (int(part) for part in size.split("x"))
    command = [sys.executable, "-m", "console", "drill", "double11-midnight", "--speed", "30", "--lang", lang]
    Path(out).write_text(page(watch(columns, lines, command, float(seconds), keys)), encoding="utf-8")
    print(f"{out}: {columns * CELL_W:.0f}x{lines * CELL_H} pixels")


if __name__ == "__main__":
    main()
