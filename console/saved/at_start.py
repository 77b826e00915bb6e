"""With which view a console begins: the one that was asked for, else that of the person's role at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.people import Role
from console.saved.saved_view import SavedView
from console.saved.shelf import ViewShelf
from console.view import DeskView

VARIABLE = "DUTYDECK_VIEW"
"""The environment variable that names the view to begin with; `--view` sets it."""

OF_ROLE: Mapping[Role, str] = {"lead": "site-lead"}
"""The view that a role begins with; the others begin with the overview as it is."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The view to begin with, if any, and what is to be said."""

    view: SavedView | None = None
    unknown: str = ""
    """The name that was asked for and is none."""


def view_at_start(shelf: ViewShelf, wanted: str, desk: DeskView, operator: str) -> Beginning:
    """The view to begin with. A lead's is filtered to the lead's own sites."""
    if wanted:
        found = shelf.find(wanted)
        return Beginning(found, "" if found is not None else wanted)
    me = next((one for one in desk.people if one.name == operator), None)
    if me is None or me.role not in OF_ROLE:
        return Beginning()
    found = shelf.find(OF_ROLE[me.role])
    if found is None or not me.sites or found.filter:
        return Beginning(found)
    return Beginning(found.model_copy(update={"filter": "site:" + ",".join(me.sites)}))
