"""`dutydeck audit` on the journal of a desk that was at work: proved, told as one record, handed out, let go."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from console.cli import main
from console.intents import Acknowledge, AskPreview, StartPlaybook
from feeds.codec import decode, encode
from feeds.contract import Ack, Command, Result
from feeds.journal import Journal
from feeds.journal_keys import signer_at
from feeds.journal_seal import JournalSeal
from feeds.journal_segments import Limits, close_segment
from tests.console.test_desk_state import START, Desk, rule

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_journal.sh"
LATER_NS = round((START + 200 * 86_400) * 1e9)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Queues build up, a person takes an alert on and has the bot help; half a second after the figures came."""
    path = tmp_path_factory.mktemp("desk") / "journal.db"
    desk = Desk(path, rule(**{"for": "0s"}))
    desk.connect()
    desk.tick(waiting=30, slots=100, bot_share=0.1)
    desk.now += 0.5
    alert = desk.alert("hefei/q1")
    assert desk.core.submit(Acknowledge(alert.id, "shop0 calls"), "duty-1", desk.now).ok
    given = {"site": "hefei", "category": "apparel"}
    asked = desk.core.submit(AskPreview("bot-overflow", given, alert=alert.id), "duty-1", desk.now)
    assert asked.preview is not None
    desk.now += 0.25
    assert desk.core.submit(StartPlaybook(asked.preview), "duty-1", desk.now).ok
    (sent,) = [frame for _, data in desk.core.outgoing() if isinstance(frame := decode(data), Command)]
    desk.core.receive("hefei", encode(Ack("hefei", sent.id)), desk.now)
    items = ({"target": "apparel", "before": 0.1, "after": 0.6},)
    desk.core.receive("hefei", encode(Result("hefei", sent.id, "done", items)), desk.now)
    desk.tick(waiting=30, slots=100, bot_share=0.6)
    told = {"receiver": "hook", "key": "q", "notices": [f"{alert.id}.1", f"{alert.id}9.1"], "repeat": False}
    desk.core.journal.append(desk.now, "notice.sent", "desk", told)
    desk.core.journal.append(desk.now, "notice.sent", "desk", {**told, "notices": [f"{alert.id}9.1"]})
    book = desk.core.journal.journal
    seal = JournalSeal(book, signer_at(path.with_name("journal.db.key")), Limits(spans_ns=1 << 62))
    seal.close(lambda: round(desk.now * 1e9))
    book.close()
    return desk


@pytest.fixture
def path(desk: Desk, tmp_path: Path) -> Path:
    """A copy of its journal."""
    shutil.copytree(desk.path.parent, tmp_path / "desk")
    return tmp_path / "desk" / "journal.db"


def run_of(path: Path) -> tuple[str, str]:
    with sqlite3.connect(path) as database:
        (body,) = database.execute("SELECT body FROM entries WHERE kind = 'playbook.started'").fetchone()
    database.close()
    started = json.loads(body)
    return started["run"], started["alert"]


