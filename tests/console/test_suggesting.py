"""Suggestions at the desk: a preview or two a second, a list when it is whole, none for what is over."""

from __future__ import annotations

from dataclasses import replace

from alerts.alert import Alert
from console.suggesting import GOOD_FOR_S, PER_SECOND, SuggestionDesk
from feeds.errors import InputError
from playbooks.facts import Facts
from playbooks.library import load_library, shipped
from playbooks.playbook import Playbook
from playbooks.preview import Preview, make_preview
from playbooks.suggesting import fitting
from tests.console.fake_desk import alert
from tests.playbooks.ahead.made_lanes import foreseen

BOOKS = {book.id: book for book in load_library([shipped()])}


class Counted:
    """Previews of a small world, counted; `refuses` are those that cannot be made."""

    def __init__(self, *refuses: str) -> None:
        self.made: list[str] = []
        self.refuses = refuses

    def __call__(self, book: Playbook, alert: Alert, facts: Facts, now: float) -> Preview:
        self.made.append(book.id)
        if book.id in self.refuses:
            raise InputError(book.id, "no such queue")
        given = {name: "hefei/q1" for name, spec in book.parameters.items() if spec.kind == "queue"}
        given |= {name: "hefei" for name in ("site",) if name in book.parameters}
        return make_preview(book, given, facts, now)


def firing(**changes: object) -> Alert:
    return replace(alert("hefei/q1", rule="oldest-wait-critical"), state="firing", **changes)  # type: ignore[arg-type]


def run(desk: SuggestionDesk, alerts: list[Alert], seconds: int, start: int = 0) -> None:
    for second in range(start, start + seconds):
        desk.second(lambda: alerts, lambda _: foreseen(), float(second))


def test_a_list_is_made_a_few_previews_a_second_and_then_rests() -> None:
    counted = Counted()
    desk, one = SuggestionDesk(BOOKS, counted), firing()
    fit = fitting(BOOKS, one.rule, one.playbook)
    run(desk, [one], 1)
    assert len(counted.made) == PER_SECOND
    assert desk.found == {}
    seconds = -(-len(fit) // PER_SECOND)
    run(desk, [one], seconds - 1, 1)
    assert {s.playbook for s in desk.found[one.id]} == {book.id for book in fit}
    made = len(counted.made)
    run(desk, [one], int(GOOD_FOR_S) - 2, seconds)
    assert len(counted.made) == made
    run(desk, [one], 3, seconds + int(GOOD_FOR_S) - 2)
    assert len(counted.made) > made


def test_what_is_over_muted_or_silenced_has_no_list() -> None:
    counted = Counted()
    desk, one = SuggestionDesk(BOOKS, counted), firing()
    run(desk, [one], 20)
    assert one.id in desk.found
    run(desk, [replace(one, inhibited=True)], 1, 20)
    assert desk.found == {}
    made = len(counted.made)
    run(desk, [replace(one, silenced="s1"), replace(one, state="recovering")], 5, 21)
    run(desk, [], 5, 26)
    assert len(counted.made) == made


def test_nothing_is_worked_out_where_nobody_looks() -> None:
    counted = Counted()
    run(SuggestionDesk(BOOKS, counted, seen=False), [firing()], 20)
    assert counted.made == []


def test_a_playbook_that_does_not_fit_after_all_is_left_out() -> None:
    desk, one = SuggestionDesk(BOOKS, Counted("cross-site-move")), firing()
    run(desk, [one], 20)
    assert "cross-site-move" not in {s.playbook for s in desk.found[one.id]}
    assert desk.found[one.id]


def test_a_faster_clock_makes_no_more_work_for_a_real_second() -> None:
    counted = Counted()
    desk, one = SuggestionDesk(BOOKS, counted), firing()
    for second in range(60):
        desk.second(lambda: [one], lambda _: foreseen(), float(second), 60.0)
    assert len(counted.made) == PER_SECOND
