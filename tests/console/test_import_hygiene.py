"""The desk, the command line and everything below the console run without a screen library even loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCREEN = ("textual", "rich", "console.app", "console.screens.overview")


@pytest.mark.parametrize(
    "module",
    [
        "feeds.board",
        "feeds.link",
        "feeds.gateway",
        "alerts.engine",
        "alerts.projection.kernel",
        "playbooks.runner",
        "simulators.serve",
        "console.desk",
        "console.desk_core",
        "console.headless",
        "console.opening",
        "console.replaying",
        "console.commands.drill",
        "console.commands.serving",
        "console.remote.remote_desk",
        "console.remote.serving",
        "console.commands.web",
        "console.web.server",
        "console.commands.preflight",
        "console.preflight.gather",
        "console.preflight.report",
        "console.preflight.watch",
        "console.cli",
        "console.checking",
        "console.personal",
    ],
)
def test_no_screen_library_is_loaded(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {SCREEN!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["console.cli", "console.commands.erlang", "alerts.projection.transient"])
def test_scipy_is_loaded_only_when_something_is_solved(module: str) -> None:
    code = f"import sys, {module}; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"
