"""A recorded load as a scenario's file: what `dutydeck check` accepts, and people can edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from feeds.contract import Row
from feeds.text import clean
from simulators.curves import DAY_S
from simulators.fitting.writing import id_from
from simulators.recorded.groups import GroupNames, SiteNames
from simulators.recorded.load import Floats, RecordedLoad, SiteLoad
from simulators.recorded.people import SitePeople
from simulators.recorded.traits import LawFigures, QueueTraits
from simulators.scenario_sites import REST_REASONS
from simulators.vocabulary import shipped

_CURVE_S = 300.0
"""The curve has a level for so many seconds; a drill on the file draws its contacts around it."""
_ROSTER_S = 900.0


def recorded_text(
    load: RecordedLoad,
    names: Sequence[SiteNames],
    people: Sequence[SitePeople],
    agents: Sequence[Floats],
    traits: Sequence[Sequence[QueueTraits]],
) -> str:
    """The scenario; `agents` are the people of each site, (intervals, groups), with whatever was changed."""
    lines = [*_head(load), *_words(load, names), "sites:"]
    for site, one, who, there, what in zip(load.sites, names, people, agents, traits, strict=True):
        lines += _site(load, site, one, who, there, what)
    return "\n".join([*lines, ""])


def _head(load: RecordedLoad) -> Iterator[str]:
    starts = datetime.fromtimestamp(load.starts, ZoneInfo(load.tz))
    yield f"# The load of the recording {clean(load.name, 60)}, taken by dutydeck replay --load-only."
    for site, (spread, guessed) in load.unknown().items():
        yield f"# {site}: of {load.intervals} intervals {spread} known in total only, {guessed} drawn between others."
    yield f'id: "{id_from(load.name, fallback="recorded")}"'
    yield f"title: {{zh: {_quoted('负荷回放 ' + load.zh)}, en: {_quoted('Load of ' + load.en)}}}"
    yield f'starts: "{starts.isoformat()}"'
    yield f"minutes: {max(1, round(load.seconds / 60))}"
    yield "warm_up: 15m"
    yield "busyness_shape: null  # the day is the recorded one"
    yield "drift: 0"
    yield "# What came again, or from another queue, is among the recorded contacts; nothing is added to them."
    yield "profile: {redial: 0%, transfer: 0%}"


def _words(load: RecordedLoad, names: Sequence[SiteNames]) -> Iterator[str]:
    """Categories, platforms and phases with their names alone: every figure stands at its queue."""
    known = shipped()
    used = dict.fromkeys(group.category for one in names for group in one.groups)
    yield "categories:"
    for name in used:
        kind = known.categories.get(name)
        yield f"  {name}: {{zh: {_quoted(kind.zh if kind else name)}, en: {_quoted(kind.en if kind else name)}}}"
    rows = [row for site in load.sites for row in site.rows]
    for key, kinds, field in (("platforms", known.platforms, "platform"), ("phases", known.phases, "phase")):
        here = [name for name in dict.fromkeys(getattr(row, field) for row in rows) if name in kinds]
        if here:
            yield f"{key}:"
        for name in here:
            yield f"  {name}: {{zh: {_quoted(kinds[name].zh)}, en: {_quoted(kinds[name].en)}}}"


def _site(
    load: RecordedLoad,
    site: SiteLoad,
    names: SiteNames,
    people: SitePeople,
    agents: Floats,
    traits: Sequence[QueueTraits],
) -> Iterator[str]:
    offered = site.counters["offered"]
    yield f'  - id: "{names.site}"'
    yield f"    zh: {_quoted(site.zh)}\n    en: {_quoted(site.en)}"
    yield f"    contacts_per_day: {offered.sum() * DAY_S / load.seconds:.1f}  # at this pace; {offered.sum():.0f} came"
    yield "    curve:"
    yield from _levels(load, offered.sum(axis=1))
    yield "    groups:"
    for number, group in enumerate(names.groups):
        yield from _group(load, group, number, people, agents[:, number])
    yield "    queues:"
    whole = max(float(offered.sum()), 1.0)
    for number, row in enumerate(site.rows):
        weight = float(offered[:, number].sum()) / whole
        category = names.groups[names.group_of[number]].category
        yield from _queue(row, names.queues[number], category, weight, traits[number])


def _levels(load: RecordedLoad, offered: Floats) -> Iterator[str]:
    """Levels over the stretch's mean, each at the middle of its five minutes."""
    block = np.arange(load.intervals) // max(1, round(_CURVE_S / load.every_s))
    seconds = np.bincount(block) * load.every_s
    rate = np.bincount(block, offered) / seconds
    mean = max(float(offered.sum()) / load.seconds, 1e-9)
    middles = np.cumsum(seconds) - seconds / 2
    levels = [f"[{at:.0f}s, {min(value / mean, 1000.0):.4f}]" for at, value in zip(middles, rate, strict=True)]
    for begin in range(0, len(levels), 8):
        yield ("      [" if begin == 0 else "       ") + ", ".join(levels[begin : begin + 8]) + ","
    yield "      ]"


