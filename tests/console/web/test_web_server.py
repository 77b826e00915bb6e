"""`dutydeck web` over real sockets: who gets in, what a tab is, and what is left of it afterwards."""

from __future__ import annotations

import asyncio
import json
import re
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from console.cli import main
from console.web import tab
from console.web.browser_side import page
from console.web.who import DeskDoor, Known
from tests.console.fake_desk import in_loop
from tests.console.remote.made_server import served, until_true
from tests.console.web.made_web import is_there, visiting


async def said_by(socket: aiohttp.ClientWebSocketResponse) -> Any:
    message = await asyncio.wait_for(socket.receive(), 15)
    assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
    return json.loads(message.data)


@in_loop
async def test_without_a_token_there_is_a_form_and_nothing_else() -> None:
    async with visiting() as visitor:
        status, text, headers = await visitor.get("/")
        assert (status, 'type="password"' in text, "terminal" in text) == (200, True, False)
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert await visitor.refused() == 401
        status, text, _headers = await visitor.log_in("wrong")
        assert (status, "not known" in text) == (401, True)
        assert (await visitor.get("/alive"))[1] == '{"in": false}'
        assert visitor.deck.tabs == 0


@in_loop
async def test_a_token_of_the_desk_opens_the_page_by_a_cookie_that_no_script_reads() -> None:
    async with visiting() as visitor:
        status, _text, headers = await visitor.log_in(" good \n")
        assert status == 303
        cookie = SimpleCookie(headers["Set-Cookie"])["dutydeck"]
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
        assert "good" not in headers["Set-Cookie"]
        status, text, _headers = await visitor.get("/")
        assert 'id="terminal"' in text
        async with visitor.http.post(visitor.base + "/logout", headers={"Origin": visitor.base}) as gone:
            assert 'type="password"' in await gone.text()
        assert await visitor.refused() == 401


@in_loop
async def test_over_https_the_cookie_goes_nowhere_else() -> None:
    async with visiting(origins=("https://deck.example",)) as visitor:
        _status, _text, headers = await visitor.log_in("good", Origin="https://deck.example")
        assert SimpleCookie(headers["Set-Cookie"])["dutydeck"]["secure"] is True


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://127.0.0.1:1", "file://"])
def test_no_page_of_somebody_else_asks_for_anything(origin: str) -> None:
    async def story() -> None:
        async with visiting() as visitor:
            assert (await visitor.log_in("good", Origin=origin))[0] == 403
            await visitor.log_in("good")
            assert await visitor.refused(Origin=origin) == 403
            assert await visitor.refused() == 101

    asyncio.run(story())


@in_loop
async def test_wrong_tokens_are_slowed_down_and_only_where_they_come_from() -> None:
    async with visiting() as visitor:
        codes = [(await visitor.log_in(f"wrong{i}"))[0] for i in range(12)]
        assert codes == [401] * 10 + [429] * 2
        asked = visitor.door.asked
        assert (await visitor.log_in("good"))[0] == 429, "nothing is tried meanwhile"
        assert visitor.door.asked == asked
        elsewhere = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        async with aiohttp.ClientSession(connector=elsewhere) as http:
            visitor.http = http
            assert (await visitor.log_in("good"))[0] == 303


@pytest.mark.parametrize("token", ["", "x" * 3000, "令牌", "a\r\nX-Evil: 1", "\x00"])
def test_what_is_no_token_is_never_sent_on(token: str) -> None:
    async def story() -> None:
        async with visiting() as visitor:
            visitor.door.people = {}
            assert (await visitor.log_in(token))[0] == 401
            assert visitor.door.asked == (1 if token.startswith("x") else 0)

    asyncio.run(story())


@in_loop
async def test_more_than_a_form_is_refused() -> None:
    async with visiting() as visitor:
        assert (await visitor.log_in("x" * 50_000))[0] == 413


@in_loop
async def test_one_token_alone_where_a_file_has_it() -> None:
    async with visiting(only_token="other") as visitor:
        assert (await visitor.log_in("good"))[0] == 401
        assert (await visitor.log_in("other"))[0] == 303


@in_loop
async def test_a_desk_that_is_away_is_no_wrong_token() -> None:
    async with visiting() as visitor:
        visitor.door.away = True
        codes = [(await visitor.log_in("good"))[0] for _ in range(12)]
        assert codes == [503] * 12
        visitor.door.away = False
        assert (await visitor.log_in("good"))[0] == 303
        visitor.door.away = True
        assert 'id="terminal"' in (await visitor.get("/"))[1], "the console itself says that the desk is away"


@in_loop
async def test_a_token_that_is_taken_away_ends_the_login() -> None:
    async with visiting() as visitor:
        await visitor.log_in("good")
        visitor.door.people.clear()
        assert await visitor.refused() == 401
        assert 'type="password"' in (await visitor.get("/"))[1]


