"""Reads files of playbook tests: every scenario, playbook, verb and site in them is checked before anything runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath

from console.decisions import Decision
from console.playbook_desk import shipped_playbooks
from console.playbook_tests.schema import SHIPPED, Expected, Kill, PlaybookCase, PlaybookTestFile
from feeds.errors import InputError
from feeds.text import clean
from feeds.yaml_tree import Path, Places
from feeds.yamlfile import read_yaml_located
from playbooks.automatic import unfit
from playbooks.library import check_next, load_library, load_playbook
from playbooks.nearest import nearest_of
from playbooks.playbook import Playbook
from playbooks.run import RunState
from simulators.orders import VERBS
from simulators.scenario import Scenario, load_scenario, scenario_source
from simulators.scenario_file import on_network, read_changed


@dataclass(frozen=True, slots=True)
class PlaybookTest:
    """One test, ready to run. `line` is where it begins in its file."""

    where: str
    line: int
    name: str
    playbooks: tuple[Playbook, ...]
    scenario: Scenario
    seed: int
    minutes: float
    decisions: tuple[Decision, ...]
    answers: bool
    automatic: tuple[str, ...]
    kill: Kill
    expect: Expected
    command_lines: tuple[int, ...]
    """The line of each expected command."""


def read_playbook_tests(path: FilePath | Traversable) -> tuple[PlaybookTest, ...]:
    """The tests of a file. Raises InputError with file, line and column for the first thing that is wrong."""
    content, places = read_yaml_located(path, PlaybookTestFile)
    reader = _Reader(content, places, path)
    return tuple(reader.case(case, ("tests", index)) for index, case in enumerate(content.tests))


class _Reader:
    def __init__(self, content: PlaybookTestFile, places: Places, path: FilePath | Traversable) -> None:
        self._content, self._places, self._folder = content, places, FilePath(str(path)).parent
        self._books = self._library(content.playbooks)

    def case(self, case: PlaybookCase, path: Path) -> PlaybookTest:
        """One test."""
        scenario = self._scenario(case, path)
        self._known_playbooks(case, path)
        self._known_commands(case, path, [site.id for site in scenario.sites])
        decisions = tuple(sorted(case.decisions, key=lambda decision: decision.at))
        commands = case.expect.commands or ()
        return PlaybookTest(
            where=self._places.where,
            line=self._places(path)[0],
            name=clean(case.name, 120),
            playbooks=tuple(self._books.values()),
            scenario=scenario,
            seed=case.seed,
            minutes=case.minutes or float(scenario.minutes),
            decisions=decisions,
            answers=case.answers == "first",
            automatic=case.automatic,
            kill=case.kill,
            expect=case.expect,
            command_lines=tuple(self._places((*path, "expect", "commands", n))[0] for n in range(len(commands))),
        )

    def _library(self, entries: Sequence[str]) -> Mapping[str, Playbook]:
        found: dict[str, Playbook] = {}
        for index, entry in enumerate(entries):
            place = self._folder / entry
            if entry == SHIPPED:
                found |= {book.id: book for book in shipped_playbooks()}
            elif place.is_dir():
                found |= {book.id: book for book in load_library([place])}
            elif place.is_file():
                book = load_playbook(place)
                found[book.id] = book
            else:
                raise self._places.error(
                    ("playbooks", index), f"there is no {clean(entry)!r} here", "a playbook, a folder, or shipped"
                )
        check_next({book.id: book for book in shipped_playbooks()} | found)
        return {name: found[name] for name in sorted(found)}

    def _scenario(self, case: PlaybookCase, path: Path) -> Scenario:
        said, place = (case.scenario, (*path, "scenario")) if case.scenario is not None else (None, ("scenario",))
        said = said if said is not None else self._content.scenario
        if said is None:
            raise self._places.error(path, "no scenario to try it in", "scenario: an id, a file, or {sites: …}")
        if isinstance(said, dict):
            places = self._places.below(place)
            if case.change:
                raise self._places.error((*path, "change"), "the scenario is written here", "the keys in it themselves")
            return on_network(said, places, FilePath(self._places.where), Scenario)
        named = said if not said.endswith((".yaml", ".yml")) else str((self._folder / said).absolute())
        try:
            if case.change:
                changes = self._places.below((*path, "change"))
                return read_changed(scenario_source(named), case.change, changes, Scenario)
            return load_scenario(named)
        except InputError as wrong:
            if wrong.where != "scenario":
                raise
            raise self._places.error(place, wrong.what, wrong.expected) from None

    def _known_playbooks(self, case: PlaybookCase, path: Path) -> None:
        for index, one in enumerate(case.decisions):
            for key in ("run", "renew", "revert", "answer", "approve"):
                name = getattr(one, key)
                if name is not None:
                    self._known(name, self._books, (*path, "decisions", index, key))
        for key, names in (("runs", case.expect.runs), ("steps", case.expect.steps)):
            for name in names:
                self._known(name, self._books, (*path, "expect", key, name), key=True)
        for name, state in case.expect.runs.items():
            self._known(state, ("none", *RunState), (*path, "expect", "runs", name), "a state of a run")
        for index, name in enumerate(case.expect.ledger or ()):
            self._known(name, self._books, (*path, "expect", "ledger", index))
        for index, name in enumerate(case.automatic):
            place = (*path, "automatic", index)
            self._known(name, self._books, place)
            why = unfit(self._books[name])
            if why:
                raise self._places.error(place, f"{name} cannot start by itself: {why}", "a playbook that can")

    def _known_commands(self, case: PlaybookCase, path: Path, sites: Collection[str]) -> None:
        for index, one in enumerate(case.expect.commands or ()):
            place = (*path, "expect", "commands", index)
            self._known(one.verb, VERBS, (*place, "verb"), "a command")
            self._known(one.site, sites, (*place, "site"), "a site of the scenario")

    def _known(
        self, name: str, known: Iterable[str], path: Path, what: str = "a playbook", *, key: bool = False
    ) -> None:
        known = tuple(str(one) for one in known)
        if name not in known:
            line, column = self._places.key(path) if key else self._places(path)
            said = f"unknown {what.removeprefix('a ')} {clean(name)!r}"
            raise InputError(self._places.where, said, nearest_of(name, known, what), line=line, column=column)
