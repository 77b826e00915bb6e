"""`dutydeck serve`, `attach` and `token`: desk and console apart, and who may sit there."""

from __future__ import annotations

import os
import ssl
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from feeds.errors import InputError

_CONFIG = typer.Option("--config", help="Folder with dutydeck.yaml.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("serve")(serve)
    app.command("attach")(attach)
    tokens = typer.Typer(name="token", help="Who may sit at the desk: add, revoke, list.", no_args_is_help=True)
    tokens.command("add")(token_add)
    tokens.command("revoke")(token_revoke)
    tokens.command("list")(token_list)
    app.add_typer(tokens)


def serve(
    config: Annotated[str, _CONFIG] = "",
    host: Annotated[str, typer.Option("--host", help="Address to listen on; else the configuration's.")] = "",
    port: Annotated[int, typer.Option("--port", min=-1, max=65535, help="Port; 0: any that is free.")] = -1,
    cert: Annotated[str, typer.Option("--cert", help="Certificate, PEM.")] = "",
    key: Annotated[str, typer.Option("--key", help="The certificate's key, PEM.")] = "",
    plain: Annotated[bool, typer.Option("--plain", help="Without a certificate: a proxy in front has it.")] = False,
) -> int:
    """Run the desk alone: feeds, alerts, playbooks and their ways back go on whoever looks. SIGHUP reads again."""
    import asyncio

    from console.config import DeskConfig
    from console.exit_codes import EXIT_UNJOURNALLED
    from console.opening import open_desk
    from console.remote.serving import listening, say_on_stderr, serve_consoles
    from console.remote.token_file import TokenFile

    settings = DeskConfig(_folder(config))
    entry = settings.file.serve
    given = {"host": host, "cert": cert and str(Path(cert).absolute()), "key": key and str(Path(key).absolute())}
    changes: dict[str, object] = {name: value for name, value in given.items() if value}
    changes |= {"port": port} if port >= 0 else {}
    changes |= {"plain": True} if plain else {}
    where = listening(entry.model_copy(update=changes), settings.folder)
    tokens = TokenFile(settings.folder)
    with open_desk(settings, os.environ, "desk") as desk:
        asyncio.run(serve_consoles(desk, settings, where, tokens, say_on_stderr))
        if desk.failure is not None:
            raise desk.failure
        return EXIT_UNJOURNALLED if desk.core.journal.lost_ever else 0


def attach(
    url: Annotated[str, typer.Argument(metavar="[URL]", help="ws://HOST:PORT or wss://; else as configured.")] = "",
    token_file: Annotated[Path | None, typer.Option("--token-file", help="File with the token.")] = None,
    ca: Annotated[Path | None, typer.Option("--ca", help="Who signed the desk's certificate, PEM.")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="ws:// beyond this machine, token in the clear.")
    ] = False,
    config: Annotated[str, _CONFIG] = "",
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
    wall: Annotated[bool, typer.Option("--wall", help="A wall: large, by itself, takes no keys but ctrl+q.")] = False,
    view: Annotated[str, typer.Option("--view", help="The saved view to begin with; else that of the role.")] = "",
) -> int:
    """Sit at a desk that `dutydeck serve` runs. The token: --token-file, else $DUTYDECK_TOKEN, else the XDG place."""
    from console.commands.screen import freeze_what_stands, need_terminal
    from console.remote.remote_desk import RemoteDesk

    if view:
        os.environ["DUTYDECK_VIEW"] = view
    address = address_of(url, config, insecure=insecure)
    tls = ssl.create_default_context(cafile=ca) if address.startswith("wss://") else None
    need_terminal()
    desk = RemoteDesk(address, token_of(token_file), tls=tls)
    desk.start()
    try:
        from console.app import run_console
        from console.personal import read_personal
        from console.resuming.session_file import SessionFile

        freeze_what_stands()
        personal = read_personal(os.environ)
        session = SessionFile.of(os.environ, desk.name, desk.view.mode)
        language = personal.language(lang, os.environ)
        code = run_console(desk, language, desk.name, personal=personal, wall=wall, session=session)
    finally:
        desk.stop()
    if desk.failure is not None:
        raise desk.failure
    return code


