"""The people of a desk: who sits at it from elsewhere, and what sites said by phone, for as long as that counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

from console.intents import JoinDesk, LeaveDesk, PeopleIntent, ReportSite
from console.journal_keeper import JournalKeeper
from console.people import PersonHere, SiteLead, SiteWord
from feeds.errors import RefusedError
from feeds.text import clean

SITE_WORD = "site word"
"""The part of the journal's state that keeps what sites said."""

LONGEST_WORD_S = 4 * 3600.0
"""What was said by phone counts for so long at most: then somebody calls again."""


class PeopleDesk:
    """Who is here is known while they are; what was said of a site outlives the desk, through the journal."""

    def __init__(self, sites: Sequence[str], journal: JournalKeeper, directory: Sequence[SiteLead] = ()) -> None:
        self._sites, self._journal = tuple(sites), journal
        self._here: dict[str, PersonHere] = {}
        self._words: dict[str, SiteWord] = {}
        self.directory: tuple[SiteLead, ...] = tuple(directory)
        """Whom to call; replaced as a whole when its file is read again."""
        self.here: tuple[PersonHere, ...] = ()
        self.words: tuple[SiteWord, ...] = ()

    def begin(self, now: float) -> None:
        """Take up what still counts of what sites said before."""
        for site, plain in self._journal.state(SITE_WORD).items():
            if site in self._sites and isinstance(plain.get("until"), float) and plain["until"] > now:
                self._words[site] = SiteWord(**plain)
        self.words = tuple(self._words.values())

    def confirmed_up(self, site: str) -> float:
        """1 where somebody said lately that the floor of a site is up, 0 that it is not, NaN where nobody did."""
        word = self._words.get(site)
        return math.nan if word is None else float(word.up)

    def next_deadline(self) -> float | None:
        """When the next word ends."""
        return min((word.until for word in self._words.values()), default=None) if self._words else None

    def expire(self, now: float) -> None:
        """Words that have counted for long enough end."""
        if not self._words:
            return
        for word in [word for word in self._words.values() if word.until <= now]:
            del self._words[word.site]
            self.words = tuple(self._words.values())
            body = {"site": word.site, "up": word.up, "by": word.who}
            self._journal.append(now, "site.word_over", "desk", body, ((SITE_WORD, word.site, None),))

    def carry_out(self, intent: PeopleIntent, who: str, now: float) -> None:
        """Somebody comes, goes, or was on the phone with a site. Raises RefusedError."""
        match intent:
            case JoinDesk(console, role, sites, address):
                self._here[console] = PersonHere(console, who, role, sites, now)
                body = {"console": console, "role": role, "sites": list(sites), "address": address}
                self._journal.append(now, "desk.joined", who, body)
            case LeaveDesk(console, why):
                person = self._here.pop(console, None)
                if person is not None:
                    stayed = round(now - person.since, 3)
                    self._journal.append(now, "desk.left", who, {"console": console, "why": why, "stayed_s": stayed})
            case ReportSite():
                self._report(intent, who, now)
        self.here = tuple(self._here.values())

    def _report(self, intent: ReportSite, who: str, now: float) -> None:
        if intent.site not in self._sites:
            raise RefusedError("UNKNOWN_SITE", f"there is no site {clean(intent.site, 40)!r}")
        if not 0.0 < intent.seconds <= LONGEST_WORD_S:
            raise RefusedError("BAD_TIME", "a site's word counts for up to 4 hours: 30m, 2h")
        word = SiteWord(intent.site, intent.up, who, clean(intent.note, 120), now, now + intent.seconds)
        self._words[intent.site] = word
        self.words = tuple(self._words.values())
        self._journal.append(now, "site.word", who, asdict(word), ((SITE_WORD, word.site, asdict(word)),))
