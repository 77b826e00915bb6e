"""Hours in the life of an outbox: alerts that come, go and flap, people, mutes, receivers that fail, desks that die."""

from __future__ import annotations

import itertools
import json
import random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.flapping import FlapPolicy
from alerts.notices.exchange import Delivered, Refused, Retry
from alerts.notices.notice import Notice
from alerts.notices.outbox import Outbox
from alerts.notices.post import Delivery
from alerts.notices.receivers import Receiver
from alerts.silence import Matcher, Silence
from tests.alerts.made_engine import HEFEI, columns, rule
from tests.alerts.notices.made import AT, receiver

RULES = (
    rule("wait", "waiting > 20", clear="waiting < 10", keep_firing_for="20s"),
    rule("load", "load > 1", **{"for": "10s"}, severity="critical"),
    rule("dark", "unknown > 0", scope={"level": "site"}, inhibits="queues", severity="critical"),
)
RECEIVERS = (
    receiver("ding", "dingtalk", repeat="60s", repeat_critical="30s"),
    receiver("wecom", "wecom", severities=["critical"], repeat="0", repeat_critical="0"),
    receiver("hook", repeat="5m"),
    receiver("am", "alertmanager", resolve_timeout="1m"),
)
IDS = itertools.count(1)


class Inbox:
    """What one receiver has seen: the first time of each notice, and the keys that it knows."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.seen: dict[str, Notice] = {}
        self.by_key: dict[str, tuple[str, ...]] = {}
        self.times: list[float] = []

    def arrives(self, delivery: Delivery, now: float) -> None:
        self.times.append(now)
        if delivery.refresh:
            assert all(one.id in self.seen for one in delivery.notices)
            return
        ids = tuple(one.id for one in delivery.notices)
        assert self.by_key.setdefault(delivery.key, ids) == ids
        known = [one for one in ids if one in self.seen]
        assert not known or delivery.repeat
        for one in delivery.notices:
            if one.id not in self.seen:
                self._first(one)

    def _first(self, one: Notice) -> None:
        before = [other for other in self.seen.values() if other.alert == one.alert]
        assert one.sequence == len(before) + 1
        if one.kind in ("resolved", "refired", "reminder", "acknowledged", "unacknowledged"):
            assert before
        if any(other.state == "resolved" for other in before):
            assert one.kind in ("flapping", "settled")
            assert self.kind != "alertmanager"
        self.seen[one.id] = one

    def paced(self, most: int, within: float) -> bool:
        return all(sum(at <= other < at + within for other in self.times) <= most for at in self.times)


class World:
    """A desk's engine and outbox on a journal, with what a test may do to them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = AT
        self.kept: dict[str, str] = {}
        self.inboxes = {one.id: Inbox(one.kind) for one in RECEIVERS}
        self.values = {"waiting": [5.0] * 3, "load": [0.5] * 3}
        self.dark = False
        self.down: set[str] = set()
        self.fired: list[Transition] = []
        self.engine = self._engine()
        self.engine.set_rows("hf", HEFEI, self.now)
        self.box = self._box(RECEIVERS)

    def _engine(self) -> RuleEngine:
        return RuleEngine(RULES, lambda: f"a{next(IDS)}", flapping=FlapPolicy(slot_s=5.0, slots=10))

    def _box(self, receivers: tuple[Receiver, ...]) -> Outbox:
        return Outbox(receivers, self.engine, self.chance.random)

    def write(self) -> None:
        for key, body in self.box.changes():
            if body is None:
                self.kept.pop(key, None)
            else:
                self.kept[key] = json.dumps(body, allow_nan=False)

    def note(self, transitions: list[Transition]) -> None:
        self.fired += [one for one in transitions if one.to_state == "firing"]
        self.box.take(transitions)
        self.write()

    def tick(self) -> None:
        self.now += self.chance.choice((0.2, 1.0, 3.0))
        self.note(self.engine.evaluate("hf", columns(float(self.dark), **self.values), self.now))
        self.note(self.engine.expire(self.now))
        self.box.expire(self.now)
        self.write()

    def send(self) -> bool:
        """Everything that is due; True when the desk died of it."""
        deliveries = self.box.due(self.now)
        self.write()
        for delivery in deliveries:
            fate = self.chance.random()
            healthy = delivery.receiver not in self.down
            if healthy or fate < 0.2:
                self.inboxes[delivery.receiver].arrives(delivery, self.now)
            if healthy and fate < 0.9:
                self.box.answered(delivery, Delivered(), self.now)
            elif fate < 0.4:
                self.box.answered(delivery, Retry("no answer"), self.now)
            elif not healthy and fate < 0.7:
                self.box.answered(delivery, Retry("no connection", uncertain=False), self.now)
            elif not healthy and fate < 0.9:
                self.box.answered(delivery, Refused("HTTP 403"), self.now)
            elif fate < 0.95:
                return True
            else:
                self.box.answered(delivery, Retry("HTTP 500"), self.now)
            self.write()
        return False

    def die(self) -> None:
        saved = json.loads(json.dumps(self.engine.dump(), allow_nan=False))
        self.now += self.chance.choice((0.5, 10.0))
        self.engine = self._engine()
        ended = self.engine.restore(saved, self.now)
        ended += self.engine.set_rows("hf", HEFEI, self.now)
        self.box = self._box(RECEIVERS)
        self.box.restore({key: json.loads(body) for key, body in self.kept.items()})
        self.note(ended)
        self.box.reconcile(self.engine.alerts(), self.now)
        self.write()

    def act(self, what: str) -> None:
        if what in ("waiting", "load"):
            limit = 30.0 if what == "waiting" else 2.0
            self.values[what][self.chance.randrange(2)] = self.chance.choice((limit, limit, 0.0, float("nan")))
        elif what == "dark":
            self.dark = not self.dark
        elif what == "acknowledge" and self.engine.alerts():
            until = self.chance.choice((None, self.now + 25.0))
            alert = self.chance.choice(self.engine.alerts())
            self.note([self.engine.acknowledge(alert.id, "duty-1", "", self.now, until=until)])
        elif what == "silence":
            matcher = Matcher(rules=(self.chance.choice(RULES).rule,))
            self.engine.silence(Silence(f"s{next(IDS)}", matcher, "duty-1", "", self.now, self.now + 20.0))
        elif what == "trouble":
            self.down ^= {self.chance.choice(RECEIVERS).id}
        elif what == "die":
            self.die()

    def settle(self) -> None:
        """Calm, every receiver well, until nothing waits and nothing flaps."""
        self.down, self.dark = set(), False
        self.values = {"waiting": [5.0] * 3, "load": [0.5] * 3}
        for _ in range(600):
            self.tick()
            deliveries = self.box.due(self.now)
            for delivery in deliveries:
                self.inboxes[delivery.receiver].arrives(delivery, self.now)
                self.box.answered(delivery, Delivered(), self.now)
            self.write()
            if not self.box.next_attempt() and not self.engine.alerts() and self.engine.next_deadline() is None:
                return
        pytest.fail(f"never calm: {self.box.receivers()} {self.engine.alerts()}")


