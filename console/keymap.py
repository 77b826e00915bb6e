"""The user's own keys: `keys.yaml` beside `console.yaml`, held against the table of actions.

```yaml
keys:
  acknowledge: f5
  silences: [Z, f6]
  panic: []          # by command alone
```
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from pydantic import Field

from console.actions import ACTIONS, Action
from console.key_names import SAME, key_label, key_name
from console.settings import says_something
from feeds.errors import InputError
from feeds.yaml_tree import Places
from feeds.yamlfile import FileModel, parse_yaml_located, read_text
from playbooks.nearest import nearest_of

KEYS = "keys.yaml"

ALWAYS_BOUND = ("quit", "help", "back", "command")
"""Without a key for these somebody could be shut in."""

TAKEN = {
    "ctrl+q": "quit",
    "ctrl+c": "",
    "tab": "",
    "shift+tab": "",
    "ctrl+z": "",
}
"""Keys that stay what they are, and the action that may name them; the console, the toolkit or the shell has them."""

Keys = Mapping[str, tuple[str, ...]]
"""The keys of those actions that have others than the table says, by the action's id."""


class KeysFile(FileModel):
    """The file."""

    keys: Mapping[str, str | int | list[str | int]] = Field(default_factory=dict)


def read_keys(path: Path) -> Keys:
    """The keys of a file; none where there is no file. Raises InputError with the place of the first thing wrong."""
    if not path.exists():
        return {}
    text = read_text(path)
    if not says_something(text):
        return {}
    file, places = parse_yaml_located(text, KeysFile, str(path))
    ids = {action.id for action in ACTIONS}
    found: dict[str, tuple[str, ...]] = {}
    for action, written in file.keys.items():
        if action not in ids:
            line, column = places.key(("keys", action))
            expected = nearest_of(action, ids, "an action of the table in the help")
            raise InputError(str(path), f"unknown action {action!r}", expected, line=line, column=column)
        one = not isinstance(written, list)
        parts = written if isinstance(written, list) else [written]
        at = [("keys", action) if one else ("keys", action, i) for i in range(len(parts))]
        found[action] = tuple(_key(action, str(part), where, places) for part, where in zip(parts, at, strict=True))
        if action == "quit":  # whatever else quits, this does: so sentences say
            found[action] = (*(key for key in found[action] if key != "ctrl+q"), "ctrl+q")
        if not found[action] and action in ALWAYS_BOUND:
            raise places.error(("keys", action), f"{action} has no key", "at least one: nobody must be shut in")
    _refuse_conflicts(found, places)
    return found


def _key(action: str, written: str, at: tuple[str | int, ...], places: Places) -> str:
    name = key_name(written)
    if not name:
        raise places.error(at, f"unknown key {written!r}", "such as a, G, /, f5, ctrl+x, pageup")
    if any(name in one.keys for one in ACTIONS if one.id == action):
        return name
    if name in SAME:
        raise places.error(at, f"a terminal cannot tell {name} from {SAME[name]}", "another key")
    if name in TAKEN and TAKEN[name] != action:
        raise places.error(at, f"{name} is taken and cannot be changed", "another key")
    return name


def with_keys(actions: Iterable[Action], keys: Keys) -> tuple[Action, ...]:
    """The actions with the user's keys, and those keys as they are shown."""
    return tuple(
        replace(action, keys=keys[action.id], label=" ".join(map(key_label, keys[action.id][:2])))
        if action.id in keys and keys[action.id] != action.keys
        else action
        for action in actions
    )


OVERLAYS = frozenset({"past"})
"""What takes keys from everything below it while it is open: the time line."""


def together(one: Action, other: Action) -> bool:
    """Whether two actions can be meant on the same screen: app is everywhere, list wherever there are rows."""
    if not OVERLAYS.isdisjoint((*one.scopes, *other.scopes)):
        return bool(OVERLAYS & set(one.scopes) & set(other.scopes))
    return bool(set(one.scopes) & set(other.scopes)) or not {"app", "list"}.isdisjoint((*one.scopes, *other.scopes))


def conflicts(actions: Sequence[Action]) -> list[tuple[str, Action, Action]]:
    """Keys that mean two things on one screen, with both."""
    return [
        (key, one, other)
        for one, other in combinations(actions, 2)
        for key in sorted(set(_held(one)) & set(_held(other)))
        if together(one, other)
    ]


def _held(action: Action) -> tuple[str, ...]:
    """The keys of an action; the coach's list of what is ready takes all nine digits."""
    return (*action.keys, *"23456789") if action.id == "ready" else action.keys


def _refuse_conflicts(found: Keys, places: Places) -> None:
    for key, one, other in conflicts(with_keys(ACTIONS, found)):
        order = list(found)
        mine, theirs = sorted((one, other), key=lambda a: order.index(a.id) if a.id in found else -1, reverse=True)
        at: tuple[str | int, ...] = ("keys", mine.id)
        index = found[mine.id].index(key) if key in found.get(mine.id, ()) else 0
        at = (*at, index) if places.has((*at, index)) else at
        what = f"{key_label(key)} is both {mine.id} and {theirs.id} ({', '.join(_shared(mine, theirs))})"
        raise places.error(at, what, "a key of its own for each")


def _shared(one: Action, other: Action) -> list[str]:
    shared = sorted(set(one.scopes) & set(other.scopes))
    return shared[:3] or sorted({*one.scopes, *other.scopes} - {"app", "list"})[:3] or ["everywhere"]
