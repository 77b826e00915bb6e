"""Alerts of one rule at one site taken together: in a storm a person acts on sites, not on two hundred queues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.alert import Alert
from console.draw.alerts import alert_line, alert_lines, playbook_hint, quiet, standing
from console.draw.lines import Line, cells, crop, fit, line, sides, width_of
from console.draw.marks import alert_sign
from console.draw.news_line import fresh_name
from console.i18n import _, local, name_of
from console.picture import Picture


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """Alerts of one rule at one site, all taken on or none of them, all silenced or none; the first one leads."""

    id: str
    alerts: tuple[Alert, ...]

    @property
    def lead(self) -> Alert:
        """The alert that speaks for the group."""
        return self.alerts[0]


def grouped(alerts: Iterable[Alert]) -> list[AlertGroup]:
    """Sorted alerts in groups, in the order of their leads."""
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        taken = "" if alert.acknowledged is None else "taken"
        taken += "silenced" if alert.silenced else ""
        found.setdefault(f"{alert.site} {alert.rule} {alert.state} {alert.inhibited} {taken}", []).append(alert)
    return [AlertGroup(key, tuple(members)) for key, members in found.items()]


def single(alerts: Iterable[Alert]) -> list[AlertGroup]:
    """Each alert for itself."""
    return [AlertGroup(alert.id, (alert,)) for alert in alerts]


def group_line(group: AlertGroup, picture: Picture, width: int) -> Line:
    """A group in one line of `width` cells."""
    if len(group.alerts) == 1:
        return alert_line(group.lead, picture, width)
    head = _head(group, picture, width)
    tail = line(" ", standing(group.lead, picture, width - width_of(head) - 2))
    said = (f"{_title(group)}: {_names(group)}", _quiet(group))
    return sides((*head, *_conditions(group), said), tail, width)


def group_lines(group: AlertGroup, picture: Picture, width: int) -> tuple[Line, Line]:
    """A group in two lines of `width` cells: where and how many; then what, and at which queues."""
    if len(group.alerts) == 1:
        return alert_lines(group.lead, picture, width)
    head = _head(group, picture, width)
    tail = line(" ", standing(group.lead, picture, width - width_of(head) - 2))
    first = sides((*head, (_title(group), _quiet(group))), tail, width)
    said = crop(line("    ", *_conditions(group), (_names(group), "dim")), max(0, width - 3))
    return first, sides(said, playbook_hint(group.lead, picture, said, width), width)


def _head(group: AlertGroup, picture: Picture, width: int) -> Line:
    sign = alert_sign(group.lead)
    muffled = _quiet(group)
    site = picture.site(group.lead.site)
    row = group.lead.row
    place = name_of(site) if site is not None else local(row.site_zh, row.site_en) or group.lead.site
    place = fresh_name(place, picture, *(alert.id for alert in group.alerts))
    number = f" ×{len(group.alerts)}"  # how many is never cut: the name gives way
    whole = min(22, width // 2 - 2)
    room = max(0, whole - cells(number))
    counted = place + number if cells(place) <= room else fit(place, room) + number
    style = muffled or sign.style
    return line(
        (f"{sign.mark} ", sign.style),
        (f"{_(sign.word)} ", style),
        (fit(counted, max(cells(counted), whole)), muffled or "strong"),
        " ",
    )


def _quiet(group: AlertGroup) -> str:
    return "dim" if quiet(group.lead) or group.lead.state == "pending" else ""


def _conditions(group: AlertGroup) -> Line:
    """What is to be known of some or all of them beside their state."""
    words = [_("silenced")] if group.lead.silenced else []
    flapping = sum(alert.flapping for alert in group.alerts)
    words += [_("{n} flapping").format(n=flapping)] if flapping else []
    owners = sorted({alert.owner for alert in group.alerts} - {""})
    words += [_("owner {owner}").format(owner=local("、", ", ").join(owners))] if owners else []
    told = sorted({alert.escalated_to for alert in group.alerts} - {""})
    words += [f"↑{who}" for who in told]
    return line((local("、", ", ").join(words) + " · ", "info")) if words else ()


def _title(group: AlertGroup) -> str:
    return local(group.lead.title_zh, group.lead.title_en) or group.lead.rule


def _names(group: AlertGroup) -> str:
    """The queues of a group, the first ones first; what does not fit is cut by the line."""
    return local("、", ", ").join(local(alert.row.zh, alert.row.en) or alert.key for alert in group.alerts[:12])
