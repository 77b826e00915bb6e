"""The preflight on the screen: the verdict of all, a row a check, and what stands behind the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from console.draw.lines import Line, Span, cells, fit, line, sides, width_of, wrap
from console.draw.plan import BORDERS, SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.draw.table import Column
from console.format import clock
from console.i18n import _, local
from console.picture import Picture
from console.preflight.check import Check, Detail, Verdict, is_go
from console.preflight.report import MARKS, WORDS, overall

STYLES: dict[Verdict, str] = {
    "go": "good",
    "warn": "warning",
    "no_go": "critical",
    "unknown": "unknown",
    "not_applicable": "dim",
}

LEAST_DETAILS = 4
"""Lines for the check under the cursor, where all checks are to be in sight in 24 lines."""

_QUIET: tuple[Verdict, ...] = ("go", "not_applicable")


class CheckRows:
    """The checks as a table asks for them."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.checks = checks
        self.ids: list[str] = [check.id for check in checks]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one check shows in one column."""
        check = self.checks[row]
        style = STYLES[check.verdict]
        match key:
            case "mark":
                return MARKS[check.verdict], style
            case "verdict":
                return _(WORDS[check.verdict]), style
            case "title":
                return local(*check.title), "dim" if check.verdict == "not_applicable" else "strong"
        return local(*check.found), "" if check.verdict not in _QUIET else "dim"


def check_columns() -> tuple[Column, ...]:
    """The columns of the list of checks."""
    return (
        Column("mark", "", 1, 0, "left"),
        Column("verdict", "", 8, 0, "left"),
        Column("title", _("check"), 12, 0, "left"),
        Column("found", _("found"), 30, 0, "left", grow=9),
    )


def verdict_line(checks: Sequence[Check], picture: Picture, read_at: float, width: int) -> Line:
    """GO or NO-GO with its counts, and when files, disk and receivers were looked at."""
    if not checks:
        return line((_("checking…"), "dim"))
    said = line((overall(checks), "good" if is_go(checks) else "critical"))
    when = _("files and disk as of {time}; r looks again").format(time=clock(read_at, picture.zone))
    return sides(said, line((when, "dim")), width) if width_of(said) + cells(when) < width else said


def check_lines(check: Check, width: int) -> list[Line]:
    """One check in full: what was found, what to do, and each of its sites, those that are not in order first."""
    style = STYLES[check.verdict]
    out: list[Line] = [
        line((f"{MARKS[check.verdict]} {local(*check.title)} ", style), (_(WORDS[check.verdict]), style))
    ]
    out += [line((part, "")) for part in wrap(local(*check.found), width)]
    if check.verdict not in _QUIET:
        out += [line((part, "bright")) for part in wrap(f"→ {local(*check.todo)}", width, "  ")]
    ordered = sorted(check.details, key=lambda detail: detail.verdict in _QUIET)
    names = min(24, max((cells(local(*d.who)) for d in ordered), default=0), width // 3)
    for detail in ordered:
        out += _detail(detail, names, width)
    return out


def _detail(detail: Detail, names: int, width: int) -> list[Line]:
    style = STYLES[detail.verdict]
    quiet = "dim" if detail.verdict in _QUIET else ""
    first, *rest = wrap(local(*detail.found), max(10, width - names - 3))
    head = line(
        (f"{MARKS[detail.verdict]} ", style), (fit(local(*detail.who), names), quiet or "strong"), " ", (first, quiet)
    )
    return [head, *(line(" " * (names + 3), (part, quiet)) for part in rest)]


def plan_preflight(width: int, height: int, checks: int) -> Plan:
    """The verdict in one line, the list, and below it, or beside it in a wide terminal, the check under the cursor."""
    framed = width >= SMALL_WIDTH and height >= SMALL_HEIGHT - 2
    frame = BORDERS if framed else 0
    top = 0 if height < 4 else 1 + frame
    room = height - top
    listed = min(checks + 1 + frame, room - LEAST_DETAILS) if room >= 10 else room
    heights = (("verdict", 0, top), ("checks", top, listed), ("details", top + listed, room - listed))
    return Plan({name: Place(0, y, width, h) for name, y, h in heights if h > 0 and width > 0}, framed)
