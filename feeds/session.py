"""The desk's side of the conversation with one site, without I/O: bytes and times in, what they mean out.

One `SiteSession` lives as long as the desk watches the site, over any number of connections. It counts every fault by
kind, asks for a resync when frames are missing, and knows at every moment whether the site can be believed.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, replace

from feeds.codec import decode
from feeds.columns import Columns
from feeds.contract import (
    LISTS,
    MAX_TAGS,
    Ack,
    Beat,
    Delta,
    Event,
    Frame,
    Goodbye,
    Hello,
    ListReply,
    Nack,
    Progress,
    Result,
    Resync,
    Row,
    Snapshot,
    Subscribe,
    schema_hash,
)
from feeds.errors import FrameError
from feeds.liveness import freshness, is_late, next_change, worst
from feeds.site_board import SiteBoard
from feeds.site_view import SiteState, SiteView
from feeds.text import clean

RESYNC_EVERY_S = 5.0
"""At most one resync is asked for in this time, so that a site in trouble is not asked to death."""

SILENT_AFTER_S = 5.0
"""A connection over which nothing came for so long, and for 3 beats, is counted as silent."""

_EVENTS_REMEMBERED = 4096

Message = bytes | Snapshot | Delta
"""What comes from a site: the bytes of a frame, or where site and desk share a process, a state as it is."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one frame meant.

    Which frame it was (None when it could not be used), whether the rows are others than before (`announced`), whether
    figures or their standing changed (`landed`), and what to send back (`replies`).
    """

    frame: Frame | None = None
    announced: bool = False
    landed: bool = False
    replies: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the connection stands: connecting, up, down or refused, since when, and why in one line."""

    state: str = "connecting"
    since: float = 0.0
    detail: str = ""


