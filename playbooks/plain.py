"""Runs as plain data and back: what a journal or a file keeps, so that a desk that died goes on where it was."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from feeds.errors import InputError
from playbooks.playbook import Playbook
from playbooks.run import Run

FORMAT = 1


def runs_to_plain(runs: Iterable[Run], books: Mapping[str, Playbook]) -> dict[str, Any]:
    """Lists, dicts, text and numbers only; NaN as the text `NaN`."""
    kept = list(runs)
    used = {run.digest for run in kept}
    return {
        "format": FORMAT,
        "runs": [_without_nan(_adapter().dump_python(run, mode="json")) for run in kept],
        "playbooks": {digest: book.source for digest, book in sorted(books.items()) if digest in used},
    }


def runs_from_plain(data: Mapping[str, Any]) -> tuple[list[Run], dict[str, Mapping[str, Any]]]:
    """The runs, and by digest the definitions that they go by. Raises InputError where the data is not such a state."""
    try:
        if data.get("format") != FORMAT:
            raise InputError("playbook state", f"format {data.get('format')!r} is not known", f"format {FORMAT}")
        return [_adapter().validate_python(raw) for raw in data["runs"]], dict(data["playbooks"])
    except (ValidationError, KeyError, TypeError) as wrong:
        raise InputError("playbook state", f"cannot be read: {type(wrong).__name__}", "what `dump` gave") from wrong


@cache
def _adapter() -> TypeAdapter[Run]:
    return TypeAdapter(Run)


def _without_nan(value: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value).replace("nan", "NaN")
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return [_without_nan(inner) for inner in value] if isinstance(value, list) else value
