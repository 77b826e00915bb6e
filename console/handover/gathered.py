"""What a handover is made of, at a desk or out of a journal."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerts.alert import Alert
from alerts.silence import Silence
from console.people import SiteWord
from console.shift import ShiftView
from console.view import DeskView
from playbooks.run import RunView
from playbooks.words import Words


@dataclass(frozen=True, slots=True)
class Unknown:
    """A site of which nothing can be said, and since when, where that is known (epoch seconds)."""

    site: str
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that is open at `at` (epoch seconds). `names` are what people call the sites, by id."""

    at: float
    title: Words
    alerts: tuple[Alert, ...] = ()
    runs: tuple[RunView, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    silences: tuple[Silence, ...] = ()
    words: tuple[SiteWord, ...] = ()
    shift: ShiftView = field(default_factory=ShiftView)
    names: dict[str, Words] = field(default_factory=dict)

    def name(self, site: str) -> Words:
        """What people call a site."""
        return self.names.get(site, Words(site, site))


def gathered_from(view: DeskView) -> Gathered:
    """What is open at a desk, by its newest view."""
    dark = [site for site in view.board.sites if site.state in ("unknown", "never")]
    links = view.links
    since = {site.id: view.at - links[site.id].data_age_s if site.id in links else None for site in dark}
    return Gathered(
        view.at,
        Words(view.zh, view.en),
        view.alerts,
        view.runs,
        tuple(Unknown(site, at if at is not None and at == at else None) for site, at in since.items()),
        view.silences,
        view.site_words,
        view.shift,
        {site.id: Words(site.zh or site.en or site.id, site.en or site.zh or site.id) for site in view.board.sites},
    )
