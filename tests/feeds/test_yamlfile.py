# ruff: noqa: E501 - one case, one line; random text may be read or refused
from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, field_validator

from feeds.errors import InputError
from feeds.yaml_tree import MAX_DEPTH, load_tree
from feeds.yamlfile import MAX_BYTES, FileModel, parse_yaml, parse_yaml_located, read_yaml, read_yaml_located


class Words(FileModel):
    zh: str = ""
    en: str = ""


class Step(FileModel):
    move: str
    count: int = 1


class Wait(FileModel):
    wait: float


class Sample(FileModel):
    rule: str
    severity: Literal["critical", "warning"] = "warning"
    title: Words = Words()
    steps: tuple[Step | Wait, ...] = ()
    curve: dict[int, float] = Field(default_factory=dict)
    hold: float = Field(0.0, alias="for")
    extra: Words | None = None

    @field_validator("rule")
    @classmethod
    def _no_spaces(cls, rule: str) -> str:
        if " " in rule:
            raise ValueError("a blank in the id; expected an id without blanks")
        return rule


GOOD = """\
# a comment
rule: first
severity: critical
title:
  zh: 最长等待
  en: "Oldest wait"
steps:
  - {move: "a:b", count: 3}
  - wait: 1.5
curve: {0: 13.5, 23: 4.4}
for: 40
"""


