"""A handover's page: what is on it, in both languages, as text, Markdown and JSON, at the desk and from its journal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.rules import load_rules
from console.cli import main
from console.handover.gathered import Gathered, Unknown, gathered_from
from console.handover.page import Page, as_dict, markdown_lines, text_lines
from console.handover.sections import page_of
from console.intents import AcceptHandover, HandOver, WriteNote
from console.people import SiteWord
from console.shift import Acceptance, Offer, ShiftNote, ShiftView
from playbooks.run import RunState, StepState, StepView
from playbooks.words import Words
from tests.console.fake_desk import NOW, desk_view, run_view
from tests.console.test_desk_state import Desk
from tests.console.test_duties import DUTIES, switch_on

ZONE = ZoneInfo("Asia/Shanghai")


def page(**changes: object) -> Page:
    return page_of(replace(gathered_from(desk_view()), **changes), ZONE)  # type: ignore[arg-type]


def said(made: Page, section: str) -> list[str]:
    return [item.words.en for item in next(one for one in made.sections if one.id == section).items]


def step(action: str, state: StepState = StepState.SEEN) -> StepView:
    return StepView(Words("借出 30 人", "lend 30 people"), state, 1.0, False, (), "", None, None, action)


def test_the_page_has_what_needs_somebody_first_and_names_everything() -> None:
    run = replace(
        run_view(RunState.ASKING, question=Words("仍发送?", "Send it all the same?"), choices=("revert", "keep")),
        in_force=True,
        until=None,
        overdue=NOW - 90,
        steps=(
            step("reallocate_agents"),
            step("notice"),
            step("set_bot_share"),
            step("ask"),
            step("task", StepState.WAITING),
        ),
    )
    made = page(
        runs=(run,),
        unknown=(Unknown("wuhan", NOW - 600),),
        words=(SiteWord("wuhan", True, "lin", "", NOW - 60, NOW + 60),),
    )
    assert said(made, "overdue") == ["Bot overflow Hefei: due back at 20:03, 1m30 overdue. Send it all the same?"]
    assert said(made, "asking") == []
    assert [len(said(made, name)) for name in ("borrowed", "switched", "promised")] == [1, 1, 1]
    assert said(made, "borrowed") == ["lend 30 people: by duty-1 since 19:52, when it ends is somebody's to decide"]
    assert said(made, "unknown") == ["Wuhan, since 19:54; by phone at 20:03 lin heard that its floor is up"]
    assert [one.id for one in made.sections][:3] == ["overdue", "asking", "alerts"]


def test_alerts_that_nobody_took_come_first_and_muted_ones_not_at_all() -> None:
    alerts = said(page(), "alerts")
    assert [line.rpartition(", ")[2] for line in alerts][-1] == "taken by duty-2 (on it)"
    assert len([line for line in alerts if line.endswith("taken by nobody")]) == len(alerts) - 1
    listed = {item.alert for section in page().sections if section.id == "alerts" for item in section.items}
    view = desk_view()
    assert listed == {one.id for one in view.alerts if one.state == "firing" and not one.inhibited}


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (ShiftView(), "no handover has been accepted yet"),
        (ShiftView(accepted=Acceptance(NOW - 60, "wang", "lin")), "wang has it since 20:03, from lin"),
        (
            ShiftView(offer=Offer(NOW - 120, "lin", "mind Hefei")),
            "offered by lin at 20:02, 2m00 ago, and not accepted yet: mind Hefei",
        ),
    ],
)
def test_it_says_who_has_the_desk(shift: ShiftView, expected: str) -> None:
    assert page(shift=shift).standing.words.en == expected


def test_markdown_is_text_wherever_others_wrote_it() -> None:
    notes = (ShiftNote(NOW, "lin", "# [x](http://evil) *now* <b>"),)
    lines = list(markdown_lines(page(shift=ShiftView(notes)), chinese=False))
    assert r"- 20:04 lin: \# \[x\](http://evil) \*now\* \<b\>" in lines
    assert lines[0].startswith("# ")
    assert sum(line.startswith("## ") for line in lines) == 10


@pytest.mark.parametrize("chinese", [True, False])
def test_every_section_says_so_where_it_has_nothing(chinese: bool) -> None:
    lines = list(text_lines(page_of(Gathered(NOW, Words("台", "Desk")), ZONE), chinese=chinese))
    assert len(lines) == 2 + 10 * 3
    assert all(line.strip() for line in lines[2:] if line)


def test_json_is_the_data_it_was_made_of() -> None:
    made = json.loads(json.dumps(as_dict(page())))
    assert made["at"] == NOW
    assert {one["rule"] for one in made["alerts"]} >= {"site-dark"}
    assert made["standing"]["holder"] is None


def test_the_command_reads_the_journal_of_a_desk_at_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "journal.db"
    desk = Desk(path, *(one for one in load_rules() if one.rule == "queue-building"), *DUTIES)
    desk.connect()
    for _ in range(62):
        desk.tick(waiting=60, slots=100, bot_share=0.1)
    run = switch_on(desk)
    for _ in range(3):
        desk.tick(waiting=60, slots=100, bot_share=0.6)
    assert desk.core.submit(WriteNote("合肥主管 0:30 到岗"), "lin", desk.now).ok
    assert desk.core.submit(HandOver("看好合肥"), "lin", desk.now).ok
    before = desk.core.journal.journal.number
    assert main(["handover", "--journal", str(path), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert [one["run"] for one in made["switched"]] == [run]
    assert made["standing"]["offered_by"] == "lin"
    assert [one["text"] for one in made["notes"]] == ["合肥主管 0:30 到岗"]
    assert "hefei/q1" in {one["key"] for one in made["alerts"]}
    assert main(["handover", "--journal", str(path), "--markdown", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "## 已调整待还原" in out
    assert "lin 于" in out
    assert desk.core.submit(AcceptHandover(), "wang", desk.now).ok  # the desk was not disturbed
    assert desk.core.journal.journal.number == before + 1


def test_bad_input_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "x.db"
    broken.write_text("no database")
    for arguments in (
        ["--journal", str(tmp_path / "none.db")],
        ["--journal", str(broken)],
        ["--journal", str(broken), "--json", "--markdown"],
    ):
        assert main(["handover", *arguments]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
