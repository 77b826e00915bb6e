"""Holds what came of a playbook test against what was expected, and a killed desk against what may never happen."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.playbook_tests.reading import PlaybookTest
from console.playbook_tests.schema import ExpectedCommand
from console.playbook_tests.sent_commands import SentCommand
from console.playbook_tests.stage import Played
from feeds.durations import format_duration
from playbooks.run import FINAL, RunView

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that is not as expected; `line` is that of the expectation, or of the test."""

    where: str
    line: int
    test: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {self.test}: {self.what}"


def failures(test: PlaybookTest, got: Played) -> list[Failure]:
    """What is not as the test expects, in the order of its keys."""
    expect = test.expect
    found = [*_refused(expect.refused, got.refused), *_runs(expect.runs, got.runs), *_steps(expect.steps, got.runs)]
    if expect.asks is not None:
        asked = [str(entry.body["en"]) for entry in got.entries if entry.kind == "playbook.asked"]
        found += _parts("questions and tasks", expect.asks, asked)
    if expect.ledger is not None:
        found += _ledger(expect.ledger, got.runs)
    found += _left(expect.left.model_dump(), got.left)
    out = [Failure(test.where, test.line, test.name, what) for what in found]
    if expect.commands is not None:
        lines = (*test.command_lines, *[test.line] * len(got.commands))
        told = _commands(expect.commands, got.commands)
        out += [Failure(test.where, lines[index], test.name, what) for index, what in told]
    return out


def broken_promises(test: PlaybookTest, got: Played) -> list[Failure]:
    """What must hold however often the desk was killed: once at most, nothing forgotten, nobody lost."""
    found = [*got.twice, *_repeated(got), *_forgotten(got)]
    if test.expect.ledger is not None and not test.expect.ledger:
        found += _ledger((), got.runs)
        found += _left(test.expect.left.model_dump(), got.left)
    moment = got.kills[0].partition(" ")[0] if got.kills else ""
    said = f"killed {moment} each of {len(got.kills)} writes: "
    return [Failure(test.where, test.line, test.name, said + what) for what in found]


def _refused(expected: tuple[str, ...] | None, got: tuple[str, ...]) -> Iterator[str]:
    if expected is None:
        yield from (f"a decision was refused: {why}" for why in got)
    else:
        yield from _parts("refusals", expected, got)


def _parts(what: str, expected: Iterable[str], got: Iterable[str]) -> Iterator[str]:
    wanted, found = list(expected), list(got)
    if len(wanted) != len(found) or any(part not in text for part, text in zip(wanted, found, strict=False)):
        yield f"expected {what} with {wanted}, got {found}"


def newest(runs: Iterable[RunView], playbook: str) -> RunView | None:
    """The run of a playbook that began last."""
    return next((run for run in reversed(tuple(runs)) if run.playbook == playbook), None)


def _runs(expected: Mapping[str, str], runs: tuple[RunView, ...]) -> Iterator[str]:
    for playbook, state in expected.items():
        run = newest(runs, playbook)
        got = str(run.state) if run is not None else "none"
        if got != state:
            why = f" ({run.question.en if run.question else run.note.en if run.note else ''})" if run else ""
            yield f"expected {playbook} to be {state}, got {got}{why}"


def _steps(expected: Mapping[str, tuple[str, ...]], runs: tuple[RunView, ...]) -> Iterator[str]:
    for playbook, states in expected.items():
        run = newest(runs, playbook)
        got = [str(step.state) for step in run.steps] if run is not None else []
        if got != list(states):
            yield f"expected the steps of {playbook} to be {list(states)}, got {got}"


def _ledger(expected: tuple[str, ...], runs: tuple[RunView, ...]) -> Iterator[str]:
    got = sorted(run.playbook for run in runs if run.in_force)
    if got != sorted(expected):
        yield f"expected {sorted(expected)} in force, got {got}"


def _left(expected: Mapping[str, int | None], got: Mapping[str, int]) -> Iterator[str]:
    for name, count in expected.items():
        if count is not None and got[name] != count:
            yield f"expected {name} {count} at the sites, got {got[name]}"


def _commands(expected: tuple[ExpectedCommand, ...], got: tuple[SentCommand, ...]) -> Iterator[tuple[int, str]]:
    for index, one in enumerate(got[len(expected) :], len(expected)):
        yield index, f"a command too many: {_said(one)}"
    for index, wanted in enumerate(expected):
        if index >= len(got):
            yield index, f"expected {wanted.verb} to {wanted.site}, got no more commands"
        elif why := _differs(wanted, got[index]):
            yield index, f"expected {why}, got {_said(got[index])}"


def _differs(wanted: ExpectedCommand, got: SentCommand) -> str:
    if (wanted.site, wanted.verb) != (got.site, got.verb):
        return f"{wanted.verb} to {wanted.site}"
    if wanted.answer != got.answer:
        return f"the answer {wanted.answer}"
    for name, value in wanted.args.items():
        if name not in got.args or not _same(value, got.args[name]):
            return f"{name}: {value}"
    if wanted.after is not None and got.at < wanted.after:
        return f"it after {format_duration(wanted.after)}"
    if wanted.by is not None and got.at > wanted.by:
        return f"it by {format_duration(wanted.by)}"
    return ""


def _same(wanted: Any, got: Any) -> bool:  # noqa: ANN401 - plain data of any shape
    numbers = isinstance(wanted, int | float) and isinstance(got, int | float)
    if isinstance(wanted, str) and wanted.endswith("%") and isinstance(got, int | float):
        wanted, numbers = float(wanted[:-1]) / 100.0, True
    if numbers:
        return math.isclose(wanted, got, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    if isinstance(wanted, list) and isinstance(got, list | tuple):
        return len(wanted) == len(got) and all(map(_same, wanted, got))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(_same(value, got[name]) for name, value in wanted.items())
    return bool(wanted == got)


def _said(one: SentCommand) -> str:
    args = ", ".join(f"{name}: {value}" for name, value in one.args.items())
    return f"{one.verb} {{{args}}} to {one.site} at {format_duration(round(one.at))} ({one.answer})"


def _repeated(got: Played) -> Iterator[str]:
    """An order of a run that was carried out under two ids."""
    carried = {one.id for one in got.commands if one.answer in ("done", "partial")}
    counted: Counter[tuple[str, ...]] = Counter()
    for entry in got.entries:
        if entry.kind == "playbook.intent" and entry.body["command"] in carried:
            body = entry.body
            counted[body["run"], body["purpose"], body["site"], body["verb"], str(body["args"])] += 1
    for (run, purpose, site, verb, _args), count in counted.items():
        if count > 1:
            yield f"{verb} to {site} ({purpose} of {run}) was carried out {count} times"


def _forgotten(got: Played) -> Iterator[str]:
    """A command that a site carried out, of a run that is over without a word of taking it back."""
    carried = {one.id for one in got.commands if one.answer in ("done", "partial")}
    over = {run.id for run in got.runs if run.state in FINAL}
    kept = {run.id for run in got.runs}
    forward: dict[str, str] = {}
    back: set[str] = set()
    for entry in got.entries:
        body = entry.body
        if entry.kind == "playbook.intent" and body["command"] in carried:
            if body["purpose"] == "revert":
                back.add(body["run"])
            else:
                forward.setdefault(body["run"], f"{body['verb']} to {body['site']}")
    for run, what in forward.items():
        if run in over and run not in back:
            yield f"{what} of {run} was carried out and never taken back"
        if run not in kept:
            yield f"{what} of {run} was carried out, and the desk knows of no such run"
