from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.contacts import ContactEvent
from feeds.errors import InputError
from feeds.recording import Record, RecordingReader, RecordingWriter
from feeds.recording_place import MANIFEST, staged
from feeds.recording_segments import segment_name


def event(number: int, kind: str = "joined", site: str = "s1") -> ContactEvent:
    return ContactEvent(100.0 + number, site, "billing", f"c{number}", kind, 1.5, 2.5)  # type: ignore[arg-type]


def write(path: Path, frames: int = 5, **options: int) -> list[Record]:
    records = [Record(float(n), "frame", "s1", bytes([n]) * 50) for n in range(frames)]
    with RecordingWriter(path, **options) as writer:  # type: ignore[arg-type]
        for record in records:
            writer.frame(record.at, record.site, record.body)
    return records


def test_what_is_written_is_read_in_the_order_written(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "rec", config_hash="abc", meta={"source": "test"}) as writer:
        writer.contact(event(1))
        writer.contact(event(1, "answered"))
        writer.contact(event(2, site="s2"))
        writer.link(101.0, "s1", {"state": "up", "why": "连接"})
        writer.frame(102.0, "s1", b"\x00\xffgarbage")
        writer.operator(103.0, {"kind": "acknowledge", "alert": "a1", "n": 3})
        writer.config(104.0, "def")
        writer.contact(event(3))
    reader = RecordingReader(tmp_path / "rec")
    assert [(r.at, r.kind, r.site, r.body) for r in reader] == [
        (101.0, "contact", "s1", event(1)),
        (101.0, "contact", "s1", event(1, "answered")),
        (102.0, "contact", "s2", event(2, site="s2")),
        (101.0, "link", "s1", {"state": "up", "why": "连接"}),
        (102.0, "frame", "s1", b"\x00\xffgarbage"),
        (103.0, "operator", "", {"kind": "acknowledge", "alert": "a1", "n": 3}),
        (104.0, "config", "", {"hash": "def"}),
        (103.0, "contact", "s1", event(3)),
    ]
    manifest = reader.manifest
    assert (manifest.config_hash, manifest.meta, manifest.sites, manifest.closed) == (
        "abc",
        {"source": "test"},
        ("s1", "s2"),
        True,
    )
    assert manifest.last_at == 104.0
    assert not reader.truncated


def test_segments_roll_by_size_and_none_may_be_missing(tmp_path: Path) -> None:
    records = write(tmp_path / "rec", 40, segment_bytes=500)
    segments = sorted((tmp_path / "rec").glob("segment-*.ddr"))
    assert len(segments) > 4
    assert all(segment.stat().st_size <= 500 for segment in segments)
    assert list(RecordingReader(tmp_path / "rec")) == records
    segments[-1].rename(tmp_path / "last")
    with pytest.raises(InputError, match="segments; expected"):
        RecordingReader(tmp_path / "rec")
    (tmp_path / "last").rename(segments[-1])
    segments[2].unlink()
    with pytest.raises(InputError, match=r"segment-00002\.ddr is missing"):
        RecordingReader(tmp_path / "rec")


def test_swapped_segments_are_damage(tmp_path: Path) -> None:
    write(tmp_path / "rec", 40, segment_bytes=500)
    first, second = (tmp_path / "rec" / segment_name(n) for n in (0, 1))
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    with pytest.raises(InputError, match=r"segment-00000\.ddr: byte 0"):
        list(RecordingReader(tmp_path / "rec"))


def test_a_killed_writer_loses_at_most_the_batch_of_contacts(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "rec")
    for number in range(300):
        writer.contact(event(number))
    writer.frame(1.0, "s1", b"last")
    writer.contact(event(999))
    reader = RecordingReader(tmp_path / "rec")  # nothing was closed
    assert not reader.manifest.closed
    read = list(reader)
    assert [r.kind for r in read].count("contact") == 300
    assert read[-1].body == b"last"
    writer.close()


