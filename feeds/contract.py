"""The contract between a site and the desk, as values: opsfeed/1.

The same frames travel over WebSocket, an in-memory link and a recording. `feeds.codec` turns them into bytes and back;
`feeds.publisher` is the site's side of the conversation and `feeds.session` the desk's, both without I/O.

Conventions: times named `_ns` are int64 nanoseconds since the Unix epoch; everything else in seconds is a float. A
missing gauge is NaN; 0 is a real zero. Rows keep their order for as long as the schema hash stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgpack
import numpy as np
from numpy.typing import NDArray

VERSION: tuple[int, int] = (1, 1)
"""Major and minor. A minor only adds; a desk refuses another major. 1.1 added the lists behind figures."""

SUBPROTOCOL = "opsfeed.1"
"""The WebSocket subprotocol."""

MAX_FRAME_BYTES = 1 << 20
MAX_ROWS = 5_000
MAX_COLUMNS = 256
MAX_TAGS = 16
"""Tags of one row; more than these are left out."""
MAX_LISTED = 50
"""Items of one list; of a longer one a site sends the worst, and says how many there are."""

LISTS: tuple[str, ...] = ("waiting", "abandoned", "resting", "idle")
"""The lists that a site may tell: contacts that wait, the longest first; contacts that gave up, the latest first;
agents past the rest that they may have; agents online with no contact."""

SNAPSHOT_EVERY_S = 10.0
"""A site sends at least one full snapshot in this time, whatever its deltas say."""

LATE_AFTER_BEATS = 2.0
UNKNOWN_AFTER_BEATS = 3.0
"""Past 2 expected intervals a source is late, past 3 its rows are unknown: never green, never a donor."""

FAULTS: tuple[str, ...] = (
    "garbage",  # not the encoding, or not a map with the keys of a frame
    "version",  # another major version
    "truncated",  # a block shorter or longer than rows × columns
    "oversized",  # more bytes, rows or columns than the limits above
    "unknown_type",  # a frame type that this version does not know: skipped
    "schema",  # a frame for a schema that was not announced
    "unknown_row",  # a row that the hello did not announce
    "not_finite",  # an infinity, or a NaN where a counter stands
    "went_back",  # a counter that fell within one epoch, or is negative
    "duplicate",  # a frame that was applied already
    "old",  # a frame older than the last one applied
    "gap",  # frames are missing: the site is suspect until it has resynced
    "second_writer",  # a lower epoch: somebody else speaks for this site
    "diverged",  # the checksum of a beat is not that of the state held
    "token",  # the handshake's token was refused
    "silent",  # connected, and nothing came
    "wrong_site",  # a frame that names another site
)
"""The kinds under which a fault of a site is counted, and shown on its row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the blocks: a metric of the catalogue, and the `definition` id of what the site counts by it."""

    name: str
    kind: Literal["gauge", "counter"]
    unit: str
    definition: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the blocks: a queue, or with `kind` "site" the site's own figures (each agent once).

    `id` is unique within the site. `group` names the pool of agents that serves the queue (agents of one group may
    serve several queues). `tags` are words of the site's own (`vip`, `new-shop`), at most `MAX_TAGS`. All text is
    cleaned when it enters the desk.
    """

    id: str
    kind: Literal["queue", "site"] = "queue"
    zh: str = ""
    en: str = ""
    shop: str = ""
    platform: str = ""
    category: str = ""
    phase: str = ""
    channel: str = ""
    skill: str = ""
    group: str = ""
    tier: int = 0
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call the row where no language is chosen."""
        return self.zh or self.en or self.id


@dataclass(frozen=True, slots=True)
class Hello:
    """First frame of an epoch. All strings live here, so that the hot path carries none.

    `epoch` is persisted by the site and rises with each restart: a lower one is a second writer. `counters_since_ns`
    is when the cumulative counters were zero. `data_s` is how often the site's own source renews its figures.
    """

    site: str
    epoch: int
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    beat_s: float = 1.0
    data_s: float = 1.0
    verbs: tuple[str, ...] = ()
    counters_since_ns: int = 0
    clock_ns: int = 0
    version: tuple[int, int] = VERSION
    lists: tuple[str, ...] = ()
    """Which of `LISTS` the site can tell. A desk asks for no others, so a site of version 1.0 is never asked."""
    mode: str = "live"
    """`live` or `drill`: a desk on live duty refuses a drill's site, and the other way round."""
    schema: str = ""
    """Hash of columns and rows; filled in by `with_schema`."""


class Snapshot(NamedTuple):
    """The whole state of a site at `at_ns` (when its source took the figures), sent at `sent_ns`.

    A named tuple, as is `Delta`: these two come a thousand times a second, and a frozen dataclass costs three times as
    much to make.

    `gauges` is float32 rows × gauge columns, `counters` float64 rows × counter columns, in the hello's order.
    """

    site: str
    epoch: int
    seq: int
    schema: str
    at_ns: int
    sent_ns: int
    gauges: NDArray[np.float32]
    counters: NDArray[np.float64]


