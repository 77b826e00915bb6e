"""A container whose panels stand where a pure function says."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from console.draw.plan import Plan


class _PlannedLayout(Layout):
    """Places children by their ids; one that the plan does not name is not shown."""

    name = "planned"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:  # noqa: ARG002 - the toolkit's signature
        """The places of the children in `size`."""
        assert isinstance(parent, Planned)  # noqa: S101 - for the types; only Planned uses this layout
        plan = parent.planned(size)
        found = ((child, plan.places.get(child.id or "")) for child in children)
        return [
            WidgetPlacement(Region(at.x, at.y, at.width, at.height), NULL_OFFSET, NULL_SPACING, child)
            for child, at in found
            if at is not None
        ]


class Planned(Widget):
    """Holds panels and asks `plan(width, height)` where they stand whenever its size changes."""

    DEFAULT_CSS = "Planned { width: 1fr; height: 1fr; }"

    def __init__(self, *children: Widget, plan: Callable[[int, int], Plan], id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(*children, id=id)
        self._plan = plan
        self._planned_layout = _PlannedLayout()

    @property
    def layout(self) -> Layout:
        """Always the plan."""
        return self._planned_layout

    def planned(self, size: Size) -> Plan:
        """The plan for a size."""
        return self._plan(size.width, size.height)

    def replan(self) -> None:
        """The plan has changed for the same size."""
        self._clear_arrangement_cache()
        self.refresh(layout=True)
        self._settle()

    def on_resize(self) -> None:
        """Frames come and go with the size."""
        self._settle()

    def _settle(self) -> None:
        """Frames as the plan has them, and no keys for a panel that is nowhere to be seen."""
        plan, focused = self.planned(self.size), self.screen.focused
        for child in self.children:
            child.set_class(plan.framed, "framed")
            child.disabled = (child.id or "") not in plan.places
        if focused is not None and focused.disabled and focused.parent is self:
            first = next((child for child in self.children if child.can_focus and not child.disabled), None)
            self.screen.set_focus(first)
