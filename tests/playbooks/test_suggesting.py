"""Which playbooks fit an alert and in which order: pure, over previews."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from playbooks.library import load_library, shipped
from playbooks.preview import make_preview
from playbooks.suggesting import Suggestion, best_of, fitting, in_order, suggestion
from playbooks.words import Words
from tests.playbooks.ahead.made_lanes import foreseen

BOOKS = {book.id: book for book in load_library([shipped()])}
NO = (Words("不", "no"),)


def one(name: str, effect: float, rank: int = 2, *, seen: bool = False, no: bool = False) -> Suggestion:
    return Suggestion(name, Words(name, name), "P00", 2, rank, seen, effect, effect, NO if no else ())


def test_effect_over_cost_cheap_and_unseen_first_and_what_is_forbidden_last() -> None:
    found = in_order(
        [
            one("forbidden", 900.0, no=True),
            one("useless", 0.2),
            one("no-figure", math.nan),
            one("buyers-see-it", 500.0, seen=True),
            one("dear", 60.0, rank=6),
            one("cheap", 50.0, rank=1),
        ]
    )
    assert [s.playbook for s in found] == ["cheap", "dear", "buyers-see-it", "no-figure", "useless", "forbidden"]
    best = best_of(found)
    assert best is not None
    assert best.playbook == "cheap"
    assert best_of(s for s in found if not s.allowed) is None
    assert best_of([one("useless", 0.2), one("forbidden", 9.0, no=True)]) is None


@given(st.lists(st.tuples(st.floats(-50, 500) | st.just(math.nan), st.integers(1, 10), st.booleans(), st.booleans())))
def test_nothing_that_a_guard_forbids_is_before_what_is_allowed(
    drawn: list[tuple[float, int, bool, bool]],
) -> None:
    found = in_order(one(f"b{i}", e, r, seen=s, no=n) for i, (e, r, s, n) in enumerate(drawn))
    allowed = [s.allowed for s in found]
    assert allowed == sorted(allowed, reverse=True)
    helping = [s for s in found if s.allowed and s.effect >= 1.0 and not s.seen_by_buyers]
    assert [s.score for s in helping] == sorted((s.score for s in helping), reverse=True)
    assert found[: len(helping)] == tuple(helping)


def test_what_fits_an_alert() -> None:
    names = [book.id for book in fitting(BOOKS, "oldest-wait-critical", "bot-overflow")]
    assert {"cross-site-move", "bot-overflow", "queue-greeting", "queue-cap", "pause-off-phone"} <= set(names)
    assert "degrade-window" not in names
    assert "night-bot-only" not in names
    assert [book.id for book in fitting(BOOKS, "site-dark", None)] == ["verify-feed"]
    assert fitting(BOOKS, "no-such-rule", None) == ()


def test_a_suggestion_has_the_reasons_of_its_preview() -> None:
    world = foreseen()
    preview = make_preview(BOOKS["cross-site-move"], {"to": "hefei/q1"}, world, 0.0)
    assert preview.ok
    good = suggestion(BOOKS["cross-site-move"], preview)
    assert good.allowed
    assert good.effect > 1.0
    world.network_load = 1.2
    bad = suggestion(BOOKS["cross-site-move"], make_preview(BOOKS["cross-site-move"], {"to": "hefei/q1"}, world, 0.0))
    assert not bad.allowed
    assert bad.why_not
    assert suggestion(BOOKS["queue-cap"], replace(preview, outlook=None)).seen_by_buyers
