"""Silences in words: what is silenced, when, by whom, and how many alerts that is now."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.silence import Matcher, Recurrence, Silence
from console.draw.lines import Span
from console.draw.marks import severity_sign
from console.format import clock_minutes, duration
from console.i18n import N_, _, local, name_of
from console.picture import Picture

_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def matcher_words(matcher: Matcher, picture: Picture) -> str:
    """Which alerts are meant."""
    parts = [
        _some([_rule_words(rule, picture) for rule in matcher.rules]),
        _some([picture.place(key) for key in matcher.keys]),
        _some([_site_words(site, picture) for site in matcher.sites]),
        _some([*matcher.shops, *matcher.platforms, *matcher.categories, *matcher.tags]),
        _some([_(severity_sign(severity).word) for severity in matcher.severities]),
    ]
    said = " · ".join(part for part in parts if part)
    if matcher == Matcher(rules=matcher.rules, severities=matcher.severities) and matcher.rules:
        said = _("everywhere") + " · " + said
    return said or _("all alerts")


def _some(names: Sequence[str], most: int = 2) -> str:
    shown = local("、", ", ").join(names[:most])
    return shown if len(names) <= most else _("{names} and {n} more").format(names=shown, n=len(names) - most)


def _rule_words(rule: str, picture: Picture) -> str:
    facts = picture.view.rule_facts.get(rule)
    return local(facts.title_zh, facts.title_en) if facts is not None else rule


def _site_words(site: str, picture: Picture) -> str:
    found = picture.site(site)
    return name_of(found) if found is not None else site


def window_words(windows: Sequence[Recurrence]) -> str:
    """Within which hours a silence holds; empty for all the time."""
    return local("、", ", ").join(_window(window) for window in windows)


def _window(window: Recurrence) -> str:
    hours = f"{_hour(window.begins)}–{_hour(window.ends)}"
    return f"{hours} {' '.join(_(_DAYS[day]) for day in window.days)}" if window.days else hours


def _hour(second: float) -> str:
    return f"{int(second) // 3600:02d}:{int(second) % 3600 // 60:02d}"


def matched_now(silence: Silence, picture: Picture) -> int:
    """How many of the alerts that are there it means, whether or not its hours are now."""
    matches = silence.matcher.matches
    return sum(matches(alert.rule, alert.severity, alert.row) for alert in picture.view.alerts)


def until_words(silence: Silence, picture: Picture) -> str:
    """When it ends: the clock, and how long that is from now."""
    left = duration(silence.until - picture.view.at)
    return _("{when}, in {left}").format(when=clock_minutes(silence.until, picture.zone), left=left)


class SilenceRows:
    """The silences as a table asks for them."""

    def __init__(self, picture: Picture) -> None:
        self.silences, self.picture = picture.view.silences, picture
        self.ids: list[str] = [silence.id for silence in self.silences]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one silence shows in one column."""
        silence, picture = self.silences[row], self.picture
        holds = silence.holds(picture.view.at)
        match key:
            case "what":
                return matcher_words(silence.matcher, picture), "strong" if holds else "dim"
            case "now":
                return (f"{matched_now(silence, picture)}", "bright") if holds else (_("off now"), "dim")
            case "until":
                return until_words(silence, picture), ""
            case "hours":
                return window_words(silence.windows) or _("all the time"), "dim"
            case "by":
                return silence.author, "info"
            case "note":
                return silence.note, "dim"
        return silence.id, "dim"
