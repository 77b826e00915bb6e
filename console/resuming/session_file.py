"""The file in which an operator's session is kept: written whole or not at all; one that is broken is a fresh start."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from console.resuming.session import Session
from feeds.errors import InputError

_LARGEST = 256 * 1024
_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


class SessionFile:
    """The session of one operator at desks of one mode: what was open in a drill is not opened on the day."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, environment: Mapping[str, str], operator: str, mode: str) -> SessionFile:
        """In the XDG state folder."""
        state = Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        name = _PLAIN.sub(lambda found: f"%{ord(found[0]):x}", operator)[:80] or "nobody"
        return cls(state / "dutydeck" / "sessions" / f"{name}.{mode}.json")

    def read(self) -> Session | None:
        """What was kept; None where nothing was. Raises InputError for what cannot be read."""
        try:
            with self.path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(str(self.path), error.strerror or "not readable", "a session, or no file") from None
        if len(data) > _LARGEST:
            raise InputError(str(self.path), "longer than any session", "a session of this release")
        try:
            return Session.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])[:60]
            raise InputError(str(self.path), f"{where} {first['msg']}".strip(), "a session of this release") from None

    def write(self, session: Session) -> None:
        """Keep it, in place of what was kept. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".session", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(session.model_dump_json(exclude_defaults=True, indent=1))
            Path(name).replace(self.path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
