"""What a person does about alerts, by key or command: take on, give back, give to an owner, silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual import on
from textual.screen import Screen

from alerts.alert import Alert
from alerts.silence import Silence
from console.alert_requests import RequestError, matcher_of, read_ack, read_silence
from console.draw.alerts import alert_place
from console.draw.silences import matcher_words
from console.format import clock_minutes, duration
from console.i18n import _
from console.intents import Acknowledge, AssignAlert, EndSilence, SilenceAlerts, Unacknowledge
from console.widgets.prompt import Prompt

if TYPE_CHECKING:
    from console.app import DutyDeckApp

_HOW_LONG = ("30m", "1h", "2h")


class AlertActions(Screen[None]):
    """The part of every screen that acts on the alerts which are meant there."""

    def __init__(self) -> None:
        super().__init__()
        self._prompted: dict[str, Callable[[str], None]] = {}

    @property
    def deck(self) -> DutyDeckApp:
        """The app, which has the desk and the newest picture."""
        return cast("DutyDeckApp", self.app)

    def ask(self, kind: str, label: str, then: Callable[[str], None], **prompt: object) -> None:
        """Ask for a text and hand it to `then`."""
        self._prompted[kind] = then
        self.query_one(Prompt).open(kind, label, **prompt)  # type: ignore[arg-type]

    @on(Prompt.Done)
    def _hand_over(self, event: Prompt.Done) -> None:
        if event.kind in self._prompted:
            self.query_one(Prompt).close()
            self._prompted.pop(event.kind)(event.text)

    def alert_here(self) -> Alert | None:
        """The alert that an action on this screen means; None for none."""
        return None

    def alerts_here(self) -> Sequence[Alert]:
        """The alerts that an action means: all of one rule at one site, or one of them."""
        alert = self.alert_here()
        return (alert,) if alert is not None else ()

    def silence_here(self) -> Silence | None:
        """The silence that an action means: the one over the alerts here."""
        silenced = next((alert.silenced for alert in self.alerts_here() if alert.silenced), "")
        return next((one for one in self.deck.newest.view.silences if one.id == silenced), None)

    def offered(self) -> Mapping[str, Sequence[str]]:
        """What may stand behind the commands about alerts."""
        view = self.deck.newest.view
        owners = {view.operator, self.deck.operator, *(alert.owner for alert in view.alerts)}
        owners |= {alert.acknowledged.who for alert in view.alerts if alert.acknowledged}
        silences = [silence.id for silence in view.silences]
        every = (*_HOW_LONG, *(f"{scope} {time}" for scope in ("rule", "site") for time in _HOW_LONG))
        known = {"ack": _HOW_LONG, "silence": every, "assign": sorted(owners - {""}), "unsilence": silences}
        return {word: known[word] for word in known}

    def action_acknowledge(self, text: str = "") -> None:
        """Take the alert on: with `30m note` at once, else after asking for that."""
        alerts = self._meant()
        if not alerts:
            return
        open_ones = [alert for alert in alerts if alert.acknowledged is None]
        if not open_ones and not text:
            who = alerts[0].acknowledged.who if alerts[0].acknowledged else ""
            self.deck.say(_("{who} has it already").format(who=who))
            return
        chosen = open_ones or alerts

        def send(typed: str) -> None:
            self._acknowledge(chosen, typed)

        label = _("note for {place}").format(place=self._places(chosen))
        hint = _("Enter acknowledges, with or without a note; 30m before it: for so long; esc does not")
        self._now_or_asked("note", label, send, text, hint)

    def _acknowledge(self, alerts: Sequence[Alert], typed: str) -> None:
        request = read_ack(typed)
        place, until = self._places(alerts), None
        done = _("{place}: acknowledged").format(place=place)
        if request.seconds is not None:
            until = self.deck.newest.view.at + request.seconds
            done = _("{place}: acknowledged until {when}").format(place=place, when=self._clock(until))
        for alert in alerts:
            self.deck.send(Acknowledge(alert.id, request.note, until), done)

    def action_unacknowledge(self) -> None:
        """Give the alert back."""
        alerts = self._meant()
        taken = [alert for alert in alerts if alert.acknowledged is not None]
        if alerts and not taken:
            self.deck.say(_("nobody has it"))
        for alert in taken:
            self.deck.send(Unacknowledge(alert.id), _("{place}: given back").format(place=self._places(taken)))

    def action_assign(self, text: str = "") -> None:
        """Say who answers for the alert."""
        alerts = self._meant()
        if not alerts:
            return
        place = self._places(alerts)

        def send(typed: str) -> None:
            owner = typed.strip()
            if not owner:
                raise RequestError(_("an owner has a name"))
            for alert in alerts:
                done = _("{place}: {owner} answers for it").format(place=place, owner=owner)
                self.deck.send(AssignAlert(alert.id, owner), done)

        label = _("owner of {place}").format(place=place)
        self._now_or_asked("owner", label, send, text, _("who answers for it; esc changes nothing"))

    def action_silence(self, text: str = "") -> None:
        """Silence the alert, its rule everywhere, or its site."""
        alerts = self._meant()
        if not alerts:
            return

        def send(typed: str) -> None:
            request = read_silence(typed, self.deck.zone_name)
            matcher = matcher_of(request.scope, alerts)
            until = self.deck.newest.view.at + request.seconds
            what = matcher_words(matcher, self.deck.picture)
            done = _("{what}: silenced until {when}").format(what=what, when=self._clock(until))
            self.deck.send(SilenceAlerts(matcher, until, request.note, request.windows), done)

        label = _("silence {place}").format(place=self._places(alerts))
        hint = _("30m why: this alert; rule 30m: its rule everywhere; site 30m: all of its site; esc does not")
        self._now_or_asked("silence", label, send, text, hint)

    def action_unsilence(self, text: str = "") -> None:
        """End the silence that is meant here, or the one that is named, after a yes."""
        view = self.deck.newest.view
        named = text.strip()
        silence = next((one for one in view.silences if one.id == named), None) if named else self.silence_here()
        if silence is None:
            self.deck.say(_("no silence {id}").format(id=named) if named else _("no silence here"), "bad")
            return
        what = matcher_words(silence.matcher, self.deck.picture)
        left = duration(silence.until - view.at)
        question = _("end the silence of {what}, {left} early?").format(what=what, left=left)
        self.deck.ask_first(question, EndSilence(silence.id), _("{what}: no longer silenced").format(what=what))

    def _meant(self) -> Sequence[Alert]:
        alerts = self.alerts_here()
        if not alerts:
            self.deck.say(_("no alert here"))
        return alerts

    def _places(self, alerts: Sequence[Alert]) -> str:
        place = alert_place(alerts[0], self.deck.picture)
        if len(alerts) == 1:
            return place
        return _("{place} and {n} more").format(place=place, n=len(alerts) - 1)

    def _clock(self, at: float) -> str:
        return clock_minutes(at, self.deck.picture.zone)

    def _now_or_asked(self, kind: str, label: str, then: Callable[[str], None], text: str, hint: str) -> None:
        """Hand over what stands behind a command, or what is typed; say what is wrong with it."""

        def heard(typed: str) -> None:
            try:
                then(typed)
            except RequestError as problem:
                self.deck.say(str(problem), "bad")

        if text:
            heard(text)
        else:
            self.ask(kind, label, heard, hint=hint)
