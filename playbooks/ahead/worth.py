"""What it is worth to answer a customer in time: by the shop's tier, and by shop where a contract says more.

The figures weigh customers against each other when people can be at one place only. They are a proposal, not measured:
a shop of the first tier, or one whose contract has a penalty, counts double.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from feeds.contract import Row
from feeds.yamlfile import FileModel, read_yaml

BY_TIER: Mapping[int, float] = MappingProxyType({0: 1.0, 1: 2.0, 2: 1.0, 3: 0.7})
"""Tier 1 is the most important; 0 is a row that says none."""

LEAST = 0.5
"""Any lower tier."""

Weight = Annotated[float, Field(gt=0, le=100)]


class WorthTable(FileModel):
    """By tier (0: a row that says none) and by shop id; what is left out stays as it is shipped."""

    tiers: dict[Annotated[int, Field(ge=0, le=9)], Weight] = Field(default_factory=dict)
    shops: dict[str, Weight] = Field(default_factory=dict)


class WorthFile(FileModel):
    """The whole file."""

    worth: WorthTable


@dataclass(frozen=True, slots=True)
class Worth:
    """`shops` go before `tiers`."""

    shops: Mapping[str, float] = field(default_factory=dict)
    tiers: Mapping[int, float] = field(default_factory=lambda: BY_TIER)

    def of(self, row: Row) -> float:
        """The worth of a customer of this row, 1 for the usual one."""
        own = self.shops.get(row.shop) if row.shop else None
        return own if own is not None else self.tiers.get(row.tier, LEAST)


def load_worth(path: Path) -> Worth:
    """What a file says, else what is shipped. Raises InputError."""
    if not path.is_file():
        return Worth()
    said = read_yaml(path, WorthFile).worth
    return Worth(said.shops, {**BY_TIER, **said.tiers})
