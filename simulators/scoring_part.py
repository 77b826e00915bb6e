"""One part of a score: points, what they were made of, and where in the journal that stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure of a part. `entries` are numbers of journal entries; NaN is unknown."""

    what: str
    value: float
    zh: str
    en: str
    entries: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data; unknown is None."""
        value = None if math.isnan(self.value) else round(self.value, 6)
        return {"what": self.what, "value": value, "zh": self.zh, "en": self.en, "entries": list(self.entries)}


@dataclass(frozen=True, slots=True)
class Part:
    """`points` out of `of`; NaN where it cannot be judged, for which `why_zh` and `why_en` give the reason."""

    points: float
    of: float
    findings: tuple[Finding, ...] = ()
    why_zh: str = ""
    why_en: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data; unknown is None."""
        known = not math.isnan(self.points)
        return {
            "points": round(self.points, 4) if known else None,
            "of": self.of,
            "findings": [finding.as_dict() for finding in self.findings],
            **({} if known else {"why": {"zh": self.why_zh, "en": self.why_en}}),
        }


def unknown(of: float, zh: str, en: str, findings: tuple[Finding, ...] = ()) -> Part:
    """A part that cannot be judged."""
    return Part(math.nan, of, findings, zh, en)


def spoken(seconds: float) -> str:
    """A time as `12m05s`; `–` where it is unknown."""
    if not math.isfinite(seconds):
        return "–"
    whole = round(seconds)
    hours, rest = divmod(abs(whole), 3600)
    sign = "-" if whole < 0 else ""
    return f"{sign}{hours}h{rest // 60:02d}m" if hours else f"{sign}{rest // 60}m{rest % 60:02d}s"


def fading(at: float, full: float, gone: float, least: float = 0.0) -> float:
    """1 up to `full`, from there evenly down to `least` at `gone`, and 0 behind it."""
    if at <= full:
        return 1.0
    if at > gone:
        return 0.0
    return 1.0 - (1.0 - least) * (at - full) / (gone - full)
