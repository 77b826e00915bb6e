"""`dutydeck test`: try what people write on made figures, before the day tries it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.canonical import canonical
from feeds.text import clean

if TYPE_CHECKING:
    from alerts.rule_tests import RuleTestResult

_group = typer.Typer(help="Try rules on made figures.", rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(_group, name="test")


@_group.callback()
def _test() -> None:
    """Try rules on made figures."""


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


def _report(results: list[RuleTestResult]) -> None:
    for result in results:
        print(f"{'ok' if result.passed else 'FAILED':<7}{clean(result.name, 120)} ({result.expectations} expectations)")
        for failure in result.failures:
            print(f"  {failure}")
    failed = sum(not result.passed for result in results)
    print(f"{len(results)} cases, {failed} failed" if failed else f"{len(results)} cases, all passed")
