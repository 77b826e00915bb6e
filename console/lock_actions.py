"""What a person does to hold things against playbooks, and to begin alone what wants a second person."""

from __future__ import annotations

from console.format import duration
from console.i18n import _
from console.intents import BreakGlass, ReleaseLock, TakeLock
from console.run_actions import RunActions
from feeds.durations import parse_duration
from feeds.errors import InputError


class LockActions(RunActions):
    """The part of the app that locks what playbooks change, and breaks glass."""

    def action_lock(self, argument: str) -> None:
        """Hold `agents:hefei:apparel 30m why`; without words say who holds what."""
        key, _blank, rest = argument.strip().partition(" ")
        time, _blank, note = rest.strip().partition(" ")
        if not key:
            self.say(self._locks())
            return
        try:
            seconds = parse_duration(time or "30m")
        except InputError:
            self.say(_("write what and how long: lock agents:hefei:apparel 30m why"), "bad")
            return
        self.send(TakeLock(key, seconds, note.strip()), _("locked: {key}").format(key=key))

    def action_unlock(self, argument: str) -> None:
        """Give back what one holds: the key that is named, else one's only lock."""
        view = self.newest.view
        mine = [lock.key for lock in view.locks if lock.who == view.operator]
        key = argument.strip() or (mine[0] if len(mine) == 1 else "")
        if not key:
            self.say(_("say which: unlock agents:hefei:apparel"), "bad")
        else:
            self.send(ReleaseLock(key), _("unlocked: {key}").format(key=key))

    def action_break_glass(self, argument: str) -> None:
        """Begin a proposed run on one person's word, after a yes."""
        run, _blank, reason = argument.strip().partition(" ")
        if not run or not reason.strip():
            self.say(_("break-glass needs a run and a reason: breakglass RUN why"), "bad")
            return
        question = _("begin {run} alone, on your word? It is written down and shown to everybody").format(run=run)
        self.ask_first(question, BreakGlass(run, reason.strip()), _("begun alone: {run}").format(run=run))

    def _locks(self) -> str:
        view = self.newest.view
        held = [
            _("{key} {who} {time} left").format(key=lock.key, who=lock.who, time=duration(lock.until - view.at))
            for lock in view.locks
        ]
        return " · ".join(held) or _("nobody holds anything against playbooks")
