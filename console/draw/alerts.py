"""Alerts as lines: the strip of a small screen, the rail beside the table, the rows of the full list."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.alert import Acknowledgement, Alert
from console.actions import key_of
from console.draw.alert_ladder import ladder_lines
from console.draw.lines import Line, Span, cells, fit, line, sides, width_of
from console.draw.marks import alert_sign, severity_sign
from console.draw.news_line import fresh_name
from console.draw.suggested import best_playbook
from console.format import clock, clock_minutes, duration
from console.i18n import N_, _, local
from console.picture import Picture


def sorted_alerts(alerts: Sequence[Alert]) -> list[Alert]:
    """What needs a person first: firing, not muted, nor taken on or silenced, gravest; then the one that came first.

    The order within one kind is that of arrival, so that a new alert does not move the others.
    """

    def need(alert: Alert) -> tuple[int, bool, bool, int, float, str]:
        return (
            ("firing", "recovering", "pending").index(alert.state),
            alert.inhibited,
            alert.acknowledged is not None or bool(alert.silenced),
            severity_sign(alert.severity).rank,
            alert.fired_at or alert.since,
            alert.id,
        )

    return sorted(alerts, key=need)


def message(alert: Alert) -> str:
    """What the alert says, or its title where it says nothing."""
    return local(alert.message_zh, alert.message_en) or local(alert.title_zh, alert.title_en)


def standing(alert: Alert, picture: Picture, room: int = 999) -> Span:
    """For how long it has stood; who has it, and until when; how long until one fires, or is over.

    In less than `room` cells, as much of that as fits: the time stays longest.
    """
    now = picture.view.at
    if alert.state != "firing":
        left = duration(alert.deadline - now) if alert.deadline is not None else "?"
        said = _("in {time}") if alert.state == "pending" else _("over in {time}")
        return said.format(time=left), "dim"
    age = duration(now - (alert.fired_at or alert.since))
    if alert.acknowledged is not None:
        short = f"✓ {age}"
        texts = (f"{taken_words(alert, picture)} {age}", f"✓{alert.acknowledged.who} {age}", short)
        return next((text for text in texts if cells(text) <= room), short), "info"
    return age, "bright"


def taken_words(alert: Alert, picture: Picture) -> str:
    """Who has an alert, and until when where that is said; empty where nobody has it."""
    taken = alert.acknowledged
    if taken is None:
        return ""
    if taken.until is None:
        return f"✓{taken.who}"
    return _("✓{who} until {when}").format(who=taken.who, when=clock_minutes(taken.until, picture.zone))


def quiet(alert: Alert) -> bool:
    """Whether it needs nobody now: taken on, silenced, or explained by another one."""
    return alert.acknowledged is not None or alert.inhibited or bool(alert.silenced)


def condition_words(alert: Alert) -> str:
    """What is to be known of an alert beside its state, in words: silenced, flapping, escalated, who answers for it."""
    words = [_("silenced")] if alert.silenced else []
    words += [_("flapping")] if alert.flapping else []
    words += [f"↑{alert.escalated_to}"] if alert.escalated_to else []
    words += [_("owner {owner}").format(owner=alert.owner)] if alert.owner else []
    return local("、", ", ").join(words)


def alert_line(alert: Alert, picture: Picture, width: int) -> Line:
    """One alert in one line of `width` cells."""
    head = _head(alert, picture, width)
    tail = line(" ", standing(alert, picture, width - width_of(head) - 2))
    return sides((*head, *_said(alert)), tail, width)


def alert_lines(alert: Alert, picture: Picture, width: int) -> tuple[Line, Line]:
    """One alert in two lines of `width` cells: what and where, then what it says and what may help."""
    head = _head(alert, picture, width)
    first = sides(head, line(" ", standing(alert, picture, width - width_of(head) - 2)), width)
    said = line("    ", *_said(alert))
    return first, sides(said, playbook_hint(alert, picture, said, width), width)


def playbook_hint(alert: Alert, picture: Picture, said: Line, width: int) -> Line:
    """What may help, at the end of the line that says what is wrong: its key, and its name where there is room."""
    best = best_playbook(alert, picture)
    if not best or quiet(alert):
        return ()
    hint = line((f" {key_of('playbooks')}", "key"), (f" {playbook_name(best, picture)}", "info"))
    return hint if width_of(hint) + width_of(said) <= width else line((f" {key_of('playbooks')}", "key"))


def taken_sentence(taken: Acknowledgement, picture: Picture) -> str:
    """Who took an alert on, when, until when, and what they said."""
    said = _("taken on by {who} at {when}").format(who=taken.who, when=clock(taken.at, picture.zone))
    if taken.until is not None:
        left = duration(taken.until - picture.view.at)
        said += _(", until {when}, in {left}").format(when=clock_minutes(taken.until, picture.zone), left=left)
    return f"{said}: {taken.note}" if taken.note else said


def playbook_name(playbook: str, picture: Picture) -> str:
    """What a playbook is called."""
    found = next((p for p in picture.view.playbooks if p.id == playbook), None)
    return local(found.zh, found.en) if found else playbook


def _head(alert: Alert, picture: Picture, width: int) -> Line:
    sign = alert_sign(alert)
    muffled = quiet(alert)
    style = "dim" if muffled else sign.style
    word = N_("muted") if alert.inhibited else sign.word
    place = fresh_name(alert_place(alert, picture), picture, alert.id)
    room = max(6, min(cells(place), width // 2))
    return line(
        (f"{sign.mark} ", sign.style), (f"{_(word)} ", style), (fit(place, room), "" if muffled else "strong"), " "
    )


def _said(alert: Alert) -> Line:
    style = "dim" if quiet(alert) or alert.state != "firing" else ""
    words = condition_words(alert)
    known = ((f"{words} · ", "info"),) if words else ()
    unknown = ((_("not known now: "), "unknown"),) if alert.stale else ()
    return line(*known, *unknown, (said_after_place(alert), style))


def said_after_place(alert: Alert) -> str:
    """The message without the names of site and queue at its beginning, which stand before it already."""
    said = message(alert)
    row = alert.row
    for place in (f"{local(row.site_zh, row.site_en)} {local(row.zh, row.en)}", local(row.site_zh, row.site_en)):
        if place.strip() and said.startswith(place):
            return said[len(place) :].lstrip(" :：,，") or said
    return said


def alert_place(alert: Alert, picture: Picture) -> str:
    """What people call the row of an alert, even where the board does not know it (any more)."""
    place = picture.place(alert.key)
    if place != alert.key:
        return place
    row = alert.row
    site, name = local(row.site_zh, row.site_en), local(row.zh, row.en)
    parts = (name, site) if row.level == "platform" else (site, name if row.level == "queue" else "")
    return "·".join(part for part in parts if part) or alert.key


def alert_details(alert: Alert, picture: Picture) -> list[Line]:
    """All there is to say about one alert, for the foot of the list."""
    when = clock(alert.fired_at or alert.since, picture.zone)
    facts = _("{title} · rule {rule} · since {when}").format(
        title=local(alert.title_zh, alert.title_en), rule=alert.rule, when=when
    )
    lines = [line((facts, "dim"))]
    taken = alert.acknowledged
    if taken is not None:
        lines.append(line((taken_sentence(taken, picture), "info")))
    words = [_("silenced")] if alert.silenced else []
    words += [_("owner {owner}").format(owner=alert.owner)] if alert.owner else []
    if words:
        lines.append(line((local("、", ", ").join(words), "info")))
    lines += ladder_lines(alert, picture)
    if alert.inhibited:
        lines.append(line((_("muted: another alert explains it, it is not counted"), "dim")))
    if best := best_playbook(alert, picture):
        lines.append(
            line((_("suggested: "), "dim"), (playbook_name(best, picture), "info"), (f"  {key_of('playbooks')}", "key"))
        )
    return lines
