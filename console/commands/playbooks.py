"""`dutydeck playbooks`: the catalogue of playbooks, in the order of the ladder."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer

from feeds.durations import format_duration
from playbooks.playbook import Playbook


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("playbooks")(playbooks)


def playbooks(
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml; default: what is in force.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the playbooks: rung, who answers for it, how soon it works, how many people start it, when it ends."""
    from console import i18n
    from console.config import DeskConfig, find_config
    from console.playbook_desk import shipped_playbooks

    i18n.use(i18n.choose_language(lang, os.environ))
    folder = find_config(config, os.environ)
    found = DeskConfig(folder).playbooks if folder is not None else shipped_playbooks()
    books = sorted(found, key=lambda book: (book.about.rung or "~", book.tier, book.id))
    if json_:
        print(json.dumps([as_plain(book) for book in books], ensure_ascii=False))
        return
    for book in books:
        print(_line(book))


def as_plain(book: Playbook) -> dict[str, Any]:
    """One playbook as plain data, times in seconds."""
    about = book.about
    return {
        "playbook": book.id,
        "rung": about.rung or None,
        "title": book.title._asdict(),
        "tier": book.tier,
        "phase": about.phase,
        "owner": about.owner or None,
        "lead_time_s": list(about.lead_time) if about.lead_time else None,
        "approve": book.approve,
        "effect": about.effect._asdict(),
        "figures": dict(about.figures),
        "cost": about.cost._asdict() | {"rank": about.rank},
        "alert": book.suggested_by,
        "parameters": list(book.parameters),
        "actions": [step.action.name for step in book.steps],
        "on_expiry": book.on_expiry,
        "ends_after_s": book.revert_after,
        "cooldown_s": book.cooldown,
        "next": book.next,
    }


def _line(book: Playbook) -> str:
    from console.i18n import _, local
    from playbooks.roles import role_words

    about = book.about
    soon = "–".join(dict.fromkeys(map(format_duration, about.lead_time))) if about.lead_time else "–"
    who = role_words(about.owner)
    people = _("{n} people").format(n=book.approve) if book.approve > 1 else _("one person")
    parts = (
        f"{about.rung or '–':3}",
        book.id,
        local(*book.title),
        local(*who),
        soon,
        people,
        format_duration(book.revert_after),
    )
    return "  ".join(part for part in parts if part)
