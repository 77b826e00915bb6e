"""The one glance: what is unknown, what is worst and since when, what is about to be, what helps, runs, and comes next.

Each answer has a long and shorter forms. In little room all stand in their short form, and as many as fit are written
out; what does not fit at all is counted, never silently cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alerts.alert import Alert
from alerts.projected import HORIZON_S, NOT_IN_SIGHT_S
from console.actions import key_of
from console.draw.alerts import message, quiet, sorted_alerts
from console.draw.lines import Line, Span, crop, fit, line, sides, width_of
from console.draw.marks import DARK, alert_sign
from console.draw.suggested import suggestions_of
from console.format import clock_minutes, countdown, duration, rate
from console.i18n import _, language, local, name_of
from console.picture import Picture, worst_age
from playbooks.run import FINAL, RunState
from playbooks.suggesting import best_of

BETWEEN: Span = (" │ ", "faint")
_NAME = 14
"""Cells of a name in the shortest form."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's label, and its answer in forms from the longest to the shortest."""

    label: str
    forms: tuple[Line, ...]

    def form(self, level: int) -> Line:
        """The answer with its label, as short as `level` asks for."""
        return line((f"{self.label} ", "dim")) + self.forms[min(level, len(self.forms) - 1)]


def glance_lines(picture: Picture, width: int, height: int) -> list[Line]:
    """All answers in `height` lines of `width` cells; one a line where there is the height for it."""
    answers = picture.once(f"glance {language()}", lambda: [ask(picture) for ask in QUESTIONS])
    if height >= len(answers):
        return [_longest(answer, width) for answer in answers]
    return _packed(answers, width, height) if height > 0 and width > 0 else []


def _longest(answer: Answer, width: int) -> Line:
    forms = [answer.form(level) for level in range(len(answer.forms))]
    return next((form for form in forms if width_of(form) <= width), crop(forms[-1], width))


def _packed(answers: Sequence[Answer], width: int, height: int) -> list[Line]:
    """All in their shortest form; then each in turn one form longer, again and again, as long as all still fit."""
    levels = [len(answer.forms) - 1 for answer in answers]

    def laid(at: Sequence[int]) -> list[Line]:
        return _laid([answer.form(level) for answer, level in zip(answers, at, strict=True)], width)

    grown = True
    while grown:
        grown = False
        for i in range(len(answers)):
            longer = [level - (place == i) for place, level in enumerate(levels)]
            fits = width_of(answers[i].form(levels[i] - 1)) <= width
            if levels[i] > 0 and fits and len(laid(longer)) <= height:
                levels, grown = longer, True
    lines = laid(levels)
    if len(lines) <= height:
        return lines
    shown = _laid_count([answer.form(99) for answer in answers], width, height)
    more = line((_("… {n} more").format(n=len(answers) - shown), "warning"))
    return [*lines[: height - 1], sides(lines[height - 1], more, width)]


