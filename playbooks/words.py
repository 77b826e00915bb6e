"""What playbooks say to people, in 中文 and English."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One sentence in both languages of the house."""

    zh: str
    en: str


def unknown_site(site: str) -> Words:
    """That nothing can be said of a site."""
    return Words(f"{site} 数据未知", f"the figures of {site} are unknown")
