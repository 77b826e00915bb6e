"""What a terminal can show, as its environment tells it: which characters, how many colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from console.palette import Depth

Characters = Literal["full", "ascii"]

PLAIN_TERMINALS = ("linux", "vt52", "vt100", "vt102", "vt220", "vt320", "ansi", "cons25", "sun")
"""Values of TERM whose fonts have no braille, blocks and signs, and no 中文: the Linux console has 512 characters."""

_LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")


def is_plain(env: Mapping[str, str]) -> bool:
    """Whether TERM names a terminal that draws little more than ASCII."""
    return env.get("TERM", "").lower() in PLAIN_TERMINALS


def characters_of(env: Mapping[str, str]) -> Characters:
    """Which characters a terminal draws. A locale that names no encoding means UTF-8, as in PEP 540."""
    locale = next((env[name] for name in _LOCALE if env.get(name)), "")
    encoding = locale.partition(".")[2].partition("@")[0].lower().replace("-", "")
    return "ascii" if is_plain(env) or (encoding and encoding != "utf8") else "full"


def depth_of(color_system: str | None) -> Depth:
    """How many colours, from what the toolkit found; where it found none it sends none, whatever is drawn."""
    return "16" if color_system == "standard" else "256" if color_system == "256" else "full"
