"""Every action that can be done here, found by a few letters of its words: the table of actions as a list."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widget import Widget

from console.actions import Action, bindings, footer, of_scope
from console.draw.lines import Span
from console.draw.plan import Place, Plan
from console.draw.table import Column
from console.i18n import _
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.banner import Banner
from console.widgets.footer_bar import FooterBar
from console.widgets.header_bar import HeaderBar
from console.widgets.live_table import LiveTable
from console.widgets.planned import Planned
from console.widgets.prompt import Prompt

NOT_LISTED = frozenset({"palette", "back", "yes", "no", "other", "open"})
"""What is meant by its key alone."""


def found(typed: str, actions: Sequence[Action]) -> list[Action]:
    """The actions that match what is typed, the best first; all of them, in the table's order, for nothing typed."""
    listed = [action for action in actions if action.id not in NOT_LISTED]
    query = typed.strip()
    if not query:
        return listed
    fuzzy = FuzzySearch()
    scores = [
        max(fuzzy.match(query, text)[0] for text in (_(one.says), one.says, one.command, one.id)) for one in listed
    ]
    ranked = sorted(zip(scores, range(len(listed)), strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [listed[i] for score, i in ranked if score > 0]


class _Rows:
    def __init__(self, actions: Sequence[Action]) -> None:
        self.actions = actions
        self.ids: Sequence[str] = [action.id for action in actions]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - texts are cut by the table
        one = self.actions[row]
        return {
            "keys": (one.label, "key"),
            "says": (_(one.says), ""),
            "command": (f":{one.command} {_(one.argument) if one.argument else ''}" if one.command else "", "dim"),
        }[key]


class PalettePrompt(Prompt):
    """The line that is typed in; its ↑ and ↓ move in the list."""

    def action_recall(self, by: int) -> None:
        """Move in the list."""
        self.screen.query_one(LiveTable).action_move(by)


class PaletteScreen(DeckScreen):
    """Type, choose with ↑ and ↓, Enter does it on the screen below."""

    scope = "palette"
    BINDINGS = bindings("palette")

    def __init__(self, below: DeckScreen) -> None:
        super().__init__()
        self.below = below
        self._actions = of_scope(below.scope, "app")

    def compose(self) -> ComposeResult:
        """As everywhere, with a line whose arrows move in the list."""
        yield HeaderBar()
        yield Banner()
        yield from self.body()
        yield FooterBar(footer(self.scope))
        yield PalettePrompt()

    def body(self) -> Sequence[Widget]:
        """The list."""
        columns = (
            Column("keys", _("key"), 8, 0, "left"),
            Column("says", _("action"), 30, 0, "left", grow=2),
            Column("command", _("command"), 24, 1, "left", grow=1),
        )
        table = LiveTable(columns, id="actions")
        table.cursor_is_clear = True
        return [Planned(table, plan=plan_palette, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one(LiveTable)

    def on_mount(self) -> None:
        """Typing goes to the line at once."""
        super().on_mount()
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        hint = _("a few letters of what you want; ↑ ↓ choose, Enter does it")
        self.query_one(Prompt).open("palette", "^p", hint=hint)

    def show_picture(self, picture: Picture) -> None:  # noqa: ARG002 - the same for every picture
        """Draw the list."""
        prompt = self.query_one(Prompt)
        self._show(prompt.text if prompt.kind else "")

    def _show(self, typed: str) -> None:
        actions = found(typed, self._actions)
        self.table.empty = _("no action is called so")
        self.table.border_title = Content(_("Actions: {n}").format(n=len(actions)))
        self.table.show(_Rows(actions))

    @on(Prompt.Changed)
    def _typed(self, event: Prompt.Changed) -> None:
        self._show(event.text)
        self.table.action_move_to(0)

    @on(Prompt.Cancelled)
    def _cancelled(self) -> None:
        self.deck.pop_screen()

    @on(Prompt.Done)
    def _chosen(self) -> None:
        self.action_open_row()

    def action_open_row(self) -> None:
        """Do the one under the cursor on the screen below."""
        chosen = next((action for action in self._actions if action.id == self.table.cursor_id), None)
        if chosen is not None:
            self.deck.pop_screen()
            self.below.call_after_refresh(self.deck.do, chosen, self.below)


def plan_palette(width: int, height: int) -> Plan:
    """The list in all the room there is."""
    return Plan({"actions": Place(0, 0, width, height)}, framed=width >= 40 and height >= 10)
