"""The help of a screen: its keys, what the marks mean, and what its figures count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.actions import Action
from console.board_columns import METRIC_OF, board_columns
from console.draw.clocks import SIGNS
from console.draw.facts import BOT, CAPACITY, FLOW, OUTCOME, RESPONSE, STAFFING, WAITING, title_of
from console.draw.lines import Line, cells, fit, line, wrap
from console.draw.marks import CRITICAL, DARK, LATE, NEVER, OK, PENDING, UNKNOWN, WARNING, Sign
from console.i18n import _
from feeds.catalog import METRICS

_ALL = tuple(dict.fromkeys((*WAITING, *RESPONSE, *STAFFING, *CAPACITY, *FLOW, *BOT, *OUTCOME)))


def _meanings() -> tuple[tuple[Sign, str], ...]:
    return (
        (CRITICAL, _("a critical alert stands here")),
        (WARNING, _("a warning stands here")),
        (OK, _("believed, and nothing fires")),
        (LATE, _("link or data are late, past 2 expected intervals; or frames are missing")),
        (UNKNOWN, _("past 3 intervals: nothing here is believed, every figure is –")),
        (NEVER, _("connected or not, it has not sent anything yet")),
        (DARK, _("the alert that says a site is dark; it mutes those of its queues")),
        (PENDING, _("an alert that is about to fire")),
    )


def _clock_meanings() -> tuple[tuple[Sign, str], ...]:
    return (
        (SIGNS["missed"], _("clock: more are late than the whole expected day may have")),
        (SIGNS["at_risk"], _("clock: below its line today or in the last 15 minutes, or the budget will not last")),
        (SIGNS["met"], _("clock: none of these")),
        (SIGNS["small_sample"], _("clock: too few so far, nobody is judged")),
        (SIGNS["not_assessed"], _("clock: outside its hours; neither good nor zero")),
        (SIGNS["degraded"], _("clock: the platform gives no figures to be believed")),
        (SIGNS["no_data"], _("clock: nothing feeds it, the site is not known, or nobody has asked yet")),
    )


def help_lines(actions: Sequence[Action], scope: str, width: int) -> list[Line]:
    """The whole help for a screen."""
    out: list[Line] = [line((_("Keys"), "title"))]
    for action in actions:
        keys = action.label if not action.command else f"{action.label}  :{action.command}"
        out.append(line((fit(f"  {keys}", 18), "key"), (_(action.says), "")))
        if action.argument:
            out.append(line((" " * 18, ""), (f":{action.command} {_(action.argument)}", "dim")))
    out += [(), line((_("Marks"), "title"))]
    for sign, meaning in (*_meanings(), *_clock_meanings()):
        out += _item(f"  {sign.mark} {_(sign.word)}", sign.style, meaning, width)
    out += [(), line((_("Filter"), "title"))]
    out += _paragraph(
        _(
            "All parts must hold: a word of the row's names; !word for rows without it; wait>60 oldest>2m sl30<80 "
            "for figures by heading or by the catalogue's name; ? for what is unknown. "
            "What is unknown fulfils no comparison."
        ),
        width,
    )
    if scope in ("overview", "site", "shop"):
        out += _columns(scope, width)
    out += _definitions(METRIC_OF.values() if scope in ("overview", "site", "shop") else _ALL, width)
    return out


def _columns(scope: str, width: int) -> list[Line]:
    out: list[Line] = [(), line((_("Columns"), "title"))]
    for column in board_columns(sites=scope == "overview"):
        if column.metric:
            out += _item(f"  {column.title}", "key", f"{title_of(column.metric)} · {column.key}", width)
    worst = _("of the clock that stands worst: its rate today, late ones it can still bear, pace of the late ones")
    out += _item(f"  {_('clock%')} …", "key", worst, width)
    if scope == "overview":
        age = _("since the last frame; with d: of the site's own data, where that is the later one for its interval")
        out += _item(f"  {_('age')}", "key", age, width)
    return out


def _definitions(names: Iterable[str], width: int) -> list[Line]:
    out: list[Line] = [(), line((_("Definitions"), "title"))]
    for name in names:
        metric = METRICS[name]
        out.append(line((f"  {title_of(name)}", "bright"), (f"  {name}", "faint")))
        out += [line((f"    {part}", "dim")) for part in wrap(metric.definition, width - 4)]
    return out


def _item(head: str, style: str, text: str, width: int) -> list[Line]:
    room = max(10, width - 18)
    first, *rest = wrap(text, room)
    label = fit(head, 18) if cells(head) <= 17 else f"{head} "
    return [line((label, style), first), *(line(" " * 18, part) for part in rest)]


def _paragraph(text: str, width: int) -> list[Line]:
    return [line((f"  {part}", "")) for part in wrap(text, max(10, width - 2))]
