"""What a merchant may see of the journal: the alerts and the actions at the queues of their own shops, and no other.

Free text of people is left out: a note may name somebody else's shop. What stands there is cleaned.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from feeds.errors import InputError
from feeds.journal import Entry
from feeds.journal_reading import matching
from feeds.text import clean

_STATES = frozenset({"inactive", "pending", "firing", "recovering", "resolved"})

Shops = dict[str, dict[str, tuple[str, str]]]
"""Site → queue → (shop, category)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line for a merchant. `seq` and `hash` are those of the journal's entry, so that it can be found there."""

    seq: int
    time: str
    kind: str
    shop: str
    queue: str
    what: str
    """The rule, or the playbook and what was ordered."""
    from_state: str
    to_state: str
    value: float | None
    age_s: float | None
    by: str
    hash: str


def merchant_lines(journal: Path, shops: Collection[str], since_ns: int, until_ns: int, zone: tzinfo) -> Iterator[Line]:
    """What concerns these shops from one time until before another, oldest first. Raises InputError.

    Which queue is whose was written when its site announced it, and holds until the next time.
    """
    known: Shops = {}
    runs: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for entry in matching(journal, "kind IN ('site.queues', 'alert') OR kind LIKE 'playbook.%'", ()):
        if entry.kind == "site.queues":
            _learn(known, entry.body)
            seen.update(shop for queues in known.values() for shop, _ in queues.values())
        elif since_ns <= entry.at_ns < until_ns or entry.kind in ("playbook.proposed", "playbook.started"):
            line = _line(entry, known, runs, shops, zone)
            if line is not None and since_ns <= entry.at_ns < until_ns:
                yield line
    unknown = sorted(set(shops) - seen)
    if unknown:
        near = get_close_matches(unknown[0], sorted(seen), n=3, cutoff=0.3)
        expected = f"a shop of the journal{', nearest: ' + ', '.join(near) if near else ''}"
        raise InputError("--shop", f"{clean(unknown[0])!r} has no queue in this journal", expected)


def _learn(known: Shops, body: Mapping[str, Any]) -> None:
    queues = {str(queue): (clean(shop), str(category)) for queue, (shop, category) in body["queues"].items()}
    known[str(body["site"])] = queues


def _line(
    entry: Entry, known: Shops, runs: dict[str, tuple[str, ...]], shops: Collection[str], zone: tzinfo
) -> Line | None:
    body = entry.body
    if entry.kind == "alert":
        keys = _own([str(body.get("key", ""))], known, shops)
        moved = body.get("to") in _STATES
        ends = (str(body.get("from", "")), str(body.get("to", ""))) if moved else ("", str(body.get("to", "")))
        what = str(body.get("rule", ""))
    else:
        run = str(body.get("run", ""))
        if "params" in body:
            runs[run] = _touched(body, known, shops)
        keys = runs.get(run, ())
        ends = ("", entry.kind.removeprefix("playbook."))
        what = " ".join(str(body.get(name, "")) for name in ("playbook", "verb")).strip()
    if not keys:
        return None
    return Line(
        entry.number,
        datetime.fromtimestamp(entry.at_ns / 1e9, zone).isoformat(timespec="milliseconds"),
        entry.kind,
        " ".join(dict.fromkeys(_shop(key, known) for key in keys)),
        " ".join(keys),
        clean(what),
        clean(ends[0]),
        clean(ends[1]),
        _number(body.get("value", body.get("worked"))),
        _number(body.get("age_s")),
        clean(entry.actor),
        entry.hash,
    )


def _own(keys: Iterable[str], known: Shops, shops: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if _shop(key, known) in shops))


def _shop(key: str, known: Shops) -> str:
    site, _, queue = key.partition("/")
    return known.get(site, {}).get(queue, ("", ""))[0]


def _touched(body: Mapping[str, Any], known: Shops, shops: Collection[str]) -> tuple[str, ...]:
    """The shops' queues that a plan touches: those it names, and those of the category and site of its commands."""
    named = [one for value in body["params"].values() for one in (value if isinstance(value, list) else [value])]
    keys = [one for one in named if isinstance(one, str) and "/" in one]
    for order in body.get("orders") or ():
        site, args = str(order.get("site", "")), order.get("args") or {}
        category, queues = args.get("category"), args.get("queues", args.get("queue"))
        listed = queues if isinstance(queues, list) else [queues]
        for queue, (_, own) in known.get(site, {}).items():
            if queue in listed or (queues is None and category in (None, "", own)):
                keys.append(f"{site}/{queue}")
    return _own(keys, known, shops)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_csv(lines: Iterable[Line]) -> str:
    """A table with a heading; what a spreadsheet would take for a formula is text there."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(Line))
    for line in lines:
        writer.writerow(_cell(value) for value in asdict(line).values())
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def as_json(lines: Iterable[Line]) -> str:
    """A list of objects, one a line."""
    rows = [json.dumps(asdict(line), ensure_ascii=False) for line in lines]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"
