"""Go or no-go before the peak, and what to do about whatever stands against it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from textual import on
from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.preflight import CheckRows, check_columns, check_lines, plan_preflight, verdict_line
from console.i18n import _
from console.picture import Picture
from console.preflight.check import Check
from console.preflight.facts import PreflightFacts
from console.preflight.run import CHECKS, run_checks
from console.screens.deck_screen import DeckScreen
from console.widgets.live_rows import LiveRows
from console.widgets.live_table import LiveTable
from console.widgets.painted import LinePanel, ReadPanel
from console.widgets.planned import Planned


class PreflightScreen(DeckScreen):
    """The checks over the one under the cursor. What the desk knows is judged anew each second, the rest by key."""

    scope = "preflight"
    only_now = True
    BINDINGS = bindings("preflight")

    def __init__(self) -> None:
        super().__init__()
        self._facts: PreflightFacts | None = None
        self._checks: tuple[Check, ...] = ()

    def body(self) -> Sequence[Widget]:
        """Verdict, list and details."""
        panels = (LinePanel(id="verdict"), LiveTable(check_columns(), id="checks"), ReadPanel(id="details"))
        return [Planned(*panels, plan=partial(plan_preflight, checks=len(CHECKS)), id="panels")]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one("#checks", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list, and the checks begin."""
        super().on_mount()
        self.table.empty = _("checking…")
        self.query_one("#verdict").border_title = Content(_("Preflight"))
        self.table.focus()
        self.action_look_again()

    def show_picture(self, picture: Picture) -> None:  # noqa: ARG002 - a go must not be that of a held picture
        """Judge what the desk knows by its newest view, and draw."""
        newest = self.deck.newest
        if self._facts is not None:
            self._facts = replace(self._facts, view=newest.view, accepted=self.deck.preflight.accepted)
            self._checks = run_checks(self._facts)
        self.table.show(CheckRows(self._checks))
        panel = self.query_one("#verdict", LinePanel)
        read_at = self._facts.read_at if self._facts is not None else float("nan")
        panel.show_lines([verdict_line(self._checks, newest, read_at, panel.scrollable_content_region.width)])
        self._details()

    @on(LiveRows.Moved)
    def _moved(self) -> None:
        self.query_one("#details", ReadPanel).action_move_to(0)
        self._details()

    def _details(self) -> None:
        check = self._here()
        panel = self.query_one("#details", ReadPanel)
        panel.show_text(lambda width: check_lines(check, width) if check is not None else [])

    def _here(self) -> Check | None:
        return next((check for check in self._checks if check.id == self.table.cursor_id), None)

    def action_look_again(self) -> None:
        """Read files, disk and machine anew."""
        self.run_worker(self._look(), group="preflight", exclusive=True)

    async def _look(self) -> None:
        # On a thread of its own: a slow disk must not hold the screen.
        size, stream = self.app.size, sys.__stderr__
        encoding = (stream.encoding if stream is not None else "") or "utf-8"
        gather = partial(self.deck.preflight.facts, encoding=encoding, columns=size.width, rows=size.height)
        self._facts = await asyncio.to_thread(gather, self.deck.newest.view)
        self.deck.draw()

    def action_try_receivers(self) -> None:
        """Send each receiver a test message."""
        number = len(self.deck.preflight.receivers(self.deck.newest.view))
        if not number:
            self.deck.say(_("no receiver is told of this desk"), "bad")
            return
        self.deck.say(_("sending a test message to {n} receivers").format(n=number))
        self.run_worker(self._try_receivers(), group="receivers", exclusive=True)

    async def _try_receivers(self) -> None:
        await self.deck.preflight.try_receivers(self.deck.newest.view)
        self.deck.say(_("the receivers have been tried"))
        self.action_look_again()

    def action_accept(self) -> None:
        """Let what is unknown in the check under the cursor pass, or no longer."""
        check, source = self._here(), self.deck.preflight
        if check is None or (check.verdict != "unknown" and check.id not in source.accepted):
            self.deck.say(_("only what is unknown can be accepted"), "bad")
            return
        accepted = source.accept(check.id)
        self.deck.say(_("accepted as unknown") if accepted else _("no longer accepted"))
        self.deck.draw()
