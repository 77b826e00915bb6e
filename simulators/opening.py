"""What the shift before has already done when a drill begins: the same deeds as in a file of decisions."""

from __future__ import annotations

from pydantic import Field

from feeds.durations import Duration
from feeds.yamlfile import FileModel
from simulators.vocabulary import Text


class Opening(FileModel):
    """A playbook that somebody of the shift before started."""

    at: Duration = Field(ge=0)
    """Since the scenario's start."""
    who: Text = "shift-before"
    run: str = Field(min_length=1)
    """The playbook's id."""
    with_: dict[str, str | float] = Field(default={}, alias="with")
    """Its parameters."""
