"""Frames to bytes and back: msgpack maps with short keys, blocks as raw little-endian bytes.

Nothing here trusts its input: sizes are limited before anything is built, the type of a block is never taken from the
wire, extension types are refused, and whatever does not fit is a `FrameError` with the kind it is counted under.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray

from feeds import contract
from feeds.contract import (
    Ack,
    Beat,
    Column,
    Command,
    Delta,
    Event,
    Frame,
    Goodbye,
    Hello,
    ListItem,
    ListQuery,
    ListReply,
    Nack,
    Progress,
    Query,
    Result,
    Resync,
    Row,
    Snapshot,
    Subscribe,
)
from feeds.errors import FrameError

_GAUGE = np.dtype("<f4")
_COUNTER = np.dtype("<f8")
_INDEX = np.dtype("<u2")


def _refuse_extension(code: int, _data: bytes) -> Any:
    raise ValueError(f"extension type {code}")


def _unpack(data: bytes) -> Any:
    return msgpack.unpackb(
        data,
        max_array_len=contract.MAX_ROWS,
        max_map_len=64,
        max_str_len=4096,
        max_bin_len=contract.MAX_FRAME_BYTES,
        max_ext_len=0,
        strict_map_key=True,
        ext_hook=_refuse_extension,
    )


def decode(data: bytes) -> Frame:
    """The frame that `data` holds. Blocks are read-only views into `data`.

    Raises FrameError of kind oversized, garbage, truncated, version or unknown_type.
    """
    if len(data) > contract.MAX_FRAME_BYTES:
        raise FrameError("oversized", f"{len(data)} bytes")
    try:
        fields = _unpack(data)
        read = _READERS.get(fields["t"])
        if read is None:
            raise FrameError("unknown_type", repr(fields["t"])[:40])
        return read(fields)
    except FrameError:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
        msgpack.UnpackException,
    ) as error:
        raise FrameError("garbage", f"{type(error).__name__}: {error}"[:120]) from error


def encode(frame: Frame) -> bytes:
    """`frame` as bytes."""
    packed: bytes = msgpack.packb(_WRITERS[type(frame)](frame))
    return packed


def _blocks(f: dict[str, Any], rows: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    if not 0 <= rows <= contract.MAX_ROWS:
        raise FrameError("oversized", f"{rows} rows")
    return _block(f["g"], _GAUGE, rows, 4), _block(f["c"], _COUNTER, rows, 8)


def _block(data: bytes, dtype: np.dtype[Any], rows: int, cell: int) -> NDArray[Any]:
    """`data` as `rows` rows of as many columns as it holds cells of `cell` bytes; a view, not a copy."""
    if not data:
        return np.empty((rows, 0), dtype)
    columns, left = divmod(len(data), rows * cell) if rows else (0, len(data))
    if left:
        raise FrameError("truncated", f"{len(data)} bytes for {rows} rows")
    return np.ndarray((rows, columns), dtype, data)


def _integer(value: object) -> int:
    if type(value) is not int:  # msgpack has none beyond 64 bits
        raise FrameError("garbage", "an integer was expected")
    return value


def _text(value: object) -> str:
    if type(value) is not str:
        raise FrameError("garbage", "a text was expected")
    return value


_head = itemgetter("s", "e", "n", "h", "a", "x")
_HEAD_TYPES = (str, int, int, str, int, int)


def _state_head(f: dict[str, Any]) -> tuple[str, int, int, str, int, int]:
    """What a snapshot and a delta begin with, checked in one go: they come a thousand times a second."""
    head: tuple[str, int, int, str, int, int] = _head(f)
    if tuple(map(type, head)) != _HEAD_TYPES:
        raise FrameError("garbage", "texts and integers were expected")
    return head


def _read_snapshot(f: dict[str, Any]) -> Snapshot:
    return Snapshot(*_state_head(f), *_blocks(f, f["r"]))


def _write_snapshot(s: Snapshot) -> dict[str, Any]:
    return {
        "t": "S",
        "s": s.site,
        "e": s.epoch,
        "n": s.seq,
        "h": s.schema,
        "a": s.at_ns,
        "x": s.sent_ns,
        "r": len(s.gauges),
        "g": s.gauges.astype(_GAUGE, copy=False).tobytes(),
        "c": s.counters.astype(_COUNTER, copy=False).tobytes(),
    }


def _read_delta(f: dict[str, Any]) -> Delta:
    rows = np.frombuffer(f["i"], _INDEX)
    return Delta(*_state_head(f), rows, *_blocks(f, len(rows)))


def _write_delta(d: Delta) -> dict[str, Any]:
    return {
        "t": "D",
        "s": d.site,
        "e": d.epoch,
        "n": d.seq,
        "h": d.schema,
        "a": d.at_ns,
        "x": d.sent_ns,
        "i": d.rows.astype(_INDEX, copy=False).tobytes(),
        "g": d.gauges.astype(_GAUGE, copy=False).tobytes(),
        "c": d.counters.astype(_COUNTER, copy=False).tobytes(),
    }


def _read_hello(f: dict[str, Any]) -> Hello:
    major, minor = (_integer(part) for part in f["v"])
    if major != contract.VERSION[0]:
        raise FrameError("version", f"{major}.{minor}")
    columns, rows = f["cols"], f["rows"]
    if len(columns) > contract.MAX_COLUMNS:
        raise FrameError("oversized", f"{len(columns)} columns")
    if sum(row.get("kind") == "site" for row in rows) > 1:
        raise FrameError("garbage", "two rows for the site as a whole")
    return Hello(
        site=_text(f["s"]),
        epoch=_integer(f["e"]),
        zh=_text(f["zh"]),
        en=_text(f["en"]),
        columns=tuple(_read_column(c) for c in columns),
        rows=tuple(_read_row(r) for r in rows),
        beat_s=_interval(f["hb"]),
        data_s=_interval(f["ds"]),
        verbs=tuple(_text(v) for v in f["verbs"]),
        counters_since_ns=_integer(f["c0"]),
        clock_ns=_integer(f["clk"]),
        version=(major, minor),
        lists=tuple(_text(one) for one in f.get("ls", ())),
        mode=_text(f["mode"]),
        schema=_text(f["h"]),
    )


def _interval(value: object) -> float:
    seconds = float(value)  # type: ignore[arg-type]  # a wrong type raises, which is garbage
    if not 0.05 <= seconds <= 3600.0:
        raise FrameError("garbage", f"an interval of {seconds} s")
    return seconds


def _read_column(f: list[Any]) -> Column:
    name, kind, unit, definition = f
    if kind not in ("gauge", "counter"):
        raise FrameError("garbage", "a column that is neither gauge nor counter")
    return Column(_text(name), kind, _text(unit), _text(definition))


_ROW_TEXTS = ("zh", "en", "shop", "platform", "category", "phase", "channel", "skill", "group")


def _read_row(f: dict[str, Any]) -> Row:
    kind = f.get("kind", "queue")
    if kind not in ("queue", "site"):
        raise FrameError("garbage", "a row that is neither queue nor site")
    texts = {name: _text(f.get(name, "")) for name in _ROW_TEXTS}
    tags = f.get("tags", ())
    if not isinstance(tags, list | tuple):
        raise FrameError("garbage", "tags that are no list")
    return Row(_text(f["id"]), kind, tier=_integer(f.get("tier", 0)), tags=tuple(_text(tag) for tag in tags), **texts)


def _write_hello(h: Hello) -> dict[str, Any]:
    return {
        "t": "H",
        "v": list(h.version),
        "s": h.site,
        "e": h.epoch,
        "h": h.schema or contract.schema_hash(h.columns, h.rows),
        "zh": h.zh,
        "en": h.en,
        "cols": [[c.name, c.kind, c.unit, c.definition] for c in h.columns],
        "rows": [_write_row(r) for r in h.rows],
        "hb": h.beat_s,
        "ds": h.data_s,
        "verbs": list(h.verbs),
        "c0": h.counters_since_ns,
        "clk": h.clock_ns,
        "mode": h.mode,
    } | ({"ls": list(h.lists)} if h.lists else {})


def _write_row(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": row.id, "kind": row.kind, "tier": row.tier}
    fields.update((name, getattr(row, name)) for name in _ROW_TEXTS if getattr(row, name))
    if row.tags:
        fields["tags"] = list(row.tags)
    return fields


def _read_command(f: dict[str, Any]) -> Command:
    return Command(
        _text(f["s"]),
        _text(f["id"]),
        _text(f["verb"]),
        dict(f["args"]),
        _text(f["by"]),
        _integer(f["dl"]),
        tuple(_text(a) for a in f.get("ap", ())),
        dict(f.get("if", {})),
        _integer(f.get("tok", 0)),
        bytes(f.get("sig", b"")),
    )


def _write_command(c: Command) -> dict[str, Any]:
    return {
        "t": "C",
        "s": c.site,
        "id": c.id,
        "verb": c.verb,
        "args": c.args,
        "by": c.issuer,
        "dl": c.deadline_ns,
        "ap": list(c.approvals),
        "if": c.precondition,
        "tok": c.fencing,
        "sig": c.signature,
    }


def _read_result(f: dict[str, Any]) -> Result:
    if f["st"] not in ("done", "partial", "failed", "unknown"):
        raise FrameError("garbage", "a result in no known state")
    return Result(_text(f["s"]), _text(f["id"]), f["st"], tuple(dict(item) for item in f["items"]))


def _read_event(f: dict[str, Any]) -> Event:
    at_ns = _integer(f["a"])
    return Event(_text(f["s"]), _text(f["id"]), _text(f["k"]), at_ns, _text(f["row"]), _text(f["txt"]), dict(f["d"]))


def _write_event(v: Event) -> dict[str, Any]:
    return {"t": "V", "s": v.site, "id": v.id, "k": v.kind, "a": v.at_ns, "row": v.row, "txt": v.text, "d": v.data}


def _read_beat(f: dict[str, Any]) -> Beat:
    return Beat(_text(f["s"]), *(_integer(f[key]) for key in ("e", "n", "h", "drop", "x")))


def _write_beat(b: Beat) -> dict[str, Any]:
    fields = {"s": b.site, "e": b.epoch, "n": b.seq, "h": b.checksum, "drop": b.conflated, "x": b.sent_ns}
    return {"t": "B", **fields}


def _read_subscribe(f: dict[str, Any]) -> Subscribe:
    major, minor = (_integer(part) for part in f["v"])
    return Subscribe(_text(f["s"]), _integer(f["e"]), _integer(f["n"]), float(f["hz"]), (major, minor))


def _write_subscribe(u: Subscribe) -> dict[str, Any]:
    return {"t": "U", "s": u.site, "e": u.epoch, "n": u.seq, "hz": u.max_hz, "v": list(u.version)}


def _read_list_query(f: dict[str, Any]) -> ListQuery:
    most = _integer(f["most"])
    if not 0 <= most <= contract.MAX_LISTED:
        raise FrameError("oversized", f"a list of {most}")
    return ListQuery(_text(f["s"]), _text(f["id"]), _text(f["w"]), _text(f["row"]), most)


def _write_list_query(q: ListQuery) -> dict[str, Any]:
    return {"t": "L", "s": q.site, "id": q.id, "w": q.what, "row": q.row, "most": q.most}


def _read_item(name: object, seconds: object, row: object = "", note: object = "", ago_s: object = 0.0) -> ListItem:
    return ListItem(_text(name), float(seconds), _text(row), _text(note), float(ago_s))  # type: ignore[arg-type]


def _read_list_reply(f: dict[str, Any]) -> ListReply:
    items, total = f["items"], _integer(f["n"])
    if len(items) > contract.MAX_LISTED:
        raise FrameError("oversized", f"a list of {len(items)}")
    read = tuple(_read_item(*one) for one in items)
    if total < len(read) or not all(0.0 <= one < 1e9 for item in read for one in (item.seconds, item.ago_s)):
        raise FrameError("garbage", "a list that cannot be")
    return ListReply(_text(f["s"]), _text(f["id"]), _text(f["w"]), _text(f["row"]), _integer(f["a"]), total, read)


def _write_list_reply(r: ListReply) -> dict[str, Any]:
    fields = {"s": r.site, "id": r.id, "w": r.what, "row": r.row, "a": r.at_ns, "n": r.total}
    return {"t": "M", **fields, "items": [list(item) for item in r.items]}


_READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "H": _read_hello,
    "S": _read_snapshot,
    "D": _read_delta,
    "B": _read_beat,
    "V": _read_event,
    "Y": lambda f: Resync(_text(f["s"]), _text(f["why"])),
    "X": lambda f: Goodbye(_text(f["s"]), _text(f["why"]), float(f["back"])),
    "U": _read_subscribe,
    "C": _read_command,
    "A": lambda f: Ack(_text(f["s"]), _text(f["id"]), bool(f["dup"]), float(f["eta"])),
    "N": lambda f: Nack(_text(f["s"]), _text(f["id"]), _text(f["code"]), bool(f["retry"]), _text(f["why"])),
    "P": lambda f: Progress(_text(f["s"]), _text(f["id"]), float(f["p"]), _text(f["txt"])),
    "R": _read_result,
    "Q": lambda f: Query(_text(f["s"]), _text(f["id"])),
    "L": _read_list_query,
    "M": _read_list_reply,
}

_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Hello: _write_hello,
    Snapshot: _write_snapshot,
    Delta: _write_delta,
    Beat: _write_beat,
    Event: _write_event,
    Resync: lambda y: {"t": "Y", "s": y.site, "why": y.why},
    Goodbye: lambda x: {"t": "X", "s": x.site, "why": x.why, "back": x.back_s},
    Subscribe: _write_subscribe,
    Command: _write_command,
    Ack: lambda a: {"t": "A", "s": a.site, "id": a.id, "dup": a.duplicate, "eta": a.eta_s},
    Nack: lambda n: {"t": "N", "s": n.site, "id": n.id, "code": n.code, "retry": n.retry, "why": n.why},
    Progress: lambda p: {"t": "P", "s": p.site, "id": p.id, "p": p.share, "txt": p.text},
    Result: lambda r: {"t": "R", "s": r.site, "id": r.id, "st": r.state, "items": [dict(item) for item in r.items]},
    Query: lambda q: {"t": "Q", "s": q.site, "id": q.id},
    ListQuery: _write_list_query,
    ListReply: _write_list_reply,
}
