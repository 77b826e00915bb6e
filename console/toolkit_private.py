"""What the toolkit offers no public way to, in one place: looked at whenever its pinned version changes."""

from __future__ import annotations

from textual.app import App


def use_mouse(app: App[int], *, on: bool) -> None:
    """Ask the terminal for the mouse, or give it back, while the app runs; nothing where the driver has none."""
    driver = app._driver
    ask, give_back = (getattr(driver, f"_{verb}_mouse_support", None) for verb in ("enable", "disable"))
    if driver is None or ask is None or give_back is None:
        return
    if on:
        driver._mouse = True
        ask()
    else:
        give_back()
        driver._mouse = False
