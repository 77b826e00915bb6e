"""Platforms over all sites: one that fails is one alert, in real frames through a desk; an overload is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from alerts.clock_book import ClockBook
from alerts.degrade import DegradeWindow
from alerts.rules import Rule, load_rules
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.view import DeskTitle
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.codec import encode
from feeds.contract import Hello, Row
from feeds.journal import Journal
from feeds.publisher import Publisher
from tests.feeds.made import COLUMNS, figures, ns

START = 1_794_326_100.0
SITES = ("hefei", "wuhan", "jinan")
SHOPS = tuple(f"shop{i}" for i in range(6))
PLATFORMS = ("jd", "tmall")
ROWS = (
    *(Row(f"{shop}-{p}", shop=shop, platform=p, group="g") for p in PLATFORMS for shop in SHOPS),
    Row("*", "site"),
)
TMALL = np.array([row.platform == "tmall" for row in ROWS])
QUEUES = np.array([row.kind == "queue" for row in ROWS])


RULES = [rule for rule in load_rules() if rule.rule.startswith(("platform", "oldest-wait-critical"))]
STEP = 5


class Network:
    """Three sites of six shops on two platforms, at 12 contacts and 10 answers a minute and queue."""

    def __init__(self, path: Path | None = None, rules: Sequence[Rule] | None = None, **more: object) -> None:
        self.path, self.rules, self.more, self.lives = path, rules or RULES, more, 0
        self.now = START
        self.counters = {site: figures(len(ROWS))[1] for site in SITES}
        self.wait = {site: np.full(len(ROWS), 20.0) for site in SITES}
        self.start()

    def start(self) -> None:
        self.lives += 1
        journal = JournalKeeper(Journal(self.path), keeps_state=True) if self.path else JournalKeeper(Journal())
        title = DeskTitle("台", "Desk")
        self.core = DeskCore(
            SITES, self.rules, (), mode="live", title=title, ids=Ids(f"l{self.lives}"), journal=journal, **self.more
        )  # type: ignore[arg-type]
        self.core.begin(self.now)
        self.publishers = {}
        for site in SITES:
            hello = Hello(site, self.lives, site, site, COLUMNS, ROWS, STEP, STEP, counters_since_ns=ns(START))
            self.publishers[site] = Publisher(hello)
            self.core.connected(site, self.now)
            self.core.receive(site, encode(self.publishers[site].hello), self.now)

    def run(
        self,
        seconds: int,
        *,
        silent: Callable[[str], np.ndarray] = lambda _: ~QUEUES,
        stalled: Callable[[str], np.ndarray] = lambda _: ~QUEUES,
        waiting: float = 4.0,
        grows: bool = False,
    ) -> None:
        """So many seconds in which some rows get no contacts and some answer nobody."""
        for _ in range(0, seconds, STEP):
            self.now += STEP
            for site in SITES:
                counters, quiet, stuck = self.counters[site], silent(site), stalled(site)
                counters[QUEUES & ~quiet, COUNTER_INDEX["offered"]] += 0.2 * STEP
                counters[QUEUES & ~quiet & ~stuck, COUNTER_INDEX["answered"]] += STEP / 6
                self.wait[site] = np.where(stuck | grows, self.wait[site] + STEP, 20.0)
                gauges, _ = figures(len(ROWS), waiting=waiting, slots=500.0)
                gauges[:, GAUGE_INDEX["oldest_wait_s"]] = self.wait[site]
                frame = self.publishers[site].publish(gauges, counters.copy(), ns(self.now), ns(self.now))
                self.core.receive(site, encode(frame), self.now)
            self.core.advance(self.now)

    def firing(self, *, counted: bool = True) -> list[str]:
        alerts = self.core.engine.alerts()
        return sorted(
            f"{a.rule} {a.key}" for a in alerts if a.state == "firing" and not (counted and (a.inhibited or a.stale))
        )


def of(rows: np.ndarray, *sites: str) -> Callable[[str], np.ndarray]:
    return lambda site: rows if not sites or site in sites else ~QUEUES


def test_a_platform_that_stalls_everywhere_is_one_alert_and_not_a_hundred() -> None:
    network = Network()
    network.run(300)
    assert network.firing() == []
    began = network.now
    network.run(240, stalled=of(TMALL))
    assert network.firing() == ["platform-stalled */tmall"]
    muted = network.firing(counted=False)
    assert len([one for one in muted if one.startswith("oldest-wait-critical")]) == len(SITES) * len(SHOPS)
    fired = [t for t in network.core.transitions if t.to_state == "firing"]
    assert fired[0].rule == "platform-stalled"
    assert 60 < fired[0].at - began <= 90
    assert all(t.inhibited for t in fired[1:])
    network.run(5)
    assert [one for one in network.firing() if one.startswith("platform")] == []


def test_an_overload_everywhere_stays_the_sites_own() -> None:
    network = Network()
    network.run(300)
    network.run(300, waiting=400.0, grows=True)
    told = network.firing()
    assert [one for one in told if one.startswith("platform")] == []
    assert len([one for one in told if one.startswith("oldest-wait-critical")]) == len(SITES) * int(QUEUES.sum())


@pytest.mark.parametrize("sites", [("hefei",), ()])
def test_a_platform_fails_only_where_it_fails_everywhere(sites: tuple[str, ...]) -> None:
    network = Network()
    network.run(300)
    half = TMALL & (np.arange(len(ROWS)) % 2 == 0)
    network.run(240, stalled=of(TMALL if sites else half, *sites))
    assert [one for one in network.firing() if one.startswith("platform")] == []
    assert any(one.startswith("oldest-wait-critical") for one in network.firing())


def test_contacts_that_stop_coming_are_said_and_mute_nothing() -> None:
    network = Network()
    network.run(300)
    network.run(120, silent=of(TMALL), waiting=0.0)
    assert network.firing() == ["platform-silent */tmall"]
    network.run(1_200, silent=of(TMALL), waiting=0.0)
    (alert,) = [alert for alert in network.core.engine.alerts() if alert.rule == "platform-silent"]
    assert alert.state == "firing"  # nothing is usual any more, and nothing resolves for want of data
    assert alert.stale
    network.run(5)
    assert network.firing() == []


def test_a_degrade_window_is_no_failure() -> None:
    begin, end = (datetime.fromtimestamp(START + at, UTC) for at in (0.0, 450.0))
    window = {"platform": "tmall", "from": begin, "to": end, "what": {"zh": "降级", "en": "degraded"}}
    network = Network(clocks=ClockBook((), [DegradeWindow.model_validate(window)]))
    network.run(300)
    network.run(140, silent=of(TMALL), waiting=0.0)
    assert network.firing() == []
    network.run(60, silent=of(TMALL), waiting=0.0)
    assert network.firing() == ["platform-silent */tmall"]


def test_the_alert_of_a_platform_survives_a_kill(tmp_path: Path) -> None:
    network = Network(tmp_path / "journal.db")
    network.run(300)
    network.run(100, stalled=of(TMALL))
    (before,) = [alert for alert in network.core.engine.alerts() if alert.rule == "platform-stalled"]
    network.start()
    (after,) = [alert for alert in network.core.engine.alerts() if alert.rule == "platform-stalled"]
    assert (after.id, after.fired_at, after.row) == (before.id, before.fired_at, before.row)
    network.run(30, stalled=of(TMALL))
    assert [t.to_state for t in network.core.transitions if t.rule == "platform-stalled"] == []
    network.run(70)
    assert [t.to_state for t in network.core.transitions if t.rule == "platform-stalled"] == ["resolved"]


def test_why_says_what_mutes_the_alert_of_a_queue_and_why_a_platform_fails() -> None:
    network = Network()
    network.run(300)
    network.run(240, stalled=of(TMALL))
    muted = network.core.why("oldest-wait-critical", "hefei/shop0-tmall", network.now)
    assert [(one.rule, one.key) for one in muted.muted_by] == [("platform-stalled", "*/tmall")]
    assert network.core.why("oldest-wait-critical", "hefei/shop0-jd", network.now).muted_by == ()
    platform = network.core.why("platform-stalled", "*/tmall", network.now)
    assert (platform.verdict, platform.shown) == ("firing", "100%")
    assert network.core.why("platform-stalled", "*/jd", network.now).verdict == "quiet"
