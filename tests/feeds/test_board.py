from __future__ import annotations

import numpy as np
import pytest

from feeds.board import Board
from feeds.catalog import COUNTERS, GAUGES, METRICS
from feeds.codec import encode
from feeds.contract import Row, Snapshot
from feeds.metric import Derived
from feeds.publisher import Publisher
from feeds.site_board import SiteBoard
from tests.feeds.made import figures, hello, ns


class Network:
    """Two sites on one board, fed a second at a time."""

    def __init__(self) -> None:
        self.board = Board(["hefei", "nanchang"])
        self.publishers = {site: Publisher(hello(site, counters_since_ns=ns(1000.0))) for site in self.board.sessions}
        self.now = 1000.0
        for site, publisher in self.publishers.items():
            session = self.board.sessions[site]
            for frame in publisher.welcome(session.connected(self.now), ns(self.now)):
                session.receive(encode(frame), self.now)

    def tick(self, site: str, **values: float) -> None:
        frame = self.publishers[site].publish(*figures(4, **values), ns(self.now), ns(self.now))
        self.board.sessions[site].receive(encode(frame), self.now)


@pytest.fixture
def network() -> Network:
    return Network()


def test_every_metric_of_the_catalogue_gives_a_column(network: Network) -> None:
    network.tick("hefei")
    columns = network.board.site_view("hefei", network.now).columns
    for name in METRICS:
        assert columns[name].shape == (4,)


def test_derived_metrics_name_stored_ones_only() -> None:
    stored = {metric.name for metric in (*GAUGES, *COUNTERS)} | {"seconds"}
    for metric in METRICS.values():
        if isinstance(metric, Derived):
            assert set(metric.numerator) | set(metric.denominator) <= stored
    assert len(METRICS) == len({m.zh + m.en for m in METRICS.values()})


def test_service_level_counts_those_who_still_wait_too_long(network: Network) -> None:
    network.tick("hefei", offered=0)
    network.now += 60
    network.tick("hefei", answered=10, answered_within_30s=8, abandoned=1, waiting_over_30s=5)
    columns = network.board.site_view("hefei", network.now).columns
    assert columns["service_level_30s_15m"][0] == pytest.approx(8 / 16)
    assert columns["abandon_rate_day"][0] == pytest.approx(1 / 11)


def test_a_rate_over_nothing_is_unknown_not_zero(network: Network) -> None:
    network.tick("hefei")
    network.now += 60
    network.tick("hefei")
    columns = network.board.site_view("hefei", network.now).columns
    assert np.isnan(columns["abandon_rate_15m"]).all()
    assert columns["arrivals_per_s"][0] == 0.0


def test_arrivals_per_second_is_the_last_minute(network: Network) -> None:
    for second in range(600):
        network.now = 1000.0 + second
        network.tick("hefei", offered=float(second if second < 300 else 300 + 3 * (second - 300)))
    assert network.board.site_view("hefei", network.now).columns["arrivals_per_s"][0] == pytest.approx(3.0)


def test_the_quantile_interpolates_inside_its_bucket(network: Network) -> None:
    network.tick("hefei")
    network.now += 60
    within = {f"answered_within_{edge}s": 10.0 for edge in (30, 45, 60, 90, 120, 180, 300, 600)}
    network.tick("hefei", answered=10, **within)
    assert network.board.site_view("hefei", network.now).columns["wait_p50_s"][0] == pytest.approx(25.0)
    assert network.board.site_view("hefei", network.now).columns["wait_p90_s"][0] == pytest.approx(29.0)


def test_the_network_counts_each_agent_once_and_says_its_coverage(network: Network) -> None:
    network.tick("hefei", agents_online=10, waiting=3, oldest_wait_s=50)
    network.tick("nanchang", agents_online=7, waiting=2, oldest_wait_s=90)
    total = network.board.view(network.now).rollup("all")
    assert total.columns["agents_online"].tolist() == [17]
    assert total.columns["waiting"].tolist() == [5]
    assert total.columns["oldest_wait_s"].tolist() == [90]
    assert (total.known[0], total.total[0]) == (2, 2)


def test_a_category_counts_each_group_of_agents_once(network: Network) -> None:
    network.tick("hefei", agents_online=10, waiting=3)
    network.tick("nanchang", agents_online=7, waiting=2)
    by_category = network.board.view(network.now).rollup("category")
    assert by_category.keys == ("apparel",)
    assert by_category.columns["agents_online"].tolist() == [17]
    assert by_category.columns["waiting"].tolist() == [15]


def test_an_unknown_site_leaves_the_totals_and_the_coverage_says_so(network: Network) -> None:
    network.tick("nanchang", waiting=2)
    network.now += 5
    network.tick("hefei", waiting=3)
    total = network.board.view(network.now).rollup("all")
    assert total.columns["waiting"].tolist() == [3]
    assert (total.known[0], total.total[0]) == (1, 2)
    by_site = network.board.view(network.now).rollup("site")
    assert by_site.keys == ("hefei", "nanchang")
    assert np.isnan(by_site.columns["waiting"][1])


def test_shares_are_rolled_up_by_sums_not_by_means(network: Network) -> None:
    for site in ("hefei", "nanchang"):
        network.tick(site)
    network.now += 60
    network.tick("hefei", answered=90, answered_within_30s=90)
    network.tick("nanchang", answered=10, answered_within_30s=0)
    level = network.board.view(network.now).rollup("all").columns["service_level_30s_15m"]
    assert level[0] == pytest.approx(0.9)


