"""What holds where a board is large: roll-ups as one block, courses of sites only, windows noted when due."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import courses
from feeds.board import Board
from feeds.codec import encode
from feeds.contract import Column, Hello, Row
from feeds.growth import Growth
from feeds.metrics_stored import COUNTERS, GAUGES
from feeds.publisher import Publisher
from feeds.rollup import roll_up
from feeds.site_view import Grouping
from tests.feeds.made import ns


def board_of(seed: int, sites: int) -> tuple[Board, float]:
    """Sites that differ in their columns, their order, their rows, and whether they have been heard of."""
    random = np.random.default_rng(seed)
    ids = [f"s{i}" for i in range(sites)]
    board = Board(ids)
    for site in ids:
        if random.random() < 0.2:
            continue
        metrics = [*GAUGES, *COUNTERS]
        kept = [metrics[i] for i in random.permutation(len(metrics))[: random.integers(1, len(metrics))]]
        columns = tuple(Column(m.name, m.kind.value, m.unit.value, m.definition_id) for m in kept)
        rows = [Row(f"q{i}", shop=f"shop{i % 2}", group=f"g{i % 2}") for i in range(random.integers(0, 4))]
        if random.random() < 0.7 or not rows:
            rows.insert(random.integers(0, len(rows) + 1), Row("*", "site"))
        publisher = Publisher(Hello(site, 1, site, site, columns, tuple(rows)), deltas=False)
        session = board.sessions[site]
        session.receive(encode(publisher.hello), 1000.0)
        width = sum(column.kind == "counter" for column in columns)
        for second in range(random.integers(1, 4)):
            gauges = random.integers(0, 9, (len(rows), len(columns) - width)).astype(np.float32)
            gauges[random.random(gauges.shape) < 0.2] = np.nan
            counters = np.full((len(rows), width), float(second))
            at = 1000.0 + 10 * second
            session.receive(encode(publisher.publish(gauges, counters, ns(at), ns(at))), at)
    return board, 1020.0


@given(seed=st.integers(0, 10_000), by=st.sampled_from(["site", "shop", "all"]))
def test_sites_added_as_one_block_are_what_they_are_one_by_one(seed: int, by: Grouping) -> None:
    board, now = board_of(seed, 5)
    sites = board.view(now).sites
    whole = roll_up(sites, by)
    alone = [roll_up([site], by) for site in sites]
    for i, key in enumerate(whole.keys):
        parts = [(part, part.keys.index(key)) for part in alone if key in part.keys]
        assert whole.total[i] == sum(part.total[j] for part, j in parts)
        assert whole.known[i] == sum(part.known[j] for part, j in parts)
        for name, add in (("waiting", np.nansum), ("oldest_wait_s", np.nanmax), ("offered", np.nansum)):
            values = np.array([part.columns[name][j] for part, j in parts])
            expected = add(values) if (~np.isnan(values)).any() else np.nan
            assert whole.columns[name][i] == pytest.approx(expected, nan_ok=True)


def test_beyond_the_limit_only_roll_ups_have_a_course(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "MAX_FULL_ROWS", 4)
    columns = tuple(Column(m.name, m.kind.value, m.unit.value, m.definition_id) for m in (*GAUGES, *COUNTERS))
    board = Board(["own", "none", "dark"])
    for site, rows in (("own", (Row("q1"), Row("*", "site"))), ("none", (Row("q1"), Row("q2"), Row("q3")))):
        publisher = Publisher(Hello(site, 1, site, site, columns, rows))
        gauges = np.full((len(rows), len(GAUGES)), 2.0, np.float32)
        session = board.sessions[site]
        session.receive(encode(publisher.hello), 1000.0)
        session.receive(
            encode(publisher.publish(gauges, np.zeros((len(rows), len(COUNTERS))), ns(1000), ns(1000))), 1000.0
        )
    board.sample(1000.0)
    assert board.courses.course("own", "*", "waiting", 1, 1).tolist() == [2.0]
    assert board.courses.course("none", "*", "waiting", 1, 1).tolist() == [6.0]
    assert board.courses.course("*", "*", "waiting", 1, 1).tolist() == [8.0]
    assert np.isnan(board.courses.course("own", "q1", "waiting", 1, 1)).all()
    assert np.isnan(board.courses.course("dark", "*", "waiting", 1, 1)).all()


@given(steps=st.lists(st.floats(0.1, 400.0), max_size=60), coarse=st.booleans())
def test_noting_only_when_due_is_noting_every_time(steps: list[float], coarse: bool) -> None:
    always, when_due = Growth(coarse=coarse), Growth(coarse=coarse)
    at = 1000.0
    for growth in (always, when_due):
        growth.begin(at, np.zeros((1, 1)), at)
    for number, step in enumerate(steps):
        at += step
        counters = np.full((1, 1), float(number))
        always.note(at, counters)
        if at >= when_due.due:
            when_due.note(at, counters)
        assert _kept(always) == _kept(when_due)
        assert {name: (w.seconds, w.counters.tolist()) for name, w in always.windows(at).items()} == {
            name: (w.seconds, w.counters.tolist()) for name, w in when_due.windows(at).items()
        }


def _kept(growth: Growth) -> list[list[float]]:
    rings: tuple[deque[tuple[float, np.ndarray]], ...] = (growth._short, growth._long)
    return [[at for at, _ in ring] for ring in rings]
