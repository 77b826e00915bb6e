"""Reads a scenario that may stand on a network: the network's keys first, then the scenario's own on top.

Errors name the file in which they are: a wrong network is a complaint about the network's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from feeds.durations import FROM_FILE
from feeds.errors import InputError
from feeds.text import clean
from feeds.yaml_errors import first_error
from feeds.yaml_tree import Places, load_tree
from feeds.yamlfile import SOURCE, parse_yaml, read_text
from simulators.network import Network, NetworkFile

M = TypeVar("M", bound=BaseModel)


def read_on_network(source: Path | Traversable, model: type[M]) -> M:
    """The scenario at `source`, with the network that it names. Raises InputError with file, line and column."""
    data, places = load_tree(read_text(source), str(source))
    return on_network(data, places, source, model)


def on_network(data: Any, places: Places, source: Path | Traversable, model: type[M]) -> M:  # noqa: ANN401 - not checked yet
    """The scenario that a tree of plain values says; what it names stands beside `source`. Raises InputError."""
    if isinstance(data, dict) and isinstance(data.get("network"), str):
        data = _on_network(data, places, source)
    context = {FROM_FILE: True, SOURCE: str(source)}
    try:
        return model.model_validate(data, context=context, by_alias=True, by_name=False)
    except ValidationError as wrong:
        raise first_error(wrong, model, places) from None


def read_changed(source: Path | Traversable, change: Mapping[str, Any], changes: Places, model: type[M]) -> M:
    """The scenario at `source` with some of its keys as in `change`, whose places are `changes`. Raises InputError."""
    data, places = load_tree(read_text(source), str(source))
    if not isinstance(data, dict):
        return on_network(data, places, source, model)
    on_network(data, places, source, model)  # what is wrong with the file itself is said of the file
    return on_network({**data, **change}, changes, source, model)


def _on_network(data: Mapping[str, Any], places: Places, source: Path | Traversable) -> dict[str, Any]:
    base = _network(str(data["network"]), places, source)
    shared = {key: value for key, value in base.items() if key in Network.model_fields}
    return {**shared, **_chosen(shared, data, places), **data}


def _chosen(shared: Mapping[str, Any], data: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """The network's sites that `only` names."""
    only = data.get("only")
    if not isinstance(only, list) or "sites" in data:
        return {}
    known = [site["id"] for site in shared["sites"]]
    for number, name in enumerate(only):
        if name not in known:
            line, column = places(("only", number))
            what = f"{clean(str(name))!r} is not a site of this network"
            raise InputError(places.where, what, f"one of {', '.join(known)}", line=line, column=column)
    return {"sites": [site for site in shared["sites"] if site["id"] in only]}


def _network(name: str, places: Places, source: Path | Traversable) -> dict[str, Any]:
    """The checked mapping of a network's file."""
    if "/" in name or name.endswith((".yaml", ".yml")):
        file: Path | Traversable = Path(str(source)).parent / name
    else:
        folder = files("simulators") / "networks"
        known = sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml"))
        if name not in known:
            line, column = places(("network",))
            expected = f"{', '.join(known)}, or a .yaml file beside this one"
            raise InputError(places.where, f"network: {clean(name)!r} is not known", expected, line=line, column=column)
        file = folder / f"{name}.yaml"
    return _checked(read_text(file), str(file))


@lru_cache(maxsize=8)
def _checked(text: str, where: str) -> dict[str, Any]:
    """A network's file as a mapping, once it is known to be right. Nobody changes it."""
    parse_yaml(text, NetworkFile, where)
    tree, _ = load_tree(text, where)
    return dict(tree) if isinstance(tree, dict) else {}
