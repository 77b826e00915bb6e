"""What a console and a desk of the same release say to each other. The console speaks JSON, the desk msgpack.

The console: `{"seen": VERSION}` after each update, `{"ask": ID, "kind": …, "fields": {…}}` for an intent. The desk:
maps with `t`: `hello`, `view` (an update of the parts), `course` (what was sampled), `outcome`, `bye`.
"""

from __future__ import annotations

import zlib
from importlib.metadata import version as package_version
from typing import Any

from console.remote.plain import pack, unpack

PATH = "/desk/1"
WHO_PATH = "/desk/1/who"
"""Says whom a token stands for, to what lets people in elsewhere: `dutydeck web`."""
CONSOLE_HEADER = "X-DutyDeck-Console"
"""Names a console for as long as its process lives, so that what it asked is carried out once."""

MOST_ASKED_BYTES = 32 * 1024
"""No intent of a person is longer."""
MOST_TOLD_BYTES = 64 * 1024 * 1024

VIEWS_HZ = 5.0
SILENT_AFTER_S = 3.0
"""A desk that has said nothing for so long is not reached any more: what is shown is old."""
MOST_UNSEEN = 2
"""So many updates may be on their way to a console; then it gets the newest when it has seen one."""
GIVEN_UP_AFTER_S = 20.0
"""A console that has seen nothing for so long is let go."""

_PLAIN, _SHORT = b"p", b"z"
_WORTH_IT = 512


def release() -> str:
    """What desk and console must have in common: the parts of a view are those of the release."""
    return package_version("dutydeck")


def told(message: dict[str, Any]) -> bytes:
    """A message of the desk as bytes."""
    packed = pack(message)
    return _PLAIN + packed if len(packed) < _WORTH_IT else _SHORT + zlib.compress(packed, 1)


def heard(data: bytes) -> dict[str, Any]:
    """A message of the desk from bytes. ValueError where it is none, or too long."""
    kind, body = data[:1], data[1:]
    if kind == _SHORT:
        inflate = zlib.decompressobj()
        try:
            body = inflate.decompress(body, MOST_TOLD_BYTES)
        except zlib.error as error:
            raise ValueError("not to be unpacked") from error
        if inflate.unconsumed_tail:
            raise ValueError("longer than any message")
    elif kind != _PLAIN:
        raise ValueError("no message of a desk")
    message = unpack(body)
    if not isinstance(message, dict) or not isinstance(message.get("t"), str):
        raise ValueError("no message of a desk")
    return message
