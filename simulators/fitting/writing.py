"""A fit as a scenario's file: what `dutydeck check` accepts, each figure with where it comes from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from feeds.text import clean
from simulators.fitting.arrivals import busyness_shape
from simulators.fitting.contact_log import Floats
from simulators.fitting.fitted import Fitted, QueueFit
from simulators.fitting.handle_time import HandleFit
from simulators.fitting.patience import PatienceFit

POOL = "pool"
"""The category of all queues: the same people serve them."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What the scenario is called, and the log it comes from."""

    id: str
    source: str
    site: str
    tz: ZoneInfo
    days: str
    """The kind of day, as it was asked for."""
    dropped: tuple[str, ...] = ()
    """What was left out of the log, a line each."""
    begins_s: float | None = None
    """Seconds after midnight at which the scenario starts; when contacts begin to come where None."""
    minutes: int | None = None
    """How long it is; until they end where None."""


def scenario_text(fitted: Fitted, naming: Naming) -> str:
    """The scenario, with the same text for the same fit."""
    return "\n".join([*_head(fitted, naming), *_arrivals(fitted), *_profile(fitted), *_site(fitted, naming), ""])


def id_from(text: str, taken: Sequence[str] = (), fallback: str = "q") -> str:
    """An id in lower-case letters, digits and hyphens, unlike those in `taken`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or fallback
    found, number = slug, 1
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found


def _head(fitted: Fitted, naming: Naming) -> Iterator[str]:
    days = fitted.days
    yield f"# Fitted by dutydeck fit to {_comment(naming.source)}: {len(days)} days ({_comment(naming.days)}) from"
    yield f"# {days[0]} to {days[-1]}, {fitted.arrivals.per_day * len(days):.0f} contacts."
    for line in naming.dropped:
        yield f"# Left out: {_comment(line)}"
    begins, minutes = _part(fitted, naming)
    starts = datetime.combine(_next_like(days), time(), naming.tz) + timedelta(seconds=begins)
    name = _quoted(naming.site)
    yield f'id: "{naming.id}"'
    yield f"title: {{zh: {name}, en: {name}}}"
    chosen = "" if naming.begins_s is not None else ", when contacts begin to come"
    yield f'starts: "{starts.isoformat()}"  # the next day of the kind after the log{chosen}'
    until = "" if naming.minutes is not None else "  # until they end; a shorter drill: another start, fewer minutes"
    yield f"minutes: {minutes}{until}"
    yield "warm_up: 15m"
    yield ""


def _arrivals(fitted: Fitted) -> Iterator[str]:
    arrivals = fitted.arrivals
    shape = busyness_shape(arrivals.day_variance, np.array([queue.share for queue in fitted.queues]))
    day = 100 * arrivals.day_variance**0.5
    yield f"# Day totals vary by {day:.1f} % beyond Poisson: gamma factors of the day with this shape."
    yield f"busyness_shape: {'null' if shape is None else f'{shape:.1f}'}"
    yield f"# Deviations within a day beyond both; those of neighbours correlate {arrivals.correlation:.2f}."
    yield f"drift: {min(arrivals.drift, 1.0):.3f}"
    yield f"# Mean contacts of each {arrivals.every_s / 60:g} minutes, a line an hour from 00:00."
    yield f"curve:\n  every: {arrivals.every_s / 60:g}m\n  shares: ["
    yield from _by_hour(arrivals.contacts, arrivals.every_s, 2, "    ")
    yield "  ]"
    yield ""


def _profile(fitted: Fitted) -> Iterator[str]:
    handle, patience = fitted.handle, fitted.patience
    yield "profile:"
    yield f"  # {_why_patience(patience)}"
    yield f"  patience: {_law(patience.law, patience.mean_s, patience.cv)}"
    yield f"  balk: {patience.balk:.4f}  # share of those who must wait that leaves within two seconds"
    yield f"  # {_why_handle(handle)}"
    yield f"  handle: {_law(handle.law, handle.mean_s, handle.cv)}"
    yield "  # The log's contacts hold redials, transfers and what a bot let through; nothing is added to them."
    yield "  bot_share: 0%"
    yield "  redial: 0%"
    yield "  transfer: 0%"
    yield f"categories:\n  {POOL}: {{zh: 全部, en: All}}"


def _site(fitted: Fitted, naming: Naming) -> Iterator[str]:
    arrivals = fitted.arrivals
    most = int(np.ceil(fitted.agents.max() * (1 + 2.5 * fitted.attendance_spread))) + 1
    yield "sites:"
    yield f'  - id: "{naming.id}"'
    yield f"    zh: {_quoted(naming.site)}\n    en: {_quoted(naming.site)}"
    yield f"    contacts_per_day: {arrivals.per_day:.1f}  # standard error {_day_error(fitted):.1f}"
    yield f"    groups:\n      - category: {POOL}\n        channel: voice  # one contact at a time"
    yield f"        agents: {most}  # the people that the roster draws from"
    yield "        rests: {}  # the roster counts who takes contacts"
    yield "        # Not in the log: as many as give the abandonment seen (Erlang A, over busy and quiet days);"
    yield "        # spread: how far the days' attendance lies apart, judged by each day's abandonments."
    yield f"        roster:\n          every: {arrivals.every_s / 60:g}m"
    yield f"          spread: {fitted.attendance_spread:.3f}"
    yield "          agents: ["
    yield from _by_hour(fitted.agents, arrivals.every_s, 1, "            ")
    yield "          ]"
    yield "    queues:"
    taken: list[str] = []
    for queue in sorted(fitted.queues, key=lambda one: (-one.share, one.name)):
        taken.append(id_from(queue.name, taken))
        yield from _queue(queue, taken[-1])


def _queue(queue: QueueFit, name: str) -> Iterator[str]:
    label = _quoted(queue.name)
    yield f'      - id: "{name}"'
    yield f"        zh: {label}\n        en: {label}\n        category: {POOL}"
    yield f"        weight: {max(queue.share, 1e-6):.6f}  # its share of the contacts"
    if queue.handle:
        yield f"        # {_why_handle(queue.handle)}"
        yield f"        handle: {_law(queue.handle.law, queue.handle.mean_s, queue.handle.cv)}"
    if queue.patience:
        yield f"        # {_why_patience(queue.patience)}"
        yield f"        patience: {_law(queue.patience.law, queue.patience.mean_s, queue.patience.cv)}"
        yield f"        balk: {queue.patience.balk:.4f}"


def _why_handle(handle: HandleFit) -> str:
    far = ", ".join(f"{law} {handle.distance[law]:.3f}" for law in sorted(handle.aic, key=handle.aic.__getitem__))
    return f"{handle.count} handle times; the mean is theirs; best law first, with its distance: {far}."


def _why_patience(patience: PatienceFit) -> str:
    best = ", ".join(sorted(patience.aic, key=patience.aic.__getitem__))
    said = f"{patience.abandoned} gave up, answered waits censored; laws, best first: {best}."
    return f"{said} Exponential: {patience.exponential_mean_s:.0f}s."


def _law(law: str, mean_s: float, cv: float) -> str:
    extra = f", cv: {cv:.3f}" if law in ("lognormal", "weibull") else ""
    return f"{{law: {law}, mean: {mean_s:.1f}s{extra}}}"


def _by_hour(values: Floats, every_s: float, digits: int, indent: str) -> Iterator[str]:
    per_line = max(1, round(3600 / every_s))
    for begin in range(0, len(values), per_line):
        yield indent + " ".join(f"{value:.{digits}f}," for value in values[begin : begin + per_line])


def _part(fitted: Fitted, naming: Naming) -> tuple[float, int]:
    """When the scenario begins, in seconds since midnight, and its length in minutes."""
    begins, minutes = _open(fitted.arrivals.contacts, fitted.arrivals.every_s)
    if naming.begins_s is not None:
        left = round(begins / 60 + minutes - naming.begins_s / 60)
        begins, minutes = naming.begins_s, left if left > 0 else 60
    return begins, naming.minutes or minutes


def _open(contacts: Floats, every_s: float) -> tuple[float, int]:
    """When the day begins, in seconds since midnight, and its length in minutes: where one contact in 1,000 is."""
    busy = np.flatnonzero(contacts >= 0.001 * contacts.sum())
    first, last = (int(busy[0]), int(busy[-1])) if len(busy) else (0, len(contacts) - 1)
    return first * every_s, max(1, round((last + 1 - first) * every_s / 60))


def _next_like(days: Sequence[date]) -> date:
    """The first day after the log with the weekday of one of its days."""
    kinds = {day.weekday() for day in days}
    return next(day for n in range(1, 8) if (day := days[-1] + timedelta(days=n)).weekday() in kinds)


def _day_error(fitted: Fitted) -> float:
    arrivals = fitted.arrivals
    return float(np.sqrt((arrivals.per_day + arrivals.per_day**2 * arrivals.day_variance) / arrivals.days))


def _comment(text: str) -> str:
    return clean(text, 160)


def _quoted(text: str) -> str:
    plain = clean(text, 60).replace("\\", "/").replace('"', "'")
    return f'"{plain}"'
