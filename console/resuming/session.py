"""Where an operator was, as a value: the screens that lay upon each other, and how each table stood."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_SCREENS, MOST_TABLES = 8, 40


class Table(BaseModel):
    """How a table stood: what its rows were, how they were chosen and ordered, and which one was meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: str = Field("", max_length=40)
    row: str = Field("", max_length=200)
    sort: str = Field("", max_length=40)
    turned: bool = False
    filter: str = Field("", max_length=400)
    only_bad: bool = False


class Session(BaseModel):
    """`version` is that of the file's form; `screens` are in the words of `DeckScreen.where`, `tables` by them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    screens: tuple[str, ...] = Field((), max_length=MOST_SCREENS)
    tables: dict[str, Table] = Field({}, max_length=MOST_TABLES)