def test_a_view_stays_as_it_was(network: Network) -> None:
    network.tick("hefei", waiting=3)
    before = network.board.view(network.now)
    network.now += 1
    network.tick("hefei", waiting=9)
    assert before.by_id["hefei"].columns["waiting"].tolist() == [3, 3, 3, 3]
    with pytest.raises(ValueError, match="read-only"):
        before.by_id["hefei"].columns["waiting"][0] = 1


def test_courses_keep_a_value_a_second_and_show_gaps(network: Network) -> None:
    for second in range(20):
        network.now = 1000.0 + second
        if not 8 <= second < 16:
            network.tick("hefei", waiting=float(second))
        network.board.sample(network.now)
    course = network.board.courses.course("hefei", "q1", "waiting", 20, 20)
    assert course[:8].tolist() == list(range(8))
    assert np.isnan(course[11:16]).all()
    assert course[16:].tolist() == [16, 17, 18, 19]
    assert network.board.courses.course("*", "*", "waiting", 4, 2).tolist() == [16.5, 18.5]
    assert np.isnan(network.board.courses.course("nowhere", "*", "waiting", 4, 2)).all()
    both = network.board.courses.total({"hefei": ["q1", "q2"], "nowhere": ["q1"]}, "waiting", 20, 20)
    alone = network.board.courses.course("hefei", "q2", "waiting", 20, 20)
    assert np.array_equal(both, course + alone, equal_nan=True)
    assert np.isnan(network.board.courses.total({"hefei": []}, "waiting", 4, 2)).all()


def test_the_day_has_a_value_a_minute(network: Network) -> None:
    for minute in range(5):
        network.now = 1200.0 + 60 * minute
        network.tick("hefei", waiting=float(minute))
        network.board.sample(network.now)
    times, values = network.board.courses.day("hefei", "waiting")
    assert times.tolist() == [1200, 1260, 1320, 1380, 1440]
    assert values.tolist() == [0, 1, 2, 3, 4]


def test_nobody_is_on_an_empty_board() -> None:
    board = Board([])
    view = board.view(1.0)
    board.sample(1.0)
    assert view.column("waiting").size == 0
    assert view.rollup("all").keys == ()


def test_a_site_without_a_row_of_its_own_is_added_up_from_its_queues() -> None:
    board = Board(["x"])
    rows = (Row("a", group="g"), Row("b", group="g"), Row("c", group="h"))
    from dataclasses import replace

    publisher = Publisher(replace(hello("x"), rows=rows))
    session = board.sessions["x"]
    session.receive(encode(publisher.hello), 1.0)
    session.receive(encode(publisher.publish(*figures(3, agents_online=5, waiting=1), ns(1), ns(1))), 1.0)
    total = board.view(1.0).rollup("site")
    assert total.columns["agents_online"].tolist() == [10]
    assert total.columns["waiting"].tolist() == [3]


def test_a_site_that_was_away_does_not_stretch_the_last_minute(network: Network) -> None:
    for second in range(400):
        network.now = 1000.0 + second
        network.tick("hefei", offered=2.0 * second)
        if not 100 <= second < 380:
            network.tick("nanchang", offered=1.0 * second)
    rate = network.board.view(network.now).rollup("all").columns["arrivals_per_s"][0]
    assert rate == pytest.approx(2.3, abs=0.1)


def test_a_restart_with_other_rows_keeps_the_windows_of_those_that_stay() -> None:
    board = SiteBoard()
    for epoch, queues, begin in ((1, 3, 100.0), (2, 5, 140.0)):
        said = hello(queues=queues, epoch=epoch, counters_since_ns=ns(begin))
        board.announce(said)
        for second in range(1, 31):
            gauges, counters = figures(queues + 1, offered=float(second))
            at = begin + second
            board.land(Snapshot("hefei", epoch, second, said.schema, ns(at), ns(at), gauges, counters))
    columns = board.columns()
    assert columns["offered"].tolist() == [60.0] * 3 + [30.0] * 2 + [60.0]
    assert columns.growth("offered", "15m").tolist() == [59.0] * 3 + [30.0] * 2 + [59.0]


def test_a_window_that_has_hardly_begun_and_a_clock_set_back_give_no_rate(network: Network) -> None:
    network.tick("hefei", offered=0)
    network.now += 0.01
    network.tick("hefei", offered=500)
    assert np.isnan(network.board.site_view("hefei", network.now).columns["arrivals_per_s"][0])
    network.now -= 3600
    network.tick("hefei", offered=501)
    network.now += 10
    network.tick("hefei", offered=521)
    assert network.board.site_view("hefei", network.now).columns["arrivals_per_s"][0] == pytest.approx(2.0)


def test_a_site_that_has_only_begun_adds_nothing_to_the_networks_rates(network: Network) -> None:
    for second in range(30):
        network.now = 1000.0 + second
        network.tick("hefei", offered=2.0 * second)
    network.tick("nanchang", offered=5000.0)
    columns = network.board.view(network.now).rollup("all").columns
    assert columns["offered"].tolist() == [5058]
    assert columns["arrivals_per_s"][0] == pytest.approx(2.0)
