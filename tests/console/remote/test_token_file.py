"""Tokens: shown once, kept as hashes, read again; and the directory beside them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from console.cli import main
from console.config import ServeEntry
from console.directory import load_directory
from console.people import SiteLead
from console.remote.roles import Person
from console.remote.serving import listening
from console.remote.token_file import TokenFile
from feeds.errors import InputError

TODAY = date(2026, 11, 10)


def test_a_token_is_known_by_its_hash_alone(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path)
    token = tokens.add("li.wei", "lead", ("hefei",), TODAY)
    text = tokens.path.read_text(encoding="utf-8")
    assert token not in text
    assert token[4:20] not in text
    assert tokens.path.stat().st_mode & 0o777 == 0o600
    again = TokenFile(tmp_path)
    assert again.person(token, TODAY) == Person("li.wei", "lead", ("hefei",))
    for wrong in ("", token[:-1], token + "x", token.upper(), "dd_", again.entries[0].sha256, "\ud800"):
        assert again.person(wrong, TODAY) is None


def test_a_token_ends_after_its_last_day_and_when_it_is_revoked(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path)
    token = tokens.add("值班-王", "duty", (), TODAY, expires=TODAY)
    assert tokens.person(token, TODAY) is not None
    assert tokens.person(token, date(2026, 11, 11)) is None
    with pytest.raises(InputError, match="has a token"):
        tokens.add("值班-王", "viewer", (), TODAY)
    tokens.revoke("值班-王")
    assert TokenFile(tmp_path).person(token, TODAY) is None
    with pytest.raises(InputError, match="has no token"):
        tokens.revoke("值班-王")


@pytest.mark.parametrize(
    ("name", "role", "sites"),
    [
        ("a b", "duty", ()),
        ("x'", "duty", ()),
        ("", "duty", ()),
        ("li", "lead", ()),
        ("wang", "duty", ("hefei",)),
        ("a\nb", "duty", ()),
    ],
)
def test_what_is_no_person_gets_no_token(tmp_path: Path, name: str, role: str, sites: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        TokenFile(tmp_path).add(name, role, sites, TODAY)  # type: ignore[arg-type]
    assert not (tmp_path / "tokens.yaml").exists()


def test_names_that_yaml_would_take_for_something_else(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path)
    for name in ("null", "123", "yes", "1e5", "2026-11-11", "王"):
        tokens.add(name, "viewer", (), TODAY)
    assert [entry.name for entry in TokenFile(tmp_path).entries] == ["null", "123", "yes", "1e5", "2026-11-11", "王"]


def test_a_file_that_is_wrong_changes_nothing(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path)
    token = tokens.add("wang", "duty", (), TODAY)
    tokens.path.write_text("tokens:\n  - {name: wang, role: god, sha256: x}\n", encoding="utf-8")
    with pytest.raises(InputError):
        tokens.read()
    assert tokens.person(token, TODAY) is not None


def _config(tmp_path: Path) -> str:
    text = 'sites:\n  - {id: hefei, url: "ws://127.0.0.1:1"}\n'
    (tmp_path / "dutydeck.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path)


def test_the_command_prints_a_token_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = _config(tmp_path)
    assert main(["token", "add", "li", "--role", "lead", "--site", "hefei", "--config", config]) == 0
    token = capsys.readouterr().out.strip()
    assert TokenFile(tmp_path).person(token, TODAY) == Person("li", "lead", ("hefei",))
    assert main(["token", "list", "--json", "--config", config]) == 0
    listed = capsys.readouterr().out
    assert json.loads(listed)["role"] == "lead"
    assert "sha256" not in listed
    assert main(["token", "add", "x", "--role", "god", "--config", config]) == 2
    assert main(["token", "add", "x", "--role", "lead", "--site", "nowhere", "--config", config]) == 2
    assert main(["token", "revoke", "li", "--config", config]) == 0
    assert main(["token", "revoke", "li", "--config", config]) == 2
    assert "has no token" in capsys.readouterr().err


def test_tokens_do_not_go_about_in_the_clear(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        assert listening(ServeEntry(host=host), tmp_path).tls is None
    for host in ("0.0.0.0", "10.1.2.3", "desk.example"):
        with pytest.raises(InputError, match="certificate"):
            listening(ServeEntry(host=host), tmp_path)
        assert listening(ServeEntry(host=host, plain=True), tmp_path).host == host
    with pytest.raises(InputError, match="missing"):
        listening(ServeEntry(cert="a.pem"), tmp_path)
    with pytest.raises(InputError, match="certificate"):
        listening(ServeEntry(cert="a.pem", key="b.pem"), tmp_path)
    assert main(["attach", "ws://10.1.2.3:8770"]) == 2
    assert main(["attach", "http://10.1.2.3:8770"]) == 2
    assert "on the way" in capsys.readouterr().err


def test_the_directory_is_read_and_refused_with_a_place(tmp_path: Path) -> None:
    path = tmp_path / "directory.yaml"
    assert load_directory(path, {"hefei"}) == ()
    path.write_text('leads:\n  - {site: hefei, name: "李伟\\e[2J", phone: "+86 1"}\n', encoding="utf-8")
    (lead,) = load_directory(path, {"hefei"})
    assert isinstance(lead, SiteLead)
    assert "\x1b" not in lead.name
    with pytest.raises(InputError, match="no site 'hefei'"):
        load_directory(path, {"wuhan"})
