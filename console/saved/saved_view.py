"""A saved view as a value, and the file that holds several: `views.yaml` of a person, and those shipped.

```yaml
views:
  - {view: tmall, title: {zh: 天猫优先, en: Tmall first}, rows: shop, filter: "platform:tmall wait>30", sort: wait}
```
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from console.board_columns import FILTER_COLUMNS, board_columns
from console.filtering import FilterError, parse_filter
from console.row_attributes import ROW_ATTRIBUTES
from feeds.row_groups import RowGroup
from feeds.yamlfile import FileModel
from playbooks.nearest import nearest_of

Rows = Literal["site", "queue"] | RowGroup

COLUMN_KEYS: tuple[str, ...] = tuple(
    column.key for column in board_columns(sites=True) if column.key not in ("mark", "state", "name")
)
"""The columns that can be chosen; mark, state and name always stand there."""


class ViewTitle(FileModel):
    """What a view is called on the screen."""

    zh: str = ""
    en: str = ""


class SavedView(FileModel):
    """One view. `columns` empty: all that fit. On the matrix, `rows` say what its columns are."""

    view: str = Field(pattern=r"^[\w][\w-]{0,39}$")
    title: ViewTitle = ViewTitle()
    screen: Literal["overview", "matrix"] = "overview"
    rows: Rows = "site"
    filter: str = ""
    only_bad: bool = False
    """Only what is not in order."""
    sort: str = ""
    reverse: bool = False
    columns: tuple[str, ...] = ()

    @property
    def zh(self) -> str:
        """Its name in 中文."""
        return self.title.zh or self.title.en or self.view

    @property
    def en(self) -> str:
        """Its name in English."""
        return self.title.en or self.title.zh or self.view

    @field_validator("filter")
    @classmethod
    def _a_filter(cls, text: str) -> str:
        try:
            parse_filter(text, FILTER_COLUMNS, ROW_ATTRIBUTES)
        except FilterError as problem:
            raise ValueError(f"{text!r} is no filter: {problem}; expected words, wait>60, site:hefei") from None
        return text

    @field_validator("sort")
    @classmethod
    def _a_column(cls, key: str) -> str:
        known = ("", "name", "state", *COLUMN_KEYS)
        if key not in known:
            raise ValueError(f"no column {key!r}; expected {nearest_of(key, known, 'a column')}")
        return key

    @field_validator("columns")
    @classmethod
    def _columns(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        for key in keys:
            if key not in COLUMN_KEYS:
                raise ValueError(f"no column {key!r}; expected {nearest_of(key, COLUMN_KEYS, 'a column')}")
        return keys

    @field_validator("rows")
    @classmethod
    def _of_its_screen(cls, rows: str, info: ValidationInfo) -> str:
        if info.data.get("screen") == "matrix" and rows in ("site", "queue"):
            raise ValueError(f"the columns of a matrix are no {rows}s; expected category, platform, shop and the like")
        return rows


class ViewFile(FileModel):
    """The file; each name once."""

    views: tuple[SavedView, ...] = ()

    @field_validator("views")
    @classmethod
    def _once(cls, views: tuple[SavedView, ...]) -> tuple[SavedView, ...]:
        names = [one.view for one in views]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            raise ValueError(f"view {twice!r} stands here twice; expected each name once")
        return views


def flow(view: SavedView) -> str:
    """A view as one line of such a file; what is as usual is left out."""
    plain = view.model_dump(mode="json", exclude_defaults=True)
    return "{" + ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()) + "}"
