"""Past views on disk, beside the journal: a file for each stretch, so that a desk that starts again has its day.

A file begins with a line that names the release, since frames are those of one; then each frame: its time (float64)
and length (uint32), little-endian, and its bytes. What a crash cut off at the end is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from console.past.frames import Frame
from console.past.store import TierPlan
from console.past.stretch import Stretch
from console.remote.protocol import release

_HEAD = struct.Struct("<dI")
_SUFFIX = ".past"
_FORMAT = 1


class PastFolder:
    """Writes stretches as they grow and lets go of those that are kept no more. For one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: dict[str, int] = {}

    def write(self, grown: Sequence[Stretch], kept: Sequence[Stretch]) -> None:
        """Add the newest frames of what has grown; files of what is kept no more go. Raises OSError."""
        self._path.mkdir(parents=True, exist_ok=True)
        for stretch in grown:
            done = self._written.get(stretch.id, 0)
            with (self._path / f"{stretch.id}{_SUFFIX}").open("ab") as file:
                if not done:
                    file.write(_first_line())
                for frame in stretch.frames()[done:]:
                    file.write(_HEAD.pack(frame.at, len(frame.data)) + frame.data)
            self._written[stretch.id] = len(stretch.times)
        wanted = {f"{stretch.id}{_SUFFIX}" for stretch in kept}
        if self._written.keys() - {stretch.id for stretch in kept}:
            for path in self._path.glob(f"*{_SUFFIX}"):
                if path.name not in wanted:
                    path.unlink(missing_ok=True)
            self._written = {name: done for name, done in self._written.items() if f"{name}{_SUFFIX}" in wanted}

    def read(self, now: float, plans: Sequence[TierPlan]) -> Mapping[TierPlan, Sequence[Stretch]]:
        """What was kept and is not too old, oldest first; what cannot be read counts as not kept."""
        out: dict[TierPlan, list[Stretch]] = {plan: [] for plan in plans}
        for path in self._path.glob(f"*{_SUFFIX}"):
            plan = next((plan for plan in plans if path.name.startswith(f"{plan.every_s:g}-")), None)
            with suppress(OSError):
                frames = frames_in(path.read_bytes())
                usable = bool(frames) and frames[-1].at <= now and plan is not None
                if plan is not None and usable and frames[-1].at >= now - plan.keep_s:
                    out[plan].append(Stretch(path.name.removesuffix(_SUFFIX), frames))
                    self._written[path.name.removesuffix(_SUFFIX)] = len(frames)
                else:
                    path.unlink(missing_ok=True)
        for stretches in out.values():
            stretches.sort(key=lambda stretch: stretch.times[0])
        return out


def frames_in(data: bytes) -> list[Frame]:
    """The whole frames of a file; none of another release's."""
    head = _first_line()
    if not data.startswith(head):
        return []
    frames, at = list[Frame](), len(head)
    while at + _HEAD.size <= len(data):
        time, size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if at + size > len(data) or (frames and time < frames[-1].at):
            break
        frames.append(Frame(time, data[at : at + size]))
        at += size
    return frames


def _first_line() -> bytes:
    return f"dutydeck past views {_FORMAT} {release()}\n".encode()
