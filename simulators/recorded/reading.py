"""The load of a recording, whatever it holds: frames of a desk or a drill, or the contacts of an imported log."""

from __future__ import annotations

from feeds.errors import InputError
from feeds.recording import RecordingReader
from feeds.text import clean
from simulators.recorded.from_contacts import read_contacts
from simulators.recorded.from_frames import read_frames, span_of_frames
from simulators.recorded.load import RecordedLoad, Samples
from simulators.recorded.stretch import LONGEST_S, stretch


def read_load(reader: RecordingReader, skip_s: float = 0.0, minutes: float | None = None) -> RecordedLoad:
    """The load of `minutes` from `skip_s` after the recording's beginning, of all of it by default.

    Raises InputError for a recording in which there is nothing to take a load from.
    """
    where, meta = str(reader.path), reader.manifest.meta
    first = next((record.kind for record in reader if record.kind in ("frame", "contact")), "")
    if not first:
        raise InputError(where, "there is nothing in this recording to take a load from", "frames or contacts")
    samples, silent = Samples(), list[str]()
    if first == "contact":
        events = list(reader.contacts())
        channel = "voice" if str(meta.get("source", "")).startswith("asterisk") else ""
        times = [event.at for event in events]
        part = stretch(where, min(times) - 1.0, max(times), skip_s, minutes, LONGEST_S)
        sites, samples = read_contacts(events, part, channel)
    else:
        part = span_of_frames(where, reader, skip_s, minutes)
        sites, silent = read_frames(reader, part)
    if not any(site.counters["offered"].sum() > 0 for site in sites):
        raise InputError(
            where, "no contact came in this part of the recording", "figures of contacts; --from, --minutes"
        )
    name = clean(reader.path.name, 60)
    zh, en = (clean(str(meta.get(key) or meta.get("file") or name), 60) for key in ("zh", "en"))
    return RecordedLoad(
        name,
        zh,
        en,
        part.starts,
        part.every_s,
        part.intervals,
        tuple(site for site in sites if site.rows),
        tuple(clean(one, 48) for one in silent),
        str(meta.get("tz") or "Asia/Shanghai"),
        samples,
    )
