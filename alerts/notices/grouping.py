"""Many notices in one text of bounded length. None is ever left out: what does not fit stays for the next message.

A few are told in full sentences. Many are put together by what they say (kind, severity, site, rule), one short entry
each; when not all fit, the text begins with what there is altogether, counted by site and rule. Of one alert, earlier
news always stands before later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from alerts.notices.notice import Notice
from alerts.notices.receivers import Language
from alerts.notices.words import Tongue, clock_text, label, place, said, sentence, tongues
from feeds.text import clean

IN_FULL = 12
"""At most so many notices are told in full sentences."""

HEAD_BYTES = 320
"""Kept free for the first line."""

_NAME_CELLS = 60
_DESK_CELLS = 32


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around the notices: whose desk, whether it is a drill, whether they may have come already."""

    desk_zh: str
    desk_en: str
    drill: bool = False
    repeat: bool = False


@dataclass(slots=True)
class _Group:
    head: str
    entries: list[str] = field(default_factory=list)

    def text(self) -> str:
        number = f" ×{len(self.entries)}" if len(self.entries) > 1 else ""
        return f"{self.head}{number}: {'; '.join(self.entries)}"


def fits(notices: Sequence[Notice], language: Language, limit: int) -> int:
    """How many of these, from the first on, one text of `limit` bytes can hold; at least one."""
    if _in_full(notices, language, limit - HEAD_BYTES):
        return len(notices)
    for room in (limit - HEAD_BYTES, limit - HEAD_BYTES - limit // 4):
        count = min(_grouped(notices, tongue, room // len(tongues(language)))[1] for tongue in tongues(language))
        if count == len(notices):
            return count
    return max(count, 1)


def message(
    notices: Sequence[Notice], more: Sequence[Notice], language: Language, envelope: Envelope, limit: int
) -> str:
    """These notices as a text of at most `limit` bytes; `more` wait behind them."""
    parts = []
    lines = _in_full(notices, language, limit - HEAD_BYTES)
    for tongue in tongues(language):
        share = (limit - HEAD_BYTES) // len(tongues(language))
        body = lines[tongue] if lines else _grouped(notices, tongue, share)[0]
        head = _head(envelope, tongue)
        if len(notices) + len(more) > 1:
            head += said((f" · {len(notices)} 条", f" · {len(notices)} notices"), tongue)
        if more:
            head += said((f"，另有 {len(more)} 条随后发送", f", {len(more)} more to follow"), tongue)
            left = share - size("\n".join(body)) - 8
            body = [*_summary([*notices, *more], tongue, min(left, limit // 4)), *body]
        parts.append("\n".join([head, *body]))
    return cut("\n\n".join(parts), limit)


def size(text: str) -> int:
    """Bytes as UTF-8."""
    return len(text.encode())


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of it, whole characters."""
    raw = text.encode()
    return text if len(raw) <= limit else raw[: limit - 3].decode("utf-8", "ignore") + "…"


def _head(envelope: Envelope, tongue: Tongue) -> str:
    drill = said(("【演练】", "[DRILL] "), tongue) if envelope.drill else ""
    desk = said((envelope.desk_zh, envelope.desk_en), tongue)
    repeat = said((" (可能重复)", " (may be a repeat)"), tongue) if envelope.repeat else ""
    return f"{drill}{clean(desk, _DESK_CELLS)}{repeat}"


def _in_full(notices: Sequence[Notice], language: Language, room: int) -> dict[Tongue, list[str]]:
    """Every notice a sentence, by language; nothing where they are too many or too long."""
    if len(notices) > IN_FULL:
        return {}
    lines = {tongue: [sentence(notice, tongue) for notice in notices] for tongue in tongues(language)}
    return lines if sum(size("\n".join(part)) + 2 for part in lines.values()) <= room else {}


def _grouped(notices: Sequence[Notice], tongue: Tongue, room: int) -> tuple[list[str], int]:
    """Lines, and how many of the notices, from the first on, they hold within `room` bytes."""
    groups: list[_Group] = []
    at: dict[tuple[str, ...], int] = {}
    newest: dict[tuple[str, str], int] = {}
    left = room
    for count, notice in enumerate(notices):
        cell, key = (notice.rule, notice.key), (label(notice, tongue), notice.site, notice.rule)
        index = at.get(key, -1)
        entry = _entry(notice, tongue)
        if index < newest.get(cell, 0):
            index = len(groups)
        head = _group_head(notice, tongue)
        cost = size(entry) + 2 + (size(head) + 12 if index == len(groups) else 0)
        if cost > left and count:
            return [group.text() for group in groups], count
        left -= cost
        if index == len(groups):
            groups.append(_Group(head))
        groups[index].entries.append(entry)
        at[key] = newest[cell] = index
    return [group.text() for group in groups], len(notices)


def _group_head(notice: Notice, tongue: Tongue) -> str:
    site = said((notice.site_zh, notice.site_en), tongue)
    title = clean(said((notice.title_zh, notice.title_en), tongue), _NAME_CELLS)
    return f"{label(notice, tongue)} {site} {title}"


def _entry(notice: Notice, tongue: Tongue) -> str:
    queue = said((notice.queue_zh, notice.queue_en), tongue)
    who = f" {clean(notice.who, 20)}" if notice.who else ""
    return f"{queue or place(notice, tongue)}{who} {clock_text(notice.at)}"


def _summary(notices: Sequence[Notice], tongue: Tongue, room: int) -> list[str]:
    """All of them in one line, counted by site and rule, the most first; as many counts as there is room for."""
    counts = Counter(
        (said((n.site_zh, n.site_en), tongue), clean(said((n.title_zh, n.title_en), tongue), _NAME_CELLS))
        for n in notices
    )
    line = said((f"共 {len(notices)} 条：", f"{len(notices)} in all: "), tongue)
    shown = 0
    for (site, title), count in counts.most_common():
        piece = f"{'; ' if shown else ''}{site} {title} ×{count}"
        if size(line) + size(piece) + 24 > room:
            break
        line += piece
        shown += 1
    if shown < len(counts):
        line += said((f" … 等 {len(counts)} 组", f" … {len(counts)} groups"), tongue)
    return [line] if size(line) <= room else []
