"""The coach's panel: what comes, what happened, what is met and missed, and the truth once it is revealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.coach import course_lines, judged_lines, ready_lines, time_lines
from console.draw.coach_plan import plan_coach
from console.draw.lines import Line
from console.i18n import _, local
from console.intents import Outcome
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.painted import LinePanel, ReadPanel
from console.widgets.planned import Planned

LOOK_EVERY_S = 1.0


class CoachScreen(DeckScreen):
    """Looks once a second. It is the coach's: who opened it is in the drill's journal."""

    scope = "coach"
    only_now = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("coach"),
        *(Binding(str(number), f"app.ready({number})", show=False) for number in range(2, 10)),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._refused = ""

    def body(self) -> Sequence[Widget]:
        """Time, course, judgement, and what is ready to be injected."""
        return [
            Planned(
                LinePanel(id="time"),
                ReadPanel(id="course"),
                ReadPanel(id="judged"),
                ReadPanel(id="ready"),
                plan=plan_coach,
                id="panels",
            )
        ]

    def on_mount(self) -> None:
        """Look at once, and then each second."""
        super().on_mount()
        titles = {
            "time": _("Drill"),
            "course": _("Course"),
            "judged": _("Judged so far"),
            "ready": _("Ready to inject"),
        }
        for name, title in titles.items():
            self.query_one(f"#{name}").border_title = Content(title)
        self.query_one("#course").focus()
        self.deck.look_as_coach(opened=True)
        self.set_interval(LOOK_EVERY_S, self._look)

    def _look(self) -> None:
        if self.is_current:
            self.deck.look_as_coach()

    def told(self, answer: Outcome) -> None:
        """The drill answered: there is a newer look in `deck.coach`, or a reason why not."""
        self._refused = "" if answer.ok else local(answer.zh, answer.en)
        self.deck.draw()

    def show_picture(self, picture: Picture) -> None:
        """Draw the panel."""
        coach, refused = self.deck.coach, self._refused
        time = self.query_one("#time", LinePanel)
        width = time.scrollable_content_region.width
        if coach is None:
            time.show_lines([((refused or _("looking at the drill…"), "dim"),)])
            return
        time.show_lines(time_lines(coach, picture, width))
        apart = self.query_one("#ready", ReadPanel).display and not self.query_one("#ready").disabled

        def course(width: int) -> list[Line]:
            return course_lines(coach, picture, width) + ([] if apart else [(), *ready_lines(coach, width)])

        self.query_one("#course", ReadPanel).show_text(course)
        self.query_one("#judged", ReadPanel).show_text(lambda width: judged_lines(coach, width))
        self.query_one("#ready", ReadPanel).show_text(lambda width: ready_lines(coach, width))
