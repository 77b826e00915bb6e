"""`dutydeck run` and `dutydeck panic`: playbooks from a script, and an end to all that happens by itself."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeds.durations import parse_duration
from feeds.errors import DutyDeckError, InputError

if TYPE_CHECKING:
    from console.scripted_desk import AtDesk
    from playbooks.preview import Preview

_CONFIG = typer.Option("--config", help="Folder with dutydeck.yaml; default: what is in force.")
_DESK = typer.Option("--desk", help="A desk that dutydeck serve runs, ws:// or wss://; else as configured.")
_TOKEN = typer.Option("--token-file", help="File with the token for a served desk; else $DUTYDECK_TOKEN.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run")(run)
    app.command("panic")(panic)


def run(
    playbook: Annotated[str, typer.Argument(help="The playbook's id (dutydeck playbooks).")],
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter.")] = None,
    alert: Annotated[str, typer.Option("--alert", help="The id of the alert that it answers.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Say what it would do, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Start it without asking.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="One line of JSON for everything that happens.")] = False,
    until: Annotated[str, typer.Option("--until", help="Follow it until it is active, checked or ended.")] = "active",
    within: Annotated[str, typer.Option("--within", help="How long it is followed at most.")] = "30m",
    approval_within: Annotated[
        str, typer.Option("--approval-within", help="How long to wait for another person's approval.")
    ] = "0s",
    wait: Annotated[str, typer.Option("--wait", help="How long to wait for sites at first.")] = "15s",
    drill: Annotated[str, typer.Option("--drill", help="Try it in a drill: a scenario's id or file.")] = "",
    after: Annotated[str, typer.Option("--after", help="With --drill: let so much of it pass first.")] = "0s",
    speed: Annotated[float, typer.Option("--speed", min=0.1, max=60.0, help="With --drill: its pace.")] = 10.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="With --drill.")] = 7,
    config: Annotated[str, _CONFIG] = "",
    desk: Annotated[str, _DESK] = "",
    token_file: Annotated[Path | None, _TOKEN] = None,
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
) -> None:
    """Run a playbook under the deck's guards: exit 0 done, 3 refused, 4 needs a person, 5 undone, 6 unknown."""
    from console.i18n import choose_language
    from console.scripted_desk import drill_desk, wait_for_sites, wait_until
    from console.scripted_lines import sentence
    from console.scripted_run import ScriptedRun, Wanted

    if until not in ("active", "checked", "ended"):
        raise InputError("--until", f"{until!r} is no end", "active, checked or ended")
    wanted = Wanted(
        playbook,
        dict(map(_pair, set_ or ())),
        alert,
        preview,
        until,  # type: ignore[arg-type]  # checked just above
        parse_duration(within, "--within"),
        parse_duration(approval_within, "--approval-within"),
    )
    waits, passes = parse_duration(wait, "--wait"), parse_duration(after, "--after")
    language = choose_language(lang, os.environ)

    def say(line: Mapping[str, Any]) -> None:
        text = _json_line(line) if json_ else sentence(line, language)
        if text:
            print(text, flush=True)

    def confirm(_plan: Preview) -> bool | None:
        if yes:
            return True
        return typer.confirm("?", err=True) if sys.stdin.isatty() and not json_ else None

    opened = drill_desk(drill, seed, speed, _operator()) if drill else _desk(config, desk, token_file)
    with opened as at:
        say({"event": "desk", "at": at.desk.view.at, "mode": at.desk.view.mode, "kind": at.kind, "who": at.who})
        missing = wait_for_sites(at, waits, time.sleep)
        if missing:
            print(f"dutydeck: nothing is heard of {', '.join(missing)}", file=sys.stderr)
        wait_until(at, passes, time.sleep)
        raise typer.Exit(ScriptedRun(at.desk, at.who, wanted, say, time.sleep, confirm).carry_out())


def panic(
    off: Annotated[bool, typer.Option("--off", help="Let automatic actions go on again.")] = False,
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    config: Annotated[str, _CONFIG] = "",
    desk: Annotated[str, _DESK] = "",
    token_file: Annotated[Path | None, _TOKEN] = None,
) -> None:
    """Stop everything that happens by itself, at once, until --off. What people confirm by key still works."""
    from console.config import DeskConfig
    from console.exit_codes import EXIT_FAILED, EXIT_UNKNOWN
    from console.intents import Panic
    from console.panic_file import ask_for_panic, was_heard
    from console.scripted_desk import is_held, served_desk

    if desk:
        with served_desk(_address(desk, config), _token(token_file)) as at:
            outcome = at.desk.submit(Panic(not off, note), at.who).result(15.0)
        print(outcome.en or _PANIC[not off], file=sys.stderr)
        raise typer.Exit(0 if outcome.ok or outcome.code == "ALREADY" else EXIT_FAILED)
    settings = DeskConfig(_folder(config))
    journal = settings.journal_path(os.environ)
    held = is_held(settings, os.environ)
    ask_for_panic(journal, on=not off, who=_operator(), note=note)
    if not held:
        print(f"no desk is at work: the next one begins so. {_PANIC[not off]}", file=sys.stderr)
        return
    if was_heard(journal, 5.0, time.sleep):
        print(_PANIC[not off], file=sys.stderr)
        return
    print("dutydeck: the desk has not taken it yet; it does as soon as it can: look", file=sys.stderr)
    raise typer.Exit(EXIT_UNKNOWN)


_PANIC = {True: "Automatic actions are stopped.", False: "Automatic actions go on."}


def _desk(config: str, url: str, token_file: Path | None) -> AbstractContextManager[AtDesk]:
    """The desk that is meant: the one served at `url`, or that of the configuration, served or of this process."""
    from console.config import DeskConfig
    from console.scripted_desk import is_held, own_desk, served_desk

    if url:
        return served_desk(_address(url, config), _token(token_file))
    settings = DeskConfig(_folder(config))
    held = is_held(settings, os.environ)
    if not held:
        return own_desk(settings, os.environ, _operator())
    try:
        return served_desk(_address("", config), _token(token_file))
    except InputError as wrong:
        raise DutyDeckError(f"{held}; a script sits at it with a token ({wrong})") from wrong


def _address(url: str, config: str) -> str:
    from console.commands.serving import address_of

    return address_of(url, config, insecure=False)


def _token(path: Path | None) -> str:
    from console.commands.serving import token_of

    return token_of(path)


def _folder(config: str) -> Path:
    from console.config import find_config

    folder = find_config(config)
    if folder is None:
        raise InputError("--config", "nothing is configured", "a folder with dutydeck.yaml, --desk or --drill")
    return folder


def _operator() -> str:
    from console.commands.screen import operator_name

    return operator_name()


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise InputError("--set", f"{text!r} sets nothing", "NAME=VALUE")
    return name.strip(), value.strip()


def _json_line(line: Mapping[str, Any]) -> str:
    import json

    return json.dumps(line, ensure_ascii=False, allow_nan=False)
