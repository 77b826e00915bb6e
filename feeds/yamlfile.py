"""Reads the YAML files that people write into a declared schema, and says exactly where one is wrong.

The subset is what a hand-written file needs and an attacker does not: YAML 1.2 scalars, mappings and lists, in block
or flow style. Anchors, aliases, merge keys, tags, directives, several documents, tabs and duplicate keys are refused.
Every error is one InputError with file, line, column (from 1), what is wrong and what was expected.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from feeds.durations import FROM_FILE
from feeds.errors import InputError
from feeds.yaml_errors import first_error
from feeds.yaml_tree import Places, load_tree, position

MAX_BYTES = 256 * 1024
"""No file that a person wrote by hand is longer."""

SOURCE = "source"
"""Key of the validation context under which a value finds the name of its file, to find others beside it."""

M = TypeVar("M", bound=BaseModel)


class FileModel(BaseModel):
    """Base of everything read from a file: unknown keys, NaN and infinities are refused, values are immutable.

    A field whose key is a Python keyword has an alias (`for_` for `for`): files use the key, code may use either.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
    )


def read_yaml(source: Path | Traversable, model: type[M]) -> M:
    """The file at `source` as a value of `model`. Raises InputError, naming file, line and column."""
    return read_yaml_located(source, model)[0]


def read_yaml_located(source: Path | Traversable, model: type[M]) -> tuple[M, Places]:
    """Like `read_yaml`, and the places of everything in the file for errors that a later check finds."""
    return parse_yaml_located(read_text(source), model, str(source))


def parse_yaml(text: str, model: type[M], where: str) -> M:
    """The YAML in `text` as a value of `model`; `where` names it in errors. Raises InputError."""
    return parse_yaml_located(text, model, where)[0]


def parse_yaml_located(text: str, model: type[M], where: str) -> tuple[M, Places]:
    """Like `parse_yaml`, with the places of everything in the text."""
    data, places = load_tree(text, where)
    try:
        return model.model_validate(
            data, context={FROM_FILE: True, SOURCE: where}, by_alias=True, by_name=False
        ), places
    except ValidationError as wrong:
        raise first_error(wrong, model, places) from None


def read_text(source: Path | Traversable) -> str:
    """The text of a UTF-8 file of at most MAX_BYTES. Raises InputError when it is missing, longer or something else."""
    where = str(source)
    try:
        if not source.is_file():
            what = "is not a regular file" if source.is_dir() or _exists(source) else "there is no such file"
            raise InputError(where, what, "a YAML file")
        with source.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as failed:
        raise InputError(where, f"cannot be read: {failed.strerror or failed}", "a readable YAML file") from None
    if len(raw) > MAX_BYTES:
        raise InputError(where, "is too large", f"at most {MAX_BYTES // 1024} kB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        before = raw[: bad.start].decode("utf-8", "replace")
        line, column = position(before, len(before))
        what = f"byte 0x{raw[bad.start]:02x} is not UTF-8"
        raise InputError(where, what, "text in UTF-8", line=line, column=column) from None


def _exists(source: Path | Traversable) -> bool:
    return isinstance(source, Path) and source.exists()