def _group(load: RecordedLoad, group: GroupNames, number: int, people: SitePeople, agents: Floats) -> Iterator[str]:
    yield f'      - id: "{group.id}"\n        category: "{group.category}"'
    yield f"        channel: {'voice' if group.voice else 'chat'}"
    yield f"        agents: {int(agents.max(initial=0.0))}  # the most at once"
    if not group.voice:
        yield f"        cap: {int(people.cap[0, number])}"
    shares = people.rests[:, number].mean(axis=0)
    rests = ", ".join(f"{reason}: {share:.4f}" for reason, share in zip(REST_REASONS, shares, strict=True) if share > 0)
    yield f"        rests: {{{rests}}}"
    if not people.told:
        yield "        # Not in the recording: as many as give the abandonment seen (Erlang A)."
    if agents.min(initial=0.0) != agents.max(initial=0.0):
        yield f"        roster:\n          every: {_ROSTER_S / 60:g}m\n          agents: ["
        yield from _roster(load, agents)
        yield "          ]"


def _roster(load: RecordedLoad, agents: Floats) -> Iterator[str]:
    """Mean people by quarter of an hour of the local day; outside of the recording those at its nearer end."""
    starts = datetime.fromtimestamp(load.starts, ZoneInfo(load.tz))
    begin = starts.hour * 3600.0 + starts.minute * 60 + starts.second
    at = begin + (np.arange(load.intervals) + 0.5) * load.every_s
    cell = (at % DAY_S // _ROSTER_S).astype(np.int64)
    size = round(DAY_S / _ROSTER_S)
    count = np.bincount(cell, minlength=size)
    mean = np.bincount(cell, agents, minlength=size) / np.maximum(count, 1)
    last = int(cell[-1])
    for step in range(1, size):  # the day goes round: after the end the last figure holds, until the first
        place = (last + step) % size
        if not count[place]:
            mean[place] = mean[(place - 1) % size] if step <= size // 2 else mean[int(cell[0])]
    for hour in range(0, size, 4):
        yield "            " + " ".join(f"{round(float(value), 2):g}," for value in mean[hour : hour + 4])


def _queue(row: Row, name: str, category: str, weight: float, traits: QueueTraits) -> Iterator[str]:
    zh, en = row.zh or row.id, row.en or row.zh or row.id
    yield f'      - id: "{name}"'
    yield f'        zh: {_quoted(zh)}\n        en: {_quoted(en)}\n        category: "{category}"'
    for key in ("shop", "platform", "phase"):
        if getattr(row, key):
            yield f"        {key}: {_quoted(getattr(row, key))}"
    if row.tier:
        yield f"        tier: {min(max(row.tier, 0), 9)}"
    if row.tags:
        yield f"        tags: [{', '.join(_quoted(tag) for tag in row.tags)}]"
    yield f"        weight: {max(weight, 1e-6):.6f}"
    yield f"        handle: {_law(traits.handle)}{'' if traits.handle.own else '  # assumed: too few ended'}"
    said = "" if traits.patience.own else "  # assumed: hardly anybody gave up"
    yield f"        patience: {_law(traits.patience)}{said}"
    yield f"        balk: {traits.patience.balk:.4f}"
    yield f"        bot_share: {traits.bot_share:.4f}\n        containment: {traits.containment:.4f}"
    yield "        acw: 0s  # in the handle time"


def _law(law: LawFigures) -> str:
    extra = f", cv: {min(law.cv, 10.0):.3f}" if law.law in ("lognormal", "weibull") else ""
    return f"{{law: {law.law}, mean: {min(law.mean_s, 3e7):.1f}s{extra}}}"


def _quoted(text: str) -> str:
    plain = clean(text, 60).replace("\\", "/").replace('"', "'")
    return f'"{plain}"'
