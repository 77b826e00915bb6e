"""The headless drill: the same desk on a virtual clock, the same to the last bit wherever it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.decisions import read_decisions
from console.headless import run_headless
from console.wire import MemoryWire, SocketWire
from feeds.canonical import canonical
from feeds.journal import Entry, Journal
from simulators.scenario import load_scenario

ROOT = Path(__file__).parents[2]


def cli(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, **environment},
        timeout=120,
    )


def test_two_processes_with_other_seeds_zones_and_locales_print_the_same_bytes(tmp_path: Path) -> None:
    command = ("drill", "double11-midnight", "--headless", "--seed", "7", "--minutes", "2", "--json")
    first = cli(
        *command, "--journal", str(tmp_path / "a.db"), PYTHONHASHSEED="1", TZ="Asia/Tokyo", LANG="C", LC_ALL="C"
    )
    second = cli(
        *command, "--journal", str(tmp_path / "b.db"), PYTHONHASHSEED="77", TZ="America/New_York", OMP_NUM_THREADS="1"
    )
    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout.count("\n") == 1
    entries = [[(e.at_ns, e.kind, e.hash) for e in Journal(tmp_path / name).entries()] for name in ("a.db", "b.db")]
    assert entries[0] == entries[1]


def test_the_report_has_the_shape_that_scripts_read() -> None:
    report = json.loads(cli("drill", "site-dark", "--headless", "--seed", "3", "--minutes", "6", "--json").stdout)
    assert list(report) == sorted(report)
    assert (report["scenario"], report["seed"], report["minutes"]) == ("site-dark", 3, 6)
    for site in report["sites"]:
        assert list(site) == ["abandoned", "answered", "bot_contained", "offered", "open", "site"]
        assert site["offered"] == site["answered"] + site["abandoned"] + site["bot_contained"] + site["open"]
    dark = [a for a in report["alerts"] if a["rule"] == "site-dark"]
    assert [a["to"] for a in dark][:1] == ["firing"]
    assert set(dark[0]) == {"id", "rule", "key", "from", "to", "at_s"}
    assert report["playbooks"] == []


def test_real_sockets_in_lock_step_give_the_same_journal() -> None:
    scenario = load_scenario("site-dark")
    journals = []
    for wire in (MemoryWire(), SocketWire([site.id for site in scenario.sites])):
        journal = Journal()
        report = run_headless(scenario, 5, 4, wire, journal=journal).report
        wire.close()
        journals.append((canonical(report), [entry.hash for entry in journal.entries()]))
        journal.close()
    assert journals[0] == journals[1]
    assert len(journals[0][1]) > 1


def test_another_seed_is_another_day() -> None:
    scenario = load_scenario("evening-calm")
    first, second = (run_headless(scenario, seed, 1, MemoryWire()).report["sites"] for seed in (1, 2))
    assert first != second


DECISIONS = """
decisions:
  - {at: 8m, run: bot-overflow, with: {site: hefei, category: apparel}, who: duty-1}
  - {at: 8m30s, revert: bot-overflow, who: duty-1}
"""


def test_decisions_run_a_playbook_and_take_it_back(tmp_path: Path) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(DECISIONS, encoding="utf-8")
    scenario = load_scenario("double11-midnight")
    journal = Journal()
    result = run_headless(scenario, 7, 9, MemoryWire(), decisions=read_decisions(path), journal=journal)
    assert result.refused == ()
    (run,) = result.report["playbooks"]
    assert run["state"] == "reverted"
    assert run["sites"] == ["hefei"]
    kinds = [entry.kind for entry in journal.entries() if entry.kind.startswith("playbook.")]
    assert kinds[:3] == ["playbook.started", "playbook.intent", "playbook.reply"]
    assert kinds[-1] == "playbook.reverted"
    contained = {row["site"]: row["bot_contained"] for row in result.report["sites"]}
    without = run_headless(scenario, 7, 9, MemoryWire()).report["sites"]
    assert contained["hefei"] > {row["site"]: row["bot_contained"] for row in without}["hefei"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("drill", "nothere", "--headless"), "'nothere' is not known"),
        (("drill", "site-dark", "--headless", "--minutes", "0"), "--minutes"),
        (("drill", "site-dark", "--headless", "--minutes", "-3"), "--minutes"),
        (("drill", "site-dark", "--headless", "--seed", "x"), "--seed"),
        (("drill", "site-dark", "--headless", "--wire", "string"), "memory or sockets"),
        (("drill", "site-dark", "--headless", "--decisions", "/no/such/file"), "/no/such/file"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_requests_are_one_line_and_exit_2(arguments: tuple[str, ...], said: str) -> None:
    done = cli(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_the_list_of_scenarios_is_sorted_json() -> None:
    listed = json.loads(cli("drill", "--list", "--json").stdout)["scenarios"]
    ids = [entry["id"] for entry in listed]
    assert ids == sorted(ids)
    assert "double11-midnight" in ids
    assert all(set(entry) == {"id", "title", "minutes"} and set(entry["title"]) == {"zh", "en"} for entry in listed)


def test_a_journal_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    done = cli("drill", "site-dark", "--headless", "--minutes", "1", "--journal", str(tmp_path / "no" / "folder.db"))
    assert done.returncode == 1
    assert "journal cannot be opened" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.crash
def test_a_full_disk_is_said_by_the_exit_status_and_the_watch_goes_on(tmp_path: Path) -> None:
    """A real file that may not grow past 48 kB stands for the disk."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (49152, 49152));"
        "from console.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    drill = ["drill", "double11-midnight", "--headless", "--minutes", "9", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *drill, "--journal", str(tmp_path / "j.db")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert done.returncode == 7, done.stderr
    assert "journal" in done.stderr
    report = json.loads(done.stdout)
    plain = json.loads(cli(*drill).stdout)
    assert report["alerts"] == plain["alerts"]


def test_a_journal_that_fails_in_the_middle_does_not_stop_the_watch() -> None:
    from feeds.errors import JournalError

    class FullDisk(Journal):
        def append_all(self, news: object, *, synced: bool = True, state: object = ()) -> list[Entry]:
            if self.number >= 1:
                raise JournalError("disk is full")
            return super().append_all(news, synced=synced)  # type: ignore[arg-type]

    scenario = load_scenario("site-dark")
    result = run_headless(scenario, 3, 6, MemoryWire(), journal=FullDisk())
    assert "disk is full" in result.journal_error
    assert any(alert["rule"] == "site-dark" for alert in result.report["alerts"])
