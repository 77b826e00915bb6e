"""A playbook from a script: what it says line by line, and the exit code of every end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from console.desk_core import DeskCore
from console.headless import drill_core
from console.intents import Intent, Outcome
from console.lockstep import LockStep
from console.panic_file import ask_for_panic, look, panic_path
from console.scripted_lines import sentence
from console.scripted_run import ScriptedRun, Wanted
from console.view import DeskView
from console.wire import MemoryWire
from feeds.journal import Journal
from playbooks.run import RunState
from simulators.world import World
from tests.console.made_drill import overrun

GIVEN = {"site": "hefei", "category": "apparel"}


class SteppedDesk:
    """A desk whose time passes only while a script waits."""

    def __init__(self, folder: Path) -> None:
        _path, scenario = overrun(folder)
        self.world = World(scenario, 3)
        self.core: DeskCore = drill_core(scenario, 3, Journal())
        self.drill = LockStep(self.world, self.core, MemoryWire())
        self.drill.begin()
        self.pass_by(100)

    def pass_by(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(seconds):
            self.drill.step()

    @property
    def view(self) -> DeskView:
        """The desk as it stands."""
        return self.core.view(self.world.now)

    def submit(self, intent: Intent, who: str) -> Future[Outcome]:
        """Asked and answered."""
        answer: Future[Outcome] = Future()
        answer.set_result(self.core.submit(intent, who, self.world.now))
        return answer


@pytest.fixture
def desk(tmp_path: Path) -> SteppedDesk:
    """The desk of a site that is overrun."""
    return SteppedDesk(tmp_path)


def ran(
    desk: SteppedDesk, wanted: Wanted, *, yes: bool | None = True, pause: Callable[[float], None] | None = None
) -> tuple[int, list[Mapping[str, Any]]]:
    """The exit code, and every line."""
    lines: list[Mapping[str, Any]] = []
    script = ScriptedRun(desk, "script", wanted, lines.append, pause or (lambda _s: desk.pass_by(1)), lambda _plan: yes)
    code = script.carry_out()
    for line in lines:
        json.dumps(line, allow_nan=False)
        sentence(line, "zh")
    return code, lines


def test_done_is_0_and_says_until_when(desk: SteppedDesk) -> None:
    code, lines = ran(desk, Wanted("bot-overflow", GIVEN))
    assert code == 0
    assert lines[0]["event"] == "preview"
    assert [line["state"] for line in lines if line["event"] == "run"][-1] == "active"
    end = lines[-1]
    assert (end["event"], end["code"], end["in_force"]) == ("end", 0, True)
    assert end["until"] == pytest.approx(desk.world.now + 7200.0, abs=10.0)


def test_a_preview_starts_nothing(desk: SteppedDesk) -> None:
    code, lines = ran(desk, Wanted("bot-overflow", GIVEN, preview_only=True))
    assert code == 0
    assert lines[0]["commands"][0]["verb"] == "set_bot_share"
    assert desk.core.playbooks.runs() == ()


def test_a_guard_is_3(desk: SteppedDesk) -> None:
    code, lines = ran(desk, Wanted("bot-overflow", {"site": "luoyang"}))
    assert code == 3
    assert "site.waiting > 20" in lines[0]["refusals"][0]["en"]
    assert lines[-1]["in_force"] is False


def test_what_does_not_exist_is_2(desk: SteppedDesk) -> None:
    assert ran(desk, Wanted("bot-overflo", GIVEN))[0] == 2
    assert ran(desk, Wanted("bot-overflow", {"share": "much"}))[0] == 2


def test_without_a_yes_it_is_4_and_nothing_is_started(desk: SteppedDesk) -> None:
    assert ran(desk, Wanted("bot-overflow", GIVEN), yes=None)[0] == 4
    assert desk.core.playbooks.runs() == ()


def test_a_second_person_is_4(desk: SteppedDesk) -> None:
    desk.pass_by(120)
    code, lines = ran(desk, Wanted("queue-greeting", {"site": "hefei"}))
    assert code == 4, lines
    assert lines[-1]["state"] == "proposed"


def test_taken_back_on_the_way_is_5(desk: SteppedDesk) -> None:
    from console.intents import RevertRun

    def pause(_seconds: float) -> None:
        for run in desk.core.playbooks.runs():
            if run.state is RunState.VERIFYING:
                desk.submit(RevertRun(run.id), "wang")
        desk.pass_by(1)

    code, lines = ran(desk, Wanted("supervisors-on-queue", {**GIVEN, "count": "2"}), pause=pause)
    assert code == 5, lines
    assert lines[-1]["in_force"] is False


def test_an_interrupt_takes_back_what_was_done(desk: SteppedDesk) -> None:
    keys = [KeyboardInterrupt()]

    def pause(_seconds: float) -> None:
        desk.pass_by(1)
        if desk.core.playbooks.runs() and keys:
            raise keys.pop()

    code, lines = ran(desk, Wanted("bot-overflow", GIVEN, until="ended"), pause=pause)
    assert code == 130
    assert (lines[-1]["state"], lines[-1]["in_force"]) == ("reverted", False)
    assert "interrupted" in [line["event"] for line in lines]


def test_a_desk_that_does_not_answer_is_6(desk: SteppedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.scripted_run.ANSWER_WITHIN_S", 0.01)
    monkeypatch.setattr(desk, "submit", lambda _intent, _who: Future())
    assert ran(desk, Wanted("bot-overflow", GIVEN))[0] == 6


def test_a_panic_is_asked_for_beside_the_journal(desk: SteppedDesk, tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    assert not look(journal, desk.core, desk.world.now)
    ask_for_panic(journal, on=True, who="wang", note="数据有误")
    assert look(journal, desk.core, desk.world.now)
    panic = desk.view.automatic.panic
    assert panic is not None
    assert (panic.who, panic.note) == ("wang", "数据有误")
    assert not panic_path(journal).exists()
    panic_path(journal).write_text("{", "utf-8")  # nobody can say what it asks for: stopped it stays
    assert look(journal, desk.core, desk.world.now)
    assert desk.view.automatic.panic is not None
    ask_for_panic(journal, on=False, who="wang", note="")
    look(journal, desk.core, desk.world.now)
    assert desk.view.automatic.panic is None


def test_panic_with_no_desk_at_work_is_for_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "dutydeck.yaml").write_text(
        'sites:\n  - {id: hefei, url: "ws://127.0.0.1:9"}\njournal: j.db\n', encoding="utf-8"
    )
    assert main(["panic", "--config", str(tmp_path), "--note", "why"]) == 0
    assert json.loads(panic_path(tmp_path / "j.db").read_text("utf-8"))["on"] is True


def test_what_cannot_start_by_itself_is_refused_in_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dutydeck.yaml").write_text(
        'sites:\n  - {id: hefei, url: "ws://127.0.0.1:9"}\nautomatic: [queue-cap]\n', encoding="utf-8"
    )
    assert main(["check", str(tmp_path)]) == 2
    assert "queue-cap cannot start by itself" in capsys.readouterr().err


def test_run_in_a_drill(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, _scenario = overrun(tmp_path)
    given = ["--set", "site=hefei", "--set", "share=99%", "--drill", str(path), "--speed", "20", "--after", "30s"]
    code = main(["run", "bot-overflow", *given, "--preview", "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["desk", "refused", "end"]
    assert code == 2
    assert lines[0]["kind"] == "drill"
    assert main(["run", "bot-overflow", "--set", "site"]) == 2
