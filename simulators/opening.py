"""What the shift before has already done when a drill begins: the same deeds as in a file of decisions."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from feeds.durations import Duration
from feeds.yamlfile import FileModel
from simulators.vocabulary import Text


class Opening(FileModel):
    """What somebody of the shift before did: started a playbook, or offered the desk to whoever comes in."""

    at: Duration = Field(ge=0)
    """Since the scenario's start."""
    who: Text = "shift-before"
    run: str = ""
    """The playbook's id."""
    hand_over: Text = ""
    """The note that goes with the offered handover."""
    with_: dict[str, str | float] = Field(default={}, alias="with")
    """Its parameters."""

    @model_validator(mode="after")
    def _one_deed(self) -> Self:
        if bool(self.run) == bool(self.hand_over):
            raise ValueError("one of run and hand_over")
        return self
