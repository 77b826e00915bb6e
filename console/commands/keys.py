"""`dutydeck keys`: every action with its id and keys, as a keys.yaml to begin with."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("keys")(keys)


def keys(lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "") -> None:
    """Print all actions with their ids and keys, as a keys.yaml: what you have changed stands, the rest as comments."""
    from console import i18n
    from console.actions import ACTIONS
    from console.key_names import key_written
    from console.keymap import KEYS, read_keys, with_keys
    from console.settings import personal_folder

    i18n.use(i18n.choose_language(lang, os.environ))
    own = read_keys(personal_folder(os.environ) / KEYS)
    print("keys:")
    for action in with_keys(ACTIONS, own):
        written = ", ".join(json.dumps(key_written(key)) for key in action.keys)
        command = f" :{action.command}" if action.command else ""
        where = " ".join(action.scopes)
        mark = "" if action.id in own else "# "
        print(f"  {mark}{action.id}: [{written}]  # {i18n._(action.says)}{command} ({where})")
