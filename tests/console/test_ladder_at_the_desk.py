"""Notes, tasks, questions and second approvals: at the desk, in a script of decisions, by key and as commands."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.rules import load_rules
from console.checking import check_together
from console.commands.playbooks import as_plain
from console.decisions import Script, read_decisions
from console.intents import AnswerRun, ApproveRun, AskPreview, Intent, StartPlaybook, WriteNote
from console.playbook_desk import shipped_playbooks
from console.recorder import intent_as_map, intent_of_map
from console.screens.playbooks import PlaybooksScreen
from feeds.errors import InputError
from playbooks.preview import Preview
from playbooks.run import RunState
from playbooks.words import Words
from simulators.deeds import deeds
from tests.console.fake_desk import FakeDesk, desk_view, in_loop, run_view
from tests.console.test_app import _app, _press, _type, screen_text
from tests.console.test_desk_core import START, Site, desk


def test_a_note_is_in_the_journal_as_its_writers_deed() -> None:
    core = desk("hefei")
    assert core.submit(WriteNote("平台\x1b[31m降级  窗口"), "duty-1", START + 5).ok
    assert core.submit(WriteNote("  "), "duty-1", START + 6).code == "EMPTY"
    entries = list(core.journal.journal.entries())
    assert [entry.actor for entry in entries if entry.kind == "note"] == ["duty-1"]
    (done,) = [one for one in deeds(entries, START) if one.deed == "note"]
    assert "降级" in str(done.values["text"])
    assert "\x1b" not in str(done.values["text"])
    assert done.at == pytest.approx(5.0)


@pytest.mark.parametrize("intent", [WriteNote("x"), ApproveRun("r1"), AnswerRun("r1", "done")])
def test_they_are_recorded_and_read_back(intent: Intent) -> None:
    assert intent_of_map(json.loads(json.dumps(intent_as_map(intent)))) == intent  # type: ignore[arg-type]


def preview_of(core: object, playbook: str, **given: object) -> Preview:
    preview = core.submit(AskPreview(playbook, given), "duty-1", START + 12).preview  # type: ignore[attr-defined]
    assert preview is not None
    return preview


def test_a_site_whose_hello_lists_no_verbs_gets_tasks_and_two_people_approve() -> None:
    core = desk("hefei")
    site = Site(core)
    site.publisher.hello = replace(site.publisher.hello, verbs=())
    site.open(START + 1)
    for second in range(2, 12):
        site.tick(START + second, oldest_wait_s=200, waiting=50)
    core.outgoing()
    preview = preview_of(core, "queue-greeting", site="hefei")
    assert preview.ok, preview.refusals
    assert preview.by_hand == {"hefei set_greeting"}
    site.tick(START + 12.5, oldest_wait_s=200, waiting=50)
    assert core.submit(StartPlaybook(preview), "duty-1", START + 13).ok
    site.tick(START + 13.5, oldest_wait_s=200, waiting=50)
    (run,) = core.playbooks.runs()
    assert run.state is RunState.PROPOSED
    assert core.submit(ApproveRun(run.id), "duty-1", START + 14).code == "SAME_PERSON"
    assert core.submit(ApproveRun(run.id), "duty-2", START + 14).ok
    (run,) = core.playbooks.runs()
    assert run.task
    assert run.question is not None
    assert run.question.en.startswith("hefei, by hand:")
    assert core.submit(AnswerRun(run.id, "done"), "lead", START + 20).ok
    assert not [data for _, data in core.outgoing() if b"set_greeting" in data]
    kinds = [entry.kind for entry in core.journal.journal.entries() if entry.kind.startswith("playbook.")]
    assert kinds[:5] == [
        "playbook.proposed",
        "playbook.approved",
        "playbook.task",
        "playbook.asked",
        "playbook.answered",
    ]


def test_a_script_writes_notes_approves_and_answers(tmp_path: Path) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(
        "decisions:\n"
        "  - {at: 13s, run: verify-feed, with: {site: hefei}, who: lin}\n"
        "  - {at: 17s, answer: verify-feed, who: wang}\n"
        "  - {at: 18s, note: 商家已确认价格, who: lin}\n"
        "  - {at: 19s, approve: verify-feed, who: wang}\n",
        "utf-8",
    )
    core = desk("hefei")
    script = Script(core, read_decisions(path), START)
    for second in range(20):
        core.advance(START + second)
        script(START + second)
    (run,) = core.playbooks.runs()
    assert [str(step.state) for step in run.steps][:2] == ["done", "done"]
    assert [why for _, why in script.refused] == [f"run {run.id} is verifying"]
    texts = [e.body["text"] for e in core.journal.journal.entries() if e.kind in ("note", "playbook.note")]
    assert texts[-1] == "商家已确认价格"
    assert "hefei" in texts[0]
    path.write_text("decisions:\n  - {at: 13s}\n", "utf-8")
    with pytest.raises(InputError, match="one of run, acknowledge, renew, revert, answer, approve, handover and note"):
        read_decisions(path)


@in_loop
async def test_note_done_and_a_second_approval_by_key() -> None:
    task = replace(
        run_view(RunState.ASKING, question=Words("打电话", "Phone Hefei"), choices=("done", "failed")), task=True
    )
    proposed = run_view(RunState.PROPOSED, id="r0002")
    app = _app(FakeDesk(replace(desk_view(), runs=(task, proposed))))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await _type(pilot, "colon", "note degrade window until 01:00")
        await _type(pilot, "colon", "note")
        assert "a note has words" in screen_text(app)
        await _type(pilot, "colon", "done")
        await _press(pilot, "y")
        await _press(pilot, "p")
        assert isinstance(app.screen, PlaybooksScreen)
        assert "P10" in screen_text(app) or "rung" in screen_text(app)
        assert app.screen.runs.move_cursor("r0002")
        await _press(pilot, "y")
    assert [intent for intent, _ in app.desk.sent] == [  # type: ignore[attr-defined]
        WriteNote("degrade window until 01:00"),
        AnswerRun("r0001", "done"),
        AnswerRun("r0001", "done"),
        ApproveRun("r0002"),
    ]


def test_the_list_has_the_whole_ladder_as_json() -> None:
    plain = [as_plain(book) for book in shipped_playbooks()]
    assert len(json.loads(json.dumps(plain))) == 23
    (bot,) = [one for one in plain if one["playbook"] == "bot-overflow"]
    assert bot["rung"] == "P10"
    assert bot["figures"] == {"arrivals": -0.2}
    assert bot["actions"] == ["set_bot_share"]


def test_rules_and_playbooks_that_name_each_other_exist() -> None:
    rules, books = load_rules(), shipped_playbooks()
    check_together(rules, books, "x")
    with pytest.raises(InputError, match="rule queue-building: unknown playbook 'bot-overflow'"):
        check_together(
            [rule for rule in rules if rule.rule == "queue-building"],
            [book for book in books if book.id != "bot-overflow"],
            "x",
        )
    with pytest.raises(InputError, match="suggest: unknown alert 'queue-building'"):
        check_together([], [book for book in books if book.id == "bot-overflow"], "x")
