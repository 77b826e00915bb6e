"""A metric of the catalogue in one place: definition, formula, inputs as they stand, sums, source and age."""

from __future__ import annotations

import math
from collections.abc import Sequence

from alerts.rule_facts import RuleFacts
from console.definitions import definition
from console.draw.facts import title_of
from console.figures.place import FigurePlace, is_believed, parts_of, site_names
from console.figures.sums import Item, sums_of, whole
from console.format import UNKNOWN, clock, duration, metric_with_unit
from console.i18n import N_, _, local, name_of
from console.picture import Picture, worst_age
from feeds.board_view import SiteView
from feeds.catalog import COUNTER_INDEX, METRICS
from feeds.metric import Add, Derived, Good, Kind, Metric, Unit
from feeds.metrics_stored import WAIT_EDGES_S

PARTS_SHOWN, SITES_SHOWN = 6, 4

_WINDOWS = {"1m": N_("the last minute"), "15m": N_("the last 15 minutes"), "day": N_("today")}
_GOOD = {Good.HIGHER: N_("higher is better"), Good.LOWER: N_("lower is better"), Good.NEITHER: N_("neither way")}


def metric_items(name: str, place: FigurePlace, picture: Picture) -> list[Item]:
    """All there is to say about a metric at a place."""
    metric = METRICS[name]
    items: list[Item] = [(_("what"), definition(metric.definition), "")]
    items += _derived(metric, place) if isinstance(metric, Derived) else _stored(metric, place)
    items += sums_of(name, place)
    items += _parts(metric, place, picture)
    items += _rules(name, picture)
    items += source_items(metric, place, picture)
    items.append((_("better"), _(_GOOD[metric.good]), "dim"))
    return [*items, (_("in rules"), name, "dim")]


def formula(metric: Derived) -> str:
    """`answered ÷ (answered + abandoned + timed out)`, in the names that people use."""
    if metric.quantile is not None:
        return _("{share}% quantile of the waits of those answered").format(share=f"{metric.quantile * 100:g}")
    above, below = (" + ".join(_part_name(name) for name in names) for names in (metric.numerator, metric.denominator))
    return " ÷ ".join(f"({side})" if " + " in side else side for side in (above, below))


def _part_name(name: str) -> str:
    return _("seconds of the window") if name == "seconds" else title_of(name)


def _derived(metric: Derived, place: FigurePlace) -> list[Item]:
    items: list[Item] = [(_("formula"), formula(metric), "")]
    if metric.quantile is not None:
        items += _histogram(metric, metric.quantile, place)
    else:
        above, below = _values(metric, metric.numerator, place), _values(metric, metric.denominator, place)
        sides = [" + ".join(whole(value) for _n, value in side) for side in (above, below)]
        text = " ÷ ".join(f"({side})" if " + " in side else side for side in sides)
        items.append((_("now"), f"{text} = {place.written(metric.name)}", "bright"))
        named = dict((*above, *below))
        items += [(_("input"), f"{_part_name(part)} {whole(value)}", "dim") for part, value in named.items()]
    if metric.window == "now":
        return items
    lasted = place.lasted(metric.window)
    text = _("growth over {window}; it holds {time} by now").format(
        window=_(_WINDOWS[metric.window]), time=duration(lasted)
    )
    return [*items, (_("window"), text, "dim")]


def _values(metric: Derived, names: Sequence[str], place: FigurePlace) -> list[tuple[str, float]]:
    return [(name, _value(metric, name, place)) for name in names]


def _value(metric: Derived, name: str, place: FigurePlace) -> float:
    if name == "seconds":
        return place.lasted(metric.window)
    return place.grown(name, metric.window) if name in COUNTER_INDEX else place.figure(name)


def _histogram(metric: Derived, quantile: float, place: FigurePlace) -> list[Item]:
    """The two edges between which the quantile lies, with how many waited at most so long."""
    total = place.grown(metric.denominator[0], metric.window)
    wanted = total * quantile
    within = [place.grown(name, metric.window) for name in metric.numerator]
    at = next((i for i, number in enumerate(within) if number >= wanted), len(within) - 1)
    shown = [i for i in (at - 1, at) if i >= 0]
    edges = " · ".join(_("{n} within {time}").format(n=whole(within[i]), time=duration(WAIT_EDGES_S[i])) for i in shown)
    text = _("{n} answered, {share}% of them are {wanted}: {edges}").format(
        n=whole(total), share=f"{quantile * 100:g}", wanted=whole(wanted), edges=edges
    )
    return [(_("now"), f"{text} → {place.written(metric.name)}", "bright")]


def _stored(metric: Metric, place: FigurePlace) -> list[Item]:
    if metric.kind is Kind.COUNTER:
        grown = " · ".join(
            f"{_(words)} {metric_with_unit(metric.name, place.grown(metric.name, window))}"
            for window, words in _WINDOWS.items()
        )
        return [(_("counts up"), _("since its counters began: {n}").format(n=place.written(metric.name)), "bright"),
                (_("growth"), grown, "")]  # fmt: skip
    return [(_("now"), place.written(metric.name), "bright"), (_("formula"), _("told by the site as it stands"), "")]


