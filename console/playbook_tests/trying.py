"""Runs playbook tests: once as they are, and, where the test says so, with a desk that is killed at its writes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from console.playbook_tests.judging import Failure, broken_promises, failures
from console.playbook_tests.reading import PlaybookTest
from console.playbook_tests.stage import Played, played


@dataclass(frozen=True, slots=True)
class PlaybookTestResult:
    """What became of one test: as it is, and with kills."""

    name: str
    plain: Played
    killed: tuple[Played, ...]
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.failures

    @property
    def kills(self) -> int:
        """How often the desk was killed."""
        return sum(len(one.kills) for one in self.killed)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: of the run without kills what the sites were told, and where the runs stood."""
        return {
            "name": self.name,
            "passed": self.passed,
            "commands": [one.as_dict() for one in self.plain.commands],
            "runs": [
                {"playbook": run.playbook, "state": str(run.state), "steps": [str(step.state) for step in run.steps]}
                for run in self.plain.runs
            ],
            "refused": list(self.plain.refused),
            "ledger": sorted(run.playbook for run in self.plain.runs if run.in_force),
            "left": dict(self.plain.left),
            "kills": self.kills,
            "failures": [one.what for one in self.failures],
        }


def run_playbook_test(test: PlaybookTest) -> PlaybookTestResult:
    """Play a test and judge it. The same test gives the same result."""
    plain = played(test)
    found = failures(test, plain)
    killed: tuple[Played, ...] = ()
    if test.kill == "all" and not found:
        killed = (played(test, "before"), played(test, "after"))
        found += [one for got in killed for one in broken_promises(test, got)]
    return PlaybookTestResult(test.name, plain, killed, tuple(found))


def shipped_playbook_tests() -> list[Traversable]:
    """The files of the shipped playbook tests."""
    folder = files("playbooks") / "library" / "tests"
    return sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
