"""What each step of a plan changes of the half hour ahead, from its arguments, the board and the catalogue's figures.

Where arguments and board say how much (heads, a bot's share, weights), that is taken; else the playbook's own `effect`
figures. A step of which neither says anything has no modelled effect: the projection with it is the one without.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from alerts.projection.board import SLOWDOWN
from playbooks.action import Args, names_of, number_of, text_of
from playbooks.ahead.change import LEAVE_S, Change
from playbooks.ahead.lanes import LanesAhead
from playbooks.facts import Facts, is_known
from playbooks.playbook import About
from playbooks.spare import FIRST_EFFICIENCY

CONTAINED = 0.5
"""Of those whom the bot meets it keeps so many, where nobody has counted them."""

Times = tuple[float, float]
Effect = Callable[[Args, Facts, Mapping[str, float], Times, LanesAhead], tuple[Change, ...]]


def changes_of(action: str, args: Args, facts: Facts, about: About, lanes: LanesAhead) -> tuple[Change, ...]:
    """What one step changes; nothing where it changes no queue or nobody can say how much."""
    begins, whole = about.lead_time or (0.0, 0.0)
    effect = _EFFECTS.get(action)
    found = effect(args, facts, about.figures, (begins, whole), lanes) if effect is not None else ()
    return tuple(change for change in found if _known(change))


def _known(change: Change) -> bool:
    figures = (change.agents, change.arrivals, change.capacity, change.handle)
    return not any(map(math.isnan, figures))


def _move(args: Args, _facts: Facts, figures: Mapping[str, float], times: Times, _: LanesAhead) -> tuple[Change, ...]:
    count, category = number_of(args, "count"), text_of(args, "category")
    return (
        Change(text_of(args, "from"), category, begins_s=LEAVE_S, whole_s=LEAVE_S, agents=-count),
        _coming(text_of(args, "to"), category, count, figures.get("efficiency", FIRST_EFFICIENCY), times),
    )


def _flex(args: Args, _facts: Facts, figures: Mapping[str, float], times: Times, _: LanesAhead) -> tuple[Change, ...]:
    count, site = number_of(args, "count"), text_of(args, "site")
    return (
        Change(site, text_of(args, "from"), begins_s=LEAVE_S, whole_s=LEAVE_S, agents=-count),
        _coming(site, text_of(args, "category"), count, figures.get("efficiency", 1.0), times),
    )


def _heads(args: Args, _facts: Facts, figures: Mapping[str, float], times: Times, _: LanesAhead) -> tuple[Change, ...]:
    count, category = number_of(args, "count"), text_of(args, "category")
    return (_coming(text_of(args, "site"), category, count, figures.get("efficiency", 1.0), times),)


def _coming(site: str, category: str, count: float, efficiency: float, times: Times) -> Change:
    return Change(site, category, begins_s=times[0], whole_s=times[1], agents=count * efficiency)


def _going(args: Args, _facts: Facts, _figures: Mapping[str, float], _t: Times, _: LanesAhead) -> tuple[Change, ...]:
    category, count = text_of(args, "category"), number_of(args, "count")
    return (Change(text_of(args, "site"), category, begins_s=LEAVE_S, whole_s=LEAVE_S, agents=-count),)


def _bot(args: Args, facts: Facts, _figures: Mapping[str, float], times: Times, _: LanesAhead) -> tuple[Change, ...]:
    site, share = text_of(args, "site"), number_of(args, "share")
    kept = facts.value(site, None, "bot_containment_15m")
    back = facts.value(site, None, "bot_false_containment_15m")
    kept = (CONTAINED if math.isnan(kept) else kept) * (1.0 - (0.0 if math.isnan(back) else min(max(back, 0.0), 1.0)))
    found = []
    for queue in names_of(args, "queues"):
        before = facts.value(site, queue, "bot_share")
        people = (1.0 - share * kept) / (1.0 - before * kept) if before * kept < 1.0 else math.nan
        found.append(Change(site, queues=(queue,), begins_s=times[0], whole_s=times[1], arrivals=people - 1.0))
    return tuple(found)


def _rest(args: Args, facts: Facts, figures: Mapping[str, float], times: Times, _: LanesAhead) -> tuple[Change, ...]:
    site, kept = text_of(args, "site"), number_of(args, "allowance")
    resting = math.fsum(facts.value(site, None, f"rest_{reason}") for reason in names_of(args, "reasons"))
    online = facts.value(site, None, "agents_online")
    share = (1.0 - kept) * resting / online if online > 0 else math.nan
    if math.isnan(share):
        share = figures.get("capacity", math.nan)
    return (Change(site, begins_s=times[0], whole_s=times[1], capacity=share),)


def _cap(args: Args, facts: Facts, _figures: Mapping[str, float], times: Times, _: LanesAhead) -> tuple[Change, ...]:
    site, after = text_of(args, "site"), number_of(args, "cap")
    before = facts.value(site, None, "concurrency_cap")
    more = _throughput(after) / _throughput(before) - 1.0 if before >= 1.0 else math.nan
    return (Change(site, begins_s=times[0], whole_s=times[1], capacity=more),)


def _throughput(at_once: float) -> float:
    """Contacts that an agent finishes with so many at once, against one at a time."""
    return at_once / (1.0 + SLOWDOWN * (at_once - 1.0))


def _weights(
    args: Args, facts: Facts, _figures: Mapping[str, float], times: Times, lanes: LanesAhead
) -> tuple[Change, ...]:
    """A site's weight in dealing out new contacts: what it does not get the others get, by what they have."""
    site, category, weight = text_of(args, "site"), text_of(args, "category"), number_of(args, "weight")
    others = [other for other in facts.sites() if other != site and (other, category) in lanes.of_category]
    come = {name: _come(lanes, name, category) for name in (site, *others) if is_known(facts, name)}
    before = min((facts.value(site, q, "routing_weight") for q in facts.queues(site, category)), default=math.nan)
    before = 1.0 if math.isnan(before) else before
    mine = come.get(site, math.nan)
    if not mine > 0 or not before > 0:
        return ()
    usual, rest = mine / before, math.fsum(come[name] for name in come if name != site)
    whole = mine + rest
    share = usual * weight / (usual * weight + rest) if rest > 0 else 1.0
    found = [Change(site, category, begins_s=times[0], whole_s=times[1], arrivals=share * whole / mine - 1.0)]
    more = (1.0 - share) * whole / rest - 1.0 if rest > 0 else 0.0
    return (
        *found,
        *(Change(n, category, begins_s=times[0], whole_s=times[1], arrivals=more) for n in come if n != site),
    )


