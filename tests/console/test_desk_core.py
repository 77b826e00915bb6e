"""The desk without I/O: what it makes of inputs and their times."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from alerts.notices.receivers import Receiver
from alerts.rules import load_rules
from console.desk_core import NEVER_GRACE_S, DeskCore
from console.identity import Ids
from console.intents import Acknowledge
from console.journal_keeper import JournalKeeper
from console.playbook_desk import shipped_playbooks
from console.standing import counting_since
from console.view import DeskTitle
from feeds.codec import encode
from feeds.journal import Journal
from feeds.publisher import Publisher
from tests.feeds.made import figures, hello, ns

START = 1_794_326_100.0


def desk(*sites: str, receivers: Sequence[Receiver] = ()) -> DeskCore:
    core = DeskCore(
        sites,
        load_rules(),
        shipped_playbooks(),
        mode="live",
        title=DeskTitle("台", "Desk"),
        ids=Ids("t"),
        journal=JournalKeeper(Journal()),
        receivers=receivers,
    )
    core.begin(START)
    return core


class Site:
    def __init__(self, core: DeskCore, site: str = "hefei") -> None:
        self.core, self.site = core, site
        self.publisher = Publisher(hello(site))

    def open(self, now: float) -> None:
        self.core.connected(self.site, now)
        self.core.receive(self.site, encode(self.publisher.hello), now)

    def tick(self, now: float, **values: float) -> None:
        frame = self.publisher.publish(*figures(4, **values), ns(now), ns(now))
        self.core.receive(self.site, encode(frame), now)


def firing(core: DeskCore, rule: str) -> list[str]:
    return [alert.key for alert in core.engine.alerts() if alert.rule == rule and alert.state == "firing"]


def test_a_site_that_never_says_a_word_is_dark_after_its_grace() -> None:
    core = desk("hefei", "nanchang")
    core.advance(START + NEVER_GRACE_S - 0.1)
    assert firing(core, "site-dark") == []
    core.advance(START + 60)
    assert firing(core, "site-dark") == ["hefei/*", "nanchang/*"]
    assert {t.at for t in core.transitions if t.rule == "site-dark"} == {START + NEVER_GRACE_S}
    Site(core).open(START + 61)
    Site(core).tick(START + 61)
    assert firing(core, "site-dark") == ["nanchang/*"]


def test_the_alert_of_a_dark_site_says_how_long_it_has_been_dark() -> None:
    core = desk("hefei")
    site = Site(core)
    site.open(START + 1)
    site.tick(START + 1)
    core.advance(START + 101)
    (alert,) = [alert for alert in core.engine.alerts() if alert.rule == "site-dark"]
    assert alert.value == pytest.approx(100.0, abs=1.0)
    assert "1m40s" in alert.message_en or "1m39s" in alert.message_en


def test_silence_is_noticed_at_its_own_time_however_late_the_timer_wakes() -> None:
    transitions = []
    for wake in (START + 13.0, START + 13.7, START + 500.0):
        core = desk("hefei")
        site = Site(core)
        site.open(START + 1)
        for second in range(1, 11):
            site.tick(START + second)
        core.advance(wake)
        core.advance(START + 600.0)
        told = [(t.rule, t.to_state, t.at) for t in core.transitions if t.rule == "site-dark"]
        transitions.append([one for one in told if one[1] != "escalated"])
    assert transitions[0] == transitions[1] == transitions[2] == [("site-dark", "firing", START + 13.0)]


def test_an_alert_waits_for_its_time_to_the_instant() -> None:
    core = desk("hefei")
    site = Site(core)
    site.open(START)
    for tenth in range(1500):
        site.tick(START + tenth / 10, oldest_wait_s=500 if tenth >= 55 else 0, waiting=3)
    rule = next(rule for rule in core.engine.rules if rule.rule == "oldest-wait-critical")
    fired = [t.at for t in core.transitions if t.rule == "oldest-wait-critical" and t.to_state == "firing"]
    assert fired == [START + 5.5 + rule.for_] * len(fired)
    assert fired


def test_an_acknowledgement_is_journalled_as_its_persons_deed() -> None:
    core = desk("hefei")
    core.advance(START + 60)
    (alert,) = [alert for alert in core.engine.alerts() if alert.rule == "site-dark"]
    assert core.submit(Acknowledge(alert.id, "ringing them"), "duty-1", START + 61).ok
    entry = list(core.journal.journal.entries())[-1]
    assert (entry.kind, entry.actor, entry.body["to"]) == ("alert", "duty-1", "acknowledged")
    assert not core.submit(Acknowledge("none", ""), "duty-1", START + 62).ok


def test_everything_that_happened_is_in_the_journal_and_its_chain_holds() -> None:
    core = desk("hefei")
    core.advance(START + 60)
    kinds = [entry.kind for entry in core.journal.journal.entries()]
    assert kinds[0] == "desk.started"
    assert kinds.count("alert") == len(core.transitions) > 0
    assert core.journal.journal.verify() == len(kinds)


def test_a_desk_far_behind_its_clock_does_not_sample_every_second_it_missed() -> None:
    core = desk("hefei")
    samples: list[float] = []
    core.board.sample = samples.append  # type: ignore[method-assign]
    core.advance(START + 100_000.0)
    assert len(samples) < 5


@pytest.mark.parametrize("behind", [0.0, -50.0])
def test_time_that_stands_still_or_goes_back_is_harmless(behind: float) -> None:
    core = desk("hefei")
    site = Site(core)
    site.open(START + 100)
    site.tick(START + 100, waiting=2)
    site.tick(START + 100 + behind, waiting=3)
    core.advance(START + 100 + behind)
    assert core.view(START + 100).board.sites[0].last["waiting"].tolist() == [3, 3, 3, 3]


def test_the_clocks_of_a_view_are_those_of_its_second() -> None:
    core = desk("hefei")
    site = Site(core)
    site.open(START + 1)
    site.tick(START + 1, waiting=2)
    first = core.view(START + 1.1).clocks
    assert core.view(START + 1.9).clocks is first
    assert core.view(START + 2.0).clocks is not first
    assert [one.state for one in first.at("site", "hefei") if one.clock.unit == "person"] == []
    assert first.now == START + 1.1


@pytest.mark.parametrize("skew", [3600.0, -3600.0])
def test_a_site_whose_clock_is_an_hour_off_has_the_same_alerts_and_figures_at_the_same_times(skew: float) -> None:
    told = []
    for off in (0.0, skew):
        core = desk("hefei")
        site = Site(core)
        site.open(START)
        for second in range(120):
            at, waiting = START + second, 60.0 if second > 30 else 1.0
            values = figures(4, waiting=waiting, oldest_wait_s=5.0 * second, slots=10.0, offered=4.0 * second)
            core.receive("hefei", encode(site.publisher.publish(*values, ns(at + off), ns(at + off))), at)
        assert core.view(START + 119).links["hefei"].skew_s == pytest.approx(off, abs=0.01)
        core.advance(START + 130)
        told.append([(t.rule, t.key, t.to_state, t.at) for t in core.transitions])
    assert told[0] == told[1]
    assert {rule for rule, *_ in told[0]} >= {"site-dark", "queue-building"}


def test_when_counters_began_is_told_by_the_desks_clock() -> None:
    core = desk("hefei")
    midnight, session = START - 600.0, core.board.sessions["hefei"]
    cases = ((0.0, midnight), (3600.0, midnight - 3600.0), (0.05, midnight))
    for epoch, (off, since) in enumerate(cases, 1):
        site = Site(core)
        site.publisher = Publisher(hello("hefei", epoch=epoch, counters_since_ns=ns(midnight)))
        site.open(START)
        core.receive("hefei", encode(site.publisher.publish(*figures(4), ns(START + off), ns(START + off))), START)
        assert counting_since(session) == pytest.approx(since, abs=0.01)
    assert counting_since(desk("wuhan").board.sessions["wuhan"]) == 0.0
