"""Where a recording goes: nobody else's files are overwritten, and a failed import leaves nothing behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from feeds.errors import InputError
from feeds.recording_segments import SEGMENT_PATTERN

MANIFEST = "manifest.json"
FORMAT = "dutydeck-recording/1"
_MAX_MANIFEST_BYTES = 1 << 20


def is_recording(path: Path) -> bool:
    """Whether `path` is a directory with the manifest of a recording, of whatever version."""
    try:
        text = (path / MANIFEST).read_bytes()[:_MAX_MANIFEST_BYTES]
        return str(json.loads(text).get("format", "")).startswith("dutydeck-recording/")
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def check_free(path: Path, *, overwrite: bool) -> None:
    """Refuse (InputError) a path that holds anything but nothing, or an existing recording without `overwrite`."""
    try:
        if path.is_dir():
            empty = not any(path.iterdir())
        elif path.exists() or path.is_symlink():
            empty = path.is_file() and path.stat().st_size == 0
        elif path.parent.is_dir():
            return
        else:
            raise InputError(str(path), "its directory does not exist", "a path in an existing directory")
    except OSError as error:
        raise InputError(str(path), f"cannot be looked at: {error.strerror}") from error
    if empty:
        return
    if not is_recording(path):
        raise InputError(str(path), "exists and is not a recording", "a new or an empty path")
    if not overwrite:
        raise InputError(str(path), "is a recording already", "another path, or --force to overwrite it")


def clear(path: Path) -> None:
    """Make `path` an empty place for a recording: an old one's files go, and nothing else does."""
    if path.is_file():
        path.unlink()
    path.mkdir(exist_ok=True)
    (path / MANIFEST).unlink(missing_ok=True)
    for segment in path.glob(SEGMENT_PATTERN):
        segment.unlink()


@contextmanager
def staged(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A directory beside `path` to write a recording into; it takes the place of `path` when the block ends well.

    When the block raises, `path` is as it was before. Raises InputError where `check_free` does.
    """
    check_free(path, overwrite=overwrite)
    stage = Path(mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield stage
        clear(path)
        for segment in sorted(stage.glob(SEGMENT_PATTERN)):
            segment.replace(path / segment.name)
        (stage / MANIFEST).replace(path / MANIFEST)  # last: a directory without it is no recording
    finally:
        shutil.rmtree(stage, ignore_errors=True)