def _come(lanes: LanesAhead, site: str, category: str) -> float:
    which = lanes.of_category.get((site, category), ())
    return math.fsum(float(lanes.course.arrivals[0, lane] * lanes.own[lane]) for lane in which)


def _topic(args: Args, facts: Facts, figures: Mapping[str, float], times: Times, _: LanesAhead) -> tuple[Change, ...]:
    site = text_of(args, "site")
    fewer = figures.get("arrivals", math.nan) * facts.value(site, None, "top_topic_share")
    return (Change(site, begins_s=times[0], whole_s=times[1], arrivals=fewer),)


def _callback(
    args: Args, _facts: Facts, figures: Mapping[str, float], times: Times, lanes: LanesAhead
) -> tuple[Change, ...]:
    site = text_of(args, "site")
    lines = tuple(queue for own, queue in sorted(lanes.calls) if own == site)
    fewer = figures.get("arrivals", math.nan)
    return (Change(site, queues=lines, begins_s=times[0], whole_s=times[1], arrivals=fewer),) if lines else ()


def _as_stated(
    args: Args, facts: Facts, figures: Mapping[str, float], times: Times, _: LanesAhead
) -> tuple[Change, ...]:
    """The catalogue's figures, for the queues that the step names."""
    site = text_of(args, "site")
    queues = tuple(q for q in names_of(args, "queues") if q in facts.queues(site)) if "queues" in args else ()
    return (
        Change(
            site,
            queues=queues,
            begins_s=times[0],
            whole_s=times[1],
            arrivals=figures.get("arrivals", 0.0),
            capacity=figures.get("capacity", 0.0),
            handle=figures.get("handle_time", 0.0),
            lost="cap" in args,
        ),
    )


_EFFECTS: Mapping[str, Effect] = {
    "reallocate_agents": _move,
    "assign_agents": _flex,
    "call_in": _heads,
    "set_supervisors": _heads,
    "send_home": _going,
    "set_bot_share": _bot,
    "set_rest_allowance": _rest,
    "set_concurrency_cap": _cap,
    "set_routing_weights": _weights,
    "set_topic_answer": _topic,
    "stop_topic": _topic,
    "set_callback": _callback,
    "set_wrap_up": _as_stated,
    "set_greeting": _as_stated,
    "set_queue_cap": _as_stated,
    "set_snippets": _as_stated,
}
