"""Languages: the catalogue is complete, and nothing in it is left over."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import polib
import pytest

from console import i18n
from console.i18n import _, choose_language, local

CONSOLE = Path(i18n.__file__).parent


def _catalogue() -> dict[str, str]:
    po = polib.pofile(str(CONSOLE / "locale" / "zh.po"), check_for_duplicates=True)
    return {entry.msgid: entry.msgstr for entry in po}


def _msgids() -> set[str]:
    found = set()
    for path in CONSOLE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_")):
                continue
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.add(argument.value)
                else:
                    assert not isinstance(argument, ast.JoinedStr), (
                        f"{path.name}:{node.lineno}: an f-string cannot be looked up"
                    )
    return found


def test_every_sentence_has_its_chinese_and_none_is_left_over() -> None:
    catalogue = _catalogue()
    assert _msgids() - set(catalogue) == set()
    assert set(catalogue) - _msgids() == set()
    assert [msgid for msgid, text in catalogue.items() if not text.strip()] == []


def test_translations_keep_the_fields_of_their_sentence() -> None:
    def fields(text: str) -> set[str]:
        return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}

    for msgid, text in _catalogue().items():
        assert fields(msgid) == fields(text), msgid


@pytest.mark.parametrize(
    ("option", "env", "lang"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        (None, {"LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
        (None, {"LANG": "zhuang.UTF-8"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh-CN", {}, "zh"),
    ],
)
def test_option_comes_before_locale(option: str | None, env: dict[str, str], lang: str) -> None:
    assert choose_language(option, env) == lang


def test_text_is_in_the_language_in_use() -> None:
    i18n.use("zh")
    try:
        assert (_("acknowledge"), _("not a sentence of ours"), local("合肥", "Hefei"), local("", "Hefei")) == (
            "认领",
            "not a sentence of ours",
            "合肥",
            "Hefei",
        )
    finally:
        i18n.use("en")
    assert (_("acknowledge"), local("合肥", "Hefei"), local("合肥", "")) == ("acknowledge", "Hefei", "合肥")
