"""The score from a journal that was made by hand: what each part gives, what is unknown, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock_files import load_clocks
from feeds.journal import Entry, Journal
from simulators.deeds import alerts_shown, courses, deeds
from simulators.objectives import Objectives, Truth
from simulators.scoring import Session, score
from simulators.scoring_part import fading
from simulators.suffering import Harm, Suffering, budget, harm, promises

START = 1_000_000.0
WORDS = {"zh": "事", "en": "thing"}


def journal(*news: tuple[float, str, str, dict[str, Any]]) -> list[Entry]:
    book = Journal()
    return [book.append(round((START + at) * 1e9), kind, actor, body) for at, kind, actor, body in news]


def alert(at: float, to: str, who: str = "oldest-wait-critical", **more: Any) -> tuple[float, str, str, dict[str, Any]]:
    body = {"id": "a-1", "rule": "oldest-wait-critical", "key": "hefei/q1", "from": "pending", "to": to}
    return at, "alert", who, body | {"inhibited": False, "reason": ""} | more


def run(at: float, kind: str, who: str = "duty", **body: Any) -> tuple[float, str, str, dict[str, Any]]:
    return at, f"playbook.{kind}", who, {"run": "r-1", "playbook": "bot-overflow", "by": who} | body


def suffered(late: float = 0, abandoned: float = 0, lost: float = 0) -> Suffering:
    clocks = tuple(clock for clock in load_clocks() if clock.id in ("jd_30s", "voice_sl_1", "voice_sl_3"))
    counts = {"offered": 100.0, "answered": 90.0 - abandoned, "abandoned": abandoned, "bot_contained": 0.0}
    block = np.zeros((len(clocks), 1))
    missed = block.copy()
    missed[[clock.id for clock in clocks].index("jd_30s")] = late
    return Suffering(
        ("hefei",), clocks, block + 100.0 - missed, missed, block, {name: np.array([n]) for name, n in counts.items()},
        np.array([1000.0]), np.array([lost]), np.array([0.0]),
    )  # fmt: skip


def judged(
    entries: list[Entry],
    objectives: dict[str, Any] | None = None,
    events: list[dict[str, Any]] | None = None,
    seconds: float = 3600.0,
    left: Mapping[str, int] | None = None,
    best: Suffering | None = None,
    found: Suffering | None = None,
) -> dict[str, Any]:
    truth = None if events is None else Truth.model_validate({"story": WORDS, "events": events})
    session = Session(
        entries,
        START,
        seconds,
        found or suffered(),
        best,
        Objectives.model_validate(objectives or {}),
        truth,
        left or {},
    )
    return score(session).as_dict()


EVENT = [{"id": "wave", "at": "10m", "site": "hefei", "what": WORDS}]
SIGNS = [{"rule": "oldest-wait-*", "site": "hefei"}]
DETECT = {"detect": [{"event": "wave", "within": "2m", "signs": SIGNS}]}


def test_what_cannot_be_judged_has_no_points_and_the_total_says_so() -> None:
    found = judged(journal())
    assert {name: part["points"] for name, part in found["parts"].items()} == {
        "customers": 40.0, "detect": None, "act": None, "reversal": None, "log": None,
    }  # fmt: skip
    assert found["total"] == {
        "points": 40.0, "of": 40.0, "share": 1.0, "unknown": ["detect", "act", "reversal", "log"],
    }  # fmt: skip
    assert all("why" in part for name, part in found["parts"].items() if name != "customers")
    assert sum(part["of"] for part in found["parts"].values()) == 100


@pytest.mark.parametrize(("took", "points"), [(30, 20.0), (120, 20.0), (240, 10.0), (360, 0.0), (900, 0.0)])
def test_an_event_taken_up_late_gives_less_until_three_times_its_time(took: float, points: float) -> None:
    entries = journal(alert(610, "firing"), alert(600 + took, "acknowledged", "duty", reason="duty: on it"))
    part = judged(entries, DETECT, EVENT)["parts"]["detect"]
    assert part["points"] == pytest.approx(points)
    assert part["findings"][0]["entries"] == [1, 2]
    assert part["findings"][0]["value"] == took


def test_an_alert_that_nobody_takes_up_is_no_detection() -> None:
    part = judged(journal(alert(610, "firing")), DETECT, EVENT)["parts"]["detect"]
    assert part["points"] == 0.0
    assert part["findings"][0]["value"] is None
    assert "nobody" in part["findings"][0]["en"]


def test_an_event_that_never_came_is_not_judged() -> None:
    assert judged(journal(), DETECT, EVENT, seconds=300)["parts"]["detect"]["points"] is None


def test_what_was_acknowledged_before_the_event_is_another_thing() -> None:
    entries = journal(alert(10, "firing"), alert(20, "acknowledged", "duty"), alert(100, "resolved"))
    assert judged(entries, DETECT, EVENT)["parts"]["detect"]["points"] == 0.0


ACTS = {
    "acts": [{"id": "bot", "event": "wave", "playbook": "bot-*", "with": {"site": "hefei"}, "what": WORDS}],
    "traps": [{"id": "away", "event": "wave", "playbook": "cross-*", "what": WORDS}],
}


@pytest.mark.parametrize(("at", "points"), [(700, 15.0), (900, 15.0), (3600, 7.5), (500, 15.0)])
def test_the_first_right_act_counts_by_its_time(at: float, points: float) -> None:
    part = judged(journal(run(at, "started", params={"site": "hefei"})), ACTS, EVENT)["parts"]["act"]
    assert part["points"] == pytest.approx(points)
    assert part["findings"][0]["entries"] == [1]


def test_a_wrong_place_is_no_right_act_and_a_trap_costs_a_quarter() -> None:
    wrong = journal(run(700, "started", params={"site": "xian"}))
    assert judged(wrong, ACTS, EVENT)["parts"]["act"]["points"] == 0.0
    both = journal(
        run(700, "started", params={"site": "hefei"}),
        (710, "playbook.started", "duty", {"run": "r-2", "playbook": "cross-site-move", "params": {"from": "hefei"}}),
    )
    part = judged(both, ACTS, EVENT)["parts"]["act"]
    assert part["points"] == pytest.approx(0.75 * 15)
    assert part["findings"][1]["entries"] == [2]


def test_an_act_is_known_by_the_commands_that_it_led_to() -> None:
    acts = {"acts": [{"id": "bot", "event": "wave", "verb": "set_bot_share", "what": WORDS}]}
    entries = journal(run(700, "started", params={}), run(700, "intent", verb="set_bot_share"))
    assert judged(entries, acts, EVENT)["parts"]["act"]["points"] == 15.0
    assert judged(entries[:1], acts, EVENT)["parts"]["act"]["points"] == 0.0


@pytest.mark.parametrize(
    ("back", "points"), [(1500, 15.0), (1900, 15.0), (2000, 0.0), (None, 0.0)], ids=["early", "grace", "late", "never"]
)
def test_what_is_in_force_goes_back_by_its_time(back: float | None, points: float) -> None:
    news = [run(100, "started", params={}), run(120, "verified", until=START + 1800)]
    news += [] if back is None else [run(back, "reverting", why="time"), run(back + 5, "reverted")]
    part = judged(journal(*news))["parts"]["reversal"]
    assert part["points"] == points
    assert part["findings"][0]["entries"][:2] == [1, 2]


def test_a_run_within_its_time_at_the_end_is_in_order_and_a_renewed_one_has_more() -> None:
    news = [run(100, "started", params={}), run(120, "verified", until=START + 4000)]
    assert judged(journal(*news))["parts"]["reversal"]["points"] == 15.0
    news[1] = run(120, "verified", until=START + 1000)
    assert judged(journal(*news))["parts"]["reversal"]["points"] == 0.0
    assert judged(journal(*news, run(900, "renewed", until=START + 4000)))["parts"]["reversal"]["points"] == 15.0


def test_what_is_left_over_with_no_run_to_answer_for_costs() -> None:
    news = [run(100, "started", params={}), run(120, "verified", until=START + 1800), run(500, "reverted")]
    assert judged(journal(*news), left={"lent": 0, "bot": 0})["parts"]["reversal"]["points"] == 15.0
    assert judged(journal(*news), left={"lent": 3, "bot": 0})["parts"]["reversal"]["points"] == 7.5
    limited = judged(journal(*news), {"limits": {"runs": 0}})["parts"]["reversal"]
    assert limited["points"] == 7.5


def test_a_step_that_failed_is_not_the_end_of_its_run() -> None:
    news = [run(100, "started", params={}), run(110, "failed", step=1), run(130, "failed")]
    (course,) = courses(journal(*news), START)
    assert (course.ended, course.end) == (130.0, "failed")


def test_the_log_counts_alerts_that_lasted_and_words() -> None:
    entries = journal(alert(100, "firing"), alert(200, "acknowledged", "duty", reason="duty: phoned them"))
    assert judged(entries)["parts"]["log"]["points"] == 10.0
    silent = journal(alert(100, "firing"), alert(200, "acknowledged", "duty", reason="duty"))
    assert judged(silent)["parts"]["log"]["points"] == pytest.approx(6.0)
    assert judged(journal(alert(100, "firing")))["parts"]["log"]["points"] == 0.0
    assert judged(journal(alert(100, "firing"), alert(300, "resolved")))["parts"]["log"]["points"] is None
    limits = {"limits": {"acknowledge_within": "1m"}}
    assert judged(entries, limits)["parts"]["log"]["points"] == pytest.approx(4.0)


def test_muted_alerts_are_no_alerts() -> None:
    assert alerts_shown(journal(alert(100, "firing", inhibited=True)), START) == ()
    assert alerts_shown(journal(alert(100, "firing", silenced="s-1")), START) == ()


def test_deeds_are_read_in_the_order_of_the_journal() -> None:
    entries = journal(
        alert(10, "firing"),
        alert(20, "acknowledged", "duty", reason="duty: mine"),
        run(30, "started", params={"site": "hefei"}, alert="a-1"),
        run(40, "reverting", why="time"),
        run(50, "reverting", why="key"),
        (60, "note", "duty", {"text": "交接"}),
    )
    assert [(one.entry, one.deed) for one in deeds(entries, START)] == [
        (2, "acknowledge"), (3, "run"), (5, "revert"), (6, "note"),
    ]  # fmt: skip


def test_customers_are_measured_against_the_best_possible() -> None:
    bad, best = suffered(late=40, abandoned=20, lost=100), suffered(late=20, abandoned=10)
    alone = judged(journal(), found=bad)["parts"]["customers"]["points"]
    beside = judged(journal(), found=bad, best=best)["parts"]["customers"]["points"]
    assert alone == pytest.approx(40 * (1 - harm(bad).whole))
    assert beside == pytest.approx(40 * (1 - harm(bad).whole) / (1 - harm(best).whole))
    assert judged(journal(), found=best, best=bad)["parts"]["customers"]["points"] == pytest.approx(40.0)


def test_a_broken_limit_costs_a_tenth() -> None:
    found = judged(journal(), {"limits": {"abandoned": "1%"}}, found=suffered(abandoned=20))["parts"]["customers"]
    free = judged(journal(), found=suffered(abandoned=20))["parts"]["customers"]
    assert found["points"] == pytest.approx(0.9 * free["points"])


def test_six_readings_of_one_promise_are_one() -> None:
    clocks = load_clocks()
    chosen = [clocks[number].id for number in promises(clocks)]
    assert [name for name in chosen if name.startswith("voice")] == ["voice_sl_3"]
    assert len(chosen) == len(clocks) - 5


def test_harm_leaves_out_what_is_unknown() -> None:
    assert Harm(0.5, math.nan, math.nan).whole == 0.5
    assert math.isnan(Harm(math.nan, math.nan, math.nan).whole)
    assert Harm(0.2, 0.1, 0.0).whole == pytest.approx(0.13)


def test_a_budget_is_what_the_line_still_bears() -> None:
    jd = next(clock for clock in load_clocks() if clock.id == "jd_30s")
    assert budget(jd, 95, 5) == 5
    assert budget(jd, 80, 20) == -10
    assert math.isnan(budget(next(clock for clock in load_clocks() if clock.id == "douyin_3min"), 1, 1))


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e4), st.floats(1, 1e4), st.floats(0, 1))
def test_points_never_rise_with_time(first: float, second: float, full: float, more: float, least: float) -> None:
    early, late = sorted((first, second))
    values = [fading(at, full, full + more, least) for at in (early, late)]
    assert 0.0 <= values[1] <= values[0] <= 1.0
