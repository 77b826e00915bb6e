"""The distribution's own Alertmanager: `amtool alert query` shows what fires and no longer what is over."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from alerts.notices.exchange import Delivered
from console.notifier import try_receiver
from tests.alerts.notices.made import receiver
from tests.console.fake_desk import in_loop
from tests.console.test_notifier import at_work

BINARY = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
AMTOOL = shutil.which("amtool")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if BINARY is None or AMTOOL is None:
        if os.environ.get("DUTYDECK_REQUIRE_ALERTMANAGER"):
            pytest.fail("prometheus-alertmanager and amtool are required here and are not installed")
        pytest.skip("prometheus-alertmanager and amtool are not installed")
    folder, port = tmp_path_factory.mktemp("alertmanager"), free_port()
    config = folder / "alertmanager.yml"
    config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n", encoding="utf-8")
    command = [
        BINARY,
        f"--config.file={config}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stderr=log, stdout=log)
        try:
            ready(f"http://127.0.0.1:{port}/-/ready", server, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 20.0
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    pytest.fail(f"it does not come up: {log.read_text(encoding='utf-8', errors='replace')[-500:]}")


def query(url: str) -> list[Any]:
    assert AMTOOL is not None
    command = [AMTOOL, f"--alertmanager.url={url}", "alert", "query", "--output=json"]
    found: list[Any] = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=20).stdout)
    return found


@in_loop
async def test_amtool_shows_what_fires_and_no_longer_what_is_over(url: str) -> None:
    async with at_work(url, kind="alertmanager") as desk:
        desk.fire()
        await arrived(desk)
        (shown,) = query(url)
        assert shown["labels"]["alertname"] == "wait"
        assert (shown["labels"]["site"], shown["labels"]["key"]) == ("hefei", "hefei/q1")
        assert shown["annotations"]["summary_zh"] == "题"
        assert shown["status"]["state"] in ("active", "unprocessed")
        desk.resolve()
        await arrived(desk)
        assert query(url) == []
        desk.fire()
        await arrived(desk)
        assert len(query(url)) == 1
        desk.resolve()
        await arrived(desk)
        assert query(url) == []
        assert [one.state for one in desk.outbox.receivers()] == ["ok"]


@in_loop
async def test_a_trial_leaves_nothing_behind(url: str) -> None:
    assert await try_receiver(receiver(kind="alertmanager", url=url), {}, time.time()) == Delivered()
    assert query(url) == []


async def arrived(desk: Any) -> None:
    """Until nothing waits."""
    async with asyncio.timeout(10):
        while desk.outbox.receivers()[0].waiting:
            assert desk.outbox.receivers()[0].error == ""
            await asyncio.sleep(0.005)