def address_of(url: str, config: str, *, insecure: bool) -> str:
    """Where to attach: as said, else as configured. Raises InputError for a token that would be read on the way."""
    from urllib.parse import urlsplit

    from console.config import DeskConfig
    from console.remote.serving import is_loopback

    if not url:
        entry = DeskConfig(_folder(config)).file.serve
        url = f"{'wss' if entry.cert else 'ws'}://{entry.host}:{entry.port}"
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise InputError("attach", f"{url!r} is no desk", "ws://127.0.0.1:8770 or wss://desk.example")
    if parts.scheme == "ws" and not insecure and not is_loopback(parts.hostname):
        raise InputError("attach", f"{url}: the token would be read on the way", "wss://, or --insecure")
    return url


def token_of(path: Path | None) -> str:
    """The token of whoever attaches. Raises InputError where there is none."""
    if path is None and (token := os.environ.get("DUTYDECK_TOKEN", "").strip()):
        return token
    xdg = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "dutydeck" / "token"
    where = path or xdg
    try:
        return where.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InputError(str(where), error.strerror or "not readable", "the token, or $DUTYDECK_TOKEN") from None


def _folder(config: str) -> Path:
    from console.config import find_config

    folder = find_config(config)
    if folder is None:
        raise InputError("--config", "nothing is configured", "a folder with dutydeck.yaml: the sites of the desk")
    return folder


def token_add(
    name: Annotated[str, typer.Argument(help="What the journal calls this person.")],
    role: Annotated[str, typer.Option("--role", help="viewer, lead, approver, duty or admin.")],
    site: Annotated[
        list[str] | None, typer.Option("--site", help="A site that a lead speaks for; may be repeated.")
    ] = None,
    expires: Annotated[str, typer.Option("--expires", help="The last day it is good, such as 2026-11-12.")] = "",
    config: Annotated[str, _CONFIG] = "",
) -> None:
    """Make a token and print it, once: only its hash is kept. A desk that is at work takes it after SIGHUP."""
    from console.config import DeskConfig
    from console.remote.roles import ROLES
    from console.remote.token_file import TokenFile

    if role not in ROLES:
        raise InputError("--role", f"there is no role {role!r}", ", ".join(ROLES))
    folder = _folder(config)
    known = {entry.id for entry in DeskConfig(folder).file.sites}
    for one in site or ():
        if one not in known:
            raise InputError("--site", f"there is no site {one!r}", ", ".join(sorted(known)))
    token = TokenFile(folder).add(name, role, tuple(site or ()), date.today(), _day(expires))  # noqa: DTZ011
    print(token)
    print(f"{name} is {role} with this token; it is shown once", file=sys.stderr)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("--expires", f"{text!r} is no day", "such as 2026-11-12") from None


def token_revoke(
    name: Annotated[str, typer.Argument(help="Whose token.")], config: Annotated[str, _CONFIG] = ""
) -> None:
    """Take a token away. A desk that is at work lets the person go after SIGHUP."""
    from console.remote.token_file import TokenFile

    TokenFile(_folder(config)).revoke(name)


def token_list(
    config: Annotated[str, _CONFIG] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line each.")] = False,
) -> None:
    """Who has a token, as what."""
    import json

    from console.remote.token_file import TokenFile

    for entry in TokenFile(_folder(config)).entries:
        plain = entry.model_dump(mode="json", exclude={"sha256"})
        ends = f"until {entry.expires}" if entry.expires else ""
        words = f"{entry.name:<24} {entry.role:<9} {' '.join(entry.sites)} {ends}".rstrip()
        print(json.dumps(plain, ensure_ascii=False) if json_ else words)
