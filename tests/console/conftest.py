"""What several tests of the console stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.console.real_terminal import Terminal


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals that are closed when the test ends."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()
