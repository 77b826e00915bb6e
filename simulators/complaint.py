"""A complaint about a place of a file that the schema alone cannot make: something named that is nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at a place of the file, and what was expected."""

    place: Place
    what: str
    expected: str


def raise_complaints(model: str, found: Iterable[Complaint]) -> None:
    """Raises what is wrong as the schema would, so that the file reader adds line and column."""
    errors = [
        InitErrorDetails(
            type=PydanticCustomError(
                "refused", "{what}; expected {expected}", {"what": one.what, "expected": one.expected}
            ),
            loc=one.place,
            input=one.place[-1],
        )
        for one in found
    ]
    if errors:
        raise ValidationError.from_exception_data(model, errors)


def unknown(name: str, known: Collection[str], place: Place, sort: str) -> Iterator[Complaint]:
    """A complaint where `name` is not `known`, with the nearest that is."""
    if name not in known:
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
        names = f"nearest: {near[0]!r}" if near else ", ".join(sorted(known)) or "none is declared"
        yield Complaint(place, f"{name!r} is not known", f"a {sort.removesuffix(':')}, {names}")


def repeated(names: list[str], place: Place, sort: str) -> Iterator[Complaint]:
    """A complaint for each id that appears again."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield Complaint((*place, number, "id"), f"{sort} {name!r} appears twice", f"a {sort} id of its own")
        seen.add(name)
