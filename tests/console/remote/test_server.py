"""Several people at one desk, over real sockets: what they share, what they may not, and who does harm to nobody."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from console.config import ServeEntry
from console.intents import (
    Acknowledge,
    AskLeaders,
    AskPreview,
    AskWhy,
    ReportSite,
    StartPlaybook,
)
from console.remote import protocol, seat, server
from console.remote.protocol import MOST_ASKED_BYTES, PATH, heard
from console.remote.remote_desk import RemoteDesk, SeatRefusedError
from console.remote.serving import listening
from console.view import DeskView
from feeds.errors import DutyDeckError
from tests.console.fake_desk import in_loop
from tests.console.remote.made_server import Served, ask, bare, served, until_true, until_view


def live(view: DeskView) -> bool:
    return view.board.by_id["hefei"].state == "live" and view.reach is not None and view.reach.up


async def overrun(made: Served, *remotes: RemoteDesk) -> str:
    """An alert that fires, seen by everybody."""
    made.good.values.update(waiting=900, oldest_wait_s=600)
    for remote in remotes:
        await until_view(remote, lambda view: any(alert.state == "firing" for alert in view.alerts))
    return next(alert.id for alert in remotes[0].view.alerts if alert.state == "firing")


@in_loop
async def test_two_people_share_what_they_see_and_do(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        one, two = await made.sit("wang", "duty"), await made.sit("li", "duty")
        for remote in (one, two):
            await until_view(remote, live)
        view = await until_view(two, lambda view: {person.name for person in view.people} == {"wang", "li"})
        assert {person.role for person in view.people} == {"duty"}
        alert = await overrun(made, one, two)
        assert (await ask(one, Acknowledge(alert, "on it"))).ok
        view = await until_view(two, lambda view: any(a.id == alert and a.acknowledged for a in view.alerts))
        taken = next(a.acknowledged for a in view.alerts if a.id == alert)
        assert taken is not None
        assert (taken.who, taken.note) == ("wang", "on it")  # by the token, whatever a console says
        assert (await ask(two, AskWhy("site-dark", "hefei/*"))).why is not None
        leaders = (await ask(two, AskLeaders(one.view.at - 60.0))).leaders
        assert leaders is not None
        assert leaders.asked < leaders.end
        course = one.view.board.courses
        await until_true(lambda: bool((course.course("hefei", "*", "waiting", 60, 60) == 900).any()))
        await asyncio.to_thread(two.stop)
        await until_view(one, lambda view: [person.name for person in view.people] == ["wang"])
    assert [who for who, _body in made.entries("desk.joined")] == ["wang", "li"]
    assert made.entries("desk.left")[0][0] == "li"


@in_loop
async def test_two_acknowledge_at_once_and_two_start_at_once(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        one, two = await made.sit("wang", "duty"), await made.sit("li", "duty")
        alert = await overrun(made, one, two)
        both = await asyncio.gather(ask(one, Acknowledge(alert, "mine")), ask(two, Acknowledge(alert, "no, mine")))
        assert any(outcome.ok for outcome in both)
        await until_view(one, lambda view: any(a.id == alert and a.acknowledged for a in view.alerts))
        await until_true(lambda: [a.acknowledged for a in one.view.alerts] == [a.acknowledged for a in two.view.alerts])
        previews = [await ask(remote, AskPreview("bot-overflow", {"site": "hefei"})) for remote in (one, two)]
        if any(outcome.preview is None or not outcome.preview.ok for outcome in previews):
            pytest.skip(f"the made site takes no orders: {previews[0]}")
        starts = [
            ask(remote, StartPlaybook(outcome.preview))
            for remote, outcome in zip((one, two), previews, strict=True)
            if outcome.preview is not None
        ]
        outcomes = await asyncio.gather(*starts)
        assert sorted(outcome.ok for outcome in outcomes) == [False, True]
        (lost,) = [outcome for outcome in outcomes if not outcome.ok]
        winner = "wang" if outcomes[0].ok else "li"
        assert lost.code == "LOCKED"
        assert f"of {winner}" in lost.en  # told who


@in_loop
async def test_who_may_not_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        viewer, lead = await made.sit("v", "viewer"), await made.sit("li", "lead", "hefei")
        alert = await overrun(made, viewer, lead)
        assert (await ask(viewer, Acknowledge(alert))).code == "DENIED"
        assert (await ask(viewer, ReportSite("hefei", up=True))).code == "DENIED"
        assert (await ask(lead, Acknowledge(alert))).ok
        assert (await ask(lead, ReportSite("wuhan", up=True))).code == "NOT_YOUR_SITE"
        assert (await ask(lead, ReportSite("hefei", up=True, note="ok", seconds=99_999))).code == "BAD_TIME"
        assert (await ask(lead, ReportSite("hefei", up=True, note="floor is up"))).ok
        view = await until_view(viewer, lambda view: bool(view.site_words))
        assert (view.site_words[0].who, view.site_words[0].up) == ("li", True)


@in_loop
async def test_who_has_no_good_token_does_not_get_in(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        good = made.token("wang", "duty")
        with pytest.raises(SeatRefusedError, match="token"):
            await made.sit_with("dd_wrong")
        for headers, status in (
            ({}, 401),
            ({"Authorization": "Bearer"}, 401),
            ({"Authorization": f"Basic {good}"}, 401),
            ({"Authorization": f"Bearer {good}", "Origin": "https://evil.example"}, 403),
        ):
            async with aiohttp.ClientSession() as session:
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await session.ws_connect(made.url + PATH, headers=headers)
                assert refused.value.status == status
                async with session.get(made.url.replace("ws", "http") + "/") as answer:
                    assert answer.status == 404
        for _ in range(10):
            with pytest.raises(DutyDeckError):
                await made.sit_with("dd_wrong")
        with pytest.raises(SeatRefusedError, match="too many"):
            await made.sit_with("dd_wrong")
        assert not made.desk.view.people


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("rubbish", "not understood"),
        ('{"seen": -1}', "not understood"),
        ('{"ask": 1, "kind": "JoinDesk", "fields": {"console": "x", "role": "admin"}}', "not understood"),
        (b"\x00\xff", "not a message"),
        ("x" * (MOST_ASKED_BYTES + 1), "more than a console may"),
    ],
)
def test_a_console_that_talks_rubbish_is_let_go_and_nobody_else(tmp_path: Path, said: str | bytes, why: str) -> None:
    async def story() -> None:
        async with served(tmp_path) as made:
            other, token = await made.sit("wang", "duty"), made.token("mallory", "duty")
            async with bare(made.url, token) as socket:
                assert heard((await socket.receive()).data)["name"] == "mallory"
                await (socket.send_bytes(said) if isinstance(said, bytes) else socket.send_str(said))
                async with asyncio.timeout(10):
                    while (message := await socket.receive()).type is aiohttp.WSMsgType.BINARY:
                        pass
                assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING)
            await until_true(lambda: any(who == "mallory" for who, _body in made.entries("desk.left")))
            (body,) = [body for who, body in made.entries("desk.left") if who == "mallory"]
            assert why in str(body["why"])
            await until_view(other, live)
            assert made.desk.failure is None

    asyncio.run(story())


@in_loop
async def test_who_asks_too_much_waits(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        one = await made.sit("wang", "duty")
        outcomes = await asyncio.gather(*(ask(one, AskWhy("site-dark", "hefei/*")) for _ in range(40)))
        assert {outcome.code for outcome in outcomes} == {"ok", "TOO_MANY"}


@in_loop
async def test_a_console_that_stops_reading_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seat, "GIVEN_UP_AFTER_S", 1.0)
    async with served(tmp_path) as made:
        token, other = made.token("asleep", "viewer"), await made.sit("wang", "duty")
        async with bare(made.url, token) as socket:
            kinds = [kind async for kind in _kinds(socket, 0.7)]  # it reads, and never says what it has seen
            assert kinds.count("view") == protocol.MOST_UNSEEN
            before = other.view.number
            await until_view(other, lambda view: view.number > before and live(view))
            await until_true(lambda: [who for who, _body in made.entries("desk.left")] == ["asleep"])
        assert made.entries("desk.left")[0][1]["why"] == "it stopped reading"


@in_loop
async def test_what_a_console_asks_twice_is_done_once(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        one, token = await made.sit("wang", "duty"), made.token("li", "duty")
        alert = await overrun(made, one)
        text = json.dumps({"ask": 5, "kind": "Acknowledge", "fields": {"alert": alert, "note": "once"}})
        answers = []
        for _ in range(2):  # a connection that breaks after the question, and the question again over the next
            async with bare(made.url, token, **{protocol.CONSOLE_HEADER: "console-1"}) as socket:
                await socket.send_str(text)
                answers.append(await _outcome(socket.receive))
        assert answers[0] == answers[1]
        assert sum(body.get("to") == "acknowledged" for _who, body in made.entries("alert")) == 1


async def _kinds(socket: aiohttp.ClientWebSocketResponse, seconds: float) -> AsyncIterator[str]:
    end = asyncio.get_running_loop().time() + seconds
    while (left := end - asyncio.get_running_loop().time()) > 0:
        try:
            yield str(heard((await asyncio.wait_for(socket.receive(), left)).data)["t"])
        except TimeoutError:
            return


async def _outcome(receive: Callable[..., object]) -> object:
    async with asyncio.timeout(10):
        while True:
            said = heard((await receive()).data)  # type: ignore[misc]
            if said["t"] == "outcome":
                return said["outcome"]


@in_loop
async def test_over_tls_with_a_certificate_that_is_checked(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    pair = ["-keyout", str(tmp_path / "desk.key"), "-out", str(tmp_path / "desk.pem")]
    subject = ["-subj", "/CN=desk", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    made_pair = await asyncio.create_subprocess_exec(
        *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *(*pair, *subject),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made_pair.wait() == 0
    where = listening(ServeEntry(host="0.0.0.0", cert="desk.pem", key="desk.key"), tmp_path)
    async with served(tmp_path, where.tls) as made:
        token = made.token("wang", "duty")
        trusting = RemoteDesk(made.url, token, tls=ssl.create_default_context(cafile=tmp_path / "desk.pem"))
        await asyncio.to_thread(trusting.start)
        try:
            await until_view(trusting, live)
        finally:
            await asyncio.to_thread(trusting.stop)
        doubting = RemoteDesk(made.url, token, tls=ssl.create_default_context())
        with pytest.raises(DutyDeckError, match="certificate"):
            await asyncio.to_thread(doubting.start, 2.0)


@in_loop
async def test_a_desk_of_another_release_is_not_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path) as made:
        monkeypatch.setattr(server, "release", lambda: "9.9.9")
        with pytest.raises(SeatRefusedError, match=r"release 9\.9\.9"):
            await made.sit("wang", "duty")


@in_loop
async def test_a_token_that_is_revoked_ends_the_seat(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        one, two = await made.sit("wang", "duty"), await made.sit("li", "viewer")
        made.tokens.revoke("li")
        await made.server.check_tokens()
        view = await until_view(two, lambda view: view.reach is not None and not view.reach.up)
        assert {site.state for site in view.board.sites} <= {"unknown", "never"}
        await until_true(lambda: two.refused is not None)
        await until_view(one, lambda view: [person.name for person in view.people] == ["wang"])
        assert (await ask(two, AskWhy("site-dark", "hefei/*"))).code == "NOT_REACHED"
