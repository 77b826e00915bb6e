"""`dutydeck serve` as a process of its own: killed, started again, asked to read again, ended well."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.intents import Acknowledge, AskWhy, Intent
from console.remote.remote_desk import RemoteDesk
from console.remote.token_file import TokenFile
from tests.console.fake_desk import in_loop
from tests.console.remote.made_server import TODAY, ask, until_true, until_view
from tests.console.test_desk_thread import GoodSite

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[GoodSite]:
    """A good site, and a configuration with it."""
    good = GoodSite("hefei")
    await good.gateway.start()
    lines = [f'sites: [{{id: hefei, url: "{good.gateway.url}"}}]', "journal: desk.db", ""]
    (folder / "dutydeck.yaml").write_text("\n".join(lines), encoding="utf-8")
    work = asyncio.create_task(good.run())
    try:
        yield good
    finally:
        work.cancel()
        await good.gateway.stop()


class Serving:
    """The process, and what it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.lines = process, list[str]()

    async def line(self, pattern: str) -> re.Match[str]:
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            while raw := await self.process.stderr.readline():
                self.lines.append(raw.decode())
                if found := re.search(pattern, raw.decode()):
                    return found
        raise AssertionError(f"it never said {pattern}: {self.lines}")

    async def ended(self) -> int:
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def serving(folder: Path, port: int = 0) -> AsyncIterator[tuple[Serving, int]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "serve", "--config", str(folder), "--port", str(port)),
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environment,
    )
    try:
        started = Serving(process)
        yield started, int((await started.line(r"listening on ws://127\.0\.0\.1:(\d+)")).group(1))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.crash
@in_loop
async def test_killed_and_started_again_it_is_the_same_desk(tmp_path: Path) -> None:
    async with site(tmp_path) as good:
        token = TokenFile(tmp_path).add("wang", "duty", (), TODAY)
        async with serving(tmp_path) as (first, port):
            remote = RemoteDesk(f"ws://127.0.0.1:{port}", token)
            await asyncio.to_thread(remote.start)
            try:
                good.values.update(waiting=900, oldest_wait_s=600)
                view = await until_view(remote, lambda view: any(a.state == "firing" for a in view.alerts))
                alert = next(a.id for a in view.alerts if a.state == "firing")
                assert (await ask(remote, Acknowledge(alert, "on it"))).ok
                first.process.send_signal(signal.SIGKILL)
                await first.ended()
                view = await until_view(remote, lambda view: view.reach is not None and not view.reach.up)
                assert {one.state for one in view.board.sites} == {"unknown"}
                assert (await ask(remote, AskWhy("site-dark", "hefei/*"))).code == "NOT_REACHED"
                async with serving(tmp_path, port) as (second, _port):
                    view = await until_view(
                        remote, lambda v: v.reach is not None and v.reach.up and v.board.sites[0].state == "live"
                    )
                    taken = next(a.acknowledged for a in view.alerts if a.id == alert)
                    assert taken is not None
                    assert (taken.who, taken.note) == ("wang", "on it")
                    assert (await ask(remote, AskWhy("site-dark", "hefei/*"))).ok
                    second.process.send_signal(signal.SIGTERM)
                    assert await second.ended() == 0
                    view = await until_view(remote, lambda view: view.reach is not None and not view.reach.up)
            finally:
                await asyncio.to_thread(remote.stop)


@pytest.mark.crash
@in_loop
async def test_what_was_asked_when_the_desk_was_killed_is_said_to_be_unknown(tmp_path: Path) -> None:
    async with site(tmp_path):
        token = TokenFile(tmp_path).add("wang", "duty", (), TODAY)
        async with serving(tmp_path) as (first, port):
            remote = RemoteDesk(f"ws://127.0.0.1:{port}", token)
            await asyncio.to_thread(remote.start)
            try:
                first.process.send_signal(signal.SIGSTOP)  # it takes the question and never answers
                intent: Intent = AskWhy("site-dark", "hefei/*")
                asked = remote.submit(intent, "")
                await until_view(remote, lambda view: view.reach is not None and not view.reach.up)
                assert not asked.done()
                first.process.send_signal(signal.SIGKILL)
                await first.ended()
                async with serving(tmp_path, port):
                    outcome = await asyncio.wait_for(asyncio.wrap_future(asked), 20)
                    assert outcome.code == "NOT_KNOWN"
            finally:
                await asyncio.to_thread(remote.stop)


@in_loop
async def test_a_hangup_reads_again_and_changes_nothing_that_is_wrong(tmp_path: Path) -> None:
    async with site(tmp_path):
        tokens = TokenFile(tmp_path)
        async with serving(tmp_path) as (desk, port):
            await desk.line("nobody may sit here yet")
            token = tokens.add("wang", "duty", (), TODAY)
            (tmp_path / "directory.yaml").write_text("leads: [{site: hefei, name: Li Wei}]\n", encoding="utf-8")
            desk.process.send_signal(signal.SIGHUP)
            await desk.line("1 tokens")
            await desk.line("rules: no change")
            remote = RemoteDesk(f"ws://127.0.0.1:{port}", token)
            await asyncio.to_thread(remote.start)
            try:
                await until_view(remote, lambda view: [one.name for one in view.directory] == ["Li Wei"])
                (tmp_path / "rules").mkdir()
                (tmp_path / "rules" / "own.yaml").write_text("rules: what?\n", encoding="utf-8")
                (tmp_path / "directory.yaml").write_text("leads: [{site: nowhere, name: X}]\n", encoding="utf-8")
                desk.process.send_signal(signal.SIGHUP)
                await desk.line("no site 'nowhere'")
                await desk.line("the rules stay as they are")
                assert [one.name for one in remote.view.directory] == ["Li Wei"]
                tokens.revoke("wang")
                desk.process.send_signal(signal.SIGHUP)
                await until_true(lambda: remote.refused is not None)
            finally:
                await asyncio.to_thread(remote.stop)
            desk.process.send_signal(signal.SIGINT)
            assert await desk.ended() == 0


@in_loop
async def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    async with site(tmp_path), serving(tmp_path) as (_first, port):
        other = tmp_path / "other"
        other.mkdir()
        (other / "dutydeck.yaml").write_text((tmp_path / "dutydeck.yaml").read_text("utf-8"), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "console", "serve", "--config", str(other), "--port", str(port)),
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        _out, said = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 2
        assert said.decode().count("\n") == 1
        assert "a free port" in said.decode()
