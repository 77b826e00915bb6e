"""A line that says what happened while nobody looked, and the mark of what changed."""

from __future__ import annotations

from collections.abc import Sequence

from console.changes import Change, counted
from console.draw.lines import Line, crop, fill, line
from console.format import clock_minutes
from console.i18n import N_, _, local, name_of
from console.noticing import News
from console.picture import Picture

FRESH = "»"
"""Stands before the name of what changed since somebody looked."""

_OF_SITES = {"dark": N_("{names} went dark"), "back": N_("{names} came back"), "late": N_("{names} late")}
_OF_RUNS = {
    "proposed": N_("proposed: {names}"),
    "started": N_("started: {names}"),
    "verified": N_("verified: {names}"),
    "reverted": N_("reverted: {names}"),
    "failed": N_("FAILED: {names}"),
    "asks": N_("asks: {names}"),
}
_MOST_NAMES = 3


def news_line(news: News, picture: Picture, width: int) -> Line:
    """`since 20:01: 3 alerts began, 1 ended, verified: P08, Wuhan went dark`."""
    since = _(" » since {clock}: ").format(clock=clock_minutes(news.since, picture.zone))
    text = local("，", ", ").join(news_words(news.changes, picture))
    return fill(crop(line((since, "news"), (f"{text} ", "news")), width), width, "news")


def news_words(found: Sequence[Change], picture: Picture) -> list[str]:
    """The parts of the sentence, sites and runs by name, the gravest first."""
    out = []
    for kind, words in _OF_SITES.items():
        sites = [site for one in found if one.kind == kind if (site := picture.site(one.what)) is not None]
        out += [_(words).format(names=_names([name_of(site) for site in sites]))] if sites else []
    numbers = counted(found)
    if began := numbers["began"]:
        out.append(_("1 alert began") if began == 1 else _("{n} alerts began").format(n=began))
    out += [_("{n} worse").format(n=numbers["worse"])] if numbers["worse"] else []
    out += [_("{n} ended").format(n=numbers["ended"])] if numbers["ended"] else []
    titles = {run.id: local(run.title.zh, run.title.en) for run in picture.view.runs}
    for kind, words in _OF_RUNS.items():
        runs = [titles[one.what] for one in found if one.kind == kind and one.what in titles]
        out += [_(words).format(names=_names(runs))] if runs else []
    return out


def _names(names: Sequence[str]) -> str:
    shown = local("、", ", ").join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else _("{names} and {n} more").format(names=shown, n=len(names) - 3)


def fresh_name(name: str, picture: Picture, *keys: str) -> str:
    """A name with the mark before it where one of its keys changed since somebody looked."""
    return f"{FRESH}{name}" if picture.fresh and not picture.fresh.isdisjoint(keys) else name
