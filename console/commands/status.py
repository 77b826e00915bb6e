"""`dutydeck status`: how the desk stands, in plain sentences or JSON lines; once, or whenever something changes."""

from __future__ import annotations

import json
import os
import ssl
import time
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.errors import InputError

if TYPE_CHECKING:
    from console.remote.remote_desk import RemoteDesk

_TZ = "Asia/Shanghai"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("status")(status)


def status(
    url: Annotated[str, typer.Argument(metavar="[URL]", help="The desk, ws:// or wss://; else as configured.")] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and say what changed; Ctrl-C ends it.")] = False,
    every: Annotated[str, typer.Option("--every", help="With --watch: how often to look, such as 5s.")] = "5s",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line each.")] = False,
    token_file: Annotated[Path | None, typer.Option("--token-file", help="File with the token.")] = None,
    ca: Annotated[Path | None, typer.Option("--ca", help="Who signed the desk's certificate, PEM.")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="ws:// beyond this machine, token in the clear.")
    ] = False,
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml.")] = "",
    tz: Annotated[str, typer.Option("--tz", help=f"Time zone, such as {_TZ}.")] = _TZ,
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
) -> None:
    """Say how the desk stands that `dutydeck serve` runs: plain sentences, for screen readers and scripts."""
    from console.commands.serving import address_of, token_of
    from console.i18n import choose_language, use
    from console.remote.remote_desk import RemoteDesk
    from feeds.durations import parse_duration
    from feeds.interval_export import zone_named

    every_s = parse_duration(every, "--every")
    if not 0.2 <= every_s <= 86_400.0:
        raise InputError("--every", f"{every} is too often or too rare", "0.2s to 1d")
    use(choose_language(lang, os.environ))
    address, zone = address_of(url, config, insecure=insecure), zone_named(tz)
    tls = ssl.create_default_context(cafile=ca) if address.startswith("wss://") else None
    desk = RemoteDesk(address, token_of(token_file), tls=tls)
    desk.start()
    try:
        _say(desk, zone, every_s if watch else 0.0, as_json=json_)
    finally:
        desk.stop()


def _say(desk: RemoteDesk, zone: tzinfo, every_s: float, *, as_json: bool) -> None:
    """Say all once; with `every_s`, go on with what changed."""
    from console.format import clock
    from console.picture import Picture
    from console.status import News, facts

    news = News()
    while True:
        view = desk.view
        for fact in news.of(facts(Picture(view, zone))):
            if as_json:
                print(json.dumps({"at": view.at, **fact.plain()}, ensure_ascii=False), flush=True)
            else:
                print(f"{clock(view.at, zone)} {fact.says}", flush=True)
        if not every_s:
            return
        time.sleep(every_s)
        if desk.refused is not None:
            raise desk.refused