def _laid(parts: Sequence[Line], width: int) -> list[Line]:
    lines: list[Line] = []
    for part in parts:
        joined = (*lines[-1], BETWEEN, *part) if lines else part
        if lines and width_of(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(crop(part, width))
    return lines


def _laid_count(parts: Sequence[Line], width: int, height: int) -> int:
    return next((n - 1 for n in range(1, len(parts) + 1) if len(_laid(parts[:n], width)) > height), len(parts))


def unknown_answer(picture: Picture) -> Answer:
    """Sites that nobody can say anything of, the longest first."""
    label, sites = _("unknown"), picture.view.board.sites
    dark = [site for site in sites if site.state in ("unknown", "never")]
    if not dark:
        known = _("nothing: all {n} sites are known").format(n=len(sites))
        return Answer(label, (line((known, "ok")), line(("● 0", "ok"))))
    named = []
    for site in dark:
        link = picture.link(site.id)
        age = worst_age(link)[0] if link is not None else math.nan
        said = duration(age) if math.isfinite(age) else _("never heard of")
        named.append((-age if math.isfinite(age) else 0.0, f"{name_of(site)} {said}"))
    texts = [text for _age, text in sorted(named)]
    alarmed = any(alert_sign(alert).mark == DARK.mark for alert in picture.firing)
    head = f"?{len(dark)} " + (f"{_(DARK.word)} " if alarmed else "")
    forms = [head + _few(texts, most) for most in (len(texts), 3, 2, 1)]
    return Answer(label, (*(line((text, "unknown")) for text in forms), line((f"?{len(dark)}", "unknown"))))


def _few(texts: Sequence[str], most: int) -> str:
    more = len(texts) - most
    return " · ".join(texts[:most]) + (f" +{more}" if more > 0 else "")


def worst_alert(picture: Picture) -> Alert | None:
    """The gravest alert that nobody has yet, else the gravest; a dark site comes after what is known to burn."""
    ordered = sorted_alerts(picture.firing)
    ordered.sort(key=lambda alert: (quiet(alert), alert_sign(alert).mark == DARK.mark))
    return ordered[0] if ordered else None


def worst_answer(picture: Picture) -> Answer:
    """The alert that is worst, and how long it has been so."""
    alert = worst_alert(picture)
    if alert is None:
        return Answer(_("worst now"), (line((_("nothing fires"), "ok")), line(("●", "ok"))))
    sign, place = alert_sign(alert), picture.place(alert.key)
    since = duration(picture.view.at - (alert.fired_at or alert.since))
    for_time = _("for {time}").format(time=since)
    taken = f" ✓{alert.acknowledged.who}" if alert.acknowledged is not None else ""
    title = local(alert.title_zh, alert.title_en)
    mark = (f"{sign.mark} {_(sign.word)} ", sign.style)
    tail = (f" {for_time}{taken}", "bright")
    return Answer(
        _("worst now"),
        (
            line(mark, (message(alert), sign.style), tail),
            line(mark, (f"{place} {title}", sign.style), tail),
            line((f"{sign.mark} ", sign.style), (place, sign.style), tail),
            line((f"{sign.mark} ", sign.style), (fit(place, _NAME).rstrip(), sign.style), (f" {since}", "bright")),
        ),
    )


def breaches(picture: Picture) -> list[tuple[float, str]]:
    """(in how many seconds, which queue) of all that will pass their limit within the half hour, the first first."""
    found: list[tuple[float, str]] = []
    for site in picture.view.board.sites:
        column = picture.view.projected.columns(site).get("breach_in_s")
        if column is None:
            continue
        for row, value in enumerate(column.tolist()):
            if 0.0 < value < NOT_IN_SIGHT_S and site.rows[row].kind == "queue":
                found.append((value, f"{site.id}/{site.rows[row].id}"))
    return sorted(found)


def ahead_answer(picture: Picture) -> Answer:
    """The next queue that will pass its limit, and in how many minutes."""
    label, found = _("about to"), picture.once("breaches", lambda: breaches(picture))
    if not picture.view.projected.found:
        return Answer(label, (line((_("not projected yet"), "unknown")), line(("–", "unknown"))))
    if not found:
        none = _("no breach in sight for {time}").format(time=duration(HORIZON_S))
        return Answer(label, (line((none, "ok")), line((f"> {duration(HORIZON_S)}", "ok"))))
    soonest = [
        _("{place} breaches in ~{time}").format(place=picture.place(key), time=_minutes(seconds))
        for seconds, key in found[:3]
    ]
    more = f" +{len(found) - 1}" if len(found) > 1 else ""
    seconds, key = found[0]
    short = f"{fit(picture.place(key), _NAME).rstrip()} ~{_minutes(seconds)}{more}"
    forms = [_few([*soonest, *[""] * (len(found) - len(soonest))], n) for n in (len(soonest), 1)]
    return Answer(label, (*(line((text, "warning")) for text in forms), line((short, "warning"))))


def _minutes(seconds: float) -> str:
    return f"{max(1, round(seconds / 60))}m"


def helps_answer(picture: Picture) -> Answer:
    """The best playbook for the worst alert that one is known to help."""
    label = _("helps")
    for alert in sorted_alerts(picture.firing):
        best = best_of(suggestions_of(alert, picture))
        if best is None or math.isnan(best.effect):
            continue
        title, place = local(*best.title), picture.place(alert.key)
        key = (f"{key_of('best')} ", "key")
        gain = _("~{n} in time").format(n=f"{best.effect:.0f}")
        return Answer(
            label,
            (
                line(key, (f"{best.rung} {title} → {place} ", "info"), (gain, "bright")),
                line(key, (f"{title} ", "info"), (gain, "bright")),
                line(key, (f"{best.rung} {best.effect:+.0f}", "info")),
            ),
        )
    if picture.firing:
        shows = key_of("playbooks")
        said = _("no figure yet; {key} shows the playbooks").format(key=shows)
        return Answer(label, (line((said, "dim")), line((shows, "key"), " –")))
    return Answer(label, (line((_("nothing is asked for"), "dim")), line(("–", "dim"))))


def runs_answer(picture: Picture) -> Answer:
    """The runs in force, what they ask, and when the next one ends."""
    runs = [run for run in picture.view.runs if run.state not in FINAL]
    asking = sum(run.state in (RunState.ASKING, RunState.UNKNOWN, RunState.PROPOSED) for run in runs)
    if not runs:
        return Answer(_("running"), (line((_("no playbook"), "dim")), line(("0", "dim"))))
    ends = min((run.until for run in runs if run.until is not None and run.until > picture.view.at), default=math.nan)
    titles = [local(*run.title) for run in runs]
    asks = line((_(" {n} ask").format(n=asking), "ask")) if asking else ()
    left = _(" · next ends in {time}").format(time=duration(ends - picture.view.at)) if math.isfinite(ends) else ""
    return Answer(
        _("running"),
        (
            line((f"{len(runs)}: {_few(titles, 3)}{left}", "")) + asks,
            line((f"{len(runs)}{left}", "")) + asks,
            line((str(len(runs)), "")) + asks,
        ),
    )


def next_answer(picture: Picture) -> Answer:
    """What comes next by the plan, and the degrade windows of the platforms: those that hold, and the next one."""
    view = picture.view
    parts: list[tuple[str, str]] = []
    if math.isfinite(view.next_at) and view.next_at >= view.at:
        parts.append((f"{local(view.next_zh, view.next_en)} {countdown(view.next_at - view.at)}", "bright"))
    elif math.isfinite(view.ends_at) and view.ends_at >= view.at:
        parts.append((_("end {time}").format(time=countdown(view.ends_at - view.at)), "bright"))
    calendar = view.degrade or view.clocks.windows
    for window in (one for one in calendar if one.holds(view.at)):
        until = clock_minutes(window.to.timestamp(), picture.zone)
        parts.append((_("■ {platform} degraded until {time}").format(platform=window.platform, time=until), "unknown"))
    coming = [one for one in calendar if view.at < one.from_.timestamp() < view.at + 86_400.0][:1]
    for window in coming:
        begin, end = (clock_minutes(at.timestamp(), picture.zone) for at in (window.from_, window.to))
        said = _("{platform} degrades {begin}–{end}").format(platform=window.platform, begin=begin, end=end)
        parts.append((said, "info"))
    if not parts:
        return Answer(_("next"), (line((_("nothing planned"), "dim")), line(("–", "dim"))))
    long = [span for i, part in enumerate(parts) for span in (((" · ", "dim"), part) if i else (part,))]
    more = ((f" +{len(parts) - 1}", "info"),) if len(parts) > 1 else ()
    return Answer(_("next"), (tuple(long), (parts[0], *more)))


def first_answer(picture: Picture) -> Answer:
    """Where a minute of attention saves most, and which sites may wait."""
    queues, sites = picture.triage("queue"), picture.triage("site")
    label = _("save first")
    known = [site for site in picture.view.board.sites if sites.verdict(site.id) != "unknown"]
    if not known:
        return Answer(label, (line((_("not known"), "unknown")), line(("–", "unknown"))))
    lost = [name_of(site) for site in known if sites.verdict(site.id) == "lost"]
    waits = [name_of(site) for site in known if sites.verdict(site.id) in ("waits", "kept")]
    rest = [_("day lost: {names}").format(names=_few(lost, 3))] if lost else []
    rest += [_("can wait: {names}").format(names=_few(waits, 3))] if waits else []
    tail = line(("".join(f" · {part}" for part in rest), "dim"))
    key = queues.most()
    if not key:
        head = line((_("no day can be saved now") if lost else _("nothing to save"), "dim"))
        return Answer(label, (head + tail, head, line((_("none"), "dim"))))
    saves = rate(queues.figure(key, "saves"))
    said = _("{place} saves {n} a minute").format(place=picture.place(key), n=saves)
    short = f"{fit(picture.place(key), _NAME).rstrip()} {saves}"
    return Answer(label, (line((said, "bright")) + tail, line((said, "bright")), line((short, "bright"))))


QUESTIONS: tuple[Callable[[Picture], Answer], ...] = (
    unknown_answer, worst_answer, first_answer, ahead_answer, helps_answer, runs_answer, next_answer,
)  # fmt: skip
"""In the order in which they are asked."""
