"""`dutydeck test`: try rules on made figures, playbooks at simulated sites, and whether notices arrive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.canonical import canonical
from feeds.errors import InputError
from feeds.text import clean

if TYPE_CHECKING:
    from alerts.notices.exchange import Verdict
    from alerts.rule_tests import RuleTestResult

_group = typer.Typer(help="Try rules, playbooks and receivers.", rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(_group, name="test")


@_group.callback()
def _test() -> None:
    """Try rules, playbooks and receivers."""


@_group.command("rules")
def try_rules(
    files: Annotated[list[Path], typer.Argument(help="Files of rule tests (docs/rules.md).")],
    json_: Annotated[bool, typer.Option("--json", help="Print every state reached, one line of JSON.")] = False,
) -> None:
    """Run rule tests: exit 0 when every expectation holds, 1 when one does not, 2 when a file is wrong."""
    from alerts.rule_test_file import read_rule_tests
    from alerts.rule_tests import run_rule_test

    read = [read_rule_tests(path) for path in files]
    results = [run_rule_test(case) for tests in read for case in tests.cases]
    for note in (note for tests in read for note in tests.notes):
        print(f"note: {note}", file=sys.stderr)
    if json_:
        print(canonical({"cases": [result.as_dict() for result in results]}))
        for failure in (failure for result in results for failure in result.failures):
            print(failure, file=sys.stderr)
    else:
        _report(results)
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


@_group.command("playbooks")
def try_playbooks(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files of playbook tests (docs/playbooks.md); none: the shipped ones.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print what came of each test, one line of JSON.")] = False,
) -> None:
    """Run playbook tests: exit 0 when every expectation holds, 1 when one does not, 2 when a file is wrong."""
    from console.playbook_tests.reading import read_playbook_tests
    from console.playbook_tests.trying import run_playbook_test, shipped_playbook_tests

    read = [test for path in files or shipped_playbook_tests() for test in read_playbook_tests(path)]
    results = []
    for test in read:
        result = run_playbook_test(test)
        results.append(result)
        if not json_:
            print(f"{'ok' if result.passed else 'FAILED':<7}{result.name} ({result.kills} kills)", flush=True)
        for failure in result.failures:
            print(f"{'' if json_ else '  '}{clean(failure, 600)}", file=sys.stderr if json_ else sys.stdout)
    failed = sum(not result.passed for result in results)
    if json_:
        print(canonical({"tests": [result.as_dict() for result in results]}))
    else:
        print(f"{len(results)} tests, {failed} failed" if failed else f"{len(results)} tests, all passed")
    raise typer.Exit(1 if failed else 0)


@_group.command("receivers")
def try_receivers(
    config: Annotated[str, typer.Option("--config", help="Folder with dutydeck.yaml.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Send each receiver of notify.yaml a test message: exit 0 when all took it, 1 when one did not."""
    import asyncio
    import os
    import time

    from alerts.notices.exchange import Delivered, why_not
    from console.config import DeskConfig, find_config
    from console.notifier import try_receiver

    folder = find_config(config, os.environ)
    if folder is None:
        raise InputError("--config", "nothing is configured", "a folder with dutydeck.yaml and notify.yaml")
    receivers = DeskConfig(folder).receivers

    async def tried() -> list[Verdict]:
        return await asyncio.gather(*(try_receiver(one, os.environ, time.time()) for one in receivers))

    verdicts = asyncio.run(tried())
    found = [
        {"id": one.id, "kind": one.kind, "delivered": isinstance(verdict, Delivered), "why": why_not(verdict)}
        for one, verdict in zip(receivers, verdicts, strict=True)
    ]
    if json_:
        print(canonical({"receivers": found}))
    for one in found if not json_ else ():
        print(
            f"{'ok' if one['delivered'] else 'FAILED':<7}{one['id']} ({one['kind']}){one['why'] and ': '}{one['why']}"
        )
    if not found:
        print("no receivers: there is no notify.yaml, or none in it", file=sys.stderr)
    raise typer.Exit(0 if all(one["delivered"] for one in found) else 1)


def _report(results: list[RuleTestResult]) -> None:
    for result in results:
        print(f"{'ok' if result.passed else 'FAILED':<7}{clean(result.name, 120)} ({result.expectations} expectations)")
        for failure in result.failures:
            print(f"  {failure}")
    failed = sum(not result.passed for result in results)
    print(f"{len(results)} cases, {failed} failed" if failed else f"{len(results)} cases, all passed")
