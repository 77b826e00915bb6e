"""What a rule needs to know about a row: which it is, where it belongs, what to call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from feeds.contract import Hello

Level = Literal["queue", "site", "platform", "desk"]


ALL_SITES = "*"
"""The site of the rows over all sites, which no site can be called."""

DESK_SITE = "~"
"""The site of what the desk itself owes."""

_ALL_SITES_ZH, _ALL_SITES_EN = "全部基地", "All sites"


@dataclass(frozen=True, slots=True)
class RowAttributes:
    """One row of a site; all text is clean already.

    `key` is `site/queue`, or `site/*` for the site's own row. A row of level `platform` is the desk's own: a platform
    over all sites, with the site `*` and the key `*/platform`; one of level `desk` is something the desk owes, with
    the site `~`.
    """

    key: str
    level: Level
    site: str
    shop: str = ""
    platform: str = ""
    category: str = ""
    phase: str = ""
    channel: str = ""
    tier: int = 0
    zh: str = ""
    en: str = ""
    site_zh: str = ""
    site_en: str = ""
    tags: tuple[str, ...] = ()


def restored_row(saved: Mapping[str, Any]) -> RowAttributes:
    """A row as it was, from the plain data of `dataclasses.asdict` that went through JSON."""
    return RowAttributes(**{**saved, "tags": tuple(saved.get("tags", ()))})


def site_row(site: str, zh: str = "", en: str = "") -> RowAttributes:
    """The row of a site as a whole."""
    return RowAttributes(f"{site}/*", "site", site, zh=zh, en=en, site_zh=zh, site_en=en)


def network_row(platform: str, zh: str = "", en: str = "") -> RowAttributes:
    """The row of a platform over all sites."""
    return RowAttributes(
        f"{ALL_SITES}/{platform}",
        "platform",
        ALL_SITES,
        platform=platform,
        zh=zh or platform,
        en=en or platform,
        site_zh=_ALL_SITES_ZH,
        site_en=_ALL_SITES_EN,
    )


def unheard_row(key: str) -> RowAttributes:
    """A row that its site does not list (any more): its key is all that is known of it."""
    site, _, row = key.partition("/")
    if site == ALL_SITES:
        return network_row(row)
    if site == DESK_SITE:
        return RowAttributes(key, "desk", DESK_SITE, zh=row, en=row, site_zh="值班台", site_en="The desk")
    return site_row(site, site, site) if row == "*" else RowAttributes(key, "queue", site, zh=row, en=row)


def attributes_of(hello: Hello) -> tuple[RowAttributes, ...]:
    """The rows that a site announces, in its order."""
    return tuple(
        RowAttributes(
            key=f"{hello.site}/{'*' if row.kind == 'site' else row.id}",
            level=row.kind,
            site=hello.site,
            shop=row.shop,
            platform=row.platform,
            category=row.category,
            phase=row.phase,
            channel=row.channel,
            tier=row.tier,
            zh=row.zh,
            en=row.en,
            site_zh=hello.zh,
            site_en=hello.en,
            tags=row.tags,
        )
        for row in hello.rows
    )
