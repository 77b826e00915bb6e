"""What playbooks say to people, in 中文 and English."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One sentence in both languages of the house."""

    zh: str
    en: str
