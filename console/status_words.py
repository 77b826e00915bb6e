"""Figures as a screen reader should speak them: units in words, `not known` instead of a dash."""

from __future__ import annotations

import math

from console.i18n import _


def spoken_time(seconds: float) -> str:
    """`48 s`, `2 min 41 s`, `1 h 5 min`."""
    if not math.isfinite(seconds):
        return _("not known")
    whole = max(0, int(seconds))
    if whole < 60:
        return _("{s} s").format(s=whole)
    if whole < 3600:
        return _("{m} min {s} s").format(m=whole // 60, s=whole % 60)
    return _("{h} h {m} min").format(h=whole // 3600, m=whole % 3600 // 60)


def spoken_share(share: float) -> str:
    """`96.2 percent`; just under all of it stays under it."""
    if not math.isfinite(share):
        return _("not known")
    percent = 100.0 if share >= 1.0 else min(share * 100.0, 99.9)
    return _("{n} percent").format(n=f"{percent:.1f}".removesuffix(".0"))
