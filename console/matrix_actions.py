"""What opens the boards that show the whole house at once."""

from __future__ import annotations

from console.run_actions import RunActions
from console.screens.deck_screen import DeckScreen
from console.screens.matrix import MatrixScreen


class MatrixActions(RunActions):
    """The part of the app that opens the matrix."""

    def action_matrix(self) -> None:
        """Sites by categories."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, MatrixScreen):
            self.push_screen(MatrixScreen())
