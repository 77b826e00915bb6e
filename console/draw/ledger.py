"""The ledger as a table: what is borrowed, switched on or promised, by whom, since, until, what ends it."""

from __future__ import annotations

from console.draw.lines import Line, Span, line
from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.draw.table import Column
from console.format import clock_minutes, duration
from console.i18n import N_, _, local, name_of
from console.picture import Picture
from console.promises import whole_ledger
from console.shift import Promise
from playbooks.ledger import LedgerLine

_KINDS = {"borrowed": N_("borrowed"), "switched": N_("switched on"), "promised": N_("promised")}
_SOON_S = 600.0
"""What ends within ten minutes stands out."""


def ledger_of(picture: Picture) -> tuple[LedgerLine, ...]:
    """The ledger of this picture, what needs somebody first."""
    return picture.once("ledger", lambda: whole_ledger(picture.view.runs, picture.view.shift, picture.view.at))


def ledger_title(picture: Picture) -> str:
    """How much is in it, and how much of that is overdue."""
    lines = ledger_of(picture)
    late = sum(line.overdue is not None for line in lines)
    said = _("Ledger: {n} in force").format(n=len(lines))
    return f"{said} · " + _("{n} overdue").format(n=late) if late else said


def ledger_columns() -> tuple[Column, ...]:
    """The columns of the ledger."""
    return (
        Column("mark", "", 1, 0, "left"),
        Column("what", _("what"), 24, 0, "left", grow=3, most=60),
        Column("left", _("ends in"), 12, 0, "left"),
        Column("kind", _("kind"), 12, 2, "left"),
        Column("sites", _("sites"), 10, 1, "left", grow=1, most=30),
        Column("since", _("since"), 5, 4, "left"),
        Column("until", _("until"), 11, 3, "left"),
        Column("by", _("by"), 8, 3, "left", grow=1, most=20),
        Column("ends", _("or when"), 20, 5, "left", grow=3, most=70),
        Column("run", _("run"), 12, 6, "left"),
    )


class LedgerRows:
    """The ledger as a table asks for it."""

    def __init__(self, picture: Picture) -> None:
        self.lines, self.picture = ledger_of(picture), picture
        self.ids: list[str] = [line.id for line in self.lines]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one line shows in one column."""
        one = self.lines[row]
        match key:
            case "mark":
                return _mark(one)
            case "what":
                return local(one.words.zh, one.words.en), "critical" if one.overdue is not None else "strong"
            case "left":
                return time_left(one, self.picture.view.at)
            case "kind":
                return _(_KINDS[one.kind]), "dim"
            case "sites":
                return "·".join(self._site(site) for site in one.sites), ""
            case "since":
                return clock_minutes(one.since, self.picture.zone) if one.since is not None else "–", "dim"
            case "until":
                return self._until(one), "dim"
            case "by":
                return one.who, "info"
            case "ends":
                return one.ends_when, "dim"
        return one.run, "dim"

    def _until(self, one: LedgerLine) -> str:
        if one.until is None:
            return "?"
        asks = _(", asks") if one.on_expiry == "ask" else ""
        return clock_minutes(one.until, self.picture.zone) + asks

    def _site(self, site_id: str) -> str:
        site = self.picture.site(site_id)
        return name_of(site) if site is not None else site_id


def time_left(one: LedgerLine, now: float) -> Span:
    """How long until it ends, or for how long it is overdue."""
    if one.overdue is not None:
        return _("{time} overdue").format(time=duration(now - one.overdue)), "critical"
    if one.until is None:
        return _("asks") if one.question is not None else _("to decide"), "warning"
    left = one.until - now
    return duration(max(0.0, left)), "warning" if left < _SOON_S else "bright"


def promise_lines(one: Promise, picture: Picture) -> list[Line]:
    """All of a promise, and what the keys do about it."""
    made = _("{id}: by {who} at {at}, until {until}").format(
        id=one.id, who=one.who, at=clock_minutes(one.at, picture.zone), until=clock_minutes(one.until, picture.zone)
    )
    return [line((one.text, "strong")), line((made, "dim")), line((_("r it has been kept  e 30 min more"), "dim"))]


def _mark(one: LedgerLine) -> Span:
    if one.overdue is not None:
        return "▲", "critical"
    return ("?", "warning") if one.question is not None or one.until is None else ("●", "good")


def plan_ledger(width: int, height: int) -> Plan:
    """The list over the story of the run under the cursor."""
    small = width < SMALL_WIDTH or height < SMALL_HEIGHT - 2
    story = 0 if height < 10 else height // 2
    places = {"ledger": Place(0, 0, width, height - story)}
    if story:
        places["log"] = Place(0, height - story, width, story)
    return Plan(places, framed=not small)
