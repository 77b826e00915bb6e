"""The tables of several sites side by side: one evaluation for all of them, cell by cell what each would find alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from alerts.over_time import Memory
from alerts.site_table import Columns, Reading, SiteTable


def alike(tables: Sequence[SiteTable]) -> list[bool]:
    """Which tables can stand side by side: the same rules, nothing looked back at, and every row was announced."""
    plans: list[int] | None = None
    found: list[bool] = []
    for table in tables:
        fits = table.announced == len(table.rows) and not table.memory.functions
        mine = [plan.index for plan in table.plans]
        plans = mine if plans is None and fits else plans
        found.append(fits and mine == plans)
    return found


class TableStack:
    """Tables that are alike. Their cells move into one block; each goes on with its own part of it."""

    def __init__(self, tables: Sequence[SiteTable]) -> None:
        first, rows = tables[0], [row for table in tables for row in table.rows]
        self._whole = SiteTable(
            "",
            tuple(rows),
            len(rows),
            first.plans,
            np.hstack([table.mask for table in tables]),
            np.hstack([table.codes for table in tables]),
            np.hstack([table.values for table in tables]),
            np.hstack([table.worst for table in tables]),
            first.functions,
            Memory((), ()),
        )
        self._edges = list(pairwise(np.cumsum([0, *(len(table.rows) for table in tables)]).tolist()))
        self._site = np.repeat(np.arange(len(tables)), [len(table.rows) for table in tables])
        for table, (begin, end) in zip(tables, self._edges, strict=True):
            table.codes = self._whole.codes[:, begin:end]
            table.values, table.worst = self._whole.values[:, begin:end], self._whole.worst[:, begin:end]
        self._held = [(table, table.codes, table.plans) for table in tables]

    def holds(self, tables: Sequence[SiteTable]) -> bool:
        """Whether it is made of exactly these, as they are now."""
        return len(tables) == len(self._held) and all(
            table is held and table.codes is codes and table.plans is plans
            for table, (held, codes, plans) in zip(tables, self._held, strict=True)
        )

    def read(self, columns: Columns, now: float) -> list[Reading | None]:
        """As `SiteTable.read` of each, over columns of all their rows; None where nothing moves."""
        reading = self._whole.read(columns, now)
        found: list[Reading | None] = [None] * len(self._held)
        for rank, row in reading.changed:
            place = int(self._site[row])
            begin, end = self._edges[place]
            one = found[place]
            if one is None:
                one = found[place] = Reading(reading.when[:, begin:end], reading.clear[:, begin:end], [])
            one.changed.append((rank, row - begin))
        return found
