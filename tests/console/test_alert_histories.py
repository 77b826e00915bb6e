"""What happened to alerts: kept for those that are open, in bounds, and found again after a restart."""

from __future__ import annotations

import math
from typing import Any

from alerts.alert import Transition
from console.alert_histories import MOST_EACH, AlertHistories, AlertHistory
from feeds.journal import Journal


def change(alert: str, to: str, at: float = 0.0, came: str = "firing", reason: str = "when") -> Transition:
    return Transition(alert, "r", "hf/q1", came, to, at, math.nan, reason)  # type: ignore[arg-type]


def told(history: AlertHistory) -> list[tuple[str, str]]:
    return [(one.change.to_state, one.who) for one in history.happenings]


def test_what_rules_and_people_did_stands_in_order_and_outlives_the_end() -> None:
    kept = AlertHistories()
    kept.take([change("a1", "pending", 1, "inactive"), change("a2", "firing", 1, "inactive")])
    kept.take([change("a1", "acknowledged", 2, reason="duty-1: on it")], "duty-1")
    assert kept.of("a1").end is None
    kept.take([change("a1", "resolved", 9), change("a1", "settled", 10)])
    assert told(kept.of("a1")) == [("pending", ""), ("acknowledged", "duty-1"), ("resolved", ""), ("settled", "")]
    end = kept.of("a1").end
    assert end is not None
    assert end.at == 9
    assert told(kept.of("a1").until(5.0)) == [("pending", ""), ("acknowledged", "duty-1")]
    assert kept.of("a1").until(5.0).end is None
    assert kept.of("none") == AlertHistory()


def test_of_an_alert_that_never_rests_the_beginning_and_the_newest_are_kept() -> None:
    kept = AlertHistories()
    kept.take([change("a1", "firing", 0, "inactive")])
    kept.take([change("a1", "recovering" if i % 2 else "firing", float(i + 1)) for i in range(1000)])
    history = kept.of("a1")
    assert len(history.happenings) == MOST_EACH
    assert history.left_out == 1001 - MOST_EACH
    assert (history.happenings[0].change.at, history.happenings[-1].change.at) == (0.0, 1000.0)


def test_ended_alerts_are_forgotten_the_oldest_first_and_never_come_back_half() -> None:
    kept = AlertHistories(most_ended=10)
    for i in range(100):
        kept.take([change(f"a{i}", "firing", i, "inactive"), change(f"a{i}", "resolved", i)])
    assert len(kept) == 10
    assert told(kept.of("a99")) == [("firing", ""), ("resolved", "")]
    kept.take([change("a1", "settled", 200), change("a1", "flapping", 200)])
    assert len(kept) == 10


def test_a_start_finds_in_the_journal_what_happened_before_it() -> None:
    journal = Journal()

    def write(one: Transition, actor: str = "r") -> None:
        body: dict[str, Any] = one.as_dict()
        journal.append(round(one.at * 1e9), "alert", actor, body)

    write(change("a1", "firing", 1, "inactive"))
    write(change("a2", "firing", 2, "inactive"))
    write(change("a1", "acknowledged", 3, reason="duty-1"), "duty-1")
    write(change("a2", "resolved", 4))
    journal.append(5, "other", "x", {})
    kept = AlertHistories()
    kept.recall(journal, {"a1"})
    assert told(kept.of("a1")) == [("firing", ""), ("acknowledged", "duty-1")]
    assert told(kept.of("a2")) == []
    assert math.isnan(kept.of("a1").happenings[0].change.value)