@given(cut=st.integers(min_value=0, max_value=400))
@settings(max_examples=120, deadline=None)
def test_a_torn_end_is_tolerated_wherever_it_is_torn(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("torn") / "rec"
    records = write(path, 5)
    segment = path / segment_name(0)
    data = segment.read_bytes()
    segment.write_bytes(data[: min(cut, len(data))])
    reader = RecordingReader(path)
    read = list(reader)
    assert read == records[: len(read)]
    whole = cut >= len(data) or (cut >= 10 and (cut - 10) % ((len(data) - 10) // 5) == 0)
    assert reader.truncated is not whole


@given(place=st.integers(min_value=0, max_value=10_000), bit=st.integers(min_value=0, max_value=7))
@settings(max_examples=150, deadline=None)
def test_every_flipped_bit_is_found_and_named(tmp_path_factory: pytest.TempPathFactory, place: int, bit: int) -> None:
    path = tmp_path_factory.mktemp("flip") / "rec"
    write(path, 5)
    segment = path / segment_name(0)
    data = bytearray(segment.read_bytes())
    data[place % len(data)] ^= 1 << bit
    segment.write_bytes(data)
    with pytest.raises(InputError, match=r"segment-00000\.ddr: byte \d+: "):
        list(RecordingReader(path))


def test_a_torn_record_before_the_last_segment_is_damage(tmp_path: Path) -> None:
    write(tmp_path / "rec", 40, segment_bytes=500)
    second = tmp_path / "rec" / segment_name(1)
    second.write_bytes(second.read_bytes()[:-3])
    with pytest.raises(InputError, match=r"segment-00001\.ddr: byte \d+: a record stops in the middle"):
        list(RecordingReader(tmp_path / "rec"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "manifest.json:1:1"),
        ('{\n "format": oops', "manifest.json:2:12"),
        ("[]", "another format"),
        ('{"format": "dutydeck-recording/2"}', "another format or version"),
        ('{"format": "dutydeck-recording/1", "segments": "x"}', "not a manifest"),
        ("[" * 100_000, "manifest"),
        ('\xff{"format"', "manifest"),
    ],
)
def test_a_broken_manifest_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    write(tmp_path / "rec")
    (tmp_path / "rec" / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="manifest") as caught:
        list(RecordingReader(tmp_path / "rec"))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_somebody_else_wrote_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "file").write_text("mine")
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / MANIFEST).write_text('{"name": "a web app"}')
    for name in ("notes.txt", "dir", "json"):
        with pytest.raises(InputError, match="is not a recording"):
            RecordingWriter(tmp_path / name, overwrite=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    with pytest.raises(InputError, match="does not exist"):
        RecordingWriter(tmp_path / "none" / "rec")
    with pytest.raises(InputError, match="is not a recording"):
        RecordingReader(tmp_path / "dir")


def test_empty_places_and_forced_overwriting(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "touched").touch()
    for name in ("empty", "touched"):
        write(tmp_path / name, 3)
        assert len(list(RecordingReader(tmp_path / name))) == 3
    write(tmp_path / "long", 40, segment_bytes=500)
    (tmp_path / "long" / "README").write_text("kept")
    with pytest.raises(InputError, match="--force"):
        RecordingWriter(tmp_path / "long")
    write(tmp_path / "long", 2, overwrite=True)
    assert len(list(RecordingReader(tmp_path / "long"))) == 2
    assert (tmp_path / "long" / "README").read_text() == "kept"


def fail(stage: Path) -> None:
    write(stage, 1)
    raise RuntimeError


def test_a_staged_recording_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    old = write(tmp_path / "rec", 4)
    with pytest.raises(RuntimeError), staged(tmp_path / "rec", overwrite=True) as stage:
        fail(stage)
    assert list(RecordingReader(tmp_path / "rec")) == old
    with pytest.raises(RuntimeError), staged(tmp_path / "new", overwrite=False) as stage:
        fail(stage)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rec"]
    with staged(tmp_path / "rec", overwrite=True) as stage:
        write(stage, 1)
    assert len(list(RecordingReader(tmp_path / "rec"))) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rec"]


def test_a_full_disk_leaves_what_was_written_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = RecordingWriter(tmp_path / "rec")
    writer.frame(1.0, "s1", b"before")
    real = writer._file

    class Full:
        def write(self, data: bytes) -> int:
            real.write(bytes(data)[:7])
            raise OSError(errno.ENOSPC, "No space left on device")

        truncate, seek = real.truncate, real.seek

    monkeypatch.setattr(writer, "_file", Full())
    with pytest.raises(OSError, match="No space"):
        writer.frame(2.0, "s1", b"lost")
    monkeypatch.setattr(writer, "_file", real)
    writer.frame(3.0, "s1", b"after")
    writer.close()
    reader = RecordingReader(tmp_path / "rec")
    assert [r.body for r in reader] == [b"before", b"after"]
    assert not reader.truncated


def test_kinds_of_contact_events_from_a_later_version_are_kept(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "rec") as writer:
        writer.contact(event(1, "teleported"))
    assert [r.body.kind for r in RecordingReader(tmp_path / "rec")] == ["teleported"]


def test_the_manifest_is_plain_json(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "rec", made_at="2026-11-11T00:00:00+00:00") as writer:
        writer.meta["file"] = "日志"
    plain = json.loads((tmp_path / "rec" / MANIFEST).read_text())
    assert plain["made_at"] == "2026-11-11T00:00:00+00:00"
    assert plain["meta"] == {"file": "日志"}
