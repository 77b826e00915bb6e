"""Who can lend people: how many a site can spare without falling over itself, and how many would help.

A site that is unknown is never a donor, nor is one whose people are part of another move.
"""

from __future__ import annotations

import math

from playbooks.action import Candidate, World
from playbooks.facts import Facts, is_known, total
from playbooks.words import Words

RESERVE_SHARE = 0.1
"""Of a category's agents online, this share stays available at the donor."""

DONOR_MAX_LOAD = 0.75
"""A site busier than this is not asked (the ladder's rule for flexing people: donor load below 0.75)."""

DONOR_LOAD_AFTER = 0.85
"""No donor gives so many that its own load would pass this."""

FIRST_EFFICIENCY = 0.6
"""What a borrowed agent does in the first half hour, against one at home."""


def agents_key(site: str, category: str) -> str:
    """The name of the resource `agents of a category at a site`."""
    return f"agents:{site}:{category}"


def candidates(receiver: str, category: str, world: World) -> tuple[Candidate, ...]:
    """Every other site of the category with what it can spare, the best donor first; those that cannot lend last."""
    found = [_candidate(site, category, world) for site in world.facts.sites() if site != receiver]
    return tuple(
        sorted(found, key=lambda c: (c.why_not is not None, -_or_zero(c.spare), _load(world.facts, c.site), c.site))
    )


def _candidate(site: str, category: str, world: World) -> Candidate:
    facts = world.facts
    if not is_known(facts, site):
        return Candidate(site, math.nan, Words("数据未知", "its figures are unknown"))
    if category not in facts.categories(site):
        return Candidate(site, 0.0, Words(f"无「{category}」人员", f"nobody there serves {category}"))
    if agents_key(site, category) in world.held:
        return Candidate(site, math.nan, Words("人员已被另一预案占用", "its people are held by another run"))
    load = facts.value(site, None, "load")
    if not load < DONOR_MAX_LOAD:
        return Candidate(
            site, math.nan, Words(f"负荷 {load:.2f} 过高", f"load {load:.2f} is not below {DONOR_MAX_LOAD:g}")
        )
    count = spare(facts, site, category)
    if math.isnan(count):
        return Candidate(site, count, Words("可接待人数未知", "its available agents are unknown"))
    if count < 1:
        return Candidate(site, count, Words("无富余人员", "nobody to spare"))
    return Candidate(site, count)


def spare(facts: Facts, site: str, category: str) -> float:
    """How many agents of the category the site can lend: whole people, NaN where that cannot be known.

    The available ones less a reserve, and not so many that the site's own load would pass `DONOR_LOAD_AFTER`. An agent
    who serves several queues stands in each of their rows, so the rows are scaled to the site's own total.
    """
    queues, mine = facts.queues(site), facts.queues(site, category)
    available = _scaled(facts, site, queues, mine, "agents_available")
    online = _scaled(facts, site, queues, mine, "agents_online")
    load, all_online = facts.value(site, None, "load"), facts.value(site, None, "agents_online")
    by_load = all_online * (1.0 - load / DONOR_LOAD_AFTER)
    if any(map(math.isnan, (available, online, by_load))):
        return math.nan
    return max(0.0, math.floor(min(available - math.ceil(RESERVE_SHARE * online), by_load)))


def _scaled(facts: Facts, site: str, queues: tuple[str, ...], mine: tuple[str, ...], metric: str) -> float:
    rows, own, part = (
        total(facts, site, queues, metric),
        facts.value(site, None, metric),
        total(facts, site, mine, metric),
    )
    return part if rows <= own else part * own / rows


def needed(facts: Facts, site: str, category: str) -> float:
    """How many borrowed agents would take everybody who waits for the category at once; NaN where that is unknown."""
    waiting = total(facts, site, facts.queues(site, category), "waiting")
    slots, online = facts.value(site, None, "slots"), facts.value(site, None, "agents_online")
    each = slots / online if online > 0 else math.nan
    return math.ceil(waiting / (FIRST_EFFICIENCY * each)) if waiting >= 0 and each > 0 else math.nan


def _load(facts: Facts, site: str) -> float:
    return _or_zero(facts.value(site, None, "load"))


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
