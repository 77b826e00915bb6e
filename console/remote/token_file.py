"""`tokens.yaml` of a configuration: who may sit at the desk, as what. Of the tokens themselves only hashes are kept.

A token has 256 random bits, so one round of SHA-256 is enough: there is no password to guess.

```yaml
tokens:
  - {name: li.wei, role: lead, sites: [hefei], sha256: 6f0d…, added: "2026-11-01"}
```
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from console.people import Role
from console.remote.roles import Person
from feeds.errors import InputError
from feeds.yamlfile import FileModel, read_yaml

FILE = "tokens.yaml"
PREFIX = "dd_"

Name = Annotated[str, Field(pattern=r"^[\w][\w.@-]{0,39}$")]
"""What a journal calls somebody: letters of any script, digits, `.`, `-`, `_`, `@`."""


class TokenEntry(FileModel):
    """One token."""

    name: Name
    role: Role
    sites: tuple[str, ...] = ()
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    added: date | None = None
    expires: date | None = None
    """The last day on which it is good."""

    @model_validator(mode="after")
    def _lead_has_sites(self) -> TokenEntry:
        if (self.role == "lead") != bool(self.sites):
            raise ValueError("a lead has sites, and nobody else has; expected role: lead with sites: [hefei]")
        return self


class TokenList(FileModel):
    """The file."""

    tokens: tuple[TokenEntry, ...] = ()


class TokenFile:
    """The tokens of a folder as they were read last."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.entries: tuple[TokenEntry, ...] = ()
        self.read()

    def read(self) -> None:
        """Read the file again. Raises InputError, and keeps what was, where it cannot be used."""
        self.entries = read_yaml(self.path, TokenList).tokens if self.path.exists() else ()

    def person(self, token: str, today: date) -> Person | None:
        """Whom a token stands for; None for one that is not known, or not good any more. Takes as long for any."""
        return self.person_of_hash(hash_of(token), today)

    def person_of_hash(self, sha256: str, today: date) -> Person | None:
        """The same by what `hash_of` made of the token."""
        given = sha256.encode()
        found: TokenEntry | None = None
        for entry in self.entries:
            if hmac.compare_digest(entry.sha256.encode(), given):
                found = entry
        if found is None or (found.expires is not None and found.expires < today):
            return None
        return Person(found.name, found.role, found.sites)

    def add(self, name: str, role: Role, sites: tuple[str, ...], today: date, expires: date | None = None) -> str:
        """A new token, which is returned and kept nowhere. Raises InputError for a name that has one."""
        if any(entry.name == name for entry in self.entries):
            raise InputError(str(self.path), f"{name} has a token", f"dutydeck token revoke {name} first")
        token = PREFIX + secrets.token_urlsafe(32)
        try:
            entry = TokenEntry(name=name, role=role, sites=sites, sha256=hash_of(token), added=today, expires=expires)
        except ValidationError as error:
            raise InputError("token add", _first_line(error), "NAME --role ROLE, and --site for a lead") from None
        self._write((*self.entries, entry))
        return token

    def revoke(self, name: str) -> None:
        """Take a person's token away. Raises InputError where they have none."""
        kept = tuple(entry for entry in self.entries if entry.name != name)
        if len(kept) == len(self.entries):
            raise InputError(str(self.path), f"{name} has no token", ", ".join(e.name for e in kept) or "a token first")
        self._write(kept)

    def _write(self, entries: tuple[TokenEntry, ...]) -> None:
        """Write the file anew, readable for its owner alone, whole or not at all."""
        lines = ["# Written by `dutydeck token`. The tokens themselves are not here.", "tokens:"]
        lines += [f"  - {_flow(entry)}" for entry in entries]
        text = "\n".join(lines if entries else [lines[0], "tokens: []"]) + "\n"
        beside = self.path.with_suffix(f".{os.getpid()}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self.path)
        self.entries = entries


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _flow(entry: TokenEntry) -> str:
    parts = [f"name: '{entry.name}'", f"role: {entry.role}"]
    parts += ["sites: [" + ", ".join(f"'{site}'" for site in entry.sites) + "]"] if entry.sites else []
    parts += [f"sha256: {entry.sha256!r}"]
    parts += [f"{key}: '{at.isoformat()}'" for key in ("added", "expires") if (at := getattr(entry, key)) is not None]
    return "{" + ", ".join(parts) + "}"


def _first_line(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'token'}: {first['msg']}"
