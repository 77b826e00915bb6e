"""`dutydeck status`: sentences for ears and programs, all of it once and then only what is worth saying."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.cli import main
from console.people import Reach
from console.picture import Picture
from console.remote.token_file import TokenFile
from console.status import Fact, News, facts
from console.status_words import spoken_share, spoken_time
from console.view import DeskView
from tests.console.fake_desk import NOW, desk_view, in_loop
from tests.console.remote.made_server import TODAY
from tests.console.remote.test_serve_process import ROOT, serving, site

SIGNS = set("▲◆●■?○·▶◀✓✗–│─█▇▆▅▄▃▂▁▞▽")


def says(view: DeskView) -> list[str]:
    return [fact.says for fact in facts(Picture(view))]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_it_is_words_and_no_signs(lang: i18n.Language) -> None:
    i18n.use(lang)
    try:
        lines = says(desk_view())
    finally:
        i18n.use("en")
    assert not [text for text in lines if SIGNS & set(text)]
    assert len(lines) == 1 + 1 + 13 + 4 + 2
    whole = "\n".join(lines)
    for word in (
        ("演练", "武汉：不明", "南昌：正常", "duty-2 已认领") if lang == "zh" else ("DRILL", "Wuhan: not known")
    ):
        assert word in whole


def test_what_is_not_known_is_never_in_order_and_has_no_figure() -> None:
    dark = next(fact for fact in facts(Picture(desk_view())) if fact.key == "site:wuhan")
    assert "in order" not in dark.says
    assert not any(char.isdigit() for char in dark.says)
    said = json.loads(json.dumps(dark.plain(), allow_nan=False))
    assert (said["state"], said["waiting"]) == ("unknown", None)


def test_only_what_changed_is_said_again() -> None:
    news, view = News(), desk_view()
    assert len(news.of(facts(Picture(view)))) == 21
    assert news.of(facts(Picture(replace(view, at=NOW + 5.0)))) == [], "time alone is no news"
    fewer = replace(view, at=NOW + 9.0, alerts=view.alerts[1:], runs=view.runs[1:])
    said = [fact.says for fact in news.of(facts(Picture(fewer)))]
    assert any(text.startswith("over: Hefei Apparel 00") for text in said)
    assert any(text.startswith("playbook") and text.endswith("over") for text in said)
    assert any("critical alerts" in text for text in said)
    assert len(said) == 3
    away = replace(fewer, reach=Reach(up=False, url="ws://x", why="gone"))
    assert [fact.says for fact in news.of(facts(Picture(away)))] == ["the desk is not reached: nothing below is of now"]


@given(st.lists(st.floats(0, 1e5) | st.just(float("nan")), max_size=40))
def test_a_figure_that_creeps_is_said_before_it_has_gone_far(values: list[float]) -> None:
    news, heard = News(), 0.0
    for value in [0.0, *values]:
        for fact in news.of([Fact("site:a", "ok", "a", {"waiting": value})]):
            heard = fact.figures["waiting"]
        if value == value and heard == heard:
            assert abs(value - heard) < max(5.0, abs(heard) * 0.25)
        else:
            assert (value == value) is (heard == heard)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.9, "0 s"), (161, "2 min 41 s"), (3900, "1 h 5 min"), (float("nan"), "not known")]
)
def test_time_is_spoken(seconds: float, text: str) -> None:
    assert spoken_time(seconds) == text


def test_a_share_just_under_all_is_not_all() -> None:
    assert [spoken_share(one) for one in (1.0, 0.99999, 0.5, float("nan"))] == [
        "100 percent",
        "99.9 percent",
        "50 percent",
        "not known",
    ]


@in_loop
async def test_it_watches_a_desk_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    token = TokenFile(tmp_path).add("wang", "viewer", (), TODAY)
    async with site(tmp_path) as good, serving(tmp_path) as (desk, port):
        process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-m",
                "console",
                "status",
                f"ws://127.0.0.1:{port}",
                "--watch",
                "--every",
                "0.2s",
                "--json",
            ),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "DUTYDECK_TOKEN": token, "LANG": "C.UTF-8"},
        )
        assert process.stdout is not None
        assert process.stderr is not None
        async with asyncio.timeout(120):
            first = [json.loads(await process.stdout.readline()) for _ in range(3)]
            assert [one["kind"] for one in first] == ["desk", "network", "site"]
            good.values = {"waiting": 500, "agents_online": 5}
            while (said := json.loads(await process.stdout.readline()))["kind"] != "site":
                pass
            assert said["waiting"] >= 500
            desk.process.kill()
            while json.loads(await process.stdout.readline())["state"] != "away":
                pass
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 130
        assert b"Traceback" not in await process.stderr.read()


def test_bad_options_are_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTYDECK_TOKEN", "x")
    assert main(["status", "ws://127.0.0.1:1", "--every", "0s"]) == 2
    assert main(["status", "ws://127.0.0.1:1", "--every", "soon"]) == 2
    assert main(["status", "ws://desk.example:1"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
