"""Durations and shares as people write them: `40s`, `1h30m`, `35%`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from feeds.errors import InputError

UNIT_SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
"""Seconds in one of each unit, the longest first: the order in which they may follow each other."""

MAX_DURATION_S = 366 * 86_400.0
"""Longer than a year is a slip of the pen."""

_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[dhms]))+", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,12})?)(\s?%)?", re.ASCII)

_A_DURATION = "a duration such as 40s, 10m, 2h, 1d or 1h30m"
_A_SHARE = "a share from 0% to 100%, such as 35% or 0.35"


def parse_duration(text: str | float, where: str = "duration") -> float:
    """Seconds of a duration such as `40s`, `10m`, `2h`, `1d`, `1h30m` or `1.5h`; a bare 0 is 0 s.

    A bare number other than 0 is refused, because nobody knows whether it means seconds or minutes. Raises InputError.
    """
    if not isinstance(text, str):
        if text == 0 and not isinstance(text, bool):
            return 0.0
        raise InputError(where, f"{text!r} has no unit", _A_DURATION)
    stripped = text.strip()
    if stripped == "0":
        return 0.0
    if not _DURATION.fullmatch(stripped):
        raise InputError(where, f"{_shown(text)} is not a duration", _A_DURATION)
    parts = _PART.findall(stripped)
    order = [list(UNIT_SECONDS).index(unit) for _, unit in parts]
    if order != sorted(set(order)):
        raise InputError(where, f"{_shown(text)} repeats a unit or has a longer one after a shorter", _A_DURATION)
    seconds = math.fsum(float(number) * UNIT_SECONDS[unit] for number, unit in parts)
    if seconds > MAX_DURATION_S:
        raise InputError(where, f"{_shown(text)} is longer than a year", _A_DURATION)
    return seconds


def parse_share(text: str | float, where: str = "share") -> float:
    """A share from 0 to 1, written `35%`, `0.35` or as the number 0.35. Raises InputError."""
    if isinstance(text, str):
        match = _SHARE.fullmatch(text.strip())
        if match is None:
            raise InputError(where, f"{_shown(text)} is not a share", _A_SHARE)
        share = float(match[1]) / (100.0 if match[2] else 1.0)
    elif isinstance(text, bool) or not isinstance(text, int | float):
        raise InputError(where, f"{_shown(text)} is not a share", _A_SHARE)
    else:
        share = float(text)
    if not 0.0 <= share <= 1.0:
        raise InputError(where, f"{_shown(text)} is not between 0% and 100%", _A_SHARE)
    return share


def format_duration(seconds: float, *, parts: int = 4) -> str:
    """`2m10s` for 130: whole seconds (tenths below 10 s), at most `parts` units; `–` for NaN.

    Whole seconds written in full (`parts` = 4) are read back as the same number by `parse_duration`.
    """
    if not math.isfinite(seconds):
        return "–"
    if seconds < 0:
        shown = format_duration(-seconds, parts=parts)
        return shown if shown == "0s" else f"-{shown}"
    if seconds < 9.95:
        return f"{round(seconds, 1):g}s"
    left = round(seconds)
    pieces: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            pieces.append(f"{count}{unit}")
    return "".join(pieces[:parts])


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:38]}…'"


FROM_FILE = "from_file"
"""Key of the validation context under which a value is known to be what a person wrote."""


def _duration_field(value: str | float, info: ValidationInfo) -> float:
    if isinstance(value, str | bool) or (info.context or {}).get(FROM_FILE, False):
        return _as_pydantic(parse_duration, value)
    return value


def _share_field(value: str | float) -> float:
    return _as_pydantic(parse_share, value)


def _as_pydantic(parse: Callable[[str | float], float], value: str | float) -> float:
    """A refusal as pydantic wants it, so that the file reader can add line and column."""
    try:
        return parse(value)
    except InputError as refused:
        raise PydanticCustomError(
            "refused", "{what}; expected {expected}", {"what": refused.what, "expected": refused.expected}
        ) from None


Duration = Annotated[float, BeforeValidator(_duration_field)]
"""A model's field in seconds, written as a duration; Python code may give it in seconds, a file may not."""

Share = Annotated[float, BeforeValidator(_share_field)]
"""A model's field from 0 to 1, written as `35%` or 0.35."""


def is_duration(metadata: Sequence[object]) -> bool:
    """Whether a model's field with this metadata is a `Duration`."""
    return any(isinstance(one, BeforeValidator) and one.func is _duration_field for one in metadata)