ACTIONS = ("tick", "tick", "tick", "waiting", "waiting", "load", "dark", "acknowledge", "silence", "trouble", "die")


@settings(max_examples=60, phases=[Phase.generate])
@given(st.integers(0, 1 << 30), st.lists(st.sampled_from(ACTIONS), min_size=20, max_size=120))
def test_nothing_is_lost_doubled_or_out_of_order_whatever_fails(seed: int, actions: list[str]) -> None:
    world = World(seed)
    for what in actions:
        world.act(what)
        world.tick()
        if world.send():
            world.die()
    loud = {one.alert: one.rule for one in world.fired if not one.inhibited and not one.silenced}
    world.settle()
    severities = {one.rule: one.severity for one in RULES}
    flapped = any(one.kind == "flapping" for inbox in world.inboxes.values() for one in inbox.seen.values())
    for receiver_ in RECEIVERS:
        seen = world.inboxes[receiver_.id].seen.values()
        firing = {one.alert for one in seen if one.kind == "firing"}
        over = {one.alert for one in seen if one.state == "resolved"}
        assert firing <= over, "told as firing and never as over"
        wanted = {alert for alert, name in loud.items() if severities[name] in receiver_.severities}
        assert flapped or wanted <= firing, "fired, was wanted, and was never told"
        later = [one for one in seen if one.kind == "firing"]
        assert all(any(o.alert == one.alert and o.state == "resolved" for o in seen) for one in later)
    assert world.inboxes["ding"].paced(20, 60.0)
    assert world.inboxes["wecom"].paced(20, 60.0)
    assert not world.kept or all(" " not in key for key in world.kept), "something is remembered for ever"


def test_a_storm_over_one_robot_is_told_to_the_last_alert_within_its_pace() -> None:
    world = World(1)
    told = [f"q{number}" for number in range(2_600)]
    rows = [HEFEI[0].__class__(f"hf/{name}", "queue", "hf", zh=name, site_zh="合肥") for name in told]
    world.engine.set_rows("hf", rows, world.now)
    world.note(world.engine.evaluate("hf", columns(load=[0.0] * 2_600, waiting=[90.0] * 2_600), world.now))
    messages, texts = 0, set[str]()
    box = Outbox((receiver("ding", "dingtalk", repeat="0", repeat_critical="0"),), world.engine, lambda: 0.5)
    box.take(world.fired)
    while box.next_attempt() is not None:
        world.now = max(world.now, box.next_attempt() or 0.0)
        for delivery in box.due(world.now):
            messages += 1
            texts |= {one.key for one in delivery.notices}
            box.answered(delivery, Delivered(), world.now)
    assert len(texts) == 2_600
    assert messages <= 12
    assert world.now - AT < 60
