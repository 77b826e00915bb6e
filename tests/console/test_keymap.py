"""The user's own keys: checked with their place, in force in bindings, footer, help and palette."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.keys import _character_to_key

from console.actions import ACTIONS, of_scope, use_actions
from console.app import DutyDeckApp
from console.cli import main
from console.draw.help import help_lines
from console.draw.lines import plain
from console.key_names import key_label, key_name
from console.keymap import conflicts, read_keys, together, with_keys
from console.personal import Personal
from console.screens.help import HelpScreen
from console.screens.ledger import LedgerScreen
from console.screens.silences import SilencesScreen
from feeds.errors import InputError
from tests.console.fake_desk import FakeDesk, in_loop
from tests.console.test_screens import screen_text


@pytest.fixture(autouse=True)
def own_table() -> Iterator[None]:
    """The table is as it was when a test ends."""
    yield
    use_actions(ACTIONS)


def test_every_character_has_the_toolkits_name() -> None:
    for code in range(0x21, 0x7F):
        assert key_name(chr(code)) == _character_to_key(chr(code))
    for name in ("enter", "f12", "pageup", "ctrl+x", "shift+tab", "alt+left", "ctrl+f5"):
        assert key_name(name) == name
    assert key_name("Ctrl+X") == "ctrl+x"
    assert key_name("shift+a") == "A"
    for nothing in ("", "f25", "ctrl+", "ctrl+nothing", "hyper+x", "ab", "\x07", "ctrl+ctrl+x", "shift+/"):
        assert key_name(nothing) == "", nothing


def test_labels_are_short() -> None:
    labels = [key_label(key) for key in ("slash", "ctrl+x", "enter", "f5", "shift+f5", "comma", "space", "up")]
    assert labels == ["/", "^x", "↵", "f5", "S-f5", ",", "space", "↑"]


def test_the_shipped_table_has_no_conflict() -> None:
    assert conflicts(ACTIONS) == []
    by_id = {action.id: action for action in ACTIONS}
    assert together(by_id["up"], by_id["acknowledge"])
    assert not together(by_id["confirm"], by_id["take_rules"])


def test_a_file_gives_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.yaml"
    assert read_keys(path) == {}
    path.write_text('keys:\n  acknowledge: f5\n  silences: [Z, "ctrl+e"]\n  panic: []\n  sort_none: 0\n  filter: "/"\n')
    found = read_keys(path)
    assert found["acknowledge"] == ("f5",)
    assert found["silences"] == ("Z", "ctrl+e")
    assert (found["panic"], found["sort_none"], found["filter"]) == ((), ("0",), ("slash",))
    table = {action.id: action for action in with_keys(ACTIONS, found)}
    assert (table["silences"].label, table["panic"].label, table["filter"].label) == ("Z ^e", "", "/")
    path.write_text("# none\n")
    assert read_keys(path) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keys:\n  acknowlege: f5\n", ":2:3: unknown action 'acknowlege'; expected an action"),
        ("keys:\n  silence: [z, nokey]\n", ":2:16: unknown key 'nokey'"),
        ("keys:\n  silence: ctrl+q\n", ":2:12: ctrl+q is taken"),
        ("keys:\n  silence: ctrl+i\n", ":2:12: a terminal cannot tell ctrl+i from tab"),
        ("keys:\n  silence: a\n", ":2:12: a is both silence and acknowledge (alert"),
        ("keys:\n  silence: [f5]\n  assign: [f6, f5]\n", ":3:16: f5 is both assign and silence"),
        ("keys:\n  people: j\n", ":2:11: j is both people and down"),
        ("keys:\n  forecast: ctrl+x\n", "is both forecast and panic"),
        ("keys:\n  pausing: 4\n", "is both pausing and"),
        ("keys:\n  back: []\n", ":2:9: back has no key"),
        ("keys:\n  help: f2\n  help: f3\n", ":3:3:"),
        ("key:\n  help: f2\n", ":1:1:"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "keys.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as wrong:
        read_keys(path)
    assert said in str(wrong.value)
    assert str(wrong.value).startswith(str(path))


def test_every_action_is_printed_as_a_file_to_begin_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "dutydeck"
    folder.mkdir()
    (folder / "keys.yaml").write_text("keys: {ledger: [f5, f6]}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["keys"]) == 0
    said = capsys.readouterr().out
    assert '\n  ledger: ["f5", "f6"]' in said
    assert '\n  # filter: ["/"]' in said
    path = tmp_path / "all.yaml"
    path.write_text(said.replace("\n  # ", "\n  "), encoding="utf-8")
    assert read_keys(path)["filter"] == ("slash",), "every line of it is good"
    assert set(read_keys(path)) == {action.id for action in ACTIONS}


@in_loop
async def test_own_keys_work_swapped_ones_too_and_footer_and_help_show_them() -> None:
    keys = {
        "ledger": ("Z", "f5"),
        "silences": ("L",),
        "down": ("down", "J"),
        "help": ("f2",),
        "note": ("f6",),
        "reload": ("f7",),
        "clocks": (),
    }
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", personal=Personal(keys=keys))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert " f2 keys" in screen_text(app)[-1]
        for key, screen in (("Z", LedgerScreen), ("f5", LedgerScreen), ("L", SilencesScreen), ("f2", HelpScreen)):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(app.screen, screen), key
            if key != "f2":
                await pilot.press("escape")
        help_text = "\n".join(plain(spans) for spans in help_lines(of_scope("overview", "app"), "overview", 100))
        assert "Z f5  :ledger" in help_text
        await pilot.press("escape")
        board = app.screen.query_one("#board")
        first = board.cursor_id  # type: ignore[attr-defined]
        await pilot.press("j")
        assert board.cursor_id == first  # type: ignore[attr-defined]
        await pilot.press("J")
        assert board.cursor_id != first  # type: ignore[attr-defined]
        for key in ("question_mark", "c"):
            await pilot.press(key)
            await pilot.pause()
            assert len(app.screen_stack) == 1, key
        await pilot.press("f6", *"all well", "enter")
        await pilot.pause()
    assert "all well" in repr(app.desk.sent)  # type: ignore[attr-defined]
