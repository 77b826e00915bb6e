from __future__ import annotations

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.codec import decode, encode
from feeds.contract import (
    MAX_FRAME_BYTES,
    Ack,
    Beat,
    Command,
    Delta,
    Event,
    Goodbye,
    Nack,
    Progress,
    Query,
    Result,
    Resync,
    Snapshot,
    Subscribe,
)
from feeds.errors import FrameError
from tests.feeds.made import figures, hello

PLAIN = [
    Beat("s", 3, 9, 123, 2, 77),
    Event("s", "e1", "notice", 5, "q1", "text", {"a": [1, "b", None]}),
    Resync("s", "gap"),
    Goodbye("s", "closing", 2.5),
    Subscribe("s", 4, 5, 2.0, (1, 3)),
    Command("s", "c1", "set_bot_share", {"share": 0.3}, "duty", 99, ("a", "b"), {"seq": 1}, 4, b"sig"),
    Ack("s", "c1", True, 1.5),
    Nack("s", "c1", "BUSY", True, "later"),
    Progress("s", "c1", 0.5, "half"),
    Result("s", "c1", "partial", ({"target": "q1", "before": 0, "after": 0.3},)),
    Query("s", "c1"),
]


@pytest.mark.parametrize("frame", PLAIN, ids=lambda f: type(f).__name__)
def test_what_is_encoded_is_decoded(frame: object) -> None:
    assert decode(encode(frame)) == frame  # type: ignore[arg-type]


def test_a_hello_keeps_rows_columns_and_gets_its_schema() -> None:
    sent = hello()
    got = decode(encode(sent))
    assert got.rows == sent.rows  # type: ignore[union-attr]
    assert got.columns == sent.columns  # type: ignore[union-attr]
    assert got.schema  # type: ignore[union-attr]


@given(rows=st.integers(0, 7), gauges=st.integers(0, 5), counters=st.integers(0, 5), seed=st.integers(0, 99))
def test_blocks_come_back_bit_for_bit(rows: int, gauges: int, counters: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(rows, gauges)).astype(np.float32)
    g[rng.random(g.shape) < 0.2] = np.nan
    frame = Snapshot("s", 1, 2, "h", 3, 4, g, rng.random((rows, counters)) * 1e15)
    got = decode(encode(frame))
    assert isinstance(got, Snapshot)
    if rows:
        assert got.gauges.tobytes() == frame.gauges.tobytes()
        assert got.counters.tobytes() == frame.counters.tobytes()
        assert got.gauges.shape == g.shape


def test_a_counter_beyond_float32_survives() -> None:
    gauges, counters = figures(1, offered=16_777_217.0)
    got = decode(encode(Snapshot("s", 1, 1, "h", 1, 1, gauges, counters)))
    assert isinstance(got, Snapshot)
    assert counters.tobytes() == got.counters.tobytes()


@given(st.binary(max_size=300))
def test_random_bytes_are_a_frame_error_and_nothing_else(data: bytes) -> None:
    try:
        decode(data)
    except FrameError as error:
        assert error.kind in ("garbage", "unknown_type", "truncated", "version", "oversized")


@given(st.data())
def test_a_damaged_frame_is_a_frame_error_or_a_frame(data: st.DataObject) -> None:
    raw = bytearray(encode(data.draw(st.sampled_from([*PLAIN, hello(), Snapshot("s", 1, 2, "h", 3, 4, *figures())]))))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
    except FrameError:
        pass


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "garbage"),
        (b"\x00" * 50, "garbage"),
        (msgpack.packb([1, 2]), "garbage"),
        (msgpack.packb({"t": "Z", "s": "x"}), "unknown_type"),
        (msgpack.packb({"t": "S", "s": "x"}), "garbage"),
        (b"\x80" * (MAX_FRAME_BYTES + 1), "oversized"),
        (b"\xdd\x7f\xff\xff\xff", "garbage"),
        (
            msgpack.packb({"t": "B", "s": "x", "e": msgpack.ExtType(42, b"x"), "n": 1, "h": 1, "drop": 0, "x": 1}),
            "garbage",
        ),
    ],
)
def test_each_kind_of_nonsense_has_its_name(data: bytes, kind: str) -> None:
    with pytest.raises(FrameError) as caught:
        decode(data)
    assert caught.value.kind == kind


def test_an_unknown_major_version_is_said_so() -> None:
    raw = msgpack.unpackb(encode(hello()))
    raw["v"] = [2, 0]
    with pytest.raises(FrameError) as caught:
        decode(msgpack.packb(raw))
    assert caught.value.kind == "version"


def test_a_block_that_does_not_fit_its_rows_is_truncated() -> None:
    raw = msgpack.unpackb(encode(Snapshot("s", 1, 2, "h", 3, 4, *figures())))
    raw["g"] = raw["g"][:-3]
    with pytest.raises(FrameError) as caught:
        decode(msgpack.packb(raw))
    assert caught.value.kind == "truncated"


def test_a_delta_keeps_its_rows() -> None:
    gauges, counters = figures(2, waiting=3)
    got = decode(encode(Delta("s", 1, 2, "h", 3, 4, np.array([1, 3], np.uint16), gauges, counters)))
    assert isinstance(got, Delta)
    assert got.rows.tolist() == [1, 3]
