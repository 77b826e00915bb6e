"""People at a desk: what they say of sites counts for a while and outlives it; two stand for what asks for two."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from console.facts import BoardFacts
from console.intents import JoinDesk, LeaveDesk, ReportSite
from console.journal_keeper import JournalKeeper
from console.people_desk import PeopleDesk
from console.recorder import intent_as_map, intent_of_map
from feeds.errors import RefusedError
from feeds.journal import Journal
from playbooks.scope import Scope, figure
from tests.console.fake_desk import desk_view

NOW = 1_794_312_000.0


def test_a_site_s_word_counts_for_its_time_and_is_written_down(tmp_path: Path) -> None:
    book = Journal(tmp_path / "j.db")
    people = PeopleDesk(("hefei", "wuhan"), JournalKeeper(book, keeps_state=True))
    assert math.isnan(people.confirmed_up("hefei"))
    people.carry_out(ReportSite("hefei", up=True, note="floor is up", seconds=600.0), "wang", NOW)
    people.carry_out(ReportSite("wuhan", up=False), "wang", NOW)
    assert (people.confirmed_up("hefei"), people.confirmed_up("wuhan")) == (1.0, 0.0)
    assert people.next_deadline() == NOW + 600.0
    again = PeopleDesk(("hefei", "wuhan"), JournalKeeper(book, keeps_state=True))
    again.begin(NOW + 100.0)  # the desk was killed in between
    assert again.words == people.words
    later = PeopleDesk(("hefei", "wuhan"), JournalKeeper(book, keeps_state=True))
    later.begin(NOW + 700.0)
    assert [word.site for word in later.words] == ["wuhan"]
    people.expire(NOW + 600.0)
    assert math.isnan(people.confirmed_up("hefei"))
    assert [word.site for word in people.words] == ["wuhan"]
    kinds = [(entry.kind, entry.actor) for entry in book.entries()]
    assert kinds == [("site.word", "wang"), ("site.word", "wang"), ("site.word_over", "desk")]
    book.close()


@pytest.mark.parametrize(
    ("intent", "code"),
    [
        (ReportSite("nowhere", up=True), "UNKNOWN_SITE"),
        (ReportSite("hefei", up=True, seconds=0.0), "BAD_TIME"),
        (ReportSite("hefei", up=True, seconds=math.nan), "BAD_TIME"),
        (ReportSite("hefei", up=True, seconds=1e9), "BAD_TIME"),
    ],
)
def test_a_word_that_cannot_be(intent: ReportSite, code: str) -> None:
    people = PeopleDesk(("hefei",), JournalKeeper(Journal()))
    with pytest.raises(RefusedError) as refused:
        people.carry_out(intent, "wang", NOW)
    assert refused.value.code == code
    assert people.words == ()


def test_who_comes_and_goes_is_written_down() -> None:
    book = Journal()
    people = PeopleDesk(("hefei",), JournalKeeper(book))
    people.carry_out(JoinDesk("c1", "lead", ("hefei",), "10.0.0.7"), "li", NOW)
    people.carry_out(JoinDesk("c2", "duty"), "wang", NOW + 1.0)
    assert [(one.name, one.role, one.since) for one in people.here] == [("li", "lead", NOW), ("wang", "duty", NOW + 1)]
    people.carry_out(LeaveDesk("c1", "the connection broke"), "li", NOW + 60.0)
    people.carry_out(LeaveDesk("c9"), "nobody", NOW + 60.0)
    assert [one.name for one in people.here] == ["wang"]
    assert [(entry.kind, entry.actor) for entry in book.entries()] == [
        ("desk.joined", "li"),
        ("desk.joined", "wang"),
        ("desk.left", "li"),
    ]


def test_a_word_is_a_fact_also_of_a_dark_site() -> None:
    words = {"wuhan": 1.0}
    facts = BoardFacts(desk_view().board, confirmed_up=lambda site: words.get(site, math.nan))
    places = {"site": Scope("wuhan", None), "to": Scope("hefei", "q00")}
    assert facts.unknown("wuhan")
    assert figure("site.confirmed_up", places, facts) == 1.0
    assert math.isnan(figure("site.waiting", places, facts))
    assert math.isnan(figure("to.confirmed_up", places, facts))


def test_what_people_do_can_be_recorded_and_replayed() -> None:
    for intent in (JoinDesk("c1", "lead", ("hefei",), "a"), LeaveDesk("c1", "x"), ReportSite("hefei", up=False)):
        assert intent_of_map({**intent_as_map(intent), "who": "wang"}) == intent
