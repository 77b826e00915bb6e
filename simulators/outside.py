"""Another manager at work on the same network: loans that this desk never ordered."""

from __future__ import annotations

from simulators.injection import Injection, Loan
from simulators.layout import Layout
from simulators.transfers import Transfer, Transfers

OTHER_DESK = "other-desk-"
"""What the ids of the other manager's loans begin with."""


class Outside:
    """The loans that a scenario injects, begun and ended on time."""

    def __init__(self, layout: Layout, transfers: Transfers) -> None:
        self._layout, self._transfers = layout, transfers
        self._loans: list[tuple[str, Loan]] = []
        for number, one in enumerate(layout.scenario.injections):
            self.add(number, one)

    def add(self, number: int, one: Injection) -> None:
        """Take up an injection, the `number`th of all, if it is a loan."""
        if isinstance(one, Loan):
            self._loans.append((f"{OTHER_DESK}{number}", one))

    def step(self, tick: int, elapsed: float) -> None:
        """One second passes, `elapsed` after the start."""
        for name, one in self._loans:
            if elapsed - 1 < one.at <= elapsed:
                self._begin(name, one)
            if one.for_ is not None and elapsed - 1 < one.at + one.for_ <= elapsed:
                loan = self._transfers.loans.get(name)
                if loan is not None:
                    self._transfers.give_back(loan, tick)

    def _begin(self, name: str, one: Loan) -> None:
        layout = self._layout
        loan = Transfer(name, to_site=layout.sites.index(one.to), target=self._group(one.to, one.category))
        self._transfers.lend(loan, self._donor(one), one.count)

    def _group(self, site: str, category: str) -> int:
        layout = self._layout
        return next(number for number in self._at(site) if layout.groups[number].category == category)

    def _donor(self, one: Loan) -> int:
        """The group of the category itself, or the largest that knows it."""
        groups = self._layout.groups
        able = [n for n in self._at(one.site) if one.category in (groups[n].category, *groups[n].knows)]
        return min(able, key=lambda n: (groups[n].category != one.category, -groups[n].agents, n))

    def _at(self, site: str) -> list[int]:
        """The groups of a site."""
        return [number for (where, _), number in self._layout.group_of.items() if where == site]
