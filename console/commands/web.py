"""`dutydeck web`: the console in a browser or on a phone, each tab attached to the desk that `dutydeck serve` runs."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from console.i18n import Language


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("web")(web)


def web(
    url: Annotated[str, typer.Argument(metavar="[URL]", help="The desk, ws:// or wss://; else as configured.")] = "",
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0: any that is free.")] = 8771,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", help="Take the token in this file alone; else all of the desk."),
    ] = None,
    cert: Annotated[str, typer.Option("--cert", help="Certificate, PEM.")] = "",
    key: Annotated[str, typer.Option("--key", help="The certificate's key, PEM.")] = "",
    plain: Annotated[bool, typer.Option("--plain", help="Without a certificate: a proxy in front has it.")] = False,
    origin: Annotated[
        list[str] | None, typer.Option("--origin", help="The page's address where a proxy changes it; may be repeated.")
    ] = None,
    tabs: Annotated[int, typer.Option("--tabs", min=1, max=64, help="So many open tabs at most: a process each.")] = 16,
    ca: Annotated[Path | None, typer.Option("--ca", help="Who signed the desk's certificate, PEM.")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="A desk over ws:// beyond this machine, token in the clear.")
    ] = False,
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the browser's.")] = "",
) -> int:
    """Serve the console to browsers: whoever has a token of the desk logs in and sits at it."""
    import asyncio

    from console.commands.serving import address_of, token_of
    from console.config import ServeEntry
    from console.remote.serving import listening
    from console.web.server import WebDeck, WebSettings
    from console.web.serving import serve_browsers
    from console.web.who import DeskDoor

    desk = address_of(url, config, insecure=insecure)
    entry = ServeEntry(host=host, port=port, cert=_absolute(cert), key=_absolute(key), plain=plain)
    where = listening(entry, Path(), "web")
    settings = WebSettings(
        _attaching(desk, ca, insecure=insecure),
        lang,
        token_of(token_file) if token_file is not None else "",
        tuple(origin or ()),
        tabs,
    )
    tls = ssl.create_default_context(cafile=ca) if desk.startswith("wss://") else None
    deck = WebDeck(DeskDoor(desk, tls), settings)
    asyncio.run(serve_browsers(deck, where, lambda line: print(line, file=sys.stderr, flush=True)))
    return 0


def _absolute(path: str) -> str:
    return path and str(Path(path).absolute())


def _attaching(desk: str, ca: Path | None, *, insecure: bool) -> Callable[[Language], Sequence[str]]:
    """The command line of a tab's console."""
    more = ("--ca", str(ca.absolute())) if ca is not None else ()
    more = (*more, "--insecure") if insecure else more
    return lambda lang: (sys.executable, "-m", "console", "attach", desk, "--lang", lang, *more)
