"""Past views read from their frames, at a console."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.past.coding import State, after_frame, update_between
from console.past.frames import Frame, PastFrames
from console.people import Reach
from console.remote.view_copy import ViewCopy
from console.view import DeskView

STRETCHES_KEPT = 6
"""So many stretches are kept at a console; the one used longest ago goes first."""


@dataclass
class _Stretch:
    frames: list[Frame]
    states: list[State] = field(default_factory=list)
    """Of the first frames, as far as somebody asked."""

    def state(self, number: int) -> State:
        while len(self.states) <= number:
            before = self.states[-1] if self.states else State()
            self.states.append(after_frame(before, self.frames[len(self.states)].data))
        return self.states[number]


class PastReader:
    """Keeps the frames that a desk handed over, and makes their views. For one thread at a time."""

    def __init__(self) -> None:
        self._stretches: dict[str, _Stretch] = {}
        self._copy, self._copied = ViewCopy(), State()
        self.stretch = ""
        """The stretch of the view read last."""

    @property
    def have(self) -> int:
        """How many frames of `stretch` need not be sent again."""
        known = self._stretches.get(self.stretch)
        return len(known.frames) if known is not None else 0

    def read(self, answer: PastFrames, operator: str, reach: Reach | None) -> DeskView:
        """The view that the desk answered with. ValueError, KeyError, TypeError or IndexError: there is none in it."""
        stretch = self._stretches.pop(answer.stretch, None) or _Stretch([])
        number = answer.first + len(answer.frames) - 1
        if number < 0 or len(stretch.frames) < answer.first:
            raise ValueError("frames are missing")
        stretch.frames.extend(answer.frames[len(stretch.frames) - answer.first :])
        self._stretches[answer.stretch] = stretch
        while len(self._stretches) > STRETCHES_KEPT:
            del self._stretches[next(iter(self._stretches))]
        self.stretch = answer.stretch
        state = stretch.state(number)
        self._take(state)
        view = self._copy.view(stretch.frames[number].at, state.number, operator, reach or _HERE)
        return view if reach is not None else replace(view, reach=None)

    def _take(self, state: State) -> None:
        copy, copied = self._copy, self._copied
        self._copy, self._copied = ViewCopy(), State()  # where the update is none, begin anew
        copy.take(update_between(copied, state, copy.version + 1))
        self._copy, self._copied = copy, state


_HERE = Reach(up=True, url="")
