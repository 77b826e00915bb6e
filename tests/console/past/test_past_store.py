"""Past views: what is read back is what was seen, in any order; bounded; a drill that goes back undoes the future."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from console.desk_core import DeskCore
from console.headless import drill_core
from console.intents import Acknowledge, AskPreview, StartPlaybook
from console.lockstep import LockStep
from console.past import store as store_module
from console.past.frames import PastFrames, spans_of
from console.past.reader import PastReader
from console.past.store import PastStore, TierPlan, rounded
from console.view import DeskView
from console.wire import MemoryWire
from feeds.journal import Journal
from simulators.scenario import load_scenario
from simulators.world import World
from tests.console.fake_desk import NOW, desk_view
from tests.console.made_drill import overrun
from tests.console.remote.test_view_copy import same_view

EXACT = TierPlan(10.0, 3_600.0, 7, 0.0)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Sequence[DeskView]:
    """A drill in which somebody acts, a view each ten seconds."""
    _path, scenario = overrun(tmp_path_factory.mktemp("drill"))
    world = World(scenario, 7)
    core = drill_core(scenario, 7, Journal())
    steps = LockStep(world, core, MemoryWire())
    steps.begin()
    views = []
    for second in range(240):
        steps.step()
        if second == 100:
            _act(core, world.now)
        if world.now % 10 == 0:
            views.append(core.view(world.now, "duty-1"))
    return views


def _act(core: DeskCore, now: float) -> None:
    core.submit(Acknowledge(core.view(now).alerts[0].id, "on it"), "duty-1", now)
    outcome = core.submit(AskPreview("bot-overflow", {"site": "hefei", "category": "apparel"}), "duty-1", now)
    assert outcome.preview is not None
    core.submit(StartPlaybook(outcome.preview), "duty-1", now)


def test_every_view_is_read_back_as_it_was_in_any_order(seen: Sequence[DeskView]) -> None:
    store, reader = PastStore((EXACT,)), PastReader()
    for view in seen:
        store.take(view)
    order = random.Random(1)
    for view in [*seen, *order.sample(list(seen), 12)]:
        answer = store.frames(view.at + 4.0, stretch=reader.stretch, have=reader.have)
        again = reader.read(answer, "duty-1", None)
        assert again.at == view.at
        same_view(view, again)
        assert again.runs == view.runs
        assert again.reach is None
    assert any(view.runs for view in seen)


def test_what_a_reader_has_is_not_sent_again(seen: Sequence[DeskView]) -> None:
    store, reader = PastStore((EXACT,)), PastReader()
    for view in seen:
        store.take(view)
    first = store.frames(seen[5].at)
    reader.read(first, "", None)
    again = store.frames(seen[3].at, stretch=reader.stretch, have=reader.have)
    assert (first.first, len(first.frames)) == (0, 6)
    assert again.frames == ()
    assert reader.read(again, "", None).at == seen[3].at
    with pytest.raises(ValueError, match="frames are missing"):
        PastReader().read(again, "", None)


def test_what_is_folded_together_is_read_as_it_was_and_takes_less(seen: Sequence[DeskView]) -> None:
    store, reader = PastStore((EXACT,)), PastReader()
    for view in seen:
        store.take(view)
    before = store.bytes
    while store.fold_one():
        pass
    assert store.bytes < before * 0.9
    assert [one.folded for one in store.stretches()] == [True] * (len(store.stretches()) - 1) + [False]
    for view in seen[::5]:
        answer = store.frames(view.at, stretch=reader.stretch, have=reader.have)
        same_view(view, reader.read(answer, "duty-1", None))
    assert store.bytes < before * 0.9, "what lies unfolded is not kept"
    store.forget_after(seen[10].at)
    same_view(seen[10], PastReader().read(store.frames(seen[20].at), "duty-1", None))


def test_there_is_a_most(seen: Sequence[DeskView], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MOST_BYTES", 80_000)
    store = PastStore((EXACT,))
    for view in seen:
        store.take(view)
    assert store.bytes < 110_000
    assert store.kept().end == seen[-1].at
    assert store.kept().start > seen[0].at


def test_with_many_rows_views_are_kept_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MANY_ROWS", 10)
    store = PastStore((EXACT,))
    start = NOW - NOW % 60.0
    for i in range(13):
        if store.due(start + 10.0 * i):
            store.take(replace(desk_view(queues=1), at=start + 10.0 * i))
    assert len(store.tiers[0].times()) == 4
    assert len(store.kept().spans) == 1


def test_a_frame_that_is_none_is_refused_and_the_next_is_read(seen: Sequence[DeskView]) -> None:
    store, reader = PastStore((EXACT,)), PastReader()
    for view in seen[:3]:
        store.take(view)
    good = store.frames(seen[2].at)
    broken = replace(good, stretch="x", frames=tuple(replace(frame, data=frame.data[::-1]) for frame in good.frames))
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        reader.read(broken, "", None)
    same_view(seen[2], reader.read(good, "duty-1", None))


def test_steps_lead_to_the_neighbours_and_jumps_to_the_first_view_with_it() -> None:
    store = PastStore((TierPlan(10.0, 100.0, 5, 60.0), TierPlan(60.0, 3_600.0, 5, 600.0)))
    view = desk_view(queues=1, at=NOW)
    start = NOW - NOW % 60.0
    for i in range(60):
        store.take(replace(view, at=start + 10.0 * i, number=i))
    kept = store.kept()
    assert (kept.start, kept.end) == (start, start + 590.0)

    def at(**asked: object) -> float:
        return store.frames(**asked).frames[-1].at - start  # type: ignore[arg-type]

    assert at(at=start + 594.0) == 590.0
    assert at(at=start + 45.0) == 0.0, "older than the fine views: each minute"
    assert at(at=start + 50.0, beside=start + 60.0) == 0.0
    assert at(at=start + 70.0, beside=start + 60.0) == 120.0, "the next one that there is"
    assert at(at=start + 61.0, since=True) == 120.0
    assert at(at=start - 999.0) == 0.0
    assert at(at=start + 999.0, since=True) == 590.0
    assert sum(len(tier.times()) for tier in store.tiers) < 30


def test_nothing_kept_is_said_so() -> None:
    assert PastStore().frames(NOW) == PastFrames()


def test_a_drill_that_goes_back_undoes_what_came_after(seen: Sequence[DeskView]) -> None:
    store, reader = PastStore((EXACT,)), PastReader()
    for view in seen[:12]:
        store.take(view)
    reader.read(store.frames(seen[11].at), "", None)
    store.forget_after(seen[8].at)
    assert store.kept().end == seen[8].at
    changed = replace(seen[9], number=9_999)
    store.take(changed)
    answer = store.frames(seen[20].at, stretch=reader.stretch, have=reader.have)
    assert reader.read(answer, "", None).number == 9_999
    store.take(replace(seen[4], number=4_444))  # a clock that went back does the same by itself
    assert store.kept().end == seen[4].at


def test_what_is_worked_out_ahead_is_kept_less_often() -> None:
    store, reader = PastStore((TierPlan(10.0, 3_600.0, 30, 60.0),)), PastReader()
    base = desk_view(queues=1)
    start = NOW - NOW % 60.0
    for i in range(7):
        store.take(replace(base, at=start + 10.0 * i, outlook=replace(base.outlook, at=start + 10.0 * i)))
    ages = [reader.read(store.frames(start + 10.0 * i), "", None) for i in range(7)]
    assert [view.outlook.at - start for view in ages] == [0.0] * 6 + [60.0]


def test_forecasts_keep_six_figures() -> None:
    values = np.array([np.nan, 0.0, 1234.5678, -1e-9, 9.87654321e12])
    short = rounded(values)
    assert np.allclose(short, values, rtol=1e-6, equal_nan=True)
    assert rounded(short).tobytes() == short.tobytes()


def test_a_hole_is_a_hole() -> None:
    spans = spans_of([0.0, 10.0, 20.0, 60.0, 70.0], 10.0)
    assert [(span.start, span.end) for span in spans] == [(0.0, 20.0), (60.0, 70.0)]
    assert spans_of([], 10.0) == []


def test_a_day_of_a_network_is_tens_of_megabytes_and_a_frame_is_small() -> None:
    scenario = load_scenario("double11-midnight")
    world = World(scenario, 1)
    core = drill_core(scenario, 1, Journal())
    steps = LockStep(world, core, MemoryWire())
    steps.begin()
    store = PastStore()
    for _ in range(8):
        steps.step(10)
        store.take(core.view(world.now))
    fine = [frame for stretch in store.tiers[0].stretches for frame in stretch.frames()]
    assert len(fine[0].data) < 250_000
    assert max(len(frame.data) for frame in fine[1:]) < 80_000
