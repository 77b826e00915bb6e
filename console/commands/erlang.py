"""`dutydeck erlang`: waits, abandonment, service level and agents needed in the steady state, one case or a table."""

from __future__ import annotations

import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.durations import UNIT_SECONDS, format_duration, parse_duration, parse_share
from feeds.errors import InputError

if TYPE_CHECKING:
    from alerts.projection.erlang_rows import Asked, Cell

_RATE = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)\s*/\s*([dhms]|min)", re.ASCII)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("erlang")(erlang)


def erlang(
    arrivals: Annotated[str, typer.Option(help="Contacts in a time: 1200/h, 20/m, 0.35/s.")] = "",
    handle: Annotated[str, typer.Option(help="Mean handle time, such as 300s.")] = "",
    agents: Annotated[int | None, typer.Option(help="Agents; with --target it may be left out.")] = None,
    patience: Annotated[str, typer.Option(help="Mean patience, such as 120s; left out: nobody gives up.")] = "",
    within: Annotated[str, typer.Option(help="Answered within this is in time, such as 20s.")] = "",
    target: Annotated[str, typer.Option(help="Also the agents needed to answer this share in time.")] = "",
    table: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="A table of cases instead.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Erlang C, or with patience Erlang A: who waits, who gives up, how long, how many in time, how many agents."""
    share = _target(target)
    if table is not None:
        given = {"--arrivals": arrivals, "--handle": handle, "--patience": patience, "--within": within}
        given["--agents"] = "" if agents is None else str(agents)
        both = [name for name, value in given.items() if value]
        if both:
            raise InputError(both[0], "stands beside --csv", "one or the other: the file holds the cases")
        _answer_table(table, share, json_)
        return
    answer = _one(_asked(arrivals, handle, agents, patience, within, share), agents is None, share)
    if json_:
        print(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    else:
        _say(answer)


def _answer_table(path: Path, share: float | None, as_json: bool) -> None:
    from alerts.projection.erlang_csv import as_csv, read_asked
    from alerts.projection.erlang_rows import agents_needed, answers

    asked = read_asked(path)
    rows = answers(asked)
    if share is not None:
        rows = [row | {"agents_needed": n} for row, n in zip(rows, agents_needed(asked, share), strict=True)]
    text = json.dumps({"rows": rows}, ensure_ascii=False, allow_nan=False) + "\n" if as_json else as_csv(rows)
    sys.stdout.write(text)


def _one(asked: Asked, any_agents: bool, share: float | None) -> dict[str, Cell]:
    """The answer to one question; with `any_agents` it is asked for as many as are needed."""
    from alerts.projection.erlang_rows import agents_needed, answers

    needed = None if share is None else agents_needed([asked], share)[0]
    if any_agents and needed is not None:
        asked = asked.with_agents(needed)
    row = answers([asked])[0]
    return row if share is None else row | {"target": share, "agents_needed": needed}


def _asked(arrivals: str, handle: str, agents: int | None, patience: str, within: str, share: float | None) -> Asked:
    from alerts.projection.erlang_csv import MOST
    from alerts.projection.erlang_rows import Asked

    for name, value in (("--arrivals", arrivals), ("--handle", handle), ("--within", within)):
        if not value:
            raise InputError(name, "is missing", f"{name} beside the others, or --csv FILE")
    if agents is None and share is None:
        raise InputError("--agents", "is missing", "how many there are, or --target to ask how many are needed")
    if agents is not None and not 1 <= agents <= MOST:
        raise InputError("--agents", f"is {agents}", f"a whole number from 1 to {MOST:g}")
    return Asked(
        _rate(arrivals),
        _seconds(handle, "--handle"),
        agents or 1,
        _seconds(patience, "--patience") if patience else None,
        _seconds(within, "--within"),
    )


def _rate(text: str) -> Fraction:
    """Contacts a second, exactly."""
    match = _RATE.fullmatch(text.strip())
    if match is None or not Fraction(match[1]):
        raise InputError(
            "--arrivals", f"is {text!r}", "contacts in a time, more than 0, such as 1200/h, 20/m or 0.35/s"
        )
    return Fraction(match[1]) / Fraction(UNIT_SECONDS["m" if match[2] == "min" else match[2]])


def _seconds(text: str, where: str) -> Fraction:
    seconds = parse_duration(text, where)
    if seconds <= 0:
        raise InputError(where, f"is {text!r}", "a duration above 0")
    return Fraction(repr(seconds))


def _target(text: str) -> float | None:
    if not text:
        return None
    share = parse_share(text, "--target")
    if not 0 < share < 1:
        raise InputError("--target", f"is {text!r}", "a share above 0% and below 100%, such as 80%")
    return share


def _say(row: dict[str, Cell]) -> None:
    """The answer for people; every digit is in the JSON."""
    wait, needed = row["mean_wait_s"], row.get("agents_needed")
    lines = [
        ("agents", f"{row['agents']}"),
        ("load", f"{float(row['arrivals_per_s'] or 0) * float(row['mean_handle_s'] or 0):.6g}"),
        ("have to wait", f"{float(row['p_wait'] or 0):.4%}"),
        ("give up", f"{float(row['p_abandon'] or 0):.4%}"),
        ("mean wait", "–" if wait is None else f"{wait:.6g} s"),
        (f"within {format_duration(float(row['within_s'] or 0))}", f"{float(row['service_level'] or 0):.4%}"),
    ]
    if "target" in row:
        lines.append((f"agents for {float(row['target'] or 0):.6g}", "–" if needed is None else f"{needed}"))
    for name, value in lines:
        print(f"{name:<18}{value}")
    if not row["stable"]:
        print("not stable: nobody gives up and the load is not below the agents, so the queue grows without end")
