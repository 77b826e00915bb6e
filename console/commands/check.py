"""`dutydeck check`: validate everything that people write, before the day."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("check")(check)


def check(
    path: Annotated[
        Path | None, typer.Argument(help="A configuration folder or one file; default: what is in force.")
    ] = None,
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml.")] = "",
) -> None:
    """Validate configuration, rules, playbooks and scenarios; the first thing that is wrong is one line, exit 2."""
    from console.checking import check_file, check_folder, check_personal, check_shipped
    from console.config import find_config
    from console.settings import personal_folder

    if path is None:
        said = check_shipped()
        folder = find_config(config, os.environ)
        said += check_folder(folder) if folder is not None else []
        own = personal_folder(os.environ)
        said += check_personal(own) if own != folder else []
    else:
        said = check_folder(path) if path.is_dir() else [check_file(path)]
    for line in said:
        print(line)
