"""One thing that a key or a `:` command does, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    `keys` are Textual's key names, the first is the one shown (as `label`, where that reads better). `says` is its
    English description, translated when drawn. `scopes` are the screens it belongs to; "app" is all of them, "list"
    anything with a cursor. `method` is the action's name on that screen, widget or the app, with arguments. `footer`
    orders it in the footer, 0 keeps it out. `command` is its word on the command line. With an `argument`, which says
    what may stand behind that word, the method is called with the rest of the line as one string, empty by key.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    says: str
    scopes: tuple[str, ...]
    method: str
    footer: int = 0
    command: str = ""
    argument: str = ""
