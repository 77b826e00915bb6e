"""What a row of the board can be asked for as `name:value`: its own attributes, or those of the queues behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.picture import NETWORK, Picture
from feeds.contract import Row
from feeds.row_groups import ROW_GROUPS, RowGroup, group_of
from feeds.site_view import SiteView

OF_ROWS: tuple[str, ...] = ("shop", "platform", "category", "phase", "channel", "skill", "group", "tier", "tags")
ROW_ATTRIBUTES: tuple[str, ...] = ("site", "queue", "name", "state", *OF_ROWS)
"""The attributes of a board's rows."""


def told_by_queue(site: SiteView, row: Row, name: str) -> Sequence[str]:
    """An attribute of one queue; what its site does not say is left out."""
    match name:
        case "site":
            return site.id, site.zh, site.en
        case "queue" | "name":
            return row.id, row.zh, row.en
        case "tags":
            return row.tags
        case "tier":
            return (str(row.tier),) if row.tier else ()
    return (str(getattr(row, name)),) if name in OF_ROWS else ()


def values_of(picture: Picture, name: str) -> Sequence[str]:
    """The values of an attribute over all queues, each once."""
    return picture.once(f"values {name}", lambda: _values(picture, name))


def _values(picture: Picture, name: str) -> Sequence[str]:
    found: dict[str, None] = {}
    for site in picture.view.board.sites:
        for row in site.rows:
            if row.kind == "queue":
                found.update(dict.fromkeys(told_by_queue(site, row, name)))
    return tuple(found)


def told_by_group(picture: Picture, by: str, key: str, name: str) -> Sequence[str]:
    """An attribute of a site or a group of queues: those of all its queues. The network's row has none."""
    if key == NETWORK:
        return ()
    found = picture.once(f"told {by} {name}", lambda: _told(picture, by, name))
    return tuple(found.get(key, ()))


def _told(picture: Picture, by: str, name: str) -> Mapping[str, dict[str, None]]:
    out: dict[str, dict[str, None]] = {}
    for site in picture.view.board.sites:
        if by == "site" and name in ("site", "name"):
            out[site.id] = dict.fromkeys((site.id, site.zh, site.en))
            continue
        for row in site.rows:
            if row.kind == "queue":
                key = site.id if by == "site" else group_of(row, _group(by))
                own = (key,) if name in ("name", by) else told_by_queue(site, row, name)
                out.setdefault(key, {}).update(dict.fromkeys(own))
    return out


def _group(by: str) -> RowGroup:
    return next(one for one in ROW_GROUPS if one == by)
