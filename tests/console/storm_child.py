"""A console on a desk that never rests, for a pseudo-terminal: `python -m tests.console.storm_child KIND LANG`.

KIND: `storm` (every figure changes five times a second, hundreds of alerts come and go), `quiet`.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import cast

from console.app import run_console
from console.i18n import Language
from console.view import DeskView
from tests.console.fake_desk import NOW, SITES, FakeDesk, alert, desk_view

VIEWS_HZ = 5.0


class RestlessDesk(FakeDesk):
    """Hands out made views in turn, as the time goes."""

    def __init__(self, storm: bool) -> None:
        self._begun = time.monotonic()
        many = tuple(alert(f"hefei/q{i % 10:02d}", number=i, site=SITES[0]) for i in range(150))
        views = [desk_view(queues=10, at=NOW + i) for i in range(2)]
        self._views = [replace(v, alerts=many if storm and i % 2 else v.alerts[:5]) for i, v in enumerate(views)]
        super().__init__(self._views[0])

    @property
    def view(self) -> DeskView:  # type: ignore[override]
        number = int((time.monotonic() - self._begun) * VIEWS_HZ)
        return replace(self._views[number % len(self._views)], at=NOW + number / VIEWS_HZ, number=number)

    @view.setter
    def view(self, view: DeskView) -> None:
        """The first one is as good as any."""


if __name__ == "__main__":
    raise SystemExit(run_console(RestlessDesk(sys.argv[1] == "storm"), cast("Language", sys.argv[2]), "duty-1"))
