"""How much of each limit is used, and what a plan would make of it: fine, for two people, or for nobody."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feeds.durations import format_duration
from playbooks.facts import Facts
from playbooks.limits.limits_file import Ceiling, Limits
from playbooks.limits.moved import LENDING, Move, moves_of, planned_moves
from playbooks.run import Order, Run
from playbooks.words import Words

HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Judged:
    """Why a plan is refused by the limits, and why it needs a second person: both empty where it does not."""

    refused: tuple[Words, ...] = ()
    second: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One limit as a plan would use it. `then` is what would be used; `room_at` when there is room again, if known."""

    name: str
    then: float
    text: Words
    room_at: float | None = None


def judge(
    limits: Limits, playbook: str, orders: Iterable[Order], runs: Iterable[Run], facts: Facts, now: float
) -> Judged:
    """What the limits say to these orders beside what the runs have used."""
    wanted, ceilings = list(orders), limits.limits
    others = [move for run in runs for move in moves_of(run, now)]
    mine = planned_moves(wanted, now)
    found: list[tuple[Ceiling, Use]] = []
    if mine:
        found.append((ceilings.agents_per_hour, _hourly(others, mine, ceilings.agents_per_hour, now)))
        found += [(ceilings.share_of_site, use) for use in _shares(others, mine, facts)]
    found += [(ceilings.bot_share, use) for use in _bots(wanted)]
    refused, second = [], []
    for ceiling, use in found:
        if playbook in ceiling.except_:
            continue
        if ceiling.most is not None and not use.then <= ceiling.most:
            refused.append(_said(use, ceiling.most, now))
        elif ceiling.two is not None and not use.then <= ceiling.two:
            second.append(_said(use, ceiling.two, now, second=True))
    return Judged(tuple(refused), tuple(second))


def _hourly(others: list[Move], mine: tuple[Move, ...], ceiling: Ceiling, now: float) -> Use:
    recent = sorted((move for move in others if move.at > now - HOUR_S), key=lambda move: move.at)
    used, asked = math.fsum(move.count for move in recent), math.fsum(move.count for move in mine)
    room_at, left = None, used
    for move in recent:
        if ceiling.most is None or left + asked <= ceiling.most:
            break
        left, room_at = left - move.count, move.at + HOUR_S
    if ceiling.most is not None and left + asked > ceiling.most:
        room_at = None
    text = Words(
        f"一小时内已调 {used:g} 人,本次 {asked:g} 人", f"{used:g} agents moved within the hour, and {asked:g} more now"
    )
    return Use("agents_per_hour", used + asked, text, room_at)


def _shares(others: list[Move], mine: tuple[Move, ...], facts: Facts) -> Iterable[Use]:
    for site in dict.fromkeys(move.site for move in mine if move.verb == LENDING):
        out = [move for move in others if move.site == site and move.verb == LENDING and move.out]
        away = math.fsum(move.count for move in out)
        asked = math.fsum(move.count for move in mine if move.site == site)
        whole = facts.value(site, None, "agents_online") + away
        share = (away + asked) / whole if whole > 0 else math.nan
        ends = [move.until for move in out]
        known = [end for end in ends if end is not None]
        shown = "?" if math.isnan(share) else f"{share:.0%}"
        text = Words(
            f"{site} 已借出 {away:g} 人,本次 {asked:g} 人,占 {shown}",
            f"{site} has {away:g} agents out, and {asked:g} more now make {shown} of its people",
        )
        yield Use("share_of_site", share, text, min(known, default=None))


def _bots(orders: Iterable[Order]) -> Iterable[Use]:
    for order in orders:
        if order.verb != "set_bot_share":
            continue
        given = order.args.get("shares")
        shares = given.values() if isinstance(given, Mapping) else (order.args.get("share"),)
        top = max((float(share) for share in shares if isinstance(share, int | float)), default=math.nan)
        yield Use("bot_share", top, Words(f"{order.site} 机器人分流 {top:.0%}", f"bot share {top:.0%} at {order.site}"))


def _said(use: Use, bound: float, now: float, *, second: bool = False) -> Words:
    shown = f"{bound:g}" if use.name == "agents_per_hour" else f"{bound:.0%}"
    left = use.room_at - now if use.room_at is not None else math.nan
    later = f"; {format_duration(math.ceil(left))}" if left > 0 and not second else ""
    zh_later, en_later = (f",{later[2:]} 后有余量", f"{later} until there is room") if later else ("", "")
    if second:
        return Words(
            f"超过 {use.name} 的单人上限 {shown},需两人: {use.text.zh}",
            f"above {shown} of {use.name} two people stand for it: {use.text.en}",
        )
    return Words(
        f"超过上限 {use.name} = {shown}: {use.text.zh}{zh_later}",
        f"over the limit {use.name} = {shown}: {use.text.en}{en_later}",
    )
