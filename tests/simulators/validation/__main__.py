"""`python -m tests.simulators.validation`: measure all of it and write docs/validation.md."""

from __future__ import annotations

from tests.simulators.validation.page import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
