"""Reads playbook files, finds the ones that are shipped, and which of them answer an alert."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from feeds.errors import InputError
from feeds.yamlfile import read_yaml_located
from playbooks.checking import check_playbook
from playbooks.nearest import nearest_of
from playbooks.plan import PlaybookFile
from playbooks.playbook import Playbook

__all__ = ["Playbook", "from_plain", "load_library", "load_playbook", "shipped", "suggested"]


def load_playbook(source: Path | Traversable, names: Collection[str] = ()) -> Playbook:
    """The checked playbook in a file. Raises InputError with line and column.

    `names` are figures of clocks that are not shipped, which its expressions may use too.
    """
    model, places = read_yaml_located(source, PlaybookFile)
    return check_playbook(model, places, names)


def load_library(folders: Iterable[Path | Traversable], names: Collection[str] = ()) -> tuple[Playbook, ...]:
    """Every `*.yaml` of the folders, sorted by id; a later folder's goes before an earlier one's. Raises InputError."""
    found: dict[str, Playbook] = {}
    for folder in folders:
        here: dict[str, str] = {}
        for source in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if not source.name.endswith(".yaml"):
                continue
            playbook = load_playbook(source, names)
            if playbook.id in here:
                raise InputError(str(source), f"playbook {playbook.id!r} is in {here[playbook.id]} too", "each id once")
            here[playbook.id] = source.name
            found[playbook.id] = playbook
    check_next(found)
    return tuple(found[name] for name in sorted(found))


def check_next(books: Mapping[str, Playbook]) -> None:
    """Refuse a `next` that does not exist or leads back to where it came from. Raises InputError."""
    for book in books.values():
        seen, at = [book.id], book
        while at.next is not None:
            if at.next not in books:
                expected = nearest_of(at.next, books, "a playbook")
                raise InputError(at.id, f"next: unknown playbook {at.next!r}", expected)
            at = books[at.next]
            seen.append(at.id)
            if seen.count(at.id) > 1:
                raise InputError(book.id, f"next goes round in a circle: {' → '.join(seen)}", "an end")


def shipped() -> Traversable:
    """The folder of the playbooks that come with DutyDeck."""
    return files("playbooks") / "library"


def suggested(playbooks: Iterable[Playbook], rule: str) -> tuple[Playbook, ...]:
    """The playbooks that answer an alert rule, the gentlest tier first."""
    return tuple(sorted((p for p in playbooks if p.suggested_by == rule), key=lambda p: (p.tier, p.id)))


def from_plain(source: Mapping[str, Any], names: Collection[str] = ()) -> Playbook:
    """A playbook from `Playbook.source`; `names` as for `load_playbook`."""
    return check_playbook(PlaybookFile.model_validate(source), more=names)
