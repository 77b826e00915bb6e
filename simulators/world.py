"""The network of all sites, stepped one second at a time.

Each second, in this order: what the scenario injects; agents who leave or arrive; work and its ends; customers who
give up; customers who arrive, first, again, or from the bot; and agents with free hands take who has waited longest.
A contact that meets free hands is answered in the second in which it came, with a wait of 0.

At every second and for every queue: offered = answered + abandoned + timed_out + bot_contained + open, where open is
the gauges waiting + bot_open; and the agents of all sites, with those between sites and those absent, stay the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from alerts.clock_files import load_clocks
from feeds.clocks import ClockDefinition
from simulators.arrivals import Arrivals, Arriving, Traits
from simulators.bot import Bot
from simulators.clock_tally import ClockTally
from simulators.contacts import AFTER_BOT, AFTER_BOT_LATE, REDIAL, TRANSFER, Batch, Contacts
from simulators.disturbances import Disturbances, Leave, after_sale_topics
from simulators.feed_faults import FeedFaults, Shown
from simulators.figures import Figures
from simulators.injection import Injection, TopicSpike, earliest
from simulators.layout import Layout
from simulators.levers.contentment import contentment
from simulators.levers.routing import STRANGE_SHOP
from simulators.levers.switchboard import Levers
from simulators.lists import GivenUp
from simulators.losses import Losses
from simulators.orbit import Orbit
from simulators.orphans import Orphans
from simulators.outcomes import Conversations, Trade
from simulators.outside import Outside
from simulators.power_loss import Elsewhere
from simulators.randomness import streams
from simulators.scenario import Scenario
from simulators.service import Service
from simulators.shifts import Attending, Shifts
from simulators.staffing import Staff
from simulators.tally import Tally
from simulators.topics import Topics
from simulators.transfers import Transfers
from simulators.unanswered import Unanswered
from simulators.waiting import WaitingLines

Ints = NDArray[np.int64]

_TRADE_EVERY = 10
"""Ticks between bookings of the shops' business."""


