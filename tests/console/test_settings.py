"""An operator's own settings: read, refused with their place, changed on the screen, kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.checking import check_file, check_personal
from console.cli import main
from console.draw.settings import SETTINGS as ROWS
from console.draw.settings import next_choice, word_of
from console.palette import ThemeName, palette
from console.personal import Personal, read_personal
from console.screens.alerts import AlertsScreen
from console.screens.settings import SettingsScreen
from console.settings import ConsoleSettings, is_quiet, quiet_minutes, read_settings, write_settings
from console.theme import style, use_theme
from feeds.errors import InputError
from tests.console.fake_desk import FakeDesk, in_loop
from tests.console.test_screens import screen_text


def test_what_is_written_is_read_again_and_comments_stay(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "console.yaml"
    assert read_settings(path) == ConsoleSettings()
    settings = ConsoleSettings(theme="okabe-ito", quiet_hours="23:00-07:00", wall_every=30)
    write_settings(path, settings)
    assert read_settings(path) == settings
    path.write_text("# mine\ntheme: mono  # at night\nbell: off\n", encoding="utf-8")
    write_settings(path, ConsoleSettings(theme="contrast", bell="off"))
    assert path.read_text(encoding="utf-8") == "# mine\ntheme: contrast # at night\nbell: off\n"
    path.write_text("# nothing yet\n", encoding="utf-8")
    write_settings(path, ConsoleSettings(mouse=False))
    assert path.read_text(encoding="utf-8") == "# nothing yet\nmouse: false\n"
    assert [one.name for one in path.parent.iterdir()] == ["console.yaml"]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("theme: nite\n", ":1:8:", "night"),
        ("bell: off\nbels: on\n", ":2:1:", "bell"),
        ("quiet_hours: 25:00-07:00\n", ":1:14:", "such as 23:00-07:00"),
        ("wall_every: 1\n", ":1:13:", "3"),
        ("mouse: perhaps\n", ":1:8:", ""),
        ("- a\n", ":1:1:", ""),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(
    tmp_path: Path, text: str, place: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "console.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        read_settings(path)
    assert str(wrong.value).startswith(f"{path}{place}")
    assert said in str(wrong.value)
    assert main(["check", str(path)]) == 2
    assert place in capsys.readouterr().err


def test_a_slip_in_the_file_keeps_nobody_from_the_deck_and_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "dutydeck"
    folder.mkdir()
    (folder / "console.yaml").write_text("theme: nite\n", encoding="utf-8")
    (folder / "keys.yaml").write_text("keys: {acknowledge: f5}\n", encoding="utf-8")
    personal = read_personal({"XDG_CONFIG_HOME": str(tmp_path), "TERM": "linux"})
    assert personal.settings == ConsoleSettings()
    assert personal.path is None
    assert "nite" in personal.problem
    assert personal.keys == {"acknowledge": ("f5",)}
    assert personal.characters == "ascii"
    with pytest.raises(InputError):
        check_personal(folder)
    (folder / "console.yaml").write_text("", encoding="utf-8")
    assert check_personal(folder) == [
        f"{folder / n}: {k} of a console: good" for n, k in (("console.yaml", "settings"), ("keys.yaml", "keys"))
    ]
    assert check_file(folder / "keys.yaml").endswith("good")
    assert read_personal({"HOME": str(tmp_path / "nobody")}).problem == ""


def test_the_language_is_that_of_the_option_then_the_setting_then_the_locale() -> None:
    chosen = Personal(ConsoleSettings(language="zh"))
    assert chosen.language("", {"LANG": "en_US.UTF-8"}) == "zh"
    assert chosen.language("en", {}) == "en"
    assert Personal().language("", {"LANG": "zh_CN.UTF-8"}) == "zh"


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_hours_hold_from_the_first_to_before_the_second(start: int, end: int, minute: int) -> None:
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    assert quiet_minutes(text) == ((start, end) if start != end else None)
    inside = start != end and (minute - start) % 1440 < (end - start) % 1440
    assert is_quiet(text, minute) is inside


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_choice_is_valid_and_has_its_words(row: Any, lang: i18n.Language) -> None:
    i18n.use(lang)
    settings = ConsoleSettings()
    for value, _words in row.choices:
        settings = ConsoleSettings.model_validate({row.key: value})
        assert word_of(row, settings)
    if row.choices:
        assert next_choice(row, settings, 1) == row.choices[0][0]
        assert next_choice(row, settings, -1) == row.choices[-2][0]
    i18n.use("en")


def test_every_setting_stands_in_the_list() -> None:
    assert {row.key for row in ROWS} == set(ConsoleSettings.model_fields)


@in_loop
async def test_a_change_is_seen_at_once_everywhere_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "console.yaml"
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", personal=Personal(path=path))
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(AlertsScreen())
        await pilot.press("comma")
        await pilot.pause()
        before = style("critical").color
        for theme in ("okabe-ito", "contrast", "mono", "night"):
            await pilot.press("right")
            await pilot.pause()
            assert app.personal.settings.theme == theme
            assert read_settings(path).theme == theme
            for screen in app.screen_stack:
                strips = screen._compositor.render_strips() if screen is app.screen else []
                grounds = {s.style.bgcolor.name for strip in strips for s in strip if s.style and s.style.bgcolor}
                assert not strips or _ground(app, theme) in grounds
        assert style("critical").color == before
        await pilot.press("l")
        await pilot.press("escape")
        await pilot.pause()
        grounds = {
            s.style.bgcolor.name
            for strip in app.screen._compositor.render_strips()
            for s in strip
            if s.style and s.style.bgcolor
        }
        assert _ground(app, "okabe-ito") in grounds
        assert _ground(app, "night") not in grounds
    use_theme("night")


def _ground(app: DutyDeckApp, theme: ThemeName) -> str:
    return palette(theme, app._depth).ground


@in_loop
async def test_language_changes_while_one_looks_and_hours_are_typed(tmp_path: Path) -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", personal=Personal(path=tmp_path / "console.yaml"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("comma", "j", "j", "right")
        await pilot.pause()
        assert isinstance(app.screen, SettingsScreen)
        assert app.screen.table.cursor_id == "language"
        text = "\n".join(screen_text(app))
        assert "免打扰时段" in text
        assert "设置" in text
        await pilot.press("j", "j", "j", "enter", *"99:00", "enter")
        await pilot.pause()
        assert app.personal.settings.quiet_hours == ""
        assert "no span of hours" in "\n".join(screen_text(app))
        await pilot.press("enter", *"22:00-06:30", "enter")
        await pilot.pause()
        assert read_settings(tmp_path / "console.yaml").quiet_hours == "22:00-06:30"
        await pilot.press("colon", *"set reduced_motion on", "enter")
        await pilot.pause()
        assert app.personal.settings.reduced_motion
        await pilot.press("escape")
        await pilot.pause()
        assert "合肥" in "\n".join(screen_text(app))
    i18n.use("en")


@in_loop
async def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    personal = Personal(path=tmp_path / "file" / "console.yaml", problem="keys.yaml:2:1: unknown action")
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", personal=personal)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "keys.yaml:2:1: unknown action" in screen_text(app)[-1]
        await pilot.press("comma", "right")
        await pilot.pause()
        assert "cannot be written" in screen_text(app)[-1]
        assert app.personal.settings.theme == "okabe-ito"
    use_theme("night")


@pytest.mark.parametrize("view", ["overview", "alerts", "clocks", "forecast", "playbooks", "ledger"])
@in_loop
async def test_the_console_opens_with_what_was_chosen(view: Any) -> None:
    personal = Personal(ConsoleSettings(start_view=view))
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", personal=personal)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert app.screen.scope == view  # type: ignore[attr-defined]


@in_loop
async def test_low_bandwidth_is_wished_for_and_draws_with_fewer_colours_without_drawing_anew() -> None:
    personal = Personal(ConsoleSettings(low_bandwidth="on"))
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", personal=personal)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.look()
        assert app.link.slow
        ground = style("cursor").bgcolor
        assert ground is not None
        assert ground.name == palette("night", "256").cursor
        app.change_setting("low_bandwidth", "off")
        app.look()
        assert not app.link.slow
        assert style("cursor").bgcolor.name == palette("night", "full").cursor  # type: ignore[union-attr]
