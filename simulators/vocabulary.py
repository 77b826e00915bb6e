"""The words that scenarios share: platforms, phases and categories with their names and usual figures."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from feeds.text import clean
from feeds.yamlfile import FileModel, read_yaml
from simulators.profile import Profile

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,47}$")]
"""Lower-case letters, digits and hyphens."""

Text = Annotated[str, AfterValidator(clean)]
"""Text for people, made harmless."""

Weight = Annotated[float, Field(gt=0, le=1e6)]
"""A part of the whole, relative to the other parts."""


class Name(FileModel):
    """A name in both languages."""

    zh: Text
    en: Text


def _sentence(text: str) -> str:
    return clean(text, MOST_SENTENCE_CELLS)


MOST_SENTENCE_CELLS = 400


class Sentence(FileModel):
    """A sentence or two in both languages."""

    zh: Annotated[str, AfterValidator(_sentence)]
    en: Annotated[str, AfterValidator(_sentence)]


class Kind(Profile):
    """A platform, phase or category: its names, its weight among its like, and what it changes in the profile."""

    zh: Text
    en: Text
    weight: Weight = 1.0


class Vocabulary(FileModel):
    """Platforms, phases and categories by id."""

    platforms: dict[Id, Kind] = Field(default={})
    phases: dict[Id, Kind] = Field(default={})
    categories: dict[Id, Kind] = Field(default={})


@lru_cache(maxsize=1)
def shipped() -> Vocabulary:
    """The vocabulary that comes with the package."""
    return read_yaml(files("simulators") / "vocabulary.yaml", Vocabulary)
