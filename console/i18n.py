"""What the console says, in 中文 and English.

Sentences are written in English in the code, inside `_()`, and looked up in a gettext catalogue (`locale/zh.po`), which
polib reads without a compile step. Text that data carries in both languages (names, titles) is chosen with `local`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from console.terminal import is_plain

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

_chosen: Language = "en"


def choose_language(option: str | None, env: Mapping[str, str]) -> Language:
    """The language to speak: the option where it is one of LANGUAGES, else the locale; anything not Chinese is English.

    As in POSIX the first of LC_ALL, LC_MESSAGES and LANG that is set to something decides; unasked, nobody is spoken
    to in 中文 at a terminal whose font has none.
    """
    wanted = (option or "").strip().lower().replace("-", "_")
    if not wanted and is_plain(env):
        return "en"
    if not wanted:
        wanted = next((env[name].lower() for name in _VARIABLES if env.get(name)), "")
    return "zh" if wanted.split(".")[0].split("_")[0] in ("zh", "cn", "中文") else "en"


def use(lang: Language) -> None:
    """Speak `lang` from now on: one process serves one person at one screen."""
    global _chosen  # noqa: PLW0603 - as gettext.install does: threading it through every drawing function buys nothing
    _chosen = lang


def language() -> Language:
    """The language in use."""
    return _chosen


def _(text: str) -> str:
    """`text` in the language in use; the English itself where the catalogue has no translation."""
    return text if _chosen == "en" else _catalogue(_chosen).get(text, text)


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """Mark `text` for translation where it stands in a table; `_(variable)` translates it when it is drawn."""
    return text


def local(zh: str, en: str) -> str:
    """The text of data in the language in use; the other language where this one is empty."""
    return (zh or en) if _chosen == "zh" else (en or zh)


def name_of(thing: object) -> str:
    """The name of anything that has `zh` and `en`, or failing both its `id`."""
    named = local(getattr(thing, "zh", ""), getattr(thing, "en", ""))
    return named or cast("str", getattr(thing, "id", ""))


@cache
def _catalogue(lang: Language) -> Mapping[str, str]:
    import polib

    text = files("console").joinpath("locale", f"{lang}.po").read_text(encoding="utf-8")
    return {entry.msgid: entry.msgstr for entry in polib.pofile(text) if entry.msgstr}
