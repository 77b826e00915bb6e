"""What a browser loads: our page, and textual-serve's terminal with its font. All of it is local."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from feeds.errors import InputError

_WEBGL = "this.webglAddon=new p.WebglAddon,this.terminal.loadAddon(this.webglAddon),"
"""The terminal draws with a 2D canvas; this only makes it fail where there is no GPU, as on a virtual desktop."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    kind: str
    data: bytes
    packed: bytes
    """The same with gzip."""


def assets() -> dict[str, Asset]:
    """The files under /static, by name. Raises InputError where textual-serve is not installed."""
    try:
        version("textual-serve")
    except PackageNotFoundError:
        raise InputError("web", "textual-serve is not installed", "pip install 'dutydeck[web]'") from None
    theirs = files("textual_serve") / "static"
    script = (theirs / "js" / "textual.js").read_text(encoding="utf-8").replace(_WEBGL, "", 1)
    font = theirs / "fonts" / "RobotoMono-VariableFont_wght.ttf"
    return {
        "textual.js": _asset("text/javascript", script.encode()),
        "xterm.css": _asset("text/css", (theirs / "css" / "xterm.css").read_bytes()),
        "mono.ttf": _asset("font/ttf", font.read_bytes()),
        "deck.js": _asset("text/javascript", _ours("deck.js").read_bytes()),
        "deck.css": _asset("text/css", _ours("deck.css").read_bytes()),
    }


def page(name: str) -> str:
    """One of our pages."""
    return _ours(name).read_text(encoding="utf-8")


def _ours(name: str) -> Traversable:
    return files("console") / "web" / "page" / name


def _asset(kind: str, data: bytes) -> Asset:
    return Asset(kind, data, gzip.compress(data, 6, mtime=0))
