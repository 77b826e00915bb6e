"""Signed checkpoints and closed segments: a cut tail, a chain made anew, a removed beginning; and a kill anywhere."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from feeds.errors import InputError, JournalError
from feeds.journal import Journal
from feeds.journal_audit import Verdict, segments_folder, verify_journal
from feeds.journal_checkpoint import append_line, checkpoints_path, read_checkpoints
from feeds.journal_keys import Signer, public_keys, signed_by, signer_at
from feeds.journal_proof import Witness
from feeds.journal_reading import matching
from feeds.journal_seal import EVERY_ENTRIES, EVERY_NS, JournalSeal
from feeds.journal_segments import Limits, close_segment, prune

MINUTE = 60 * 10**9
LIMITS = Limits(spans_ns=20 * MINUTE, keeps_ns=10 * MINUTE)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, a journal that was signed, and one with three segments besides what goes on: made once, then copied."""
    folder = tmp_path_factory.mktemp("template")
    signer = signer_at(folder / "keys" / "desk.key")
    (folder / "signed").mkdir()
    written(folder / "signed" / "journal.db", signer, range(5)).close()
    path = folder / "closed" / "journal.db"
    path.parent.mkdir()
    for begin in range(0, 100, 25):
        written(path, signer, range(begin, begin + 25)).close()
        assert close_segment(path, signer, (begin + 25) * MINUTE, LIMITS)
    return folder


@pytest.fixture
def signer(tmp_path: Path, template: Path) -> Signer:
    shutil.copytree(template / "keys", tmp_path / "keys")
    return signer_at(tmp_path / "keys" / "desk.key")


@pytest.fixture
def public(tmp_path: Path, signer: Signer) -> Path:
    return tmp_path / "keys" / "desk.key.pub"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk" / "journal.db"


