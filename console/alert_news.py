"""What alerts did goes wherever it is kept: the journal with the desk's state, notices, histories, a drill's report."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.alert import Transition
from console.alert_histories import AlertHistories
from console.desk_state import DeskState
from console.evidence import Evidence
from console.notice_desk import NoticeDesk


class AlertNews:
    """Takes the changes of alerts. `for_report` keeps every one of them, which a desk that runs for weeks cannot."""

    def __init__(
        self,
        state: DeskState,
        notifying: NoticeDesk,
        evidence: Evidence,
        histories: AlertHistories,
        *,
        for_report: bool,
    ) -> None:
        self._state, self._notifying, self._evidence, self._histories = state, notifying, evidence, histories
        self._for_report = for_report
        self.transitions: list[Transition] = []
        """Every change since the start, oldest first, where they are kept."""

    def take(self, transitions: Sequence[Transition], actor: str) -> None:
        """Alerts changed, each by its rule, or by the person who had a hand in it (`actor`)."""
        if self._for_report:
            self.transitions.extend(transitions)
        self._histories.take(transitions, actor)
        news = [(t.at, "alert", actor or t.rule, self._evidence.aged(t)) for t in transitions]
        # Not synced: in a storm the disk would be what an alert waits for. What a person did always is, and whatever
        # leads to a command.
        state = [*self._state.of_alerts(transitions), *self._notifying.of_alerts(transitions)]
        self._evidence.journal.append_all(news, synced=bool(actor), state=state)