class World:
    """All sites of a scenario. Same scenario and seed, same orders at the same ticks: the same bits.

    `now` is seconds since the Unix epoch: the scenario's start when made, its warm-up being over, then one more with
    each `step`. Counters have counted since `counters_since`, the beginning of the warm-up. The sites count by
    `clocks`, the shipped ones unless others are given.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        clocks: Sequence[ClockDefinition] | None = None,
        *,
        layout: Layout | None = None,
    ) -> None:
        self.scenario, self.seed = scenario, seed
        self.layout = layout = layout or Layout(scenario)
        self.streams = streams(seed)
        self.tally = Tally(len(layout.queues))
        kinds = [(queue.row.platform, queue.row.channel) for queue in layout.queues]
        self.clock_tally = ClockTally(load_clocks() if clocks is None else clocks, kinds, layout.chat)
        self.contacts = Contacts()
        self.lines = WaitingLines(len(layout.groups))
        self.service = Service(len(layout.groups))
        self.staff = Staff(layout)
        self._shifts: Attending = Shifts(layout, self.streams.shifts)
        self.transfers = Transfers(self.staff, whole(scenario.lead_time), scenario.borrowed_efficiency)
        self.levers = Levers(layout, self.staff, self.tally, self.streams.levers)
        self.bot = Bot(layout)
        self.topics = Topics(len(layout.queues), after_sale_topics(layout))
        self.conversations = Conversations(layout, self.streams, self.tally, self.clock_tally)
        self.losses = Losses(layout)
        self._trade = Trade(layout, self.streams, self.tally)
        self._arrivals: Arriving = Arrivals(layout, self.streams)
        self._traits = Traits(layout)
        self.comebacks = Orbit()
        self.injections = scenario.injections
        """What is injected: what the scenario has, then what its coach added."""
        self._disturbances = Disturbances(layout, scenario.happening(self.injections))
        self.elsewhere = Elsewhere(layout)
        self.faults = FeedFaults(layout)
        self._outside = Outside(layout, self.transfers)
        self._effects = self._disturbances.effects(-self.scenario.warm_up)
        self._trade.rush(self._effects.refunds)
        self._away: dict[int, list[tuple[int, int, list[int]]]] = {}
        self._transfer = layout.column("transfer")
        self._start = scenario.starts.timestamp()
        self._day_s = _seconds_of_day(scenario)
        self.figures = Figures(self)
        self.unanswered, self._orphans = Unanswered(self), Orphans(self)
        self.given_up = GivenUp()
        self._stopping = False
        self._warm = whole(scenario.warm_up)
        self.tick = 0
        self._prepare()
        for _ in range(self._warm):
            self.step()

    def _prepare(self) -> None:
        """For worlds that differ from this one: the last word before the warm-up."""

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites' ids, in the scenario's order."""
        return self.layout.sites

    @property
    def elapsed(self) -> float:
        """Seconds since the scenario's start; negative in the warm-up."""
        return float(self.tick - self._warm)

    @property
    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return self._start + self.elapsed

    @property
    def counters_since(self) -> float:
        """When the counters were zero, in seconds since the Unix epoch."""
        return self._start - self._warm

    def step(self) -> None:
        """One second passes."""
        self._disturb()
        self.tick += 1
        self.clock_tally.now = self.now
        self._shifts.step(self.staff, self._day_s + self.elapsed - 1)
        self._pull_levers()
        self.transfers.step(self.tick, self.service.held)
        speed = self.staff.speed(self.service.held, self.transfers.efficiency(self.tick, self.levers.lost(self.tick)))
        self.complete(self.service.advance(speed, self.contacts))
        self._orphans.desert()
        self._abandon(self.lines.hang_up(self.contacts, self.tick))
        self._arrive()
        self._answer(self.lines.serve(self._free()))
        if self.levers.later.used:
            self.levers.later.begin(self._free(), self.service, self.contacts, self.tick)
        if self.tick % _TRADE_EVERY == 0:
            self._trade.settle()

    def _free(self) -> Ints:
        """Contacts that each group's agents can take now."""
        free: Ints = np.maximum(self.staff.slots - self.service.held, 0)
        return free

    def _pull_levers(self) -> None:
        """What the desk has ordered takes hold."""
        levers = self.levers
        if not levers.touched:
            return
        levers.step(self.tick, self.service.held)
        self.conversations.contentment = contentment(self)
        if levers.topics.stops.used or self._stopping:
            self._stopping = levers.topics.stops.used
            effects, (orders, rush) = self._effects, levers.topics.orders_left(self._effects.spike)
            self.conversations.rush((1 + (effects.conversion - 1) * rush) * orders, effects.order_value)
            self._trade.rush(1 + (effects.refunds - 1) * rush)
        if levers.queue_cap.used:
            levers.queue_cap.count(
                np.bincount(self.contacts.queue[self.lines.slots], minlength=len(self.layout.queues))
            )

    def inject(self, one: Injection) -> None:
        """Add an injection: everything is as if the scenario had had it, as its last, from the beginning.

        Raises ValueError for one that should have begun by now (`earliest`).
        """
        if one.at < earliest(one, self.elapsed):
            raise ValueError(f"{one.kind} at {one.at:g} s is too late at {self.elapsed:g} s")
        self._outside.add(len(self.injections), one)
        self.faults.add(one)
        if isinstance(one, TopicSpike):
            self.levers.topics.know(one)
        self.injections = (*self.injections, one)
        self._disturbances = Disturbances(self.layout, self.scenario.happening(self.injections))

    def totals(self, site: str) -> dict[str, int]:
        """offered, answered, abandoned, timed_out, bot_contained and open of a site; offered is the rest's sum."""
        number = self.layout.sites.index(site)
        queues = slice(int(self.layout.queue_start[number]), int(self.layout.queue_start[number + 1]))
        found = {
            name: int(self.tally.of(name)[queues].sum())
            for name in ("offered", "answered", "abandoned", "timed_out", "bot_contained")
        }
        return found | {"open": int(self.open_contacts()[queues].sum())}

    def open_contacts(self) -> Ints:
        """Contacts per queue that wait or are with the bot."""
        waiting = np.bincount(self.contacts.queue[self.lines.slots], minlength=len(self.layout.queues))
        found: Ints = waiting + self.bot.open
        return found

    def blocks(self, site: int) -> Shown:
        """When a site's figures were taken, and its gauges and counters as rows × columns; see `Figures`."""
        return self.figures.of(site)

    def dark(self, site: str, now: float) -> bool:
        """Whether the site's feed is dead at `now` (seconds since the Unix epoch)."""
        return self._disturbances.dark(site, now - self._start)

    def frozen(self, site: str) -> bool:
        """Whether the site's figures stand still now."""
        return self._disturbances.frozen(site, self.elapsed)

    def skew(self, site: str) -> float:
        """Seconds by which the site's clock is ahead now."""
        return self.faults.skew(self.sites.index(site), self.elapsed) if self.faults else 0.0

    def repeats(self, site: str) -> bool:
        """Whether every frame of the site comes twice now."""
        return bool(self.faults) and self.faults.repeats(self.sites.index(site), self.elapsed)

    def waiting(self) -> tuple[Ints, Ints]:
        """The queue and the wait in ticks of every contact that waits."""
        slots = self.lines.slots
        return self.contacts.queue[slots], self.tick - self.contacts.joined[slots]

    def _disturb(self) -> None:
        elapsed = self.elapsed
        if elapsed < 0:
            return
        if self._disturbances.changes(elapsed - 1, elapsed):
            self._effects = effects = self._disturbances.effects(elapsed)
            self.bot.containment, self.bot.false_containment = effects.containment, effects.false_containment
            self.conversations.rush(effects.conversion, effects.order_value)
            self._trade.rush(effects.refunds)
        self._power(elapsed)
        self._outside.step(self.tick, elapsed)
        for number, leave in enumerate(self._disturbances.leaves):
            if elapsed - 1 < leave.at <= elapsed:
                self._away[number] = [(group, *self._take_away(group, leave)) for group in leave.groups]
            if elapsed - 1 < leave.until <= elapsed:
                for group, count, rests in self._away.pop(number, []):
                    self.staff.come_back(group, count, rests)
        if self._disturbances.freezes:
            self.figures.freeze()
        if self.faults:
            self.faults.step(elapsed, self.figures.true)

    def _take_away(self, group: int, leave: Leave) -> tuple[int, list[int]]:
        if leave.reason:
            return self.staff.rest(group, leave.share, leave.reason)
        return self.staff.leave(group, leave.share)

    def _power(self, elapsed: float) -> None:
        """Sites that lose power or have it again."""
        for one in self._disturbances.powers:
            site = self.sites.index(one.site)
            if elapsed - 1 < one.at <= elapsed:
                self.elsewhere.lose(site)
                self._orphans.cut_off_site(site)
            if elapsed - 1 < one.at + one.for_ <= elapsed:
                self.elsewhere.regain(site)

    def complete(self, slots: Ints) -> None:
        """Conversations ended, wrap-up included."""
        if self.levers.later.used:
            slots = self.levers.later.ended(slots, self.contacts)
        if not len(slots):
            return
        contacts, layout = self.contacts, self.layout
        queue = contacts.queue[slots]
        answered = contacts.answered[slots]
        self.tally.add("completed", queue)
        self.tally.add("handle_sum_s", queue, (self.tick - answered).astype(np.float64))
        self.conversations.ended(queue, answered - contacts.joined[slots], self.slowness()[queue])
        passed = self.streams.outcomes.random(len(slots)) < self._transfer[queue]
        passed &= layout.transfer_to[queue] >= 0
        self.tally.add("transferred", queue[passed])
        count = int(passed.sum())
        self.comebacks.put(np.full(count, self.tick), layout.transfer_to[queue[passed]], np.full(count, TRANSFER))
        contacts.release(slots)

    def slowness(self) -> NDArray[np.float64]:
        """Per queue, how many times longer things take the agents than with one contact each."""
        each = np.maximum(1.0, self.service.held / np.maximum(self.staff.on_duty, 1))
        per_group: NDArray[np.float64] = 1 + self.staff.slowdown * (each - 1)
        return per_group[self.layout.queue_group]

    def _abandon(self, slots: Ints) -> None:
        self.unanswered.abandon(slots)

    def _arrive(self) -> None:
        counts = self._arrivals.counts(self._day_s + self.elapsed - 0.5, self.elapsed - 0.5, self._effects.factor)
        self._trade.visited(counts)
        queue = np.repeat(np.arange(len(counts)), counts)
        first = self._traits.draw(self.streams.traits, queue, np.zeros(len(queue), dtype=np.int64))
        if self.levers.routing.used or self.levers.topics.used:
            first = self._spared(self._dealt(first))
        queue, kind = self.comebacks.take(self.tick)
        if self.levers.routing.used:
            queue = self.levers.routing.elsewhere(queue, self._arrivals.expected)
        again = self._traits.draw(self.streams.comebacks, queue, kind)
        handed = self.bot.finish(self.contacts, self.tick, self.tally)
        if self.levers.queue_cap.used:
            handed = self.unanswered.turn_away(handed, self.levers.queue_cap.beyond(self.contacts.queue[handed]))
        slots = np.concatenate((handed, self._admit(first), self._admit(again)))
        if self.levers.greeting.used:
            self.levers.greeting.told(self.contacts, slots)
        self.lines.join(slots, self.layout.queue_group[self.contacts.queue[slots]], self.contacts, self.tick)
        if self.levers.callback.used:
            self.unanswered.call_back()

    def _dealt(self, first: Batch) -> Batch:
        """New contacts, dealt out between the sites by weight."""
        routing = self.levers.routing
        if not routing.used:
            return first
        queue, moved = routing.deal(first.queue, self._arrivals.expected)
        return replace(first, queue=queue, work=np.where(moved, STRANGE_SHOP, 1.0) * first.work)

    def _spared(self, first: Batch) -> Batch:
        """New contacts without those whose topic is dealt with."""
        topics = self.levers.topics
        if not topics.used:
            return first
        stays_away, misled, later = topics.spared(first, self.topics.of(first.queue, first.topic, self._effects.spike))
        self.comebacks.put(self.tick + later[misled], first.queue[misled], np.full(int(misled.sum()), REDIAL))
        return first.only(~stays_away)

    def _admit(self, batch: Batch) -> Ints:
        """Counts new contacts in, hands some to the bot and returns the slots of those who join the queue."""
        queue, kind = batch.queue, batch.kind
        if not len(queue):
            return queue
        self.tally.add("offered", queue)
        self.tally.add("repeats", queue[(kind == REDIAL) | (kind == AFTER_BOT) | (kind == AFTER_BOT_LATE)])
        self.tally.add("bot_repeats", queue[kind == AFTER_BOT])
        self.topics.add(queue, batch.topic, self._effects.spike, self.tick)
        slots = self.contacts.admit(batch)
        self.contacts.work[slots] *= self._effects.handle[queue]
        self.levers.work(self.contacts, slots, self._effects.degrade)
        full = self.levers.queue_cap.beyond(queue) if self.levers.queue_cap.used else None
        met = self.bot.meet(batch, slots, self.tick, self.comebacks, self.tally, full)
        return slots[~met] if full is None else self.unanswered.turn_away(slots[~met], full[~met])

    def _answer(self, slots: Ints) -> None:
        if not len(slots):
            return
        queue = self.contacts.queue[slots]
        waits = self.tick - self.contacts.joined[slots]
        self.tally.add_waits("answered", queue, waits)
        self.tally.add("buyers_served", queue[self.contacts.kind[slots] != TRANSFER])
        self.losses.answered(queue, waits)
        self.conversations.first_replies(queue, waits)
        if self.levers.wrap_up.felt:
            self.levers.wrap_up.taken(self.contacts, slots)
        self.service.start(slots, self.layout.queue_group[queue], self.contacts, self.tick)


def whole(seconds: float) -> int:
    """Seconds as ticks."""
    return int(seconds + 0.5)


def _seconds_of_day(scenario: Scenario) -> float:
    at = scenario.starts
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
