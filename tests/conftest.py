"""Every run of the suite tries the same examples: a failure on one machine is a failure on all."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")
