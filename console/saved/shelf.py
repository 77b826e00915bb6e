"""Where views are kept: those shipped, and a person's own in the XDG config folder, written whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from console.saved.saved_view import SavedView, ViewFile, flow
from feeds.errors import InputError
from feeds.yamlfile import read_yaml

MOST_VIEWS = 100


def own_views(environment: Mapping[str, str], operator: str) -> Path:
    """The file of a person's views."""
    config = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    name = re.sub(r"[^\w.-]", "_", operator).lstrip(".") or "duty"
    return config / "dutydeck" / "views" / f"{name[:80]}.yaml"


def shipped_views() -> tuple[SavedView, ...]:
    """The views that come with DutyDeck, by role."""
    return read_yaml(files("console").joinpath("saved", "presets.yaml"), ViewFile).views


class ViewShelf:
    """The views of one person. Own ones come first, and hide a shipped one of the same name."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.own: tuple[SavedView, ...] = ()
        self.shipped = shipped_views()
        self.problem = ""
        """Why the person's own cannot be read; they are not written over then."""
        if path is not None and path.exists():
            try:
                self.own = read_yaml(path, ViewFile).views
            except InputError as wrong:
                self.problem = str(wrong)

    def views(self) -> tuple[SavedView, ...]:
        """All of them."""
        names = {one.view for one in self.own}
        return (*self.own, *(one for one in self.shipped if one.view not in names))

    def find(self, name: str) -> SavedView | None:
        """The view of this name, or the only one that begins so."""
        low = name.strip().lower()
        for one in self.views():
            if low and low in (one.view.lower(), one.zh.lower(), one.en.lower()):
                return one
        begins = [one for one in self.views() if low and one.view.lower().startswith(low)]
        return begins[0] if len(begins) == 1 else None

    def save(self, view: SavedView) -> None:
        """Keep a view, in place of one of the same name. Raises InputError where it cannot be written."""
        self._write((*(one for one in self.own if one.view != view.view), view))

    def drop(self, name: str) -> bool:
        """Keep a view no more; False where none of one's own has this name. Raises InputError as `save` does."""
        kept = tuple(one for one in self.own if one.view != name)
        if len(kept) == len(self.own):
            return False
        self._write(kept)
        return True

    def _write(self, views: tuple[SavedView, ...]) -> None:
        where = str(self.path or "views")
        if self.path is None or self.problem:
            raise InputError(where, self.problem or "views are not kept here", "a file that can be read")
        if len(views) > MOST_VIEWS:
            raise InputError(where, f"{len(views)} views", f"at most {MOST_VIEWS}")
        lines = ["# Saved views. `dutydeck check` on this file says what is wrong with it.", "views:"]
        lines += [f"  - {flow(one)}" for one in views]
        text = "\n".join(lines if views else [lines[0], "views: []"]) + "\n"
        beside = self.path.with_suffix(f".{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8")
            beside.replace(self.path)
        except OSError as failed:
            raise InputError(where, f"cannot be written: {failed.strerror}", "a folder to write in") from None
        self.own = views
