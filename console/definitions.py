"""What each figure is, in the language in use: the definitions of the catalogue and of projected figures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from console.i18n import language

CATALOGUES = {"zh": "metrics.zh.po"}
"""A file a language beside the catalogue of the sentences: these stand in data, where no tool finds them."""


def definition(text: str) -> str:
    """A definition, which is written in English, in the language in use; the English where it has no translation."""
    name = CATALOGUES.get(language())
    return text if name is None else _catalogue(name).get(text, text)


@cache
def _catalogue(name: str) -> Mapping[str, str]:
    import polib

    text = files("console").joinpath("locale", name).read_text(encoding="utf-8")
    return {entry.msgid: entry.msgstr for entry in polib.pofile(text) if entry.msgstr}