class SiteSession:
    """One site as the desk knows it. `site` is its configured id; frames that name another are refused."""

    def __init__(self, site: str, *, mode: str = "live", coarse: bool = False) -> None:
        self.site, self.mode = site, mode
        self.faults: Counter[str] = Counter()
        self.board = SiteBoard(self.faults, coarse=coarse)
        self.link = LinkState()
        self.epoch = self.seq = 0
        self.heard_at = self.moved_at = float("nan")
        self.skew_s = float("nan")
        self.conflated = 0
        self.suspect = False
        self._slack = self._beat_s = self._data_s = self._slower_s = 1.0
        self._connected_at = float("nan")
        self._asked_at = float("-inf")
        self._events: OrderedDict[str, None] = OrderedDict()
        self._seen: SiteView | None = None
        self._seen_for = float("nan")
        """For which time `_seen` was found to hold; NaN once anything came."""

    # Connection -------------------------------------------------------------------------------------------------

    def connected(self, now: float) -> Subscribe:
        """A connection stands; returns the first frame to send, which resumes where the last one broke off."""
        self.link = LinkState("up", now)
        self._connected_at = now
        return Subscribe(self.site, self.epoch, self.seq)

    def disconnected(self, now: float, why: str, *, refused: bool = False) -> None:
        """The connection is gone or was refused (a wrong token, counted)."""
        if refused:
            self.faults["token"] += 1
        self.link = LinkState("refused" if refused else "down", now, clean(why, 80))

    # Frames -----------------------------------------------------------------------------------------------------

    def receive(self, data: Message, now: float) -> Arrival:
        """What `data`, received at the desk's time `now`, means. Never raises: what cannot be used is counted."""
        self._seen_for = float("nan")
        try:
            return self._take(decode(data) if isinstance(data, bytes) else data, now)
        except FrameError as error:
            self.faults[error.kind] += 1
            if error.kind in ("schema", "truncated", "unknown_row"):
                return Arrival(replies=self._ask(now))
            return Arrival()

    def _take(self, frame: Frame, now: float) -> Arrival:
        if frame.site != self.site:
            raise FrameError("wrong_site", clean(frame.site))
        match frame:
            case Snapshot() | Delta():
                return self._state(frame, now)
            case Beat():
                return self._beat(frame, now)
            case Hello():
                return self._hello(frame, now)
            case Ack() | Nack() | Progress() | Result():
                self.heard_at = now
                return Arrival(frame)
            case ListReply():
                return self._list(frame, now)
            case Event():
                return self._event(frame, now)
            case Resync():
                self.heard_at, self.suspect = now, True
                return Arrival(frame)
            case Goodbye():
                self.link = replace(self.link, detail=clean(frame.why, 80))
                return Arrival(frame)
            case _:
                raise FrameError("unknown_type", f"{type(frame).__name__} from a site")

    def _hello(self, hello: Hello, now: float) -> Arrival:
        if hello.epoch < self.epoch:
            raise FrameError("second_writer", f"epoch {hello.epoch} after {self.epoch}")
        if self.mode != "replay" and (hello.mode == "drill") != (self.mode == "drill"):
            raise FrameError("wrong_site", f"a site in {clean(hello.mode, 12)} mode on a desk in {self.mode} mode")
        if hello.schema != schema_hash(hello.columns, hello.rows) or len({row.id for row in hello.rows}) != len(
            hello.rows
        ):
            raise FrameError("garbage", "a hello whose schema is not that of its rows")
        known = self.board.hello
        same = known is not None and (known.epoch, known.schema) == (hello.epoch, hello.schema)
        if not same:
            self.board.announce(_cleaned(hello))
            self.epoch, self.seq, self.suspect = hello.epoch, 0, True
            self._expect()
        self.heard_at = now
        if hello.clock_ns:
            self.skew_s = hello.clock_ns / 1e9 - now
        return Arrival(hello, announced=not same)

    def _state(self, frame: Snapshot | Delta, now: float) -> Arrival:
        if frame.epoch != self.epoch:
            raise FrameError("second_writer" if frame.epoch < self.epoch else "schema", f"epoch {frame.epoch}")
        if frame.seq <= self.seq and not (self.suspect and isinstance(frame, Snapshot) and frame.seq == self.seq):
            raise FrameError("duplicate" if frame.seq == self.seq else "old", f"frame {frame.seq} after {self.seq}")
        if isinstance(frame, Delta) and frame.seq != self.seq + 1 and not self.suspect:
            # A snapshot may leave frames out: it is the whole state, and a slow desk gets it instead of a backlog.
            self.faults["gap"] += 1
            self.suspect = True
        if isinstance(frame, Delta) and self.suspect:
            self.heard_at = now
            return Arrival(frame, replies=self._ask(now))
        moved = frame.at_ns > self.board.at_ns or self.moved_at != self.moved_at
        self.board.land(frame)
        self.seq, self.suspect, self.heard_at = frame.seq, False, now
        self.skew_s = frame.sent_ns / 1e9 - now
        if moved:
            self.moved_at = now
        return Arrival(frame, landed=True)

    def _beat(self, beat: Beat, now: float) -> Arrival:
        if beat.epoch < self.epoch:
            raise FrameError("second_writer", f"epoch {beat.epoch} after {self.epoch}")
        self.heard_at, self.conflated = now, beat.conflated
        self.skew_s = beat.sent_ns / 1e9 - now
        if self.suspect or not self.epoch:
            return Arrival(beat, replies=self._ask(now))
        if beat.epoch > self.epoch or beat.seq > self.seq:
            self.faults["gap"] += 1
            self.suspect = True
        elif beat.seq == self.seq and not self.board.altered and self.seq and beat.checksum != self.board.checksum():
            self.faults["diverged"] += 1
            self.suspect = True
        return Arrival(beat, landed=self.suspect, replies=self._ask(now) if self.suspect else ())

    def _event(self, event: Event, now: float) -> Arrival:
        self.heard_at = now
        if event.id in self._events:
            raise FrameError("duplicate", "an event that came before")
        self._events[event.id] = None
        if len(self._events) > _EVENTS_REMEMBERED:
            self._events.popitem(last=False)
        return Arrival(replace(event, kind=clean(event.kind, 24), row=clean(event.row), text=clean(event.text, 200)))

    def _list(self, reply: ListReply, now: float) -> Arrival:
        self.heard_at = now
        items = tuple(
            one._replace(id=clean(one.id, 32), row=clean(one.row, 48), note=clean(one.note, 48)) for one in reply.items
        )
        return Arrival(replace(reply, what=clean(reply.what, 24), row=clean(reply.row, 48), items=items))

    def _ask(self, now: float) -> tuple[Frame, ...]:
        if now - self._asked_at < RESYNC_EVERY_S:
            return ()
        self._asked_at = now
        return (Resync(self.site, "ask"),)

    # Standing ---------------------------------------------------------------------------------------------------

    @property
    def slack(self) -> float:
        """Expected intervals are stretched by this: a drill at many times the pace of life is judged in its time."""
        return self._slack

    @slack.setter
    def slack(self, slack: float) -> None:
        self._slack, self._seen_for = slack, float("nan")
        self._expect()

    def _expect(self) -> None:
        hello, slack = self.board.hello, self._slack
        self._beat_s, self._data_s = (hello.beat_s * slack, hello.data_s * slack) if hello else (slack, slack)
        self._slower_s = max(self._beat_s, self._data_s)

    def intervals(self) -> tuple[float, float]:
        """(beat, data): the intervals at which the site said it would send, in seconds of the desk's clock."""
        return self._beat_s, self._data_s

    def state(self, now: float) -> SiteState:
        """Whether the site's rows can be believed at `now`."""
        if self.moved_at != self.moved_at:
            return "never"
        if self.suspect:
            return "unknown"
        link_s, data_s, beat_s, slower_s = now - self.heard_at, now - self.moved_at, self._beat_s, self._slower_s
        if not is_late(link_s, beat_s) and not is_late(data_s, slower_s):
            return "live"
        return worst(freshness(link_s, beat_s), freshness(data_s, slower_s))

    def next_change(self, now: float) -> float | None:
        """When the state next changes if nothing more is heard."""
        if self.moved_at != self.moved_at:
            return None
        link = next_change(self.heard_at, self._beat_s, now)
        data = next_change(self.moved_at, self._slower_s, now)
        return data if link is None or (data is not None and data < link) else link

    def check_silence(self, now: float) -> bool:
        """Count a connection over which nothing came in its first seconds; once a connection."""
        if self.link.state != "up" or self.heard_at >= self._connected_at:
            return False
        if now - self._connected_at >= max(3.0 * self._beat_s, SILENT_AFTER_S * self._slack):
            self.faults["silent"] += 1
            self._connected_at = float("nan")
            return True
        return False

    def beat(self, now: float) -> Beat:
        """The desk's own sign of life: the last frame applied, so that a site sees a desk fall silent or behind."""
        return Beat(self.site, self.epoch, self.seq, 0, 0, round(now * 1e9))

    def view(self, now: float) -> SiteView:
        """The site as it stands at `now`, immutable; the same one until something of it changes."""
        seen = self._seen
        if seen is not None and now == self._seen_for:
            return seen
        state, last = self.state(now), self.board.columns()
        if (
            seen is None
            or seen.last is not last
            or seen.state != state
            or seen.suspect != self.suspect
            or seen.at != self.moved_at
            or seen.rows is not self.board.rows
        ):
            seen = self._seen = self._view(state, last)
        self._seen_for = now
        return seen

    def _view(self, state: SiteState, last: Columns) -> SiteView:
        hello = self.board.hello
        return SiteView(
            self.site,
            hello.zh if hello else self.site,
            hello.en if hello else self.site,
            state,
            self.moved_at,
            self.board.rows,
            self.board.site_row,
            last if state in ("live", "late") else self.board.unknown(),
            last,
            self.suspect,
        )


def _cleaned(hello: Hello) -> Hello:
    """The hello with every text made harmless; ids keep their place, and two that clean to the same get a number."""
    taken: set[str] = set()
    rows = []
    for row in hello.rows:
        key = base = clean(row.id, 48) or "?"
        number = 2
        while key in taken or (key == "*" and row.kind == "queue"):  # * is the site as a whole
            key, number = f"{base}~{number}", number + 1
        taken.add(key)
        texts = {name: clean(getattr(row, name), 64) for name in _ROW_TEXTS}
        tags = tuple(dict.fromkeys(tag for one in row.tags[:MAX_TAGS] if (tag := clean(one, 32).strip())))
        rows.append(Row(key, row.kind, tier=row.tier, tags=tags, **texts))
    return replace(
        hello,
        zh=clean(hello.zh),
        en=clean(hello.en),
        rows=tuple(rows),
        verbs=tuple(clean(v, 32) for v in hello.verbs),
        lists=tuple(one for one in hello.lists if one in LISTS),
    )


_ROW_TEXTS = ("zh", "en", "shop", "platform", "category", "phase", "channel", "skill", "group")
