"""The way to the screen in front: `network › Hefei › Apparel 00`, and the key back."""

from __future__ import annotations

from collections.abc import Sequence

from console.draw.lines import Line, cells, fill, line
from console.i18n import _

STEP = " › "


def crumbs_line(crumbs: Sequence[str], width: int) -> Line:
    """The screens below the one in front, the root first. Where they do not fit, those in the middle give way."""
    back = _(" ⌫ back ")
    room = width - cells(back) - 1
    before, here = list(crumbs[:-1]), crumbs[-1] if crumbs else ""
    while len(before) > 1 and cells(STEP.join([*before, here])) > room:
        before = [before[0], "…", *before[3:]] if before[1:2] == ["…"] else [before[0], "…", *before[2:]]
        if before == [before[0], "…"]:
            break
    path = f" {STEP.join(before)}{STEP}" if before else " "
    used = max(0, width - cells(path) - cells(back) - cells(here))
    return fill(line((path, "dim bar"), (here, "strong bar"), (" " * used, "bar"), (back, "dim bar")), width, "bar")
