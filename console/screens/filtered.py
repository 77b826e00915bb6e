"""What all screens with a filter line share: it works while it is typed, says what is wrong and how much passes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable

from textual import on

from console.filter_completion import complete_filter
from console.filtering import FilterError
from console.i18n import N_, _
from console.screens.deck_screen import DeckScreen
from console.widgets.prompt import Prompt


class FilteredScreen(DeckScreen):
    """A subclass keeps `filter_text`, takes filters with `take_filter`, says with `filter_hint` what can be typed."""

    filter_hint: str = N_("words, !word, name:value, or, ( ), ~pattern, ?; esc shows all")
    filter_text: str = ""
    breaches: bool = False
    """Whether only what is not in order is shown."""

    @abstractmethod
    def take_filter(self, text: str) -> None:
        """Show only what passes. Raises FilterError, and what was shown stays then."""

    def filter_names(self) -> tuple[Collection[str], Collection[str]]:
        """The attributes and the columns that a filter may name here."""
        return (), ()

    def filter_values(self, name: str) -> Iterable[str]:  # noqa: ARG002 - a screen may have none to offer
        """The values of an attribute that there are."""
        return ()

    def complete_filter(self, text: str) -> list[str]:
        """Whole lines that `text` could become."""
        return complete_filter(text, *self.filter_names(), self.filter_values)

    def passed(self) -> tuple[int, int] | None:
        """How many of how many pass; None where that is not counted."""
        return None

    def filtered(self) -> None:
        """Another filter is in force: draw."""
        self.deck.draw()

    def action_filter(self) -> None:
        """Type a filter; it works while it is typed."""
        hint, complete = _(self.filter_hint), self.complete_filter
        self.ask("filter", "/", self.use_filter, text=self.filter_text, hint=hint, complete=complete)

    def use_filter(self, text: str) -> None:
        """Filter as if it had been typed."""
        try:
            self.take_filter(text)
        except FilterError as problem:
            self.deck.say(str(problem), "bad")
        self.filtered()

    @on(Prompt.Changed)
    def _typed(self, event: Prompt.Changed) -> None:
        if event.kind != "filter":
            return
        prompt = self.query_one(Prompt)
        try:
            self.take_filter(event.text)
        except FilterError as problem:
            prompt.say(str(problem), bad=True)
            return
        self.filtered()
        passed = self.passed()
        if passed is None or not event.text.strip():
            prompt.reassure()
            return
        offers = [one.rpartition(" ")[2] for one in self.complete_filter(event.text)]
        more = f"tab {' '.join(offers)}" if offers else _(self.filter_hint)
        prompt.say(_("{n} of {all}").format(n=passed[0], all=passed[1]) + f" · {more}")

    @on(Prompt.Cancelled)
    def _untyped(self, event: Prompt.Cancelled) -> None:
        if event.kind == "filter":
            self.use_filter("")

    def show_all(self) -> None:
        """No longer only what is not in order."""
        self.breaches = False

    def clear(self) -> bool:
        """Show all again; False where all is shown."""
        if not self.filter_text and not self.breaches:
            return False
        self.show_all()
        self.use_filter("")
        return True
