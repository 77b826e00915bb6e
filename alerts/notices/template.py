"""A webhook's body in one's own words: text with `${field}` in it, `$$` for a dollar.

In JSON (by content type) what is filled in is escaped, so that it stands between quotes:
`{"text": "${message_zh}", "key": "${id}"}`. What comes of it is checked when the file is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

FIELDS: tuple[str, ...] = (
    "id", "kind", "state", "repeat", "drill", "alert", "sequence", "rule", "key", "site", "severity", "at", "fired_at",
    "value", "title_zh", "title_en", "message_zh", "message_en", "site_zh", "site_en", "queue_zh", "queue_en", "shop",
    "platform", "category", "who", "note", "text_zh", "text_en", "desk_zh", "desk_en",
)  # fmt: skip
"""What a template may name."""

_PART = re.compile(r"\$(?:\$|\{([^{}$]*)\})?")


def fill_template(template: str, fields: Mapping[str, str], content_type: str) -> str:
    """The template with its fields filled in, once: a figure or a name that looks like a field stays what it is."""
    escape = _in_json if _is_json(content_type) else str
    return _PART.sub(lambda part: "$" if part[1] is None else escape(fields.get(part[1], "")), template)


def check_template(template: str, content_type: str) -> Iterator[tuple[int, str, str]]:
    """What is wrong with a template: offset, what, and what was expected instead."""
    for part in _PART.finditer(template):
        name = part[1]
        if part[0] == "$":
            yield part.start(), "a dollar that begins nothing", "${field}, or $$ for a dollar"
        elif name is not None and name not in FIELDS:
            near = get_close_matches(name, FIELDS, 1)
            expected = f"one of {', '.join(FIELDS[:6])} … (docs/notification.md)"
            yield part.start(), f"unknown field {name!r}", f"{near[0]!r}" if near else expected
    if template and _is_json(content_type):
        try:
            json.loads(fill_template(template, dict.fromkeys(FIELDS, "1"), content_type))
        except ValueError as wrong:
            yield 0, f"filled in, this is no JSON ({wrong})", "JSON, or another content_type"


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
