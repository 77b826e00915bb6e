"""`dutydeck preflight` against real gateways, beside a desk at work; and its screen."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from alerts.rules import load_rules
from console import i18n
from console.app import DutyDeckApp
from console.cli import main
from console.clock import DeskClock
from console.config import DeskConfig
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.playbook_desk import shipped_playbooks
from console.preflight.gather import Gatherer
from console.preflight.journal_reading import read_standing
from console.preflight.run import CHECKS
from console.screens.preflight import PreflightScreen
from console.view import DeskTitle
from feeds.codec import encode
from feeds.contract import Command, Query
from feeds.gateway import Gateway
from feeds.journal import Journal
from feeds.journal_lock import sole_desk
from feeds.publisher import Publisher
from simulators.scenario import load_scenario
from simulators.sites_thread import SitesThread
from simulators.world import World
from tests.console.fake_desk import FakeDesk, desk_view, in_loop
from tests.console.test_preflight import jwt
from tests.console.test_screens import SIZES, screen_text
from tests.feeds.made import figures, hello, ns

EXPIRED = jwt({"exp": 1_600_000_000})
LASTS = jwt({"exp": 4_000_000_000})


@pytest.fixture(autouse=True)
def _english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield
    i18n.use("en")


class Site:
    """A gateway that is quick, frozen (beats, and its last figures to whoever connects), or an hour off."""

    def __init__(self, site: str, token: str, *, frozen: bool = False, skew: float = 0.0) -> None:
        self.frozen, self.skew = frozen, skew
        self.orders: list[Command | Query] = []
        self.publisher = Publisher(hello(site, beat_s=0.3, data_s=0.3))
        self.gateway = Gateway(self.publisher, self._obey, token=token, clock=lambda: time.time() + skew)

    def _obey(self, order: Command | Query) -> list[Any]:
        self.orders.append(order)
        return []

    def publish(self) -> None:
        at = ns(time.time() + self.skew)
        values = figures(4, agents_online=10, agents_rostered=10, agents_standby=6)
        self.gateway.broadcast(self.publisher.publish(*values, at, at))

    async def run(self) -> None:
        self.publish()
        while True:
            if self.frozen:
                self.gateway.beat()
            else:
                self.publish()
            await asyncio.sleep(0.05)


@asynccontextmanager
async def serving(*sites: Site) -> AsyncIterator[None]:
    for site in sites:
        await site.gateway.start()
    work = [asyncio.create_task(site.run()) for site in sites]
    try:
        yield
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        for site in sites:
            await site.gateway.stop()


def folder(path: Path, urls: dict[str, str]) -> Path:
    path.mkdir(exist_ok=True)
    lines = [f'  - {{id: {site}, url: "{url}", token_env: T_{site.upper()}, standby: 5}}' for site, url in urls.items()]
    (path / "dutydeck.yaml").write_text("\n".join(["sites:", *lines, "journal: j.db", ""]), encoding="utf-8")
    (path / "degrade.yaml").write_text("degrade: []\n", encoding="utf-8")
    return path


def test_on_a_drill_what_cannot_be_checked_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(load_scenario("evening-calm"), 7)
    sites = SitesThread(world, DeskClock(world.now, 4.0).now)
    urls = sites.start()
    lines = [f'  - {{id: {site}, url: "{url}"}}' for site, url in urls.items()]
    (tmp_path / "dutydeck.yaml").write_text("\n".join(["mode: drill", "sites:", *lines]), encoding="utf-8")
    try:
        assert main(["preflight", "--config", str(tmp_path), "--lang", "zh"]) == 0
    finally:
        sites.stop()
    out = capsys.readouterr().out.splitlines()
    assert out[-1].startswith("GO 放行")
    assert "4/4 个基地实时" in "\n".join(out)
    assert sum(line.startswith("–") for line in out) == 5


def test_a_frozen_a_dark_a_skewed_site_and_an_expired_token_beside_a_desk_at_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = {"good": LASTS, "frozen": LASTS, "skewed": LASTS, "lapsed": EXPIRED, "dark": LASTS}
    for site, token in tokens.items():
        monkeypatch.setenv(f"T_{site.upper()}", token)
    good, frozen = Site("good", LASTS), Site("frozen", LASTS, frozen=True)
    sites = (good, frozen, Site("skewed", LASTS, skew=3600.0), Site("lapsed", EXPIRED))

    async def run() -> int:
        async with serving(*sites):
            urls = {site.publisher.hello.site: site.gateway.url for site in sites} | {"dark": "ws://127.0.0.1:1"}
            config = folder(tmp_path / "desk", urls)
            journal = config / "j.db"
            with sole_desk(journal):
                book = Journal(journal)
                book.append(1, "desk.started", "desk", {})
                before = journal.read_bytes()
                arguments = ["preflight", "--config", str(config), "--wait", "2s", "--json", "--no-robots"]
                code = await asyncio.to_thread(main, arguments)
                assert (journal.read_bytes(), book.verify()) == (before, 1)
                book.close()
            return code

    assert asyncio.run(run()) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["go"] is False
    checks = {check["id"]: check for check in report["checks"]}
    assert list(checks) == list(CHECKS)

    def verdicts(check: str) -> dict[str, str]:
        return {detail["id"]: detail["verdict"] for detail in checks[check]["details"]}

    feeds = {"good": "go", "frozen": "no_go", "skewed": "go", "lapsed": "go", "dark": "no_go"}
    assert verdicts("feeds") == feeds
    assert "frozen" in next(d for d in checks["feeds"]["details"] if d["id"] == "frozen")["found"]["en"]
    skews = {"good": "go", "frozen": "unknown", "skewed": "no_go", "lapsed": "go", "dark": "unknown"}
    assert verdicts("skew") == skews
    assert verdicts("tokens") == {site: "no_go" if site == "lapsed" else "go" for site in tokens}
    assert verdicts("standby") == {site: "unknown" if site in ("frozen", "dark") else "go" for site in tokens}
    assert checks["journal"]["verdict"] == "go"
    assert EXPIRED not in json.dumps(report)
    assert all(not site.orders for site in sites)


def test_what_is_asked_wrongly_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("DUTYDECK_CONFIG", raising=False)
    (tmp_path / "dutydeck.yaml").write_text('sites: [{id: a, url: "ws://127.0.0.1:1", token_env: NOT_SET}]\n')
    wrong = [
        [],
        ["--config", str(tmp_path)],
        ["--config", str(tmp_path), "--peak", "soon"],
        ["--config", str(tmp_path), "--wait", "10"],
        ["--config", str(tmp_path), "--accept", "stand-by"],
    ]
    for arguments in wrong:
        assert main(["preflight", *arguments]) == 2, arguments
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1


def test_alerts_and_runs_of_a_desk_at_work_are_read_from_its_journal(tmp_path: Path) -> None:
    config = DeskConfig(folder(tmp_path, {"hefei": "ws://127.0.0.1:1"}))
    start, path = 1_794_326_100.0, tmp_path / "j.db"
    keeper = JournalKeeper(Journal(path), keeps_state=True)
    title = DeskTitle("台", "Desk")
    core = DeskCore(
        ["hefei"], load_rules(), shipped_playbooks(), mode="live", title=title, ids=Ids("t"), journal=keeper
    )
    core.begin(start)
    publisher = Publisher(hello("hefei"))
    core.connected("hefei", start)
    core.receive("hefei", encode(publisher.hello), start)
    for second in range(120):
        at = start + second
        frame = publisher.publish(*figures(4, waiting=60, slots=10), ns(at), ns(at))
        core.receive("hefei", encode(frame), at)
    firing = {alert.id for alert in core.engine.alerts() if alert.state == "firing"}
    assert firing
    standing = read_standing(path, config, start + 121, ["hefei"])
    assert {alert.id for alert in standing.alerts if alert.state == "firing"} == firing
    assert standing.problem == ""
    assert read_standing(tmp_path / "none.db", config, start, ["hefei"]).alerts == ()
    (tmp_path / "bad.db").write_bytes(b"no database at all" * 100)
    assert "cannot be read" in read_standing(tmp_path / "bad.db", config, start, ["hefei"]).problem


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_screen_shows_every_check_and_what_to_do_at_every_size(lang: i18n.Language) -> None:
    app = DutyDeckApp(FakeDesk(desk_view(mode="live")), lang=lang, operator="duty-1", settle_s=0.0)
    zh = lang == "zh"
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.press("P")
        await app.workers.wait_for_complete()
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = "\n".join(screen_text(app))
            assert ("NO-GO 不放行" if zh else "NO-GO ·") in text
            for title in ("高峰", "数据源", "日志", "终端") if zh else ("Peak", "Feeds", "Journal", "Terminal"):
                assert f" {title} " in text, size
        await pilot.press("down")
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert ("致电基地" if zh else "call the site") in text


@in_loop
async def test_on_the_screen_receivers_are_tried_and_the_unknown_accepted_by_key_alone(tmp_path: Path) -> None:
    config = DeskConfig(folder(tmp_path, {"hefei": "ws://127.0.0.1:1"}))
    (tmp_path / "notify.yaml").write_text(
        "receivers:\n  - {id: hook, kind: webhook, url: 'http://127.0.0.1:1/'}\n", encoding="utf-8"
    )
    source = Gatherer(DeskConfig(config.folder), {"T_HEFEI": "opaque"})
    app = DutyDeckApp(FakeDesk(desk_view(mode="live")), lang="en", operator="duty-1", settle_s=0.0, preflight=source)
    async with app.run_test(size=SIZES[1]) as pilot:
        await app.push_screen(PreflightScreen())
        await app.workers.wait_for_complete()
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, PreflightScreen)
        assert "not tested: hook" in "\n".join(screen_text(app))
        await pilot.press("T")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "failed: hook" in "\n".join(screen_text(app))
        assert screen.table.move_cursor("standby")
        await pilot.press("x")
        await pilot.pause()
        assert source.accepted == {"standby"}
        assert "(accepted)" in "\n".join(screen_text(app))
        assert screen.table.move_cursor("feeds")
        await pilot.press("x")
        await pilot.pause()
        assert source.accepted == {"standby"}