def written(path: Path, signer: Signer, minutes: range, each: int = 10) -> Journal:
    """An entry every six seconds, signed every minute as a desk does; still open."""
    journal = Journal(path)
    seal = JournalSeal(journal, signer, Limits(spans_ns=1 << 62))
    for minute in minutes:
        news = [(minute * MINUTE + part * MINUTE // each, "alert", "rule", {"part": part}) for part in range(each)]
        journal.append(*news[0])
        seal.advance(news[0][0])
        journal.append_all(news[1:], synced=False)
    seal.close(lambda: minutes.stop * MINUTE)
    return journal


def verdict(path: Path, public: Path | None = None, *copies: Path) -> Verdict:
    keys = public_keys([public]) if public else None
    return verify_journal(path, Witness("", tuple(one for copy in copies for one in read_checkpoints(copy)), keys))


def harmed(path: Path, *statements: str) -> None:
    database = sqlite3.connect(path)
    database.executescript(
        ";".join(("DROP TRIGGER IF EXISTS no_change", "DROP TRIGGER IF EXISTS no_removal", *statements))
    )
    database.close()


# The key --------------------------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path, signer: Signer, public: Path) -> None:
    key = tmp_path / "keys" / "desk.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert sorted(f.name for f in key.parent.iterdir()) == ["desk.key", "desk.key.pub"]
    assert signer_at(key).key == signer.key
    assert list(public_keys([public])) == [signer.key]
    key.chmod(0o640)
    with pytest.raises(JournalError, match="others can read"):
        signer_at(key)
    key.chmod(0o600)
    key.write_text("-----BEGIN")
    with pytest.raises(JournalError, match="no signing key"):
        signer_at(key)
    with pytest.raises(InputError, match="no public key"):
        public_keys([key])


def test_a_signature_is_for_its_words_alone(signer: Signer, public: Path) -> None:
    from dataclasses import replace

    keys, said = public_keys([public]), signer.checkpoint(7, "a" * 64, 5)
    assert signed_by(said, keys) == ""
    for other in (
        replace(said, number=8),
        replace(said, hash="b" * 64),
        replace(said, at_ns=6),
        replace(said, first=1),
        replace(said, signature="?"),
        replace(said, signature="A" * 86 + "=="),
    ):
        assert "does not have the signature" in signed_by(other, keys)
    assert "another key" in signed_by(said, {})


# Checkpoints ----------------------------------------------------------------------------------------------------


def test_the_head_is_signed_each_minute_each_thousand_entries_and_at_the_end(path: Path, signer: Signer) -> None:
    journal = Journal(path)
    seal = JournalSeal(journal, signer, Limits(spans_ns=1 << 62))
    journal.append(0, "a", "b", {})
    for at in (0, EVERY_NS - 1, EVERY_NS):
        seal.advance(at)
    journal.append(EVERY_NS, "a", "b", {})
    seal.advance(EVERY_NS)
    for more in (EVERY_ENTRIES - 1, 1, 1):
        journal.append_all([(EVERY_NS + 1, "a", "b", {})] * more)
        seal.advance(EVERY_NS + 1)
    seal.close(lambda: EVERY_NS + 2)
    signed = [(one.number, one.at_ns) for one in read_checkpoints(checkpoints_path(path))]
    assert signed == [(1, 0), (2, EVERY_NS), (1002, EVERY_NS + 1), (1003, EVERY_NS + 2)]
    assert [row[0] for row in journal._db.execute("SELECT number FROM checkpoints ORDER BY number")] == [
        number for number, _ in signed
    ]
    journal.close()


def test_a_clock_that_goes_back_does_not_keep_the_head_unsigned(path: Path, signer: Signer) -> None:
    journal = Journal(path)
    seal = JournalSeal(journal, signer, Limits(spans_ns=1 << 62))
    for at in (100 * MINUTE, 10 * MINUTE):
        journal.append(at, "a", "b", {})
        seal.advance(at)
    assert [one.number for one in read_checkpoints(checkpoints_path(path))] == [1, 2]
    journal.close()


def test_what_cannot_be_signed_is_said_and_disturbs_nothing(path: Path, signer: Signer) -> None:
    journal = Journal(path)
    seal = JournalSeal(journal, signer, Limits(spans_ns=1 << 62))
    checkpoints_path(path).mkdir()
    journal.append(0, "a", "b", {})
    seal.advance(0)
    assert seal.error
    journal.append(1, "a", "b", {})
    checkpoints_path(path).rmdir()
    seal.close(lambda: MINUTE)
    assert not seal.error
    assert verdict(path).ok
    journal.close()


def test_signed_checkpoints_show_a_cut_tail(path: Path, signer: Signer, public: Path, tmp_path: Path) -> None:
    written(path, signer, range(5)).close()
    assert verdict(path, public).as_dict() | {"head": ""} == {
        "ok": True,
        "rows": 50,
        "head": "",
        "first_bad": None,
        "signed_to": 50,
    }
    copy = shutil.copy(checkpoints_path(path), tmp_path / "elsewhere")
    harmed(path, "DELETE FROM entries WHERE number > 33")
    for found in (verdict(path), verdict(path, public)):
        assert found.bad is not None
        assert found.bad.seq == 34
    harmed(path, "DELETE FROM checkpoints WHERE number > 33")
    assert verdict(path).bad is not None, "the file beside it knows"
    checkpoints_path(path).unlink()
    assert verdict(path).ok, "nothing here knows of it any more"
    beyond = verdict(path, None, Path(copy)).bad
    assert beyond is not None
    assert beyond.seq == 34


def test_signed_checkpoints_show_a_chain_that_was_made_anew(
    path: Path, signer: Signer, public: Path, tmp_path: Path
) -> None:
    written(path, signer, range(3)).close()
    copy = Path(shutil.copy(checkpoints_path(path), tmp_path / "elsewhere"))
    entries = [(e.at_ns, e.kind, e.actor, e.body) for e in Journal(path).entries()]
    shutil.rmtree(path.parent)
    path.parent.mkdir()
    entries[14] = (*entries[14][:2], "somebody", {})
    journal, forger = Journal(path), signer_at(tmp_path / "forged.key")
    seal = JournalSeal(journal, forger, Limits(spans_ns=1 << 62))
    for entry in entries:
        journal.append(*entry)
        seal.advance(entry[0])
    seal.close(lambda: 3 * MINUTE)
    journal.close()
    assert verdict(path).ok, "in itself it holds"
    assert verdict(path, tmp_path / "forged.key.pub").ok
    forged = verdict(path, public).bad
    assert forged is not None
    assert "another key" in forged.why
    anew = verdict(path, None, copy).bad
    assert anew is not None
    assert (anew.seq, "entry 11" in anew.why) == (21, True), anew


def test_a_journal_without_checkpoints_does_not_hold_under_a_key(path: Path, public: Path, signer: Signer) -> None:
    journal = Journal(path)
    journal.append(1, "a", "b", {})
    journal.close()
    found = verdict(path, public).bad
    assert found is not None
    assert "no checkpoint" in found.why


def test_a_line_that_a_kill_cut_off_is_passed_over_and_goes(path: Path, signer: Signer) -> None:
    beside = checkpoints_path(path)
    append_line(path, signer.checkpoint(1, "a" * 64, 5))
    with beside.open("a") as file:
        file.write(signer.checkpoint(2, "a" * 64, 5).line[:50])
    assert [one.number for one in read_checkpoints(beside)] == [1]
    append_line(path, signer.checkpoint(3, "a" * 64, 5, first=1))
    assert [(one.number, one.first) for one in read_checkpoints(beside)] == [(1, None), (3, 1)]
    beside.write_text("checkpoint seven\n")
    with pytest.raises(InputError, match=":1: this is no checkpoint"):
        list(read_checkpoints(beside))


# Segments -------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(tmp_path: Path, template: Path) -> Path:
    """Four segments and what goes on: 100 minutes in four lives."""
    shutil.copytree(template / "closed", tmp_path / "closed")
    return tmp_path / "closed" / "journal.db"


def test_closed_segments_and_what_goes_on_are_one_chain(closed: Path, public: Path) -> None:
    files = sorted(segments_folder(closed).iterdir())
    assert len(files) == 4
    found = verdict(closed, public)
    assert (found.ok, found.rows, found.absent) == (True, 1000, ())
    with sqlite3.connect(closed) as database:
        left = database.execute("SELECT count(*), min(number) FROM entries").fetchone()
    assert left[0] < 250
    assert [e.number for e in matching(closed, "1", ())] == list(range(1, 1001))
    for file in files:
        assert verdict(file, public).ok, "a segment can be proved by itself"
    assert verify_journal(closed, Witness(head_of(files[1]))).ok


def head_of(file: Path) -> str:
    return verify_journal(file).head


def test_a_journal_all_of_which_is_closed_goes_on(closed: Path) -> None:
    harmed(closed, "INSERT INTO segments SELECT number, 1, hash, 'x', 1, '', '' FROM entries WHERE number = 1000")
    database = sqlite3.connect(closed)
    database.execute("DELETE FROM entries")
    database.commit()
    database.close()
    journal = Journal(closed)
    assert journal.append(1, "a", "b", {}).number == 1001
    journal.close()


def test_old_segments_can_go_and_the_rest_is_still_proved(closed: Path, public: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    gone = prune(closed, 41 * MINUTE, archive)
    assert [(one.first, one.number) for one in gone] == [(1, 151), (152, 401)]
    found = verdict(closed, public)
    assert found.ok
    assert found.absent == tuple((one.first, one.number) for one in gone)
    assert found.rows == 1000 - gone[-1].number
    assert verdict(min(archive.iterdir()), public).ok
    assert len(prune(closed, 1 << 62)) == 2
    assert verdict(closed, public).ok


@pytest.mark.parametrize("segment", [0, 1, 3])
@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE entries SET body = '{}' WHERE number = (SELECT min(number) FROM entries)",
        "UPDATE entries SET actor = 'x' WHERE number = (SELECT max(number) FROM entries)",
        "DELETE FROM entries WHERE number = (SELECT max(number) FROM entries)",
        "DELETE FROM entries WHERE number = (SELECT min(number) FROM entries)",
    ],
)
def test_a_segment_that_was_changed_is_found(closed: Path, segment: int, harm: str) -> None:
    file = sorted(segments_folder(closed).iterdir())[segment]
    file.chmod(0o644)
    harmed(file, harm)
    found = verdict(closed).bad
    assert found is not None
    first, last = (int(number) for number in file.stem.split("-"))
    assert first <= found.seq <= last


def test_a_segment_in_the_place_of_another_is_found(closed: Path) -> None:
    """A chain that holds in itself, with as many entries and no checkpoint, but not the one that was closed."""
    file = min(segments_folder(closed).iterdir())
    rows = int(file.stem.split("-")[1])
    file.unlink()
    forged = Journal(file)
    forged.append_all([(number, "alert", "rule", {}) for number in range(rows)], synced=False)
    forged.close()
    assert verdict(file).ok
    found = verdict(closed).bad
    assert found is not None
    assert found.seq <= rows
    checkpoints_path(closed).unlink()
    found = verdict(closed).bad
    assert found is not None
    assert "not the one that was closed" in found.why


def test_a_beginning_cannot_be_passed_off_as_a_closed_segment(path: Path, signer: Signer, public: Path) -> None:
    written(path, signer, range(5)).close()
    checkpoints_path(path).unlink()
    forged = "INSERT INTO segments SELECT number, 1, hash, 'gone.db', at_ns, key, signature FROM checkpoints"
    harmed(path, f"{forged} WHERE number = 21", "DELETE FROM entries WHERE number <= 21")
    assert verdict(path).ok
    found = verdict(path, public).bad
    assert found is not None
    assert "does not have the signature" in found.why


def test_the_desk_goes_on_while_a_segment_is_closed_behind_it(path: Path, signer: Signer, public: Path) -> None:
    written(path, signer, range(25)).close()
    journal = Journal(path)
    seal = JournalSeal(journal, signer, LIMITS)
    seal.advance(25 * MINUTE)
    for number in range(20):
        journal.append(25 * MINUTE + number, "alert", "rule", {})
        seal.advance(25 * MINUTE + number)
    seal._thread.join()
    assert not seal.error
    assert len(list(segments_folder(path).iterdir())) == 1
    seal.close(lambda: 26 * MINUTE)
    journal.close()
    found = verdict(path, public)
    assert (found.ok, found.rows, found.signed_to) == (True, 270, 270)


def test_a_segment_that_does_not_hold_is_not_closed(path: Path, signer: Signer) -> None:
    written(path, signer, range(30)).close()
    harmed(path, "UPDATE entries SET actor = 'x' WHERE number = 50")
    with pytest.raises(JournalError, match="cannot be closed"):
        close_segment(path, signer, 30 * MINUTE, LIMITS)
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM entries").fetchone() == (300,)
    database.close()


def test_a_journal_that_was_begun_before_there_were_segments(path: Path, signer: Signer) -> None:
    written(path, signer, range(30)).close()
    database = sqlite3.connect(path)
    database.executescript(
        "DROP TRIGGER no_removal; CREATE TRIGGER no_removal BEFORE DELETE ON entries"
        " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    )
    database.close()
    assert close_segment(path, signer, 30 * MINUTE, LIMITS)
    assert verdict(path).rows == 300


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from feeds import journal_segments as segments
from feeds.journal_keys import signer_at

left = int(sys.argv[3])
def watched(event, arguments):
    pass

def die_after(function):
    def wrapped(*given, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given, **named)
    return wrapped

class Dying(sqlite3.Connection):
    execute = die_after(sqlite3.Connection.execute)
    executemany = die_after(sqlite3.Connection.executemany)

connect = sqlite3.connect
sqlite3.connect = lambda *given, **named: connect(*given, **named, factory=Dying)
for name in ("_sync", "append_line", "_proved"):
    setattr(segments, name, die_after(getattr(segments, name)))
Path.replace, Path.unlink, Path.mkdir = map(die_after, (Path.replace, Path.unlink, Path.mkdir))
segments._AT_ONCE, segments._BREATH_S = 40, 0.0
limits = segments.Limits(spans_ns=20 * 60 * 10**9, keeps_ns=10 * 60 * 10**9)
segments.close_segment(Path(sys.argv[1]), signer_at(Path(sys.argv[2])), 25 * 60 * 10**9, limits)
print("done")
"""


@pytest.mark.crash
def test_a_kill_at_any_step_loses_no_entry(path: Path, signer: Signer, public: Path, tmp_path: Path) -> None:
    """Killed at every call that touches a file or the database, one after the other, then finished."""
    written(path, signer, range(25)).close()
    good, done = tmp_path / "good", False
    shutil.copytree(path.parent, good)
    key, step = public.with_suffix(""), 0
    while not done:
        step += 1
        shutil.rmtree(path.parent)
        shutil.copytree(good, path.parent)
        pid = os.fork()
        if pid == 0:
            sys.argv = ["", str(path), str(key), str(step)]
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                exec(KILLED, {"__name__": "killed"})
                os._exit(0)
            finally:
                os._exit(3)
        status = os.waitpid(pid, 0)[1]
        done = os.WIFEXITED(status)
        assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
        found = verdict(path, public)
        assert (found.ok, found.rows, found.absent) == (True, 250, ()), (step, found)
        assert [e.number for e in matching(path, "1", ())] == list(range(1, 251))
        close_segment(path, signer, 27 * MINUTE, LIMITS)  # by now it would end elsewhere
        found = verdict(path, public)
        assert (found.ok, found.rows, found.absent) == (True, 250, ()), (step, found)
        journal = Journal(path)
        assert journal.number == 250
        assert journal._db.execute("SELECT count(*) FROM entries").fetchone()[0] < 250
        journal.close()
        files = [file.name for file in segments_folder(path).iterdir()]
        assert len(files) == 1, (step, files)
    assert step > 20, step


# With openssl ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_openssl_says_the_same(tmp_path: Path, signer: Signer, public: Path) -> None:
    import base64

    said = signer.checkpoint(7, "a" * 64, 5)
    (tmp_path / "said").write_bytes(said.signed_bytes)
    (tmp_path / "signature").write_bytes(base64.b64decode(said.signature))
    asked = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(public), "-rawin", "-in", str(tmp_path / "said")]
    ended = subprocess.run([*asked, "-sigfile", str(tmp_path / "signature")], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
