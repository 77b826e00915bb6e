"""Past views on disk: what a desk kept is there when it starts again; what is cut off, old or foreign is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.past.folder import PastFolder
from console.past.reader import PastReader
from console.past.store import PastStore, TierPlan
from tests.console.fake_desk import NOW, desk_view

PLAN = TierPlan(10.0, 600.0, 4, 0.0)
START = NOW - NOW % 10.0


def kept(path: Path, views: int) -> None:
    store, folder = PastStore((PLAN,)), PastFolder(path)
    view = desk_view(queues=1)
    for i in range(views):
        folder.write(store.take(replace(view, at=START + 10.0 * i, number=i)), store.stretches())


def test_a_desk_that_starts_again_has_its_past(tmp_path: Path) -> None:
    kept(tmp_path, 10)
    store = PastStore((PLAN,))
    store.adopt(PastFolder(tmp_path).read(START + 120.0, [PLAN]))
    assert (store.kept().start, store.kept().end) == (START, START + 90.0)
    view = PastReader().read(store.frames(START + 55.0), "", None)
    assert (view.at, view.number) == (START + 50.0, 5)
    assert {one.id for one in view.alerts} == {one.id for one in desk_view(queues=1).alerts}
    store.take(replace(desk_view(queues=1), at=START + 130.0))
    assert len(store.stretches()) == 4, "a desk adds to no stretch of the one before"


def test_a_frame_that_a_crash_cut_off_is_left_out(tmp_path: Path) -> None:
    kept(tmp_path, 4)
    path = next(tmp_path.glob("*.past"))
    path.write_bytes(path.read_bytes()[:-7])
    store = PastStore((PLAN,))
    store.adopt(PastFolder(tmp_path).read(START + 60.0, [PLAN]))
    assert len(store.tiers[0].times()) == 3


def test_what_is_old_or_foreign_goes(tmp_path: Path) -> None:
    kept(tmp_path, 80)
    assert len(list(tmp_path.glob("*.past"))) == 16, "kept for ten minutes, and the stretch that they end in"
    (tmp_path / "10-1.000.past").write_bytes(b"dutydeck past views 0 other\n")
    (tmp_path / "7-1.000.past").write_bytes(b"")
    found = PastFolder(tmp_path).read(START + 5_000.0, [PLAN])
    assert found == {PLAN: []}
    assert list(tmp_path.glob("*.past")) == []
