"""An operator's own files, read leniently: a slip in them must not keep anybody from the deck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.i18n import Language, choose_language
from console.settings import SETTINGS, ConsoleSettings, personal_folder, read_settings
from console.terminal import Characters, characters_of
from feeds.errors import InputError


@dataclass(frozen=True, slots=True)
class Personal:
    """How one operator has the screen.

    `path` is where settings are kept; None where they are not: in tests, and where the file there cannot be read, so
    that it is not overwritten. `problem` says what is wrong with the files; empty for nothing. `terminal` is what the
    environment says of its characters.
    """

    settings: ConsoleSettings = field(default_factory=ConsoleSettings)
    path: Path | None = None
    problem: str = ""
    terminal: Characters = "full"

    @property
    def characters(self) -> Characters:
        """Which characters to draw with."""
        chosen = self.settings.characters
        return self.terminal if chosen == "auto" else chosen

    def language(self, option: str, env: Mapping[str, str]) -> Language:
        """The language to speak: as asked for at the start, else as set, else as the locale has it."""
        chosen = self.settings.language
        return choose_language(option or (chosen if chosen != "auto" else ""), env)


def read_personal(env: Mapping[str, str]) -> Personal:
    """The files of whoever runs this process. What cannot be read is said in `problem`, and the defaults hold."""
    path = personal_folder(env) / SETTINGS
    terminal = characters_of(env)
    try:
        return Personal(read_settings(path), path, "", terminal)
    except InputError as error:
        return Personal(problem=str(error), terminal=terminal)
