"""An operator's own files, read leniently: a slip in them must not keep anybody from the deck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from console.i18n import Language, choose_language
from console.keymap import KEYS, Keys, read_keys
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
    keys: Keys = field(default_factory=dict)
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
    folder = personal_folder(env)
    found = Personal(path=folder / SETTINGS, terminal=characters_of(env))
    try:
        found = replace(found, settings=read_settings(folder / SETTINGS))
    except InputError as error:
        found = replace(found, path=None, problem=str(error))
    try:
        return replace(found, keys=read_keys(folder / KEYS))
    except InputError as error:
        return replace(found, problem=found.problem or str(error))
