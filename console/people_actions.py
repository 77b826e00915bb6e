"""What a person does about other people: approve what they propose, write down what a site said, see who is here."""

from __future__ import annotations

from console.alert_requests import RequestError, read_ack
from console.draw.people import phone_of
from console.draw.runs import run_name
from console.i18n import _, name_of
from console.intents import ApproveRun, ReportSite
from console.run_actions import RunActions
from console.screens.deck_screen import DeckScreen
from console.screens.people import PeopleScreen
from playbooks.run import RunState, RunView

WORD_COUNTS_S = 1_800.0
"""How long a site's word counts where nobody says otherwise."""

_DOWN = frozenset({"down", "断", "停"})


class PeopleActions(RunActions):
    """The part of the app that has to do with who else is there."""

    def action_people(self) -> None:
        """Who sits at the desk, whom to call, what sites said."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, PeopleScreen):
            self.push_screen(PeopleScreen())

    def approve(self, here: RunView | None) -> None:
        """Stand for a proposed run, after a yes: for this one, or where it is not proposed for the oldest that is."""
        proposed = [run for run in self.newest.view.runs if run.state is RunState.PROPOSED]
        run = next((run for run in proposed if here is not None and run.id == here.id), next(iter(proposed), None))
        if run is None:
            self.say(_("nothing waits for approval"))
            return
        question = _("approve {run}, proposed by {who}?").format(run=run_name(run, self.newest), who=run.who)
        self.ask_first(question, ApproveRun(run.id), _("approved"))

    def phoned(self, screen: DeckScreen, text: str = "") -> None:
        """Write down what a site said by phone: with the words behind the command at once, else after asking."""
        site = site_here(screen)
        if not site:
            self.say(_("no site is meant here"))
            return
        if text:
            self._phoned(site, text)
            return
        number = phone_of(site, self.newest)
        label = _("{site} by phone {number}").format(site=self._name_of(site), number=number).strip()
        hint = _("Enter: its floor is up, for 30m; or how long, down, what they said: 1h down no power")
        screen.ask("phoned", label, lambda typed: self._phoned(site, typed), hint=hint)

    def _phoned(self, site: str, typed: str) -> None:
        try:
            said = read_ack(typed)
        except RequestError as error:
            self.say(str(error), "bad")
            return
        first, _blank, rest = said.note.partition(" ")
        up = first.lower() not in _DOWN
        note = said.note if up else rest.strip()
        words = _("{site}: floor is up, written down") if up else _("{site}: floor is down, written down")
        report = ReportSite(site, up, note, said.seconds or WORD_COUNTS_S)
        self.send(report, words.format(site=self._name_of(site)))

    def _name_of(self, site: str) -> str:
        found = self.newest.site(site)
        return name_of(found) if found is not None else site


def site_here(screen: DeckScreen) -> str:
    """The site that is meant on a screen: its own, that of its alert, or the one under the cursor; empty for none."""
    known = screen.deck.newest.view.board.by_id
    board = getattr(screen, "board", None)
    alert = screen.alert_here()
    cursor = str(getattr(board, "cursor_id", "") or getattr(screen, "cursor_site", "") or "")
    candidates = (getattr(screen, "site", ""), alert.site if alert is not None else "", cursor.partition("/")[0])
    return next((site for site in candidates if site in known), "")