def _parts(metric: Metric | Derived, place: FigurePlace, picture: Picture) -> list[Item]:
    """How it comes together over sites or queues; where it is a sum, whether the parts give it."""
    found = parts_of(place, metric.name, picture)
    if len(found) < 2:
        return []
    known = [(name, value) for name, value in found if math.isfinite(value)]
    worst = sorted(known, key=lambda one: one[1], reverse=metric.good is not Good.HIGHER)
    shown = " · ".join(f"{name} {metric_with_unit(metric.name, value)}" for name, value in worst[:PARTS_SHOWN])
    if len(worst) > PARTS_SHOWN:
        shown += _(" +{n} more").format(n=len(worst) - PARTS_SHOWN)
    items: list[Item] = [(_("of"), shown or UNKNOWN, "")]
    if unknown := len(found) - len(known):
        items.append(("", _("{n} of {all} not known: they are not in it").format(n=unknown, all=len(found)), "unknown"))
    return items + _added(metric, place, [value for _name, value in known])


def _added(metric: Metric | Derived, place: FigurePlace, values: Sequence[float]) -> list[Item]:
    if isinstance(metric, Derived):
        return [(_("adds up"), _("no mean of these: the sum of the counts over the sum of the counts"), "dim")]
    if metric.add is Add.MAX:
        return [(_("adds up"), _("the largest of these"), "dim")]
    if metric.add is Add.OWN:
        return [(_("adds up"), _("each row has its own"), "dim")]
    if place.by != "all" and _pooled(metric):
        return [(_("adds up"), _("each group of agents once: queues of one group show the same people"), "dim")]
    difference = place.figure(metric.name) - sum(values)
    if not abs(difference) >= 0.5:
        return [(_("adds up"), _("these {n} give it exactly").format(n=len(values)), "dim")]
    text = _("these {n} give {sum}; {difference} are counted by the site and in none of them").format(
        n=len(values), sum=whole(sum(values)), difference=whole(difference)
    )
    return [(_("adds up"), text, "warning")]


def _pooled(metric: Metric) -> bool:
    return metric.unit is Unit.AGENTS or metric.name in ("slots", "slots_free", "owed_rest_s")


def _rules(name: str, picture: Picture) -> list[Item]:
    """The rules that look at it, with their thresholds where those are constant."""
    facts = [one for one in picture.view.rule_facts.values() if name in one.metrics]
    if not facts:
        return []
    words = [_rule(one, name) for one in facts]
    more = len(words) - PARTS_SHOWN
    return [(_("rules"), " · ".join(words[:PARTS_SHOWN]) + (_(" +{n} more").format(n=more) if more > 0 else ""), "dim")]


def _rule(facts: RuleFacts, name: str) -> str:
    limit = f" ({facts.limit_text})" if facts.figure == name and facts.limit_text else ""
    return local(facts.title_zh, facts.title_en) + limit


def source_items(metric: Metric | Derived, place: FigurePlace, picture: Picture) -> list[Item]:
    """Which sites it came from, when, and which of them do not send what it needs."""
    needed = _stored_names(metric)
    items: list[Item] = []
    for site in place.sites[:SITES_SHOWN]:
        items.append((_("source") if not items else "", _from(site, picture), "" if is_believed(site) else "unknown"))
    more = len(place.sites) - SITES_SHOWN
    if more > 0:
        ages = [worst_age(link)[0] for site in place.sites if (link := picture.link(site.id)) is not None]
        oldest = max((age for age in ages if math.isfinite(age)), default=math.nan)
        items.append(
            ("", _("+{n} more sites; the oldest figures are {age} old").format(n=more, age=duration(oldest)), "")
        )
    silent = [site for site in place.sites if site.rows and not all(_sends(site.last, name) for name in needed)]
    if silent:
        items.append(("", _("not sent by {sites}").format(sites=site_names(silent)), "unknown"))
    ids = " ".join(f"{name}.v1" for name in needed[:3]) + (" …" if len(needed) > 3 else "")
    return [*items, (_("counted as"), ids, "dim")]


def _from(site: SiteView, picture: Picture) -> str:
    link = picture.link(site.id)
    if site.state == "never":
        return _("{site}: has not sent anything yet").format(site=name_of(site))
    if link is None:
        return name_of(site)
    age = duration(worst_age(link)[0])
    taken = clock(site.at, picture.zone)
    return _("{site}: figures of {clock}, {age} old").format(site=name_of(site), clock=taken, age=age)


def _stored_names(metric: Metric | Derived) -> list[str]:
    if isinstance(metric, Metric):
        return [metric.name]
    return [name for name in dict.fromkeys((*metric.numerator, *metric.denominator)) if name != "seconds"]


def _sends(columns: object, name: str) -> bool:
    held = (getattr(columns, "gauge_at", {}), getattr(columns, "counter_at", {}))
    return any(name in at for at in held)
