"""The fifteen drills with what ships for them: decisions that mean what exists, scores that differ the right way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.fifteen import Line, fifteen, table, wrong
from console.decisions_shipped import SHIPPED_DECISIONS, shipped_decisions
from console.playbook_desk import shipped_playbooks
from console.rehearsal import Rehearsal, read_choice, rehearse
from simulators.layout import Layout
from simulators.scenario import Scenario, load_scenario
from simulators.suffering import harm, suffering
from simulators.world import World

SHORT = "d10-two-breaches-one-donor"


def test_all_fifteen_have_decisions_that_name_what_exists() -> None:
    books = {book.id: book for book in shipped_playbooks()}
    assert len(fifteen()) == 15
    for name in fifteen():
        scenario = load_scenario(name)
        places = _places(scenario)
        for kind in SHIPPED_DECISIONS:
            for one in shipped_decisions(name, kind):
                assert one.at < scenario.minutes * 60, (name, kind, one)
                assert one.until is None or one.until <= scenario.minutes * 60, (name, kind, one)
                if one.run is None:
                    continue
                assert set(one.parameters) <= set(books[one.run].parameters), (name, kind, one)
                for key in ("site", "from", "to", "category", "giving"):
                    assert one.parameters.get(key, "") in places, (name, kind, key, one.parameters)


def _places(scenario: Scenario) -> set[object]:
    queues = Layout(scenario).queues
    sites = {site.id for site in scenario.sites}
    groups = {group.category for site in scenario.sites for group in site.groups}
    named = {f"{site}/{queue.row.id}" for site in sites for queue in queues}
    return {"", *sites, *groups, *named}


@pytest.fixture(scope="module")
def played() -> dict[str, Rehearsal]:
    """The first quarter of an hour and a bit of the drill with the fewest sites."""
    scenario = load_scenario(SHORT)
    found = suffering(World(scenario, 7))
    nothing = found.since(found)
    return {
        name: rehearse(scenario, 7, 16, read_choice(name, scenario.id), best=nothing, every=5)
        for name in ("none", "naive", "good")
    }


@pytest.mark.crash
@pytest.mark.timeout(600)  # three drills of a quarter of an hour
def test_used_well_the_catalogue_beats_nobody_and_naive_decisions(played: dict[str, Rehearsal]) -> None:
    good, naive, none = (played[name] for name in ("good", "naive", "none"))
    assert good.score.points > naive.score.points
    assert good.score.points > none.score.points
    assert harm(good.suffered).whole < min(harm(none.suffered).whole, harm(naive.suffered).whole)
    assert good.score.parts["act"].points == pytest.approx(15)
    assert not [one for one in good.score.parts["act"].findings if one.what.startswith("trap.")]


def test_the_table_says_where_the_order_is_wrong() -> None:
    good = Line("d04-feed-dead", 7, "good", 92.0, 100.0, 40.0, 0.01, 0.0, 1, 0, 3.0)
    none = replace(good, player="none", points=40.0, of=85.0, customers=40.0)
    naive = replace(good, player="naive", points=60.0, customers=38.0)
    assert wrong([good, none, naive]) == []
    assert len(wrong([good, replace(none, points=92.0)])) == 1
    assert len(wrong([good, replace(none, points=80.0)])) == 1  # 80 of 85 is more than 92 of 100
    assert len(wrong([replace(good, customers=37.0), none, naive])) == 2
    assert table([good, none]).splitlines()[-1] == "| `d04-feed-dead` | 7 | 0.0% | 40 (40.0) | 92 (40.0) |"
