from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from feeds.metrics_stored import WAIT_EDGES_S
from simulators.contacts import FIRST, Batch, Contacts
from simulators.orbit import Orbit
from simulators.waiting import WaitingLines
from simulators.world import World
from tests.simulators.made import made, run

Ints = NDArray[np.int64]
GROUPS = 3


def _batch(patience: list[int], tie: list[float]) -> Batch:
    zeros = np.zeros(len(patience))
    whole = np.zeros(len(patience), dtype=np.int64)
    return Batch(
        queue=whole,
        kind=np.full(len(patience), FIRST),
        patience=np.array(patience, dtype=np.int64),
        work=zeros,
        acw=zeros,
        tie=np.array(tie),
        meets_bot=zeros,
        contained=zeros,
        misled=zeros,
        topic=zeros,
        bot_ticks=whole,
        back_ticks=whole,
    )


ticks = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, GROUPS - 1), st.integers(1, 9)), max_size=6),
        st.lists(st.integers(0, 3), min_size=GROUPS, max_size=GROUPS),
    ),
    max_size=25,
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(ticks, st.randoms(use_true_random=False))
def test_lines_do_what_plain_lists_would(story: list[tuple[list[tuple[int, int]], list[int]]], random: object) -> None:
    contacts, lines = Contacts(capacity=2), WaitingLines(GROUPS)
    plain: list[list[tuple[int, int]]] = [[] for _ in range(GROUPS)]
    for tick, (joiners, free) in enumerate(story):
        gone = lines.hang_up(contacts, tick)
        expected = sorted(slot for line in plain for slot, until in line if until <= tick)
        assert sorted(gone.tolist()) == expected
        plain = [[entry for entry in line if entry[1] > tick] for line in plain]
        contacts.release(gone)
        tie = [random.random() for _ in joiners]  # type: ignore[attr-defined]
        slots = contacts.admit(_batch([patience for _, patience in joiners], tie))
        lines.join(slots, np.array([group for group, _ in joiners], dtype=np.int64), contacts, tick)
        for position in sorted(range(len(joiners)), key=lambda i: tie[i]):
            group, patience = joiners[position]
            plain[group].append((int(slots[position]), tick + patience))
        served = lines.serve(np.array(free, dtype=np.int64))
        assert served.tolist() == [slot for line, count in zip(plain, free, strict=True) for slot, _ in line[:count]]
        plain = [line[count:] for line, count in zip(plain, free, strict=True)]
        contacts.release(served)
        assert len(lines) == sum(map(len, plain))


def test_slots_are_never_given_twice() -> None:
    contacts = Contacts(capacity=2)
    held: set[int] = set()
    for count in (1, 5, 3, 40):
        slots = contacts.admit(_batch([1] * count, [0.0] * count)).tolist()
        assert len(set(slots)) == count
        assert not held & set(slots)
        held |= set(slots)
        back = sorted(held)[: len(held) // 2]
        contacts.release(np.array(back, dtype=np.int64))
        held -= set(back)


def test_an_orbit_returns_each_entry_once_and_not_before_its_time() -> None:
    orbit = Orbit()
    orbit.put(np.array([5, 3, 5]), np.array([1, 2, 3]), np.array([0, 0, 1]))
    assert [orbit.take(tick)[0].tolist() for tick in (2, 3, 4, 5, 6)] == [[], [2], [], [1, 3], []]


class Watched(World):
    """Writes down every contact that is answered or gives up."""

    log: list[tuple[str, int, int, int, int]]

    def _answer(self, slots: Ints) -> None:
        self._note("answered", slots)
        super()._answer(slots)

    def _abandon(self, slots: Ints) -> None:
        self._note("abandoned", slots)
        super()._abandon(slots)

    def _note(self, what: str, slots: Ints) -> None:
        if not hasattr(self, "log"):
            self.log = []
        for slot in slots.tolist():
            queue, joined = int(self.contacts.queue[slot]), int(self.contacts.joined[slot])
            self.log.append((what, int(self.layout.queue_group[queue]), queue, joined, self.tick))


def test_histograms_and_sums_are_those_of_the_contacts_one_by_one() -> None:
    world = run(Watched(made(staff={"cap": 3}), 5), 900)
    for what in ("answered", "abandoned"):
        for queue in range(len(world.layout.queues)):
            waits = [tick - joined for kind, _, own, joined, tick in world.log if kind == what and own == queue]
            assert world.tally.of(what)[queue] == len(waits)
            assert world.tally.of(f"wait_{what}_sum_s")[queue] == sum(waits)
            for edge in WAIT_EDGES_S:
                assert world.tally.of(f"{what}_within_{edge}s")[queue] == sum(wait <= edge for wait in waits)
    assert sum(1 for kind, *_ in world.log if kind == "abandoned") > 100


def test_who_joined_first_is_answered_first_across_the_queues_of_a_group() -> None:
    world = run(Watched(made(staff={"cap": 3}), 6), 900)
    last: dict[int, int] = {}
    queues: dict[int, set[int]] = {}
    for kind, group, queue, joined, _ in world.log:
        if kind == "answered":
            assert joined >= last.get(group, 0)
            last[group] = joined
            queues.setdefault(group, set()).add(queue)
    assert max(len(own) for own in queues.values()) > 1