class Delta(NamedTuple):
    """The rows that changed since frame `seq - 1`: `rows` are indices into the hello's rows."""

    site: str
    epoch: int
    seq: int
    schema: str
    at_ns: int
    sent_ns: int
    rows: NDArray[np.uint16]
    gauges: NDArray[np.float32]
    counters: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life.

    `seq` is the last frame sent, `checksum` the CRC-32 of the state at it, `conflated` the frames that a slow link
    never got because a newer snapshot replaced them.
    """

    site: str
    epoch: int
    seq: int
    checksum: int
    conflated: int
    sent_ns: int


@dataclass(frozen=True, slots=True)
class Event:
    """A notice for people, or what happened to a contact or an agent; delivered at least once, told apart by `id`."""

    site: str
    id: str
    kind: str
    at_ns: int
    row: str = ""
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resync:
    """The stream breaks here and a hello or snapshot follows. `why`: gap, too_old, schema, epoch, slow or ask."""

    site: str
    why: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """A planned close: `why`, and `back_s` seconds until the site expects to be back."""

    site: str
    why: str
    back_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The desk's first frame: what it has, so that the site can resume, and how many frames it wants a second."""

    site: str
    epoch: int = 0
    seq: int = 0
    max_hz: float = 0.0
    version: tuple[int, int] = VERSION


@dataclass(frozen=True, slots=True)
class Command:
    """An order to a site. `id` is the idempotency key: the same id gets the same reply, and is carried out once.

    After `deadline_ns` (the site's clock) it must not be carried out any more. `precondition`, `fencing`, `approvals`
    and `signature` have their place now and get their meaning with the playbooks.
    """

    site: str
    id: str
    verb: str
    args: dict[str, Any]
    issuer: str
    deadline_ns: int
    approvals: tuple[str, ...] = ()
    precondition: dict[str, Any] = field(default_factory=dict)
    fencing: int = 0
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Ack:
    """The site has the command, durably. `duplicate` when it had it before."""

    site: str
    id: str
    duplicate: bool = False
    eta_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Nack:
    """The site will not carry the command out. `code` is one of NACK_CODES; `retry`: whether trying again can help."""

    site: str
    id: str
    code: str
    retry: bool = False
    why: str = ""


NACK_CODES: tuple[str, ...] = (
    "EXPIRED",
    "FENCED",
    "PRECONDITION",
    "DENIED",
    "NEED_APPROVAL",
    "CONFLICT",
    "UNKNOWN_VERB",
    "BAD_ARGS",
    "BUSY",
    "OFFLINE",
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a command has come, 0 to 1."""

    site: str
    id: str
    share: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did: `state` done, partial, failed or unknown, and per target the value before and after.

    Each item is a map with `target`, `before`, `after` and, where it failed, `error`.
    """

    site: str
    id: str
    state: Literal["done", "partial", "failed", "unknown"]
    items: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """The desk asks what became of a command: the stored reply comes again, or a nack with code `BAD_ARGS`."""

    site: str
    id: str


class ListItem(NamedTuple):
    """One contact or agent of a list.

    `id` is the site's own name for it, hashed by the site where it would name a person. `seconds` is how long it has
    waited, did wait, rests or has had no contact. `row` is its queue, `note` a word (the reason of a rest).
    """

    id: str
    seconds: float
    row: str = ""
    note: str = ""
    ago_s: float = 0.0
    """How long ago that ended; 0 for what goes on."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The desk asks for a list behind a figure: of the queue `row`, or with `*` of the whole site; since 1.1."""

    site: str
    id: str
    what: str
    row: str = "*"
    most: int = MAX_LISTED


@dataclass(frozen=True, slots=True)
class ListReply:
    """A list as it stood at `at_ns`: the worst of `total`. `id` is that of the query, empty where nobody asked."""

    site: str
    id: str
    what: str
    row: str
    at_ns: int
    total: int
    items: tuple[ListItem, ...] = ()


Frame = (
    Hello
    | Snapshot
    | Delta
    | Beat
    | Event
    | Resync
    | Goodbye
    | Subscribe
    | Command
    | Ack
    | Nack
    | Progress
    | Result
    | Query
    | ListQuery
    | ListReply
)


def schema_hash(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> str:
    """A short hash of what the blocks mean: it changes when a column or a row does, and only then."""
    plain = [[c.name, c.kind, c.unit, c.definition] for c in columns], [[r.id, r.kind, r.group] for r in rows]
    return sha256(msgpack.packb(plain)).hexdigest()[:16]
