"""People in words: who is here, whom to call at a site, what they said."""

from __future__ import annotations

from collections.abc import Sequence

from console.draw.lines import Line, Span, line
from console.draw.plan import Place, Plan
from console.draw.table import Column
from console.format import clock_minutes, duration
from console.i18n import N_, _, name_of
from console.people import PersonHere, SiteLead, SiteWord
from console.picture import Picture

_ROLES = {
    "viewer": N_("viewer"),
    "lead": N_("site lead"),
    "approver": N_("approver"),
    "duty": N_("duty manager"),
    "admin": N_("administrator"),
}


def role_words(person: PersonHere, picture: Picture) -> str:
    """As what somebody is here, and for a lead of which sites."""
    sites = " ".join(_site(site, picture) for site in person.sites)
    return f"{_(_ROLES[person.role])} {sites}".strip()


def word_of(site: str, picture: Picture) -> SiteWord | None:
    """What somebody said of a site that still counts."""
    return next((word for word in picture.view.site_words if word.site == site), None)


def phone_of(site: str, picture: Picture) -> str:
    """Whom to call first about a site, with the number; empty where the directory has nobody."""
    lead = next((lead for lead in picture.view.directory if lead.site == site), None)
    return f"{lead.name} {lead.phone}".strip() if lead is not None else ""


def word_line(word: SiteWord, picture: Picture) -> Line:
    """What was said of a site, by whom, when, and for how long it counts."""
    said = _("floor is up") if word.up else _("FLOOR IS DOWN")
    left = duration(max(0.0, word.until - picture.view.at))
    tail = _("phoned {when} by {who}, counts {left} more").format(
        when=clock_minutes(word.at, picture.zone), who=word.who, left=left
    )
    note = f": {word.note}" if word.note else ""
    return line(("☎ ", "info"), (said, "bright" if word.up else "critical"), (note, ""), (f" · {tail}", "dim"))


def contact_lines(site: str, picture: Picture) -> list[Line]:
    """Whom to call about a site, and what it said last; nothing where there is nothing."""
    word = word_of(site, picture)
    lines = [word_line(word, picture)] if word is not None else []
    for lead in picture.view.directory:
        if lead.site == site:
            note = f" · {lead.note}" if lead.note else ""
            lines.append(line(("☎ ", "dim"), (lead.name, ""), (f" {lead.phone}", "bright"), (note, "dim")))
    return lines


def here_columns() -> tuple[Column, ...]:
    """The columns of who is here."""
    return (
        Column("name", _("who"), 16, 0, "left", grow=1, most=30),
        Column("role", _("role"), 20, 1, "left", grow=1),
        Column("since", _("since"), 18, 0, "left"),
    )


def directory_columns() -> tuple[Column, ...]:
    """The columns of the directory with what sites said."""
    return (
        Column("site", _("site"), 14, 0, "left", grow=1, most=24),
        Column("name", _("whom to call"), 12, 0, "left", grow=1, most=24),
        Column("phone", _("phone"), 18, 0, "left"),
        Column("word", _("said by phone"), 26, 1, "left", grow=2, most=60),
        Column("left", _("good for"), 8, 1),
        Column("note", _("note"), 12, 2, "left", grow=1),
    )


class HereRows:
    """Who is here as a table asks for it, longest first."""

    def __init__(self, picture: Picture) -> None:
        self.picture, self.people = picture, picture.view.people
        self.ids: list[str] = [person.console for person in self.people]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one person shows in one column."""
        person = self.people[row]
        match key:
            case "name":
                return person.name, "strong"
            case "role":
                return role_words(person, self.picture), "info"
        since = clock_minutes(person.since, self.picture.zone)
        return f"{since} · {duration(max(0.0, self.picture.view.at - person.since))}", "dim"


class DirectoryRows:
    """Every site with whom to call, and what it said, as a table asks for it."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        leads = picture.view.directory
        self.rows: list[tuple[str, SiteLead | None]] = []
        for site in picture.view.board.by_id:
            found: Sequence[SiteLead | None] = [lead for lead in leads if lead.site == site] or [None]
            self.rows += [(site, lead) for lead in found]
        self.ids: list[str] = [f"{site}/{lead.name if lead else ''}" for site, lead in self.rows]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one person of one site shows in one column."""
        site, lead = self.rows[row]
        first = row == 0 or self.rows[row - 1][0] != site
        word = word_of(site, self.picture) if first else None
        match key:
            case "site":
                return (_site(site, self.picture), "strong") if first else ("", "")
            case "name":
                return (lead.name, "") if lead is not None else ("–", "unknown")
            case "phone":
                return (lead.phone, "bright") if lead is not None else ("", "")
            case "word":
                return _said(word) if word is not None else ("", "")
            case "left":
                return (duration(max(0.0, word.until - self.picture.view.at)), "dim") if word is not None else ("", "")
        return (lead.note, "dim") if lead is not None else ("", "")


def plan_people(width: int, height: int) -> Plan:
    """Who is here over the directory."""
    framed = width >= 80 and height >= 16
    here = max(3, min(10, height * 30 // 100))
    return Plan({"here": Place(0, 0, width, here), "directory": Place(0, here, width, height - here)}, framed=framed)


def _said(word: SiteWord) -> Span:
    said = _("floor is up") if word.up else _("FLOOR IS DOWN")
    return f"{said} {word.note} · {word.who}".replace("  ", " "), "bright" if word.up else "critical"


def _site(site: str, picture: Picture) -> str:
    found = picture.site(site)
    return name_of(found) if found is not None else site
