"""The documentation is true: links lead somewhere, commands exist, examples run, tables are those of the code."""

from __future__ import annotations

import asyncio
import functools
import random
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from console.cli import app, main
from feeds.catalog import METRICS
from feeds.codec import _READERS, encode
from feeds.contract import FAULTS, NACK_CODES, Ack, Command, Frame, Nack, Query, Result
from feeds.gateway import Gateway
from feeds.link import Address, Link
from feeds.session import SiteSession

ROOT = Path(__file__).parents[1]
PAGES = sorted(page for folder in (ROOT, ROOT / "docs") for page in folder.glob("*.md"))
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@functools.cache
def prose(page: Path) -> str:
    """A page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> list[str]:
    return re.findall(r"^#{1,6} +(.+?) *$", prose(page), re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings(page))
    return {text.replace(" ", "-") for text in plain}


def links(page: Path) -> list[str]:
    return [target for target in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), f"{named(page)}: {target}"
        assert not anchor or anchor in anchors(goal), f"{named(page)}: {target}"


def test_every_page_is_linked_from_both_readmes() -> None:
    pages = {page.name for page in (ROOT / "docs").glob("*.md") if not page.name.endswith(".zh.md")}
    for readme in ("README.md", "README.zh.md"):
        linked = {Path(target.partition("#")[0]).name.replace(".zh.md", ".md") for target in links(ROOT / readme)}
        assert pages <= linked, f"{readme}: {sorted(pages - linked)}"


@pytest.mark.parametrize("stem", ["README", "docs/operator-guide"])
def test_both_languages_have_the_same_parts(stem: str) -> None:
    english, chinese = ROOT / f"{stem}.md", ROOT / f"{stem}.zh.md"
    levels = [re.findall(r"^(#{1,6}) ", prose(page), re.MULTILINE) for page in (english, chinese)]
    assert levels[0] == levels[1]
    blocks = [[kind for kind, _ in _FENCE.findall(page.read_text(encoding="utf-8"))] for page in (english, chinese)]
    assert blocks[0] == blocks[1]


# Commands -------------------------------------------------------------------------------------------------------


def commands(page: Path) -> Iterator[list[str]]:
    """The arguments of every `dutydeck …` in a page: lines of code blocks, and code within the text."""
    text = page.read_text(encoding="utf-8")
    lines = [line for _, block in _FENCE.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    lines += [part for part in re.findall(r"`([^`\n]+)`", prose(page)) if part.startswith("dutydeck ")]
    for line in lines:
        found = re.match(r"(?:\$ )?(?:[A-Z_]+=\S+ )*(?:uv run |\.venv/bin/)?dutydeck(?: (.*))?$", line.strip())
        if found:
            shown = re.split(r" {2,}| [#|>&]|…", found[1] or "")[0]
            yield shlex.split(re.sub(r"[\[\]]", " ", shown))


def unknown_in(arguments: list[str]) -> str:
    """The first word of a command line that the program does not know; empty where there is none."""
    command: Any = typer.main.get_command(app)
    for word in arguments:
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        if word.startswith("-") and word not in options | {"--help"}:
            return word
        if hasattr(command, "commands") and not word.startswith("-"):
            if arguments[arguments.index(word) - 1] in ("--config", "--lang", "--view"):
                continue
            if word not in command.commands:
                return word
            command = command.commands[word]
    return ""


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_exists_with_its_options(page: Path) -> None:
    for arguments in commands(page):
        assert not (unknown := unknown_in(arguments)), f"{named(page)}: dutydeck {' '.join(arguments)}: {unknown}"


def test_commands_that_do_not_exist_are_found() -> None:
    assert unknown_in(["dril"]) == "dril"
    assert unknown_in(["drill", "site-dark", "--sed", "7"]) == "--sed"
    assert unknown_in(["--lang", "zh", "drill", "--headless"]) == ""
    assert sum(1 for page in PAGES for _ in commands(page)) > 30


def test_the_readmes_worked_example_gives_the_table_that_they_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for name in ("README.md", "README.zh.md"):
        shown = _FENCE.findall((ROOT / name).read_text(encoding="utf-8"))
        table = next(block for kind, block in shown if kind == "csv")
        found = [arguments for arguments in commands(ROOT / name) if arguments[:1] in (["import"], ["export"])]
        for arguments in found:
            rec = tmp_path / name
            assert main([str(rec) if word == "lab.rec" else word for word in arguments]) == 0
        assert {arguments[0] for arguments in found} == {"import", "export"}
        assert capsys.readouterr().out.replace("\r\n", "\n") == table


# Tables ---------------------------------------------------------------------------------------------------------


def test_the_page_of_clocks_has_the_shipped_ones() -> None:
    page: Any = runpy.run_path(str(ROOT / "docs" / "write_clocks.py"))["page"]
    assert (ROOT / "docs" / "clocks.md").read_text(encoding="utf-8") == page(), "run `python docs/write_clocks.py`"


def test_the_examples_on_the_page_of_clocks_are_good(tmp_path: Path) -> None:
    from console.checking import check_file

    page = (ROOT / "docs" / "clocks.md").read_text(encoding="utf-8")
    blocks = [text for kind, text in _FENCE.findall(page) if kind == "yaml"]
    for number, text in enumerate(blocks):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text, encoding="utf-8")
        assert check_file(path).endswith("good")
    assert len(blocks) == 2


def test_the_page_of_metrics_is_that_of_the_catalogue() -> None:
    page: Any = runpy.run_path(str(ROOT / "docs" / "write_metrics.py"))["page"]
    written = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert written == page(), "run `python docs/write_metrics.py`"
    assert not [name for name in METRICS if f"`{name}`" not in written]


def test_the_contract_page_names_every_frame_fault_and_refusal() -> None:
    text = (ROOT / "docs" / "connecting-a-site.md").read_text(encoding="utf-8")
    wire, faults = text.split("## The wire")[1], text.split("## When something is wrong")[1]
    assert set(re.findall(r"^\| `([A-Z])` \|", wire, re.MULTILINE)) == set(_READERS)
    first_cells = "".join(re.findall(r"^\|([^|]*)\|", faults, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", first_cells)) == set(FAULTS)
    assert not [code for code in NACK_CODES if f"`{code}`" not in text]


# The gateway ----------------------------------------------------------------------------------------------------


def example() -> dict[str, Any]:
    """The gateway of the page, as it would be imported."""
    blocks = _FENCE.findall((ROOT / "docs" / "connecting-a-site.md").read_text(encoding="utf-8"))
    code = next(block for kind, block in blocks if kind == "python")
    names: dict[str, Any] = {"__name__": "gateway"}
    exec(compile(code, "connecting-a-site.md", "exec"), names)
    return names


class Desk:
    """A link to the example, and what came over it."""

    def __init__(self, url: str) -> None:
        self.session = SiteSession("hefei")
        self.replies: list[Frame] = []
        self.news = asyncio.Event()
        self.now = asyncio.get_running_loop().time
        opened = lambda: encode(self.session.connected(self.now()))  # noqa: E731
        self.link = Link(Address("hefei", url, "secret"), opened, self.received, lambda *_: None, random.Random(1))

    def received(self, data: bytes) -> None:
        frame = self.session.receive(data, self.now()).frame
        if isinstance(frame, Ack | Nack | Result):
            self.replies.append(frame)
        self.news.set()

    async def until(self, replies: int = 0) -> None:
        async with asyncio.timeout(10):
            while self.session.state(self.now()) != "live" or len(self.replies) < replies:
                await self.news.wait()
                self.news.clear()


async def talk(gateway: Gateway, serve: Any) -> Desk:
    """Serve the example, wait for a state, then order it about."""
    serving = asyncio.create_task(serve(gateway))
    while gateway.url.endswith(":0"):
        await asyncio.sleep(0)
    desk = Desk(gateway.url)
    linked = asyncio.create_task(desk.link.run())
    try:
        await desk.until()
        order = Command("hefei", "c-1", "set_bot_share", {"share": 0.6}, "duty-1", 1 << 62)
        late = Command("hefei", "c-2", "set_bot_share", {"share": 0.6}, "duty-1", 1)
        for frame in (order, order, late, Query("hefei", "c-1"), Query("hefei", "c-9")):
            desk.link.send(encode(frame))
        await desk.until(replies=8)
    finally:
        for task in (linked, serving):
            task.cancel()
        await asyncio.gather(linked, serving, return_exceptions=True)
        await gateway.stop()
    return desk


def test_the_gateway_of_the_page_runs_and_obeys() -> None:
    names = example()
    desk = asyncio.run(talk(names["make_gateway"](port=0, token="secret"), names["run"]))
    view = desk.session.view(desk.session.heard_at)
    assert [row.id for row in view.rows] == ["sales", "care", "*"]
    assert view.site_row == 2
    assert list(view.columns["waiting"]) == [3.0, 0.0, 3.0]
    assert list(view.columns["answered"]) == [84.0, 40.0, 124.0]
    assert not desk.session.faults
    acked, done = (
        Ack("hefei", "c-1"),
        Result("hefei", "c-1", "done", ({"target": "sales", "before": 0.3, "after": 0.6},)),
    )
    refused = [("c-2", "EXPIRED"), ("c-9", "BAD_ARGS")]
    assert [reply for reply in desk.replies if not isinstance(reply, Nack)] == [acked, done] * 3
    assert [(reply.id, reply.code) for reply in desk.replies if isinstance(reply, Nack)] == refused