@in_loop
async def test_a_tab_is_a_process_that_gets_keys_and_sizes_and_is_gone_with_its_browser() -> None:
    async with visiting() as visitor:
        await visitor.log_in("good")
        async with visitor.tab("?width=99999&height=-4", **{"Accept-Language": "zh-CN,en;q=0.5"}) as socket:
            hello = await said_by(socket)
            assert (hello["COLUMNS"], hello["ROWS"], hello["DUTYDECK_TOKEN"]) == ("400", "3", "good")
            assert hello["arguments"] == ["zh"], "the token is in no command line"
            assert hello["TEXTUAL_DRIVER"].endswith(":WebDriver")
            await socket.send_json(["stdin", "j"])
            assert await said_by(socket) == {"kind": "D", "got": "j"}
            await socket.send_json(["resize", {"width": 1e9, "height": 50}])
            got = json.loads((await said_by(socket))["got"])
            assert (got["width"], got["height"]) == (400, 50)
            for rubbish in ("[", "{}", '["stdin"]', '["stdin", 7]', '["resize", {}]', '["quit"]', "x" * 200_000):
                await socket.send_str(rubbish)
            await socket.send_bytes(b"Mxxx")
            await socket.send_json(["stdin", "\x1b[200~" + "x" * 1_000_000])
            await socket.send_json(["ping", "7"])
            assert await said_by(socket) == ["pong", "7"], "nothing of that reached the console"
            assert is_there(hello["pid"])
        await until_true(lambda: not is_there(hello["pid"]))
        await until_true(lambda: visitor.deck.tabs == 0)


@in_loop
async def test_a_console_that_ends_says_why_in_its_page() -> None:
    async with visiting() as visitor:
        await visitor.log_in("good")
        async with visitor.tab() as socket:
            await said_by(socket)
            await socket.send_json(["stdin", "bye"])
            assert await said_by(socket) == ["ended", {"code": 0, "said": ""}]
    async with visiting("fails") as visitor:
        await visitor.log_in("good")
        async with visitor.tab() as socket:
            kind, why = await said_by(socket)
            assert (kind, why["code"], why["said"].startswith("dutydeck: the desk is gone")) == ("ended", 1, True)
            assert "\x1b" not in why["said"]


@in_loop
async def test_a_console_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "_GOODBYE_S", 0.1)
    async with visiting("stays") as visitor:
        await visitor.log_in("good")
        async with visitor.tab() as socket:
            pid = (await said_by(socket))["pid"]
        await until_true(lambda: not is_there(pid))


@in_loop
async def test_there_are_only_so_many_tabs() -> None:
    async with visiting(most_tabs=1) as visitor:
        await visitor.log_in("good")
        async with visitor.tab() as socket:
            await said_by(socket)
            assert await visitor.refused() == 503


@in_loop
async def test_everything_that_a_browser_loads_is_local() -> None:
    async with visiting() as visitor:
        await visitor.log_in("good")
        for name in ("login.html", "deck.html", "deck.css", "deck.js"):
            assert not re.search(r"https?://|//[a-z]+\.", page(name)), name
        named = re.findall(r"/static/[\w.]+", page("deck.html") + page("deck.css") + page("deck.js"))
        assert len(set(named)) == 5
        for path in set(named):
            status, text, headers = await visitor.get(path)
            assert (status, len(text) > 500, headers["X-Content-Type-Options"]) == (200, True, "nosniff"), path
        assert "webglAddon" not in (await visitor.get("/static/textual.js"))[1], "it draws without a GPU"
        assert (await visitor.get("/static/..%2f..%2fserver.py"))[0] == 404


@in_loop
async def test_the_desk_itself_says_whom_a_token_stands_for(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        token = made.token("wang", "lead", "hefei")
        door = DeskDoor(made.url)
        assert await door.who(token) == Known("known", "wang", "lead")
        assert [await door.who(one) for one in ("", "wrong")] == [Known("unknown")] * 2
        for _ in range(150):
            last = await door.who("wrong")
        assert last == Known("wait")
        await made.sit_with(token)  # nobody at that address is locked out of the desk by it
        assert not made.entries("desk.refused")
    assert (await door.who(token)).answer == "away"


def test_bad_options_are_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["web", "ws://127.0.0.1:1", "--host", "0.0.0.0"]) == 2
    assert main(["web", "ws://desk.example:1"]) == 2
    assert main(["web", "ws://127.0.0.1:1", "--token-file", "/nowhere"]) == 2
    monkeypatch.setattr("console.web.browser_side.version", _missing)
    assert main(["web", "ws://127.0.0.1:1"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert "pip install" in lines[-1]


def _missing(name: str) -> str:
    from importlib.metadata import PackageNotFoundError

    raise PackageNotFoundError(name)
