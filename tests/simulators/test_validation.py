"""A small part of docs/validation.md, and that it would notice what it is there for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random

import numpy as np
import pytest

from simulators import laws
from tests.simulators.event_simulation import Case
from tests.simulators.event_simulation import simulate as by_event
from tests.simulators.validation import bias, changing, steady, transient
from tests.simulators.validation.cells import Cell
from tests.simulators.validation.page import PAGE, _bias_row
from tests.simulators.validation.steady import LIMIT_S, closed_form

WORST, MEAN = 4.0, 1.5
"""Most standard errors of one figure, and of the root mean square of all, in a seeded study."""


def agree(values: Iterable[float]) -> bool:
    z = np.array(list(values))
    return bool(np.abs(z).max() < WORST and np.sqrt((z**2).mean()) < MEAN)


def test_the_event_simulation_itself_gives_erlang_a() -> None:
    cell = Cell(8, 1.0, 60.0, 90.0)
    case = Case(
        rate=lambda _: cell.rate, most_rate=cell.rate, staffing=[(0.0, cell.agents)],
        service=lambda rng: rng.expovariate(1 / 60.0), patience=lambda rng: rng.expovariate(1 / 90.0),
        limit=LIMIT_S, looks=[1200.0, 81_200.0],
    )  # fmt: skip
    runs = [by_event(case, Random(seed)) for seed in range(8)]
    offered = sum(run.offered[1] for run in runs)
    known = closed_form(cell)
    assert sum(run.abandoned[1] for run in runs) / offered == pytest.approx(known.p_abandon, abs=0.004)
    assert sum(run.in_time[1] for run in runs) / offered == pytest.approx(known.service_level, abs=0.008)
    assert sum(run.waited[1] for run in runs) / offered == pytest.approx(known.mean_wait_s, rel=0.03)


def test_the_event_simulation_keeps_order_and_lets_who_leaves_finish() -> None:
    """Two agents, services of 10 s, one contact a second on average at first; one agent goes after 5 s."""
    case = Case(
        rate=lambda at: 1.0 if at < 4 else 0.0, most_rate=1.0, staffing=[(0.0, 2), (5.0, 1)],
        service=lambda _: 10.0, patience=lambda _: 1e9, limit=LIMIT_S, looks=[4.0, 12.0, 200.0],
    )  # fmt: skip
    run = by_event(case, Random(3))
    came = run.offered[0]
    assert came >= 3
    assert run.answered[0] == 2
    assert run.answered[1] <= 1
    assert sum(run.answered) == came
    assert run.waiting == [came - 2, came - 2 - run.answered[1], 0]


@pytest.fixture(scope="module")
def grid() -> list[steady.Found]:
    return list(steady.simulate(steady.GRID[1::3], 30, 600, 11))


def test_the_steady_state_is_that_of_erlang(grid: list[steady.Found]) -> None:
    assert {found.figure for found in grid} == {"p_wait", "p_abandon", "mean_wait_s", "service_level"}
    assert agree(found.z for found in grid)
    assert agree(found.z_tick for found in grid)


def test_a_tick_that_is_rounded_the_wrong_way_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = bias.CELLS[3:4]
    assert agree(found.z_tick for found in bias.simulated(4.0, 120, 600, 5, cells))
    monkeypatch.setattr(laws.LawTable, "draw", _rounded_up_alone(laws.LawTable.draw))
    assert not agree(found.z_tick for found in bias.simulated(4.0, 120, 600, 5, cells))


def _rounded_up_alone(draw: object) -> object:
    def longer(table: laws.LawTable, rows: np.ndarray, *variates: np.ndarray) -> np.ndarray:
        drawn = draw(table, rows, *variates)  # type: ignore[operator]
        return drawn * (table.mean / table._scale)[rows]

    return longer


def test_the_bias_of_a_second_is_what_the_page_says() -> None:
    written = PAGE.read_text(encoding="utf-8")
    for one in bias.biases((Cell(20, 1.05, 60.0, 60.0), Cell(10, 1.1, 300.0, 180.0))):
        assert " | ".join(_bias_row(one)) in written, "run `make validation`"
        if one.cell.step_s == 1:
            assert abs(one.tick.p_abandon - one.closed.p_abandon) < 1e-4
            assert abs(one.tick.mean_wait_s - one.closed.mean_wait_s) < 0.01


def test_a_backlog_drains_as_the_forward_equations_say() -> None:
    story = transient.Story("", Cell(20, 1.2, 120.0, 90.0), 60, looks_s=(30, 120, 400))
    found = list(transient.simulate((story,), 300, 7))
    assert agree(one.z for one in found)
    assert all(one.tick == pytest.approx(one.exact, abs=0.2) for one in found)


def test_a_changing_queue_is_that_of_the_event_simulation() -> None:
    found = list(changing.compare(100, 100, 4))
    assert len(found) == len(changing.LOOKS_S) * len(changing.FIGURES)
    assert agree(one.z for one in found)


def test_every_figure_of_the_page_is_within_its_noise() -> None:
    seen: list[float] = []
    column = -1
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if {"z", "z (tick)"} & set(cells):
            column = cells.index("z (tick)") if "z (tick)" in cells else cells.index("z")
        elif line.startswith("|") and column >= 0 and re.fullmatch(r"[+-][\d.]+", cells[min(column, len(cells) - 1)]):
            seen.append(float(cells[column]))
        elif not line.startswith("|"):
            column = -1
    assert len(seen) > 200
    assert np.abs(seen).max() < WORST
    assert np.sqrt(np.mean(np.square(seen))) < MEAN
