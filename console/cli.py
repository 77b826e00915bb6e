"""The command line: one module a group of commands, one clear line for every error, exit 0 only for success."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version as package_version
from typing import Annotated

import typer

from console import i18n
from console.commands import (
    audit,
    check,
    drill,
    erlang,
    fitting,
    forecast,
    handover,
    keys,
    live,
    playbooks,
    preflight,
    recordings,
    replay,
    running,
    serving,
    status,
    testing,
    web,
    why,
)
from console.exit_codes import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE
from feeds.errors import DutyDeckError, InputError

app = typer.Typer(
    name="dutydeck",
    help="A real-time operations command centre in the terminal for promotion days.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    config: Annotated[
        str, typer.Option("--config", help="Folder with dutydeck.yaml; else $DUTYDECK_CONFIG, else the XDG place.")
    ] = "",
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
    wall: Annotated[bool, typer.Option("--wall", help="A wall: large, by itself, takes no keys but ctrl+q.")] = False,
    view: Annotated[
        str, typer.Option("--view", envvar="DUTYDECK_VIEW", help="The saved view to begin with; else that of the role.")
    ] = "",
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Open the console: on the configured desk, or, with nothing configured, on the built-in drill."""
    if version:
        typer.echo(f"dutydeck {package_version('dutydeck')}")
        raise typer.Exit
    if view:
        os.environ["DUTYDECK_VIEW"] = view  # for this process and for consoles that it starts
    i18n.use(i18n.choose_language(lang, os.environ))
    if context.invoked_subcommand is None:
        raise typer.Exit(live.open_console(config, lang, wall=wall))


for _group in (
    audit,
    drill,
    recordings,
    replay,
    live,
    serving,
    web,
    status,
    check,
    keys,
    preflight,
    testing,
    why,
    erlang,
    fitting,
    forecast,
    handover,
    playbooks,
    running,
):
    _group.register(app)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code. Errors become one line on stderr."""
    try:
        outcome = app(arguments, standalone_mode=False, prog_name="dutydeck")
        return outcome if isinstance(outcome, int) else 0
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        return EXIT_INTERRUPTED
    except typer.TyperException as error:
        return _say(f"{error.format_message()} (see dutydeck --help)", EXIT_USAGE)
    except InputError as error:
        return _say(str(error), EXIT_USAGE)
    except DutyDeckError as error:
        return _say(str(error), EXIT_FAILED)
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _say(line: str, code: int) -> int:
    print(f"dutydeck: {' '.join(line.split())}", file=sys.stderr)
    return code


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main())