def said(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert main([str(one) for one in arguments]) == code
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are given two hundred days after the day."""
    monkeypatch.setattr("console.commands.audit.time", SimpleNamespace(time_ns=lambda: LATER_NS))


# Verify ---------------------------------------------------------------------------------------------------------


def test_verify_has_the_promised_keys_and_codes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "audit", "verify", path, "--json"))
    assert found.keys() == {"ok", "rows", "head", "first_bad"}
    assert (found["ok"], found["first_bad"]) == (True, None)
    assert "holds" in said(capsys, "audit", "verify", path, "--head", found["head"].upper())
    signed = json.loads(said(capsys, "audit", "verify", path, "--key", f"{path}.key.pub", "--json"))
    assert signed["signed_to"] == found["rows"]
    database = sqlite3.connect(path)
    database.executescript("DROP TRIGGER no_change; UPDATE entries SET actor = 'duty-2' WHERE number = 3")
    database.close()
    bad = json.loads(said(capsys, "audit", "verify", path, "--json", code=1))
    assert (bad["ok"], bad["rows"], bad["first_bad"]["seq"]) == (False, found["rows"], 3)
    assert "ALTERED" in said(capsys, "audit", "verify", path, code=1)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("nothere.db",), "no such file"),
        (("journal.db.key.pub",), "cannot be read"),
        (("journal.db", "--head", "12"), "no hash"),
        (("journal.db", "--key", "nothere.pub"), "cannot be read"),
        (("journal.db", "--key", "journal.db.key"), "no public key"),
        (("journal.db", "--checkpoints", "journal.db.key"), "no checkpoint"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(
    path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    what: str,
) -> None:
    monkeypatch.chdir(path.parent)
    assert main(["audit", "verify", *arguments, "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert what in err


# Without DutyDeck -----------------------------------------------------------------------------------------------

needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, ("sqlite3", "sha256sum", "openssl", "xxd"))), reason="a tool of the script is not here"
)


def script(*arguments: object) -> tuple[int, str]:
    asked = ["sh", str(SCRIPT), *map(str, arguments)]
    ended = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=50)
    return ended.returncode, ended.stdout


@needs_tools
def test_the_script_of_the_page_says_the_same(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "audit", "verify", path, "--json"))
    code, told = script(path, f"{path}.key.pub")
    assert code == 0, told
    assert f"holds: {found['rows']} entries, head {found['head']}" in told
    assert f"signed up to entry {found['rows']}" in told
    signer_at(tmp_path / "other.key")
    assert script(path, tmp_path / "other.key.pub")[0] == 1
    database = sqlite3.connect(path)
    database.executescript("DROP TRIGGER no_change; UPDATE entries SET body = body || ' ' WHERE number = 4")
    database.close()
    assert script(path) == (1, "ALTERED at entry 4: its hash is not that of its columns and the entry before\n")


@needs_tools
def test_the_script_goes_on_from_a_closed_segment(path: Path) -> None:
    signer = signer_at(path.with_name("journal.db.key"))
    journal = Journal(path)
    journal.append(LATER_NS, "note", "duty-1", {"说": "'; $(exit 3) \\ %s"})
    JournalSeal(journal, signer, Limits(spans_ns=1 << 62)).close(lambda: LATER_NS)
    journal.append(LATER_NS, "note", "duty-1", {})
    journal.close()
    assert close_segment(path, signer, 1 << 62, Limits(spans_ns=0, keeps_ns=0))
    code, told = script(path)
    assert (code, told[:16]) == (0, "holds: 1 entries")
    (segment,) = path.with_name("journal.db.segments").iterdir()
    assert script(segment, f"{path}.key.pub")[0] == 0


# Show -----------------------------------------------------------------------------------------------------------


def test_a_run_is_one_record_from_the_alert_to_the_effect(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, alert = run_of(path)
    record = json.loads(said(capsys, "audit", "show", run, "--journal", path, "--json"))
    assert record["alert"] == alert
    assert [change["body"]["to"] for change in record["changes"]] == ["firing", "acknowledged"]
    assert [notice["body"]["receiver"] for notice in record["notices"]] == ["hook"]
    (told,) = record["runs"]
    (plan,) = told["plan"]
    assert told["approved_by"] == ["duty-1"]
    assert plan["by"] == "duty-1"
    assert plan["body"]["seen"]["site.waiting"] == 30.0
    assert plan["body"]["seen_ages_s"] == {"hefei": 0.5}
    assert plan["body"]["ages_s"] == {"hefei": 0.75, "*": 0.75}
    assert plan["body"]["at"] - plan["body"]["previewed"] == 0.25
    assert [guard["verdict"] for guard in plan["body"]["guards"]] == ["holds", "holds"]
    assert [order["verb"] for order in plan["body"]["orders"]] == ["set_bot_share"]
    assert [step["kind"] for step in told["steps"]][:2] == ["playbook.intent", "playbook.reply"]
    assert told["steps"][0]["body"]["ages_s"]["hefei"] == 0.75
    assert [effect["kind"] for effect in told["effect"]] == ["playbook.verified"]
    from_alert = json.loads(said(capsys, "audit", "show", alert, "--journal", path, "--json"))
    assert from_alert == record


def test_what_a_person_did_to_an_alert_says_how_old_its_figure_was(path: Path) -> None:
    with sqlite3.connect(path) as database:
        query = "SELECT body FROM entries WHERE kind = 'alert' AND actor = 'duty-1'"
        (body,) = database.execute(query).fetchone()
    database.close()
    assert json.loads(body)["age_s"] == 0.5
    assert json.loads(body)["value"] == 30.0


def test_the_record_reads_in_both_languages(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, alert = run_of(path)
    english = said(capsys, "audit", "show", run, "--journal", path, "--lang", "en").splitlines()
    chinese = said(capsys, "audit", "show", run, "--journal", path, "--lang", "zh").splitlines()
    assert len(english) == len(chinese)
    assert english[0].startswith(f"alert {alert}")
    assert [line.strip() for line in english if line.startswith("  ") and not line.startswith("   ")] == [
        "plan",
        "steps",
        "effect",
    ]
    assert "      age of the data in the preview: hefei 0.5s" in english
    assert "      预览时数据已过：hefei 0.5s" in chinese
    assert any("approved by duty-1" in line for line in english)
    assert "      apparel 0.1 → 0.6" in english
    assert any("guard site.bot_share < $share: holds" in line for line in english)


def test_entries_of_a_person_and_of_a_time(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(said(capsys, "audit", "show", "--actor", "duty-1", "--journal", path, "--json"))
    assert {one["by"] for one in shown} == {"duty-1"}
    assert len(shown) >= 3
    newest = json.loads(said(capsys, "audit", "show", "--actor", "duty-1", "--most", 2, "--journal", path, "--json"))
    assert newest == shown[-2:]
    assert json.loads(said(capsys, "audit", "show", "--since", "1m", "--journal", path, "--json")) == []
    everything = said(capsys, "audit", "show", "--since", "2000-01-01", "--journal", path, "--lang", "en")
    assert "the desk starts" in everything


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("r-nothere-1",), "no alert and no run 'r-nothere-1'"),
        ((), "nothing was asked for"),
        (("r-1", "--actor", "x"), "one of the two"),
        (("--since", "yesterday"), "is no time"),
    ],
)
def test_wrong_questions(path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], what: str) -> None:
    assert main(["audit", "show", *arguments, "--journal", str(path)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert what in err


# Export ---------------------------------------------------------------------------------------------------------


def exported(path: Path, *arguments: object) -> list[dict[str, Any]]:
    goal = path.with_name("out.json")
    assert main(["audit", "export", "--journal", str(path), "-o", str(goal), *map(str, arguments)]) == 0
    return list(json.loads(goal.read_text(encoding="utf-8")))


def test_a_merchant_sees_their_own_queues_alone(path: Path) -> None:
    one, other = exported(path, "--shop", "shop0"), exported(path, "--merchant", "shop1")
    assert {line["queue"] for line in one} == {"hefei/q0", "hefei/q2", "hefei/q0 hefei/q2"}
    assert {line["queue"] for line in other} == {"hefei/q1"}
    assert {line["shop"] for line in one} == {"shop0"}
    assert "shop1" not in json.dumps(one)
    assert "calls" not in json.dumps(other), "notes of people stay in the house"
    assert [x["kind"] for x in other if x["kind"][:8] == "playbook"][:2] == ["playbook.started", "playbook.intent"]
    both = exported(path, "--shop", "shop0", "--shop", "shop1")
    assert {line["seq"] for line in both} == {line["seq"] for line in [*one, *other]}
    firing = [line for line in other if line["to_state"] == "firing"]
    assert [(line["value"], line["age_s"], line["from_state"]) for line in firing] == [(30.0, 0.0, "inactive")]


def test_an_export_of_a_span_as_csv(path: Path) -> None:
    every = exported(path, "--shop", "shop1")
    goal = path.with_name("out.csv")
    begin, end = every[1]["time"], every[-1]["time"]
    asked = ["audit", "export", "--journal", str(path), "--shop", "shop1", "--from", begin, "--to", end]
    assert main([*asked, "-o", str(goal)]) == 0
    rows = list(csv.DictReader(goal.read_text(encoding="utf-8").splitlines()))
    assert [int(row["seq"]) for row in rows] == [line["seq"] for line in every if begin <= line["time"] < end]


def test_no_cell_is_a_formula() -> None:
    from console.audit_export import Line, as_csv

    line = Line(1, "", "alert", "=cmd()", "@x", "-1", "+1", "", -1.0, None, "a", "")
    (row,) = list(csv.reader(as_csv([line]).splitlines()))[1:]
    assert row[3:7] == ["'=cmd()", "'@x", "'-1", "'+1"]
    assert row[8] == "-1.0"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--shop", "shop7", "-o", "x.csv"), "nearest: shop"),
        (("--shop", "shop1", "-o", "x.xlsx"), "ends in .csv or .json"),
        (("--shop", "shop1", "-o", "/no/such/x.csv"), "cannot be written"),
        (("--shop", "shop1", "-o", "x.csv", "--from", "2026-01-02", "--to", "2026-01-01"), "is not after"),
    ],
)
def test_wrong_exports(
    path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    what: str,
) -> None:
    monkeypatch.chdir(path.parent)
    assert main(["audit", "export", "--journal", str(path), *arguments]) == 2
    assert what in capsys.readouterr().err
    assert not list(path.parent.glob("x.*"))


# Prune ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def aged(path: Path) -> Path:
    """The journal with all of the day in a closed segment, and an entry of today."""
    journal, signer = Journal(path), signer_at(path.with_name("journal.db.key"))
    journal.append(LATER_NS, "note", "duty-1", {})
    journal.close()
    assert close_segment(path, signer, 1 << 62, Limits(spans_ns=0, keeps_ns=0))
    return path


def test_old_segments_go_when_told_and_that_is_written_down(
    aged: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUTYDECK_OPERATOR", "eng-1")
    run, _ = run_of(next(aged.with_name("journal.db.segments").iterdir()))
    assert run in said(capsys, "audit", "show", run, "--journal", aged)
    assert main(["audit", "prune", "--journal", str(aged), "--keep", "2h"]) == 2
    assert main(["audit", "prune", "--journal", str(aged), "--keep", "201d"]) == 0
    assert "0 segments" in capsys.readouterr().out
    gone = json.loads(said(capsys, "audit", "prune", "--journal", aged, "--json"))["pruned"]
    assert len(gone) == 1
    assert not list(aged.with_name("journal.db.segments").iterdir())
    found = json.loads(said(capsys, "audit", "verify", aged, "--key", f"{aged}.key.pub", "--json"))
    assert (found["ok"], found["absent"], found["signed_to"]) == (True, gone, gone[0][1])
    (told,) = json.loads(
        said(capsys, "audit", "show", "--actor", "eng-1", "--since", "1h", "--journal", aged, "--json")
    )
    assert (told["kind"], told["body"]["entries"]) == ("journal.pruned", gone)
    assert main(["audit", "show", run, "--journal", str(aged)]) == 2
