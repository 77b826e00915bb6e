r"""Regular expressions of a filter, matched in time proportional to the text, whatever somebody types.

A backtracking engine can be made to take years by a pattern of ten characters, and a filter runs over thousands of
rows each second. So this is an automaton: literals, `.`, classes such as `[a-z]`, `\d` `\w` `\s`, groups, `|`, `*`
`+` `?`, `^` and `$`; no counted repeats, no back references, nothing that looks around.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST = 100
"""Characters of a pattern."""

_STATES_KEPT, _TEXTS_KEPT = 400, 20_000
_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": str.isdigit,
    "w": lambda char: char.isalnum() or char == "_",
    "s": str.isspace,
}

Test = Callable[[str], bool]
States = frozenset[int]


class PatternError(ValueError):
    """What was typed is no pattern that is understood here; the message names the place."""


@dataclass
class _Machine:
    """Numbered states: `steps` on a character, `free` without one, `starts` only at the start of a text."""

    steps: list[tuple[Test, int] | None] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    start_only: list[list[int]] = field(default_factory=list)
    end_only: list[list[int]] = field(default_factory=list)

    def state(self) -> int:
        """A new state."""
        self.steps.append(None)
        for edges in (self.free, self.start_only, self.end_only):
            edges.append([])
        return len(self.steps) - 1


Part = tuple[int, int]
"""The first and the last state of a part of a pattern."""


class Pattern:
    """A pattern, searched for anywhere in a text (in lower case). Raises PatternError."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._machine, (self._first, self._last) = _Parser(text.lower()).whole()
        self._next: dict[tuple[States, str], States] = {}
        self._found: dict[str, bool] = {}

    def search(self, text: str) -> bool:
        """Whether it is somewhere in `text`."""
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= _TEXTS_KEPT:
                self._found.clear()
            found = self._found[text] = self._search(text)
        return found

    def _search(self, text: str) -> bool:
        states = self._reached({self._first}, at_start=True, at_end=not text)
        for i, char in enumerate(text):
            if self._last in states:
                return True
            states = self._after(states, char)
            if i == len(text) - 1:
                states = self._reached(set(states), at_start=False, at_end=True)
        return self._last in states

    def _after(self, states: States, char: str) -> States:
        key = (states, char)
        found = self._next.get(key)
        if found is None:
            if len(self._next) >= _STATES_KEPT:
                self._next.clear()
            steps = self._machine.steps
            to = {step[1] for state in states if (step := steps[state]) is not None and step[0](char)}
            found = self._next[key] = self._reached(to | {self._first}, at_start=False, at_end=False)
        return found

    def _reached(self, states: set[int], *, at_start: bool, at_end: bool) -> States:
        machine, todo = self._machine, list(states)
        while todo:
            state = todo.pop()
            edges = list(machine.free[state])
            edges += machine.start_only[state] if at_start else []
            edges += machine.end_only[state] if at_end else []
            for to in edges:
                if to not in states:
                    states.add(to)
                    todo.append(to)
        return frozenset(states)


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise PatternError("~")
        self.text, self.at, self.machine = text, 0, _Machine()

    def whole(self) -> tuple[_Machine, Part]:
        part = self.choice()
        if self.at < len(self.text):
            raise PatternError(self.text[self.at :])
        return self.machine, part

    def choice(self) -> Part:
        parts = [self.sequence()]
        while self._take("|"):
            parts.append(self.sequence())
        if len(parts) == 1:
            return parts[0]
        first, last = self.machine.state(), self.machine.state()
        for begin, end in parts:
            self.machine.free[first].append(begin)
            self.machine.free[end].append(last)
        return first, last

    def sequence(self) -> Part:
        first = last = self.machine.state()
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            begin, end = self.repeated()
            self.machine.free[last].append(begin)
            last = end
        return first, last

    def repeated(self) -> Part:
        begin, end = self.one()
        while self.at < len(self.text) and self.text[self.at] in "*+?":
            sign = self.text[self.at]
            self.at += 1
            first, last = self.machine.state(), self.machine.state()
            self.machine.free[first].append(begin)
            self.machine.free[end].append(last)
            if sign in "*?":
                self.machine.free[first].append(last)
            if sign in "*+":
                self.machine.free[end].append(begin)
            begin, end = first, last
        return begin, end

    def one(self) -> Part:
        char = self.text[self.at]
        self.at += 1
        if char == "(":
            part = self.choice()
            if not self._take(")"):
                raise PatternError("(")
            return part
        if char in "*+?":
            raise PatternError(char)
        first, last = self.machine.state(), self.machine.state()
        if char in "^$":
            (self.machine.start_only if char == "^" else self.machine.end_only)[first].append(last)
        else:
            self.machine.steps[first] = self._test(char), last
        return first, last

    def _test(self, char: str) -> Test:
        if char == ".":
            return lambda _one: True
        if char == "[":
            return self._class()
        if char == "\\":
            if self.at >= len(self.text):
                raise PatternError("\\")
            char = self.text[self.at]
            self.at += 1
            if char in _CLASSES:
                return _CLASSES[char]
        return lambda one, wanted=char: one == wanted  # type: ignore[misc]

    def _class(self) -> Test:
        end = self.text.find("]", self.at + 1)
        if end < 0:
            raise PatternError("[")
        inside, self.at = self.text[self.at : end], end + 1
        wanted, inside = not inside.startswith("^"), inside.removeprefix("^")
        singles, ranges, at = set(), [], 0
        while at < len(inside):
            if at + 2 < len(inside) and inside[at + 1] == "-":
                ranges.append((inside[at], inside[at + 2]))
                at += 3
            else:
                singles.add(inside[at])
                at += 1
        return lambda one: (one in singles or any(low <= one <= high for low, high in ranges)) is wanted

    def _take(self, char: str) -> bool:
        here = self.at < len(self.text) and self.text[self.at] == char
        self.at += here
        return here
