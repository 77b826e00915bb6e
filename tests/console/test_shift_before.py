"""The shift before at a drill on the screen: each deed once, at its time, again behind a moment gone back to."""

from __future__ import annotations

from concurrent.futures import Future

from console.intents import AskPreview, HandOver, Intent, Outcome, StartPlaybook
from console.shift_before import ShiftBefore
from simulators.opening import Opening
from tests.console.fake_desk import preview_value

OPENING = [
    Opening.model_validate({"at": "2m", "who": "early", "hand_over": "mind Hefei"}),
    Opening.model_validate({"at": "30s", "run": "bot-overflow", "with": {"site": "hefei"}}),
]


class Asked:
    def __init__(self, *, fails: bool = False) -> None:
        self.intents: list[tuple[str, Intent]] = []
        self.fails = fails

    def __call__(self, intent: Intent, who: str) -> Future[Outcome]:
        self.intents.append((who, intent))
        done: Future[Outcome] = Future()
        if self.fails:
            done.set_exception(RuntimeError("gone"))
        else:
            done.set_result(Outcome(preview=preview_value() if isinstance(intent, AskPreview) else None))
        return done

    def names(self) -> list[tuple[str, str]]:
        return [(who, type(intent).__name__) for who, intent in self.intents]


def test_each_deed_is_done_once_at_its_time() -> None:
    before, asked = ShiftBefore(OPENING), Asked()
    for second in range(200):
        before.advance(float(second), asked)
        if second == 29:
            assert asked.intents == []
    assert asked.names() == [
        ("shift-before", "AskPreview"),
        ("shift-before", "StartPlaybook"),
        ("early", "HandOver"),
    ]
    assert isinstance(asked.intents[1][1], StartPlaybook)
    assert asked.intents[2][1] == HandOver("mind Hefei")


def test_behind_a_moment_that_is_gone_back_to_they_are_done_again() -> None:
    before, asked = ShiftBefore(OPENING), Asked()
    before.advance(200.0, asked)
    asked.intents.clear()
    before.begin(60.0)
    before.advance(61.0, asked)
    assert asked.intents == []
    before.advance(121.0, asked)
    assert asked.names() == [("early", "HandOver")]


def test_a_desk_that_is_gone_ends_nothing_else() -> None:
    asked = Asked(fails=True)
    ShiftBefore(OPENING).advance(200.0, asked)
    assert asked.names() == [("shift-before", "AskPreview"), ("early", "HandOver")]