def test_reads_a_file_into_its_model(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text("\ufeff" + GOOD.replace("\n", "\r\n"), encoding="utf-8")
    sample = read_yaml(path, Sample)
    assert sample.title == Words(zh="最长等待", en="Oldest wait")
    assert sample.steps == (Step(move="a:b", count=3), Wait(wait=1.5))
    assert sample.curve == {0: 13.5, 23: 4.4}
    assert sample.hold == 40.0


def test_reads_packaged_files() -> None:
    class Anything(FileModel):
        rules: tuple[dict[str, Any], ...]

    packaged = files("alerts").joinpath("library").joinpath("1-sources.yaml")
    assert read_yaml(packaged, Anything).rules[0]["rule"] == "site-dark"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("rul: x", "f.yaml:1:1: unknown key 'rul'; expected a key of this mapping, nearest: 'rule'"),
        ("rule: x\ntitle: {eng: y}", "f.yaml:2:9: unknown key 'eng'; expected a key of this mapping, nearest: 'en'"),
        ("rule: x\nextra:\n  ZHH: y", "f.yaml:3:3: unknown key 'ZHH'; expected one of the keys en, zh"),
        ("severity: critical\n", "f.yaml:1:1: key 'rule' is missing; expected rule: …"),
        ("rule: x\nseverity: crit", "f.yaml:2:11: severity: 'crit' is not valid; expected 'critical' or 'warning'"),
        ("rule: 3", "f.yaml:1:7: rule: 3 is not valid; expected text"),
        ("rule: a b", "f.yaml:1:7: rule: a blank in the id; expected an id without blanks"),
        ("rule: x\ntitle: [a]", "f.yaml:2:8: title: a list is not valid; expected a mapping"),
        ("rule: x\ncurve: {0: a}", "f.yaml:2:12: 0: 'a' is not valid; expected a number"),
        ("- rule: x", "f.yaml:1:1: a list is not valid; expected a mapping"),
        ("", "f.yaml:1:1: the file is empty; expected a mapping"),
        ("# nothing\n", "f.yaml:1:1: the file is empty; expected a mapping"),
        ("rule: x\nrule: y", "f.yaml:2:1: key 'rule' is here twice, first in line 1; expected each key once"),
        ("title: {zh: x, zh: y}", "f.yaml:1:16: key 'zh' is here twice, first in line 1; expected each key once"),
        ("rule: &a x", "f.yaml:1:7: an anchor (&a); expected the value alone"),
        ("rule: *a", "f.yaml:1:7: an alias (*a); expected the value written out"),
        ("<<: {rule: x}", "f.yaml:1:1: a merge key (<<); expected the keys written out"),
        ("rule: !!python/name:os.system x", "f.yaml:1:7: a tag (tag:yaml.org,2002:python/name:os.system)"),
        ("rule: x\n---\nrule: y", "f.yaml:2:1: a second document; expected one document in a file"),
        ("%YAML 1.1\n---\nrule: yes", "f.yaml:2:1: a directive; expected plain YAML 1.2"),
        ("rule: x\n\tfor: 1", "f.yaml:2:1: a tab; expected spaces"),
        ("rule: x\nfor: .nan", "f.yaml:2:6: .nan is not a finite number; expected a finite number"),
        ("rule: x\nfor: 1e999", "f.yaml:2:6: 1e999 is not a finite number; expected a finite number"),
        ("rule: \x07", "f.yaml:1:7: character U+0007 is not allowed; expected printable text"),
        ("? [a]\n: b", "f.yaml:1:3: a mapping or list as a key; expected a name"),
        (": b", "f.yaml:1:1: an empty key; expected a name"),
        ("rule: 'x\n", "f.yaml:2:1: found unexpected end of stream; expected YAML"),
        ("rule: [a\n", "f.yaml:2:1: expected ',' or ']', but got '<stream end>'; expected YAML"),
        ("[" * 5_000, f"f.yaml:1:{MAX_DEPTH + 1}: nested too deep; expected at most {MAX_DEPTH} levels"),
    ],
)
def test_every_error_is_one_line_with_its_place(text: str, line: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_yaml(text, Sample, "f.yaml")
    assert str(refused.value).startswith(line)
    assert "\n" not in str(refused.value)


def test_a_file_uses_the_key_and_code_the_name() -> None:
    assert Sample(rule="x", hold=3.0) == parse_yaml("rule: x\nfor: 3", Sample, "f.yaml")
    with pytest.raises(InputError, match="unknown key 'hold'"):
        parse_yaml("rule: x\nhold: 3", Sample, "f.yaml")


def test_yaml_1_2_scalars() -> None:
    tree, _ = load_tree(
        "[yes, no, on, True, ~, null, 0o17, 017, 0x1F, 1_000, 12:30, 2026-11-11, 1e3, .5, +3, '3']", "f"
    )
    assert tree == [
        "yes",
        "no",
        "on",
        True,
        None,
        None,
        15,
        17,
        31,
        "1_000",
        "12:30",
        "2026-11-11",
        1000.0,
        0.5,
        3,
        "3",
    ]


def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    def refusal(path: Path) -> str:
        with pytest.raises(InputError) as refused:
            read_yaml(path, Sample)
        return str(refused.value).removeprefix(str(path))

    big, latin, pipe = tmp_path / "big.yaml", tmp_path / "latin.yaml", tmp_path / "pipe.yaml"
    big.write_bytes(b"#" * (MAX_BYTES + 1))
    latin.write_bytes("rule: 最\n".encode() + b"title: {zh: caf\xe9}")
    os.mkfifo(pipe)
    assert refusal(tmp_path / "none.yaml") == ": there is no such file; expected a YAML file"
    assert refusal(tmp_path) == ": is not a regular file; expected a YAML file"
    assert refusal(pipe) == ": is not a regular file; expected a YAML file"
    assert refusal(big) == ": is too large; expected at most 256 kB"
    assert refusal(latin) == ":2:16: byte 0xe9 is not UTF-8; expected text in UTF-8"


def test_a_model_can_report_a_place_later(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    _, places = read_yaml_located(path, Sample)
    assert places(("steps", 0, "count")) == (8, 26)
    assert places.key(("steps", 0, "count")) == (8, 19)
    assert places(("steps", 1, "nothing", "below")) == (9, 5)
    assert places(("no such",)) == (2, 1)
    error = places.error(("title", "en"), "too long", "a short one", offset=7)
    assert str(error) == f"{path}:6:15: too long; expected a short one"


FOLDED = """\
a: one two
b: 'it''s two'
c: "one two"
d: |
    one
    two
e: >-
  one
  two
f: one
  two
"""


@pytest.mark.parametrize("name", list("abcdef"))
def test_a_character_of_a_scalar_is_found_in_the_file(name: str) -> None:
    tree, places = load_tree(FOLDED, "f")
    line, column = places.inside((name,), tree[name].index("two"))
    assert FOLDED.splitlines()[line - 1][column - 1 :].startswith("two")


def test_a_character_behind_an_escape_is_placed_at_its_scalar() -> None:
    tree, places = load_tree('a: "\\u0041 two"', "f")
    assert places.inside(("a",), tree["a"].index("two")) == (1, 4)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcd", min_size=1, max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60)
@given(_JSON)
def test_flow_style_reads_like_json(value: Any) -> None:
    import json

    tree, _ = load_tree(json.dumps(value, ensure_ascii=False), "f")
    assert tree == value


@settings(max_examples=150)
@given(st.text(st.sampled_from("ab:- \n\t[]{},'\"&*!|>%#?~.0é\u2028\ud7ff"), max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        parse_yaml_located(text, Sample, "f.yaml")
    except InputError as refused:
        assert "\n" not in str(refused)
        lines = text.replace("\r", "\n").split("\n")
        assert refused.line is not None
        assert refused.column is not None
        assert 1 <= refused.line <= len(lines) + 1
        if refused.line <= len(lines):
            assert 1 <= refused.column <= len(lines[refused.line - 1]) + 1
